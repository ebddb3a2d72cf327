//! Base64url without padding as JOSE writes it (RFC 7515 section 2), refusing every other spelling of the same bytes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The unpadded base64url text of `bytes`.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends the unpadded base64url text of `bytes` to `out`.
pub fn encode_into(bytes: impl AsRef<[u8]>, out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// The bytes that `text` stands for, or nothing when it is not the one canonical spelling: padding, white space, the
/// standard alphabet and non-zero trailing bits are all refused.
pub fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn one_spelling_only() {
        assert_eq!(encode([0xfb, 0xff]), "-_8");
        assert_eq!(decode("-_8"), Some(vec![0xfb, 0xff]));
        for other in ["-_8=", "+/8", "-_9", "-_8 ", "-_8\n", "-"] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
