//! Digests and the constant-time comparison that everything comparing secrets must use. No password hashing.

use crate::{Algorithm, base64url};
use aws_lc_rs::{constant_time, digest};

/// SHA-256 of `bytes`.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes.as_ref()).as_ref());
    out
}

/// Unpadded base64url of the SHA-256 of `bytes`: PKCE `S256`, `x5t#S256`, stored token hashes.
pub fn sha256_base64url(bytes: impl AsRef<[u8]>) -> String {
    base64url::encode(sha256(bytes))
}

/// Whether both are the same, in a time that depends on their lengths only.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

/// `at_hash` or `c_hash` of a token or code (OIDC Core sections 3.1.3.6 and 3.3.2.11): unpadded base64url of the
/// left half of the digest that belongs to the ID token's algorithm.
pub fn half_hash(algorithm: Algorithm, value: &str) -> String {
    let full = digest::digest(algorithm.digest(), value.as_bytes());
    let (left, _) = full.as_ref().split_at(full.as_ref().len() / 2);
    base64url::encode(left)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn sha256_of_the_pkce_example() {
        // RFC 7636 appendix B.
        assert_eq!(
            sha256_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn half_hashes_of_the_openid_examples() {
        // OIDC Core appendix A.3 and A.4: RS256 ID tokens.
        assert_eq!(
            half_hash(
                Algorithm::RS256,
                "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
            ),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        assert_eq!(
            half_hash(
                Algorithm::RS256,
                "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
            ),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }

    #[test]
    fn half_hash_is_half_of_the_algorithms_digest() {
        for (algorithm, bytes) in [
            (Algorithm::ES256, 16),
            (Algorithm::ES384, 24),
            (Algorithm::PS512, 32),
            (Algorithm::EdDSA, 32),
        ] {
            let text = half_hash(algorithm, "value");
            assert_eq!(base64url::decode(text).unwrap().len(), bytes);
        }
    }

    #[test]
    fn comparison_sees_every_difference() {
        assert!(constant_time_eq(b"secret", b"secret"));
        assert!(!constant_time_eq(b"secret", b"secreT"));
        assert!(!constant_time_eq(b"secret", b"secret1"));
        assert!(!constant_time_eq(b"", b"s"));
    }
}
