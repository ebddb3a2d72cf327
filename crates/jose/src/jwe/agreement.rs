//! Agreeing on a key over P-256 (RFC 7518 section 4.6), and wrapping a content key with it (section 4.4).

use super::{ContentEncryption, JweError, KeyManagement, key::EncryptionKey};
use crate::{PublicKey, base64url, jwk};
use aws_lc_rs::{
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    digest,
    key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _},
};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// Longest `apu` and `apv`, in bytes.
const PARTY_MAX_BYTES: usize = 512;
/// What wrapping adds, in bytes.
const WRAPPING_BYTES: usize = 8;

/// What the two sides put into the derivation besides the secret.
pub(super) struct Info {
    peer: PublicKey,
    algorithm: &'static str,
    key_bytes: usize,
    apu: Vec<u8>,
    apv: Vec<u8>,
}

impl Info {
    /// Of a header. The peer's point is checked to be on the curve here already.
    pub(super) fn parse(
        header: &Map<String, Value>,
        alg: KeyManagement,
        enc: ContentEncryption,
    ) -> Result<Self, JweError> {
        let Some(Value::Object(epk)) = header.get("epk") else {
            return Err(JweError::MalformedHeader("epk"));
        };
        let peer = jwk::p256_of_object(epk).map_err(|_| JweError::MalformedHeader("epk"))?;
        let (algorithm, key_bytes) = derivation(alg, enc);
        Ok(Self {
            peer,
            algorithm,
            key_bytes,
            apu: party(header, "apu")?,
            apv: party(header, "apv")?,
        })
    }
}

/// A key that both sides know.
pub(super) struct Agreed(Zeroizing<Vec<u8>>);

impl Agreed {
    /// Between a private key and the header of a token.
    pub(super) fn from(private: &PrivateKey, info: &Info) -> Option<Self> {
        derive(private, info).map(Self)
    }

    /// With the holder of a public key, by a key that lives for this one token; also `epk`.
    pub(super) fn with(
        key: &EncryptionKey,
        alg: KeyManagement,
        enc: ContentEncryption,
    ) -> Option<(Self, Value)> {
        let ephemeral = PrivateKey::generate(&ECDH_P256).ok()?;
        let public = ephemeral.compute_public_key().ok()?;
        let coordinates = public.as_ref().get(1..)?;
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        let epk = PublicKey::p256(x, y).ok()?;
        let members = epk.members().into_iter();
        let epk: Map<String, Value> = members
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect();
        let (algorithm, key_bytes) = derivation(alg, enc);
        let info = Info {
            peer: key.public_key().clone(),
            algorithm,
            key_bytes,
            apu: Vec::new(),
            apv: Vec::new(),
        };
        Some((Self::from(&ephemeral, &info)?, Value::Object(epk)))
    }

    /// The key itself.
    pub(super) fn into_key(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    /// The content key that a token came with; for direct agreement there must be none.
    pub(super) fn content_key(
        self,
        alg: KeyManagement,
        encrypted_key: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        if alg == KeyManagement::EcdhEs {
            return encrypted_key.is_empty().then_some(self.0);
        }
        let mut out = Zeroizing::new(vec![0; encrypted_key.len()]);
        let bytes = self
            .wrapping_key(alg)?
            .unwrap(encrypted_key, &mut out)
            .ok()?
            .len();
        out.truncate(bytes);
        Some(out)
    }

    /// A content key, wrapped.
    pub(super) fn wrap(&self, alg: KeyManagement, cek: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![0; cek.len() + WRAPPING_BYTES];
        let bytes = self.wrapping_key(alg)?.wrap(cek, &mut out).ok()?.len();
        out.truncate(bytes);
        Some(out)
    }

    fn wrapping_key(&self, alg: KeyManagement) -> Option<AesKek> {
        let cipher = match alg {
            KeyManagement::EcdhEsA128Kw => &AES_128,
            KeyManagement::EcdhEsA256Kw => &AES_256,
            KeyManagement::EcdhEs | KeyManagement::RsaOaep256 => return None,
        };
        AesKek::new(cipher, &self.0).ok()
    }
}

/// The name and the length of what is derived: that of the content key when it is used directly, else of the wrapping key.
fn derivation(alg: KeyManagement, enc: ContentEncryption) -> (&'static str, usize) {
    match alg {
        KeyManagement::EcdhEsA128Kw => (alg.name(), 16),
        KeyManagement::EcdhEsA256Kw => (alg.name(), 32),
        KeyManagement::EcdhEs | KeyManagement::RsaOaep256 => (enc.name(), enc.key_bytes()),
    }
}

fn derive(private: &PrivateKey, info: &Info) -> Option<Zeroizing<Vec<u8>>> {
    let point = info.peer.p256_point()?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, point);
    agreement::agree(private, peer, (), |secret| Ok(concat_kdf(secret, info))).ok()
}

/// The derivation of NIST SP 800-56A as section 4.6.2 fills it in.
fn concat_kdf(secret: &[u8], info: &Info) -> Zeroizing<Vec<u8>> {
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes();
    let mut key = Zeroizing::new(Vec::with_capacity(info.key_bytes + 32));
    let mut round: u32 = 1;
    while key.len() < info.key_bytes {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&round.to_be_bytes());
        context.update(secret);
        for part in [info.algorithm.as_bytes(), &info.apu, &info.apv] {
            context.update(&length(part.len()));
            context.update(part);
        }
        context.update(&length(info.key_bytes * 8));
        key.extend_from_slice(context.finish().as_ref());
        round += 1;
    }
    key.truncate(info.key_bytes);
    key
}

fn party(header: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JweError> {
    let malformed = JweError::MalformedHeader(name);
    match header.get(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) if text.len() <= PARTY_MAX_BYTES => {
            base64url::decode(text).ok_or(malformed)
        }
        Some(_) => Err(malformed),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;
    use aws_lc_rs::agreement::PrivateKey;
    use serde_json::json;

    /// RFC 7518 appendix C, from both sides.
    #[test]
    fn both_sides_agree_as_in_rfc_7518_appendix_c() {
        let alice = (
            "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
            "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
        );
        let bob = (
            "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
            "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
            "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
        );
        for (own, peer) in [(alice, bob), (bob, alice)] {
            let scalar = base64url::decode(own.2).unwrap();
            let private = PrivateKey::from_private_key(&ECDH_P256, &scalar).unwrap();
            let header = json!({
                "epk": { "kty": "EC", "crv": "P-256", "x": peer.0, "y": peer.1 },
                "apu": "QWxpY2U",
                "apv": "Qm9i",
            });
            let header = header.as_object().unwrap();
            let info =
                Info::parse(header, KeyManagement::EcdhEs, ContentEncryption::A128Gcm).unwrap();
            let agreed = Agreed::from(&private, &info).unwrap();
            assert_eq!(
                base64url::encode(agreed.into_key()),
                "VqqN6vgjbSBcIijNcacQGg"
            );
        }
    }
}
