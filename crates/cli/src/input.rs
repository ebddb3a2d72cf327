//! What commands read from files and standard input, named `-` as everywhere.
//! Secrets come this way: the arguments of a process are seen by others.

use std::{io::Read as _, path::Path};

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Largest file that a person writes, bytes.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// The text of a file, or of standard input.
///
/// # Errors
/// The file cannot be read, or is no UTF-8.
pub fn text_of(file: &Path) -> Result<String, Failure> {
    if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(file)
        .map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}

/// The same without the line end that editors and `echo` add.
///
/// # Errors
/// As [`text_of`].
pub fn value_of(file: &Path) -> Result<String, Failure> {
    let text = text_of(file)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// What a file says in JSON, or in TOML where it is called so.
///
/// # Errors
/// The file cannot be read, is too large, or says something else.
pub fn structured<T: DeserializeOwned>(file: &Path) -> Result<T, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        let error = error.to_string();
        Failure::new(format!("{}: {}", file.display(), error.trim_end()))
    };
    let length = std::fs::metadata(file)
        .map_err(|error| failed(&error))?
        .len();
    if length > MAX_FILE_BYTES {
        return Err(failed(&format!("it has more than {MAX_FILE_BYTES} bytes")));
    }
    let text = text_of(file)?;
    if file.extension().is_some_and(|ending| ending == "toml") {
        toml::from_str(&text).map_err(|error| failed(&error))
    } else {
        serde_json::from_str(&text)
            .map_err(|error| failed(&error).hint("a JSON object is expected"))
    }
}
