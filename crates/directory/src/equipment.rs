//! What a bank has in its safe, and how its registration script is told of it: the files and
//! the properties of the Open Banking script.

use std::{fs, os::unix::fs::OpenOptionsExt as _, path::Path};

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, LocalKeyId, PrivateKey, PrivateKeyChain};

use crate::{Problem, Software, authority::Authority, state::State};

/// Password of the stores: they are for tests, and written down beside them.
const PASSWORD: &str = "not-a-secret";

/// Scopes that a bank asks the directory for.
const SCOPES: &str = "ASPSPReadAccess TPPReadAccess AuthoritiesReadAccess";

/// Files and properties.
#[derive(Debug, Clone)]
pub struct Equipment {
    /// Name and value of each property of the script.
    pub properties: Vec<(&'static str, String)>,
}

impl Equipment {
    pub(crate) fn write(
        authority: &Authority,
        state: &State,
        bank: &Software,
        folder: &Path,
    ) -> Result<Self, Problem> {
        let file = |name: &str, bytes: &[u8]| -> Result<String, Problem> {
            let path = folder.join(name);
            let mut options = fs::OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            std::io::Write::write_all(&mut options.open(&path)?, bytes)?;
            Ok(path.display().to_string())
        };
        let transport = transport_store(authority, bank)?;
        let trust = trust_store(authority)?;
        let signing = pem(bank.signing.pkcs8());
        let signing = file("signing.key", signing.as_bytes())?;
        Ok(Self {
            properties: vec![
                ("clientScopes", SCOPES.to_owned()),
                ("keyId", bank.signing.kid().to_owned()),
                ("signingCert", signing.clone()),
                ("signingKey", signing),
                ("trustKeyStore", file("trust.p12", &trust)?),
                ("trustKeyStorePassword", PASSWORD.to_owned()),
                ("transportKeyStore", file("transport.p12", &transport)?),
                ("transportKeyStorePassword", PASSWORD.to_owned()),
                ("tokenUrl", state.token_url()),
                ("tppUrl", state.scim_url()),
                ("jwks_endpoint", state.jwks_url()),
            ],
        })
    }
}

fn transport_store(authority: &Authority, bank: &Software) -> Result<Vec<u8>, Problem> {
    let key = PrivateKey::from_der(&bank.transport.key_der)?;
    let chain = [
        Certificate::from_der(&bank.transport.certificate_der)?,
        Certificate::from_der(authority.der())?,
    ];
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(LocalKeyId(vec![1]), key, chain);
    store.add_entry("transport", KeyStoreEntry::PrivateKeyChain(chain));
    Ok(store.writer(PASSWORD).write()?)
}

fn trust_store(authority: &Authority) -> Result<Vec<u8>, Problem> {
    let mut store = KeyStore::new();
    let root = Certificate::from_der(authority.der())?;
    store.add_entry("root", KeyStoreEntry::Certificate(root));
    Ok(store.writer(PASSWORD).write()?)
}

fn pem(pkcs8: &[u8]) -> String {
    // rcgen reads any key that we sign with, and writes it as everybody does.
    rcgen::KeyPair::try_from(pkcs8).map_or_else(|_| String::new(), |pair| pair.serialize_pem())
}
