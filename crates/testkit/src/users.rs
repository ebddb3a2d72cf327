//! Alice and Bob. Their hashes cost next to nothing.

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version, password_hash::SaltString};
use durward_model::{User, UserId};
use serde_json::json;

use crate::clock::START;

/// Alice's id, the `sub` of her tokens.
pub const ALICE: &str = "alice-inum";
/// Bob's id.
pub const BOB: &str = "bob-inum";
/// Alice's password.
pub const ALICE_PASSWORD: &str = "down the rabbit hole";
/// Bob's password.
pub const BOB_PASSWORD: &str = "can we fix it";
/// Alice's CIBA user code.
pub const ALICE_CODE: &str = "4711";

/// Argon2id with the least cost that there is.
pub fn cheap_hash(password: &str) -> String {
    let argon2 = Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(8, 1, 1, None).unwrap(),
    );
    let salt = SaltString::encode_b64(b"salt of a test..").unwrap();
    argon2
        .hash_password(password.as_bytes(), &salt)
        .unwrap()
        .to_string()
}

/// A device, a user code, every claim.
pub fn alice() -> User {
    User {
        id: UserId::new(ALICE),
        username: "alice".to_owned(),
        password_hash: Some(cheap_hash(ALICE_PASSWORD)),
        name: Some("Alice Liddell".to_owned()),
        email: Some("alice@wonderland.example".to_owned()),
        email_verified: true,
        claims: json!({ "given_name": "Alice", "salary": "secret" })
            .as_object()
            .unwrap()
            .clone(),
        device_registration_token: Some("device-of-alice".to_owned()),
        user_code_hash: Some(cheap_hash(ALICE_CODE)),
        disabled: false,
        created_at: START,
    }
}

/// No device, no user code, no further claims.
pub fn bob() -> User {
    User {
        id: UserId::new(BOB),
        username: "bob".to_owned(),
        password_hash: Some(cheap_hash(BOB_PASSWORD)),
        name: None,
        email: Some("bob@builders.example".to_owned()),
        email_verified: false,
        claims: serde_json::Map::new(),
        device_registration_token: None,
        user_code_hash: None,
        disabled: false,
        created_at: START,
    }
}
