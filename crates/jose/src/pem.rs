//! The three PEM labels under which unencrypted private keys arrive (RFC 7468). Not a general PEM reader.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// Longest PEM text read, in bytes; an RSA key of 8192 bits needs about 7,000.
const MAX_BYTES: usize = 16 * 1024;

/// What a PEM block held, still DER.
pub(crate) enum PrivateKeyDer {
    /// `PRIVATE KEY`: PKCS#8.
    Pkcs8(Zeroizing<Vec<u8>>),
    /// `RSA PRIVATE KEY`: PKCS#1.
    Pkcs1(Zeroizing<Vec<u8>>),
    /// `EC PRIVATE KEY`: SEC 1 (RFC 5915).
    Sec1(Zeroizing<Vec<u8>>),
}

/// The first private key in `text`, or nothing when there is none that we read (encrypted keys included).
pub(crate) fn private_key(text: &str) -> Option<PrivateKeyDer> {
    if text.len() > MAX_BYTES {
        return None;
    }
    block(text, "PRIVATE KEY")
        .map(PrivateKeyDer::Pkcs8)
        .or_else(|| block(text, "RSA PRIVATE KEY").map(PrivateKeyDer::Pkcs1))
        .or_else(|| block(text, "EC PRIVATE KEY").map(PrivateKeyDer::Sec1))
}

fn block(text: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    // Room for everything at once: growing would leave unwiped copies behind.
    let mut packed = Zeroizing::new(Vec::with_capacity(body.len()));
    packed.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    STANDARD.decode(&packed).ok().map(Zeroizing::new)
}
