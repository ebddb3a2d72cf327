//! What a key store holds: private keys with their chains, and certificates.
//!
//! PKCS#12 (RFC 7292; today's PBES2 and the older ciphers that Open Banking's tools still
//! write) and PEM, encrypted or not. Not here: which files there are, who may name them.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use p12_keystore::{CertificateBag, Pkcs12Archive, PrivateKeyBag};
use pkcs8::EncryptedPrivateKeyInfoRef;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use zeroize::Zeroizing;

/// Most certificates of one store.
const MAX_CERTIFICATES: usize = 512;

/// Longest chain that is shown with a key.
const MAX_CHAIN: usize = 8;

/// A private key and the chain that goes with it.
pub(super) struct Key {
    /// Its name in the store.
    pub alias: String,
    /// One PEM block.
    pub pem: Zeroizing<String>,
    /// DER, the key's own certificate first; may be empty.
    pub chain: Vec<Vec<u8>>,
}

/// A certificate without a key.
pub(super) struct Certificate {
    /// Its name in the store.
    pub alias: String,
    /// DER.
    pub der: Vec<u8>,
}

/// A store that was opened.
#[derive(Default)]
pub(super) struct Material {
    /// Keys in the order of the file.
    pub keys: Vec<Key>,
    /// Certificates of nobody's key, likewise.
    pub certificates: Vec<Certificate>,
}

/// Opens the bytes of a store.
///
/// # Errors
/// A sentence without the password and without what the file holds.
pub(super) fn open(bytes: &[u8], password: Option<&str>) -> Result<Material, &'static str> {
    let material = if bytes.windows(11).any(|window| window == b"-----BEGIN ") {
        of_pem(bytes, password)?
    } else {
        of_pkcs12(bytes, password.unwrap_or_default())?
    };
    if material.keys.is_empty() && material.certificates.is_empty() {
        return Err("it holds neither keys nor certificates");
    }
    if material.certificates.len() > MAX_CERTIFICATES {
        return Err("it holds too many certificates");
    }
    Ok(material)
}

fn of_pem(bytes: &[u8], password: Option<&str>) -> Result<Material, &'static str> {
    let broken = |_| "its PEM is broken";
    let certificates: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(bytes)
        .map(|found| found.map(|der| der.to_vec()))
        .collect::<Result<_, _>>()
        .map_err(broken)?;
    let mut keys: Vec<Zeroizing<String>> = PrivateKeyDer::pem_slice_iter(bytes)
        .map(|found| found.map(|key| written(&key)))
        .collect::<Result<_, _>>()
        .map_err(broken)?;
    if let Some(key) = encrypted_key(bytes, password)? {
        keys.push(key);
    }
    // A key goes with the certificates beside it, its own first: nothing else in PEM says so.
    let mut keys = keys.into_iter();
    match (keys.next(), keys.next()) {
        (None, _) => Ok(Material {
            keys: Vec::new(),
            certificates: numbered(certificates),
        }),
        (Some(pem), None) => Ok(Material {
            keys: vec![Key {
                alias: "1".to_owned(),
                pem,
                chain: certificates,
            }],
            certificates: Vec::new(),
        }),
        (Some(_), Some(_)) => Err("a PEM file may hold one private key only"),
    }
}

fn numbered(certificates: Vec<Vec<u8>>) -> Vec<Certificate> {
    let named = |(index, der): (usize, Vec<u8>)| Certificate {
        alias: (index + 1).to_string(),
        der,
    };
    certificates.into_iter().enumerate().map(named).collect()
}

/// The first `ENCRYPTED PRIVATE KEY` (RFC 5958) of a PEM file.
fn encrypted_key(
    bytes: &[u8],
    password: Option<&str>,
) -> Result<Option<Zeroizing<String>>, &'static str> {
    const BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    const END: &str = "-----END ENCRYPTED PRIVATE KEY-----";
    let text = String::from_utf8_lossy(bytes);
    let Some((_, rest)) = text.split_once(BEGIN) else {
        return Ok(None);
    };
    let body = rest.split_once(END).ok_or("its PEM is broken")?.0;
    let packed: String = body.split_whitespace().collect();
    let der = STANDARD.decode(packed).map_err(|_| "its PEM is broken")?;
    let info = EncryptedPrivateKeyInfoRef::try_from(der.as_slice())
        .map_err(|_| "its private key is encrypted in a way that is not known")?;
    let opened = info
        .decrypt(password.ok_or("its private key is encrypted, and there is no password")?)
        .map_err(|_| WRONG_PASSWORD)?;
    Ok(Some(pem("PRIVATE KEY", opened.as_bytes())))
}

const WRONG_PASSWORD: &str = "it cannot be opened: another password, or not a key store";

fn of_pkcs12(bytes: &[u8], password: &str) -> Result<Material, &'static str> {
    let archive = Pkcs12Archive::from_pkcs12(bytes, password).map_err(|_| WRONG_PASSWORD)?;
    let keys: Vec<Key> = archive
        .keys
        .iter()
        .enumerate()
        .map(|(index, key)| key_of_bag(index, key, &archive))
        .collect();
    let of_keys = |bag: &CertificateBag| {
        keys.iter()
            .any(|key| key.chain.iter().any(|der| der == bag.cert.as_der()))
    };
    let certificates = archive
        .certs
        .iter()
        .enumerate()
        .filter(|(_, bag)| !of_keys(bag))
        .map(|(index, bag)| Certificate {
            alias: alias(bag.friendly_name.as_ref(), index),
            der: bag.cert.as_der().to_vec(),
        })
        .collect();
    Ok(Material { keys, certificates })
}

fn alias(name: Option<&String>, index: usize) -> String {
    name.cloned().unwrap_or_else(|| (index + 1).to_string())
}

fn key_of_bag(index: usize, key: &PrivateKeyBag, archive: &Pkcs12Archive) -> Key {
    let id = key.local_key_id.as_ref().map(AsRef::as_ref);
    let own = archive
        .certs
        .iter()
        .find(|bag| id.is_some() && bag.local_key_id.as_deref() == id);
    // Without ids there is one key, and its certificate comes first.
    let own = own.or_else(|| archive.certs.first().filter(|_| archive.keys.len() == 1));
    let name = key
        .friendly_name
        .as_ref()
        .or_else(|| own.and_then(|bag| bag.friendly_name.as_ref()));
    Key {
        alias: alias(name, index),
        pem: pem("PRIVATE KEY", key.key.as_der()),
        chain: own.map(|own| chain(own, archive)).unwrap_or_default(),
    }
}

/// From a certificate up to, and without, a root.
fn chain(own: &CertificateBag, archive: &Pkcs12Archive) -> Vec<Vec<u8>> {
    let mut chain = vec![own.cert.as_der().to_vec()];
    let mut last = &own.cert;
    while chain.len() < MAX_CHAIN {
        let issuer = archive.certs.iter().map(|bag| &bag.cert).find(|cert| {
            cert.subject() == last.issuer()
                && cert.subject() != cert.issuer()
                && !chain.iter().any(|der| der == cert.as_der())
        });
        let Some(issuer) = issuer else { break };
        chain.push(issuer.as_der().to_vec());
        last = issuer;
    }
    chain
}

fn written(key: &PrivateKeyDer<'_>) -> Zeroizing<String> {
    let kind = match key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    pem(kind, key.secret_der())
}

/// A block of PEM (RFC 7468).
pub(super) fn pem(kind: &str, der: &[u8]) -> Zeroizing<String> {
    let packed = Zeroizing::new(STANDARD.encode(der));
    // Room for everything at once: growing would leave unwiped copies behind.
    let mut text = Zeroizing::new(String::with_capacity(packed.len() * 66 / 64 + 128));
    let _ = writeln!(text, "-----BEGIN {kind}-----");
    let mut rest = packed.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    let _ = writeln!(text, "-----END {kind}-----");
    text
}
