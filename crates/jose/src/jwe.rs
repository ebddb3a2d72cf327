//! Encrypted tokens in compact form (RFC 7516): opening those that were made for us, making those for others.
//!
//! Encryption proves nothing about who made a token: what comes out has to be checked like anything that a stranger sent. Not
//! here: what is inside, and which key a recipient should be given.

mod agreement;
mod algorithm;
mod content;
mod key;

pub use algorithm::{ContentEncryption, KeyManagement};
pub use key::{DecryptionKey, EncryptionKey, KeyFamily};

use crate::{
    base64url,
    strict_json::{self, Limits, StrictJsonError},
};
use agreement::Agreed;
use aws_lc_rs::rand;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Longest header, in bytes of JSON.
const HEADER_MAX_BYTES: usize = 8 * 1024;
/// Deepest JSON in a header: `epk` is an object.
const HEADER_MAX_DEPTH: usize = 4;
/// Most keys tried for one token.
const MAX_CANDIDATES: usize = 4;
/// Header members that are never accepted: they change what is meant, bring their own key, or ask for work (RFC 7516 sections
/// 4.1.3 to 4.1.13; RFC 7518 section 4.8.1).
const REFUSED_MEMBERS: [&str; 9] = [
    "crit", "zip", "b64", "jwk", "jku", "x5u", "x5c", "p2s", "p2c",
];

/// Why an encrypted token was not opened or made. Nothing in it tells how far the opening came: every failure after the header
/// is [`JweError::Undecryptable`] (RFC 7516 section 11.5).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Longer than allowed.
    #[error("token is longer than allowed")]
    TooLarge,
    /// Not five parts of canonical base64url.
    #[error("token is not a compact JWE")]
    Malformed,
    /// The header is not acceptable as JSON.
    #[error("token header is unacceptable JSON: {0}")]
    Json(#[from] StrictJsonError),
    /// This header member is missing or of the wrong type.
    #[error("token header member {0:?} is missing or malformed")]
    MalformedHeader(&'static str),
    /// This header member is never accepted.
    #[error("token header member {0:?} is not accepted")]
    RefusedHeader(&'static str),
    /// `alg` or `enc` is unknown or not allowed here.
    #[error("token is encrypted in a way that is not accepted")]
    UnknownAlgorithm,
    /// None of our keys fits `kid` and `alg`.
    #[error("no key fits the token")]
    NoMatchingKey,
    /// Wrong key, or changed on its way.
    #[error("token cannot be decrypted")]
    Undecryptable,
    /// The key is not of the algorithm's kind, or the cryptographic library failed.
    #[error("token cannot be encrypted")]
    Failed,
}

/// What is acceptable before anything is decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecryptPolicy<'a> {
    /// Ways of key management allowed.
    pub key_managements: &'a [KeyManagement],
    /// Content encryptions allowed.
    pub content_encryptions: &'a [ContentEncryption],
    /// Longest token, in bytes.
    pub max_bytes: usize,
}

/// What was inside.
#[derive(Debug)]
pub struct Decrypted {
    /// Media type of the whole token.
    pub typ: Option<String>,
    /// Media type of what was inside.
    pub cty: Option<String>,
    /// What was inside.
    pub plaintext: Zeroizing<Vec<u8>>,
}

/// Does the text have the shape of an encrypted token, rather than of a signed one?
pub fn is_encrypted(compact: &str) -> bool {
    compact.bytes().filter(|byte| *byte == b'.').count() == 4
}

/// The header as far as it matters.
struct Header {
    alg: KeyManagement,
    enc: ContentEncryption,
    kid: Option<String>,
    typ: Option<String>,
    cty: Option<String>,
    members: Map<String, Value>,
}

impl Header {
    fn parse(text: &str) -> Result<Self, JweError> {
        let json = base64url::decode(text).ok_or(JweError::Malformed)?;
        let limits = Limits {
            bytes: HEADER_MAX_BYTES,
            depth: HEADER_MAX_DEPTH,
        };
        let members = strict_json::parse_object(&json, limits)?;
        for member in REFUSED_MEMBERS {
            if members.contains_key(member) {
                return Err(JweError::RefusedHeader(member));
            }
        }
        let alg = required(&members, "alg")?.parse();
        let enc = required(&members, "enc")?.parse();
        Ok(Self {
            alg: alg.map_err(|_| JweError::UnknownAlgorithm)?,
            enc: enc.map_err(|_| JweError::UnknownAlgorithm)?,
            kid: text_member(&members, "kid")?.map(str::to_owned),
            typ: text_member(&members, "typ")?.map(str::to_owned),
            cty: text_member(&members, "cty")?.map(str::to_owned),
            members,
        })
    }
}

/// Opens a token with whichever of our keys fits.
///
/// # Errors
/// Nothing that tells more than that it does not open.
pub fn decrypt<'k>(
    compact: &str,
    keys: impl Iterator<Item = &'k DecryptionKey>,
    policy: &DecryptPolicy<'_>,
) -> Result<Decrypted, JweError> {
    if compact.len() > policy.max_bytes {
        return Err(JweError::TooLarge);
    }
    let parts: Vec<&str> = compact.split('.').collect();
    let [header_text, encrypted_key, iv, ciphertext, tag] = *parts.as_slice() else {
        return Err(JweError::Malformed);
    };
    let header = Header::parse(header_text)?;
    if !policy.key_managements.contains(&header.alg)
        || !policy.content_encryptions.contains(&header.enc)
    {
        return Err(JweError::UnknownAlgorithm);
    }
    let decode = |part: &str| base64url::decode(part).ok_or(JweError::Malformed);
    let encrypted_key = decode(encrypted_key)?;
    let sealed = content::Sealed {
        iv: decode(iv)?,
        ciphertext: decode(ciphertext)?,
        tag: decode(tag)?,
    };
    let candidates: Vec<&DecryptionKey> = keys
        .filter(|key| key.family() == header.alg.family())
        .filter(|key| header.kid.as_deref().is_none_or(|kid| kid == key.kid()))
        .take(MAX_CANDIDATES)
        .collect();
    if candidates.is_empty() {
        return Err(JweError::NoMatchingKey);
    }
    for key in candidates {
        let cek = content_key(&header, key, &encrypted_key)?;
        if let Some(plaintext) = sealed.open(header.enc, &cek, header_text.as_bytes()) {
            return Ok(Decrypted {
                typ: header.typ,
                cty: header.cty,
                plaintext,
            });
        }
    }
    Err(JweError::Undecryptable)
}

/// The content key: unwrapped, agreed on, or — where that fails — random, so that failing here and failing on the content take
/// the same way (RFC 7516 section 11.5).
fn content_key(
    header: &Header,
    key: &DecryptionKey,
    encrypted_key: &[u8],
) -> Result<Zeroizing<Vec<u8>>, JweError> {
    let bytes = header.enc.key_bytes();
    let found = match header.alg {
        KeyManagement::RsaOaep256 => key.decrypt_rsa(encrypted_key),
        KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw => {
            let info = agreement::Info::parse(&header.members, header.alg, header.enc)?;
            key.agree(&info)
                .and_then(|agreed| agreed.content_key(header.alg, encrypted_key))
        }
    };
    match found {
        Some(cek) if cek.len() == bytes => Ok(cek),
        _ => random(bytes),
    }
}

fn random(bytes: usize) -> Result<Zeroizing<Vec<u8>>, JweError> {
    let mut out = Zeroizing::new(vec![0; bytes]);
    fill(&mut out).ok_or(JweError::Failed)?;
    Ok(out)
}

/// The library's randomness, as for the keys that it makes: nobody may choose or foresee a content key.
#[allow(clippy::disallowed_methods)]
fn fill(out: &mut [u8]) -> Option<()> {
    rand::fill(out).ok()
}

/// Encrypts for the holder of `key`. `typ` and `cty` are media types without `application/`; a nested token has `cty` = `JWT`
/// (RFC 7519 section 5.2).
///
/// # Errors
/// When the key is not for that way of key management.
pub fn encrypt(
    plaintext: &[u8],
    key: &EncryptionKey,
    alg: KeyManagement,
    enc: ContentEncryption,
    (typ, cty): (&str, &str),
) -> Result<String, JweError> {
    if !key.allows(alg) {
        return Err(JweError::Failed);
    }
    let mut header = json!({ "alg": alg.name(), "enc": enc.name(), "typ": typ, "cty": cty });
    let mut add = |name: &str, value: Value| {
        if let Some(members) = header.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    if let Some(kid) = key.kid() {
        add("kid", kid.into());
    }
    let (cek, encrypted_key) = if alg == KeyManagement::RsaOaep256 {
        let cek = random(enc.key_bytes())?;
        let encrypted_key = key.encrypt_rsa(&cek).ok_or(JweError::Failed)?;
        (cek, encrypted_key)
    } else {
        let (agreed, epk) = Agreed::with(key, alg, enc).ok_or(JweError::Failed)?;
        add("epk", epk);
        if alg == KeyManagement::EcdhEs {
            (agreed.into_key(), Vec::new())
        } else {
            let cek = random(enc.key_bytes())?;
            let wrapped = agreed.wrap(alg, &cek).ok_or(JweError::Failed)?;
            (cek, wrapped)
        }
    };
    let header = base64url::encode(header.to_string());
    let sealed =
        content::Sealed::seal(enc, &cek, plaintext, header.as_bytes()).ok_or(JweError::Failed)?;
    let parts = [
        header,
        base64url::encode(encrypted_key),
        base64url::encode(sealed.iv),
        base64url::encode(sealed.ciphertext),
        base64url::encode(sealed.tag),
    ];
    Ok(parts.join("."))
}

fn required<'o>(object: &'o Map<String, Value>, name: &'static str) -> Result<&'o str, JweError> {
    text_member(object, name)?.ok_or(JweError::MalformedHeader(name))
}

/// The string member `name`, nothing when absent.
fn text_member<'o>(
    object: &'o Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'o str>, JweError> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JweError::MalformedHeader(name)),
    }
}
