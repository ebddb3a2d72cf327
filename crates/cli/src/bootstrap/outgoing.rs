//! `[outgoing]` and `[key_stores]`: whom the server trusts and which keys it shows when it
//! is itself the client.
//!
//! They are here and not in the live configuration because they name files of this machine:
//! whoever may only change the live configuration must not choose what the server reads.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use durward_server::services::{KeyStoreListing, NamedStore};
use serde::Deserialize;

use crate::failure::Failure;

/// `[outgoing]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outgoing {
    /// PEM files of authorities that are trusted beside those of the system.
    pub trust: Vec<PathBuf>,
}

/// `[key_stores]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyStores {
    /// Directories whose files scripts may name by their paths.
    pub directories: Vec<PathBuf>,
    /// Stores by name.
    pub named: BTreeMap<String, KeyStore>,
}

/// `[key_stores.named.NAME]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyStore {
    /// PKCS#12 or PEM file.
    pub file: PathBuf,
    /// File whose first line is its password.
    pub password_file: Option<PathBuf>,
}

impl KeyStores {
    /// The same with paths from the data directory.
    pub fn listing(&self, data: &Path) -> KeyStoreListing {
        let named = self.named.iter().map(|(name, store)| {
            let store = NamedStore {
                file: data.join(&store.file),
                password_file: store.password_file.as_ref().map(|file| data.join(file)),
            };
            (name.clone(), store)
        });
        KeyStoreListing {
            named: named.collect(),
            directories: self.directories.iter().map(|one| data.join(one)).collect(),
        }
    }
}

/// The authorities of `outgoing.trust`.
///
/// # Errors
/// A file that is not there, or not PEM.
pub fn authorities(data: &Path, outgoing: &Outgoing) -> Result<Vec<reqwest::Certificate>, Failure> {
    let mut found = Vec::new();
    for file in &outgoing.trust {
        let path = data.join(file);
        let failure =
            |error: &dyn std::fmt::Display| no_authority(format!("{}: {error}", path.display()));
        let text = fs::read(&path).map_err(|error| failure(&error))?;
        let certificates =
            reqwest::Certificate::from_pem_bundle(&text).map_err(|error| failure(&error))?;
        if certificates.is_empty() {
            return Err(failure(&"no certificate is in it"));
        }
        found.extend(certificates);
    }
    Ok(found)
}

/// What is said of a certificate in `outgoing.trust` that is none.
pub fn no_authority(what: String) -> Failure {
    Failure::new(what).hint("outgoing.trust names PEM files with certificates of authorities")
}
