//! Looking into tokens whose signature a test checks elsewhere, or not at all.

use durward_jose::{Header, unverified_claims, unverified_header};
use serde_json::{Map, Value};

const MAX_BYTES: usize = 64 * 1024;

/// The claims of a compact JWT.
pub fn claims_of(token: &str) -> Map<String, Value> {
    unverified_claims(token, MAX_BYTES).unwrap()
}

/// The header of a compact JWT.
pub fn header_of(token: &str) -> Header {
    unverified_header(token, MAX_BYTES).unwrap()
}
