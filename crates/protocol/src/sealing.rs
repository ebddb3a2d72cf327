//! Which secret values are sealed under which context, so that a sealed text
//! copied to another place does not open there.

use durward_jose::SealingKeys;

use crate::error::Error;

/// Context of configuration values such as `notificationKey`.
pub const CONFIGURATION: &str = "configuration";

/// Context of a script's hidden configuration property.
pub fn script_property(inum: &str, name: &str) -> String {
    format!("script:{inum}:{name}")
}

/// Seals a text.
///
/// # Errors
/// A fault of the cryptography library.
pub fn seal(keys: &SealingKeys, context: &str, text: &str) -> Result<String, Error> {
    keys.seal(context, text.as_bytes())
        .map_err(|error| Error::Fault(error.to_string()))
}

/// Opens a sealed text.
///
/// # Errors
/// A fault when it was sealed under another key or context, or is not sealed at all.
pub fn open(keys: &SealingKeys, context: &str, sealed: &str) -> Result<String, Error> {
    let bytes = keys
        .open(context, sealed)
        .map_err(|error| Error::Fault(error.to_string()))?;
    String::from_utf8(bytes.to_vec())
        .map_err(|_| Error::Fault("a sealed value is not text".to_owned()))
}
