//! Encrypting the content (RFC 7518 section 5): AES in GCM, or in CBC with an HMAC that is checked before anything is decrypted.

use super::{ContentEncryption, fill};
use crate::digest::constant_time_eq;
use aws_lc_rs::{
    aead::{self, Aad, LessSafeKey, Nonce, UnboundKey},
    cipher::{
        self, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
        PaddedBlockEncryptingKey, UnboundCipherKey,
    },
    hmac,
    iv::FixedLength,
};
use zeroize::{Zeroize, Zeroizing};

const GCM_IV_BYTES: usize = 12;
const GCM_TAG_BYTES: usize = 16;
const CBC_IV_BYTES: usize = 16;

/// Three of the five parts of a token.
pub(super) struct Sealed {
    pub iv: Vec<u8>,
    pub ciphertext: Vec<u8>,
    pub tag: Vec<u8>,
}

impl Sealed {
    /// The plaintext, or nothing: wrong key, changed text, wrong lengths are all one.
    pub(super) fn open(
        &self,
        enc: ContentEncryption,
        cek: &[u8],
        aad: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        match enc {
            ContentEncryption::A128Gcm => self.open_gcm(&aead::AES_128_GCM, cek, aad),
            ContentEncryption::A256Gcm => self.open_gcm(&aead::AES_256_GCM, cek, aad),
            ContentEncryption::A128CbcHs256 => self.open_cbc(&CBC_128, cek, aad),
            ContentEncryption::A256CbcHs512 => self.open_cbc(&CBC_256, cek, aad),
        }
    }

    /// Encrypts under a fresh initialisation vector.
    pub(super) fn seal(
        enc: ContentEncryption,
        cek: &[u8],
        plaintext: &[u8],
        aad: &[u8],
    ) -> Option<Self> {
        match enc {
            ContentEncryption::A128Gcm => seal_gcm(&aead::AES_128_GCM, cek, plaintext, aad),
            ContentEncryption::A256Gcm => seal_gcm(&aead::AES_256_GCM, cek, plaintext, aad),
            ContentEncryption::A128CbcHs256 => {
                let mut iv = [0; CBC_IV_BYTES];
                fill(&mut iv)?;
                seal_cbc(&CBC_128, cek, plaintext, aad, iv)
            }
            ContentEncryption::A256CbcHs512 => {
                let mut iv = [0; CBC_IV_BYTES];
                fill(&mut iv)?;
                seal_cbc(&CBC_256, cek, plaintext, aad, iv)
            }
        }
    }

    fn open_gcm(
        &self,
        algorithm: &'static aead::Algorithm,
        cek: &[u8],
        aad: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        if self.tag.len() != GCM_TAG_BYTES {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(&self.iv).ok()?;
        let key = LessSafeKey::new(UnboundKey::new(algorithm, cek).ok()?);
        let mut text = Zeroizing::new([self.ciphertext.as_slice(), &self.tag].concat());
        let bytes = key
            .open_in_place(nonce, Aad::from(aad), &mut text)
            .ok()?
            .len();
        text.truncate(bytes);
        Some(text)
    }

    fn open_cbc(&self, suite: &Cbc, cek: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let iv: [u8; CBC_IV_BYTES] = self.iv.as_slice().try_into().ok()?;
        let (mac_key, enc_key) = suite.split(cek)?;
        let expected = suite.tag(mac_key, aad, &iv, &self.ciphertext);
        // Before a single block is decrypted: no padding oracle.
        if !constant_time_eq(&expected, &self.tag) {
            return None;
        }
        let key = UnboundCipherKey::new(suite.cipher, enc_key).ok()?;
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
        let context = DecryptionContext::Iv128(FixedLength::from(iv));
        let mut text = Zeroizing::new(self.ciphertext.clone());
        let bytes = key.decrypt(&mut text, context).ok()?.len();
        text.truncate(bytes);
        Some(text)
    }
}

fn seal_gcm(
    algorithm: &'static aead::Algorithm,
    cek: &[u8],
    plaintext: &[u8],
    aad: &[u8],
) -> Option<Sealed> {
    let mut iv = [0; GCM_IV_BYTES];
    fill(&mut iv)?;
    let key = LessSafeKey::new(UnboundKey::new(algorithm, cek).ok()?);
    let mut text = Vec::with_capacity(plaintext.len() + GCM_TAG_BYTES);
    text.extend_from_slice(plaintext);
    let nonce = Nonce::assume_unique_for_key(iv);
    if key
        .seal_in_place_append_tag(nonce, Aad::from(aad), &mut text)
        .is_err()
    {
        text.zeroize();
        return None;
    }
    let tag = text.split_off(plaintext.len());
    Some(Sealed {
        iv: iv.to_vec(),
        ciphertext: text,
        tag,
    })
}

fn seal_cbc(
    suite: &Cbc,
    cek: &[u8],
    plaintext: &[u8],
    aad: &[u8],
    iv: [u8; CBC_IV_BYTES],
) -> Option<Sealed> {
    let (mac_key, enc_key) = suite.split(cek)?;
    let key = UnboundCipherKey::new(suite.cipher, enc_key).ok()?;
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).ok()?;
    let context = EncryptionContext::Iv128(FixedLength::from(iv));
    let mut text = plaintext.to_vec();
    if key.less_safe_encrypt(&mut text, context).is_err() {
        text.zeroize();
        return None;
    }
    Some(Sealed {
        tag: suite.tag(mac_key, aad, &iv, &text),
        iv: iv.to_vec(),
        ciphertext: text,
    })
}

/// One of the two compositions of RFC 7518 section 5.2.
struct Cbc {
    cipher: &'static cipher::Algorithm,
    mac: hmac::Algorithm,
    half_bytes: usize,
}

static CBC_128: Cbc = Cbc {
    cipher: &cipher::AES_128,
    mac: hmac::HMAC_SHA256,
    half_bytes: 16,
};

static CBC_256: Cbc = Cbc {
    cipher: &cipher::AES_256,
    mac: hmac::HMAC_SHA512,
    half_bytes: 32,
};

impl Cbc {
    /// The first half authenticates, the second encrypts.
    fn split<'k>(&self, cek: &'k [u8]) -> Option<(&'k [u8], &'k [u8])> {
        (cek.len() == 2 * self.half_bytes).then(|| cek.split_at(self.half_bytes))
    }

    fn tag(&self, mac_key: &[u8], aad: &[u8], iv: &[u8], ciphertext: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(self.mac, mac_key);
        let aad_bits = u64::try_from(aad.len())
            .unwrap_or(u64::MAX)
            .saturating_mul(8);
        let mut context = hmac::Context::with_key(&key);
        for part in [aad, iv, ciphertext, &aad_bits.to_be_bytes()] {
            context.update(part);
        }
        let mut tag = context.sign().as_ref().to_vec();
        tag.truncate(self.half_bytes);
        tag
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: String = text.split_whitespace().collect();
        let pairs = digits.as_bytes().chunks(2);
        pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    fn key(bytes: u8) -> Vec<u8> {
        (0..bytes).collect()
    }

    const PLAINTEXT: &[u8] = b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience";
    const AAD: &[u8] = b"The second principle of Auguste Kerckhoffs";
    const IV: [u8; 16] = [
        0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41, 0xbc,
        0x04,
    ];

    #[test]
    fn a128cbc_hs256_of_rfc_7518_appendix_b_1() {
        let sealed = seal_cbc(&CBC_128, &key(32), PLAINTEXT, AAD, IV).unwrap();
        let begin = hex("c8 0e df a3 2d df 39 d5 ef 00 c0 b4 68 83 42 79");
        let end = hex("4b 88 51 ff b5 98 f7 f8 00 74 b9 47 3c 82 e2 db");
        assert!(sealed.ciphertext.starts_with(&begin) && sealed.ciphertext.ends_with(&end));
        let tag = hex("65 2c 3f a3 6b 0a 7c 5b 32 19 fa b3 a3 0b c1 c4");
        assert_eq!(sealed.tag, tag);
        let opened = sealed.open(ContentEncryption::A128CbcHs256, &key(32), AAD);
        assert_eq!(opened.unwrap().as_slice(), PLAINTEXT);
    }

    #[test]
    fn a256cbc_hs512_of_rfc_7518_appendix_b_3() {
        let sealed = seal_cbc(&CBC_256, &key(64), PLAINTEXT, AAD, IV).unwrap();
        let begin = hex("4a ff aa ad b7 8c 31 c5 da 4b 1b 59 0d 10 ff bd");
        let end = hex("be 26 38 d0 9d d7 a4 93 09 30 80 6d 07 03 b1 f6");
        assert!(sealed.ciphertext.starts_with(&begin) && sealed.ciphertext.ends_with(&end));
        let tag = hex(
            "4d d3 b4 c0 88 a7 f4 5c 21 68 39 64 5b 20 12 bf 2e 62 69 a8 c5 6a 81 6d bc 1b 26 77 61 95 5b c5",
        );
        assert_eq!(sealed.tag, tag);
        let opened = sealed.open(ContentEncryption::A256CbcHs512, &key(64), AAD);
        assert_eq!(opened.unwrap().as_slice(), PLAINTEXT);
    }

    #[test]
    fn every_changed_byte_and_every_short_tag_is_refused() {
        for enc in ContentEncryption::ALL {
            let cek = vec![7; enc.key_bytes()];
            let seal = || Sealed::seal(enc, &cek, b"text", b"aad").unwrap();
            assert_eq!(seal().open(enc, &cek, b"aad").unwrap().as_slice(), b"text");
            assert!(seal().open(enc, &cek, b"other").is_none());
            assert!(
                seal()
                    .open(enc, &vec![8; enc.key_bytes()], b"aad")
                    .is_none()
            );
            let parts: [fn(&mut Sealed) -> &mut Vec<u8>; 3] =
                [|s| &mut s.iv, |s| &mut s.ciphertext, |s| &mut s.tag];
            for part in parts {
                for place in 0..part(&mut seal()).len() {
                    let mut changed = seal();
                    part(&mut changed)[place] ^= 1;
                    assert!(changed.open(enc, &cek, b"aad").is_none(), "{enc:?} {place}");
                }
                for bytes in 0..part(&mut seal()).len() {
                    let mut shorter = seal();
                    part(&mut shorter).truncate(bytes);
                    assert!(shorter.open(enc, &cek, b"aad").is_none(), "{enc:?} {bytes}");
                }
            }
        }
    }
}
