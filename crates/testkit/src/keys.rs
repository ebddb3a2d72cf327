//! Keys of the provider and of its clients: made once per process, because RSA is slow.

use std::sync::OnceLock;

use durward_jose::{Algorithm, SealingKey, SealingKeys, SigningKey};
use durward_model::StoredSigningKey;
use durward_protocol::keyring::{self, encryption};

use crate::clock::START;

/// The sealing keys of every world: all alike, so that sealed keys can be shared.
pub fn sealing() -> SealingKeys {
    SealingKey::from_bytes(&[7; 32]).unwrap().into()
}

/// One key for each algorithm and each kind of encryption, sealed under [`sealing`].
pub fn signing_keys() -> &'static [StoredSigningKey] {
    static KEYS: OnceLock<Vec<StoredSigningKey>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let sealing = sealing();
        let signing = keyring::ALGORITHMS
            .iter()
            .map(|&algorithm| keyring::generate(algorithm, START, START, &sealing).unwrap());
        let opening = encryption::KINDS
            .iter()
            .map(|&kind| encryption::generate(kind, START, &sealing).unwrap());
        signing.chain(opening).collect()
    })
}

/// The key of the client that authenticates with assertions.
pub fn client_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::ES256).unwrap())
}

/// A key that nobody has registered.
pub fn stranger_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::ES256).unwrap())
}
