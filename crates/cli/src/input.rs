//! What commands read from files and standard input, named `-` as everywhere.
//! Secrets come this way: the arguments of a process are seen by others.

use std::{fs::File, io::Read, path::Path};

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Largest file that a person writes, bytes.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// What is in a file, or comes from standard input: at most `max` bytes.
///
/// # Errors
/// The file cannot be read, or there is more.
pub fn bounded(file: &Path, max: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::fmt::Display| told(file, error);
    let source: Box<dyn Read> = if file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(file).map_err(|error| failed(&error))?)
    };
    let mut bytes = Vec::new();
    let read = source.take(max.saturating_add(1)).read_to_end(&mut bytes);
    match read.map_err(|error| failed(&error))? {
        length if length as u64 > max => Err(failed(&format!("it has more than {max} bytes"))),
        _ => Ok(bytes),
    }
}

fn told(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    let error = error.to_string();
    Failure::new(format!("{}: {}", file.display(), error.trim_end()))
}

/// The text of a file, or of standard input.
///
/// # Errors
/// The file cannot be read, is too large, or is no UTF-8.
pub fn text_of(file: &Path) -> Result<String, Failure> {
    let bytes = bounded(file, MAX_FILE_BYTES)?;
    String::from_utf8(bytes).map_err(|_| told(file, &"it is no UTF-8"))
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
    let failed = |error: &dyn std::fmt::Display| told(file, error);
    let text = text_of(file)?;
    if file.extension().is_some_and(|ending| ending == "toml") {
        toml::from_str(&text).map_err(|error| failed(&error))
    } else {
        serde_json::from_str(&text)
            .map_err(|error| failed(&error).hint("a JSON object is expected"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "1234").unwrap();
        assert_eq!(bounded(&file, 4).unwrap(), b"1234");
        let failure = bounded(&file, 3).unwrap_err();
        assert!(failure.message.contains("more than 3 bytes"), "{failure:?}");
        // Whose length nobody knows beforehand.
        let failure = bounded(Path::new("/dev/zero"), 1000).unwrap_err();
        assert!(failure.message.contains("/dev/zero"), "{failure:?}");
        std::fs::write(&file, b"\xff").unwrap();
        assert!(text_of(&file).unwrap_err().message.contains("UTF-8"));
        assert!(text_of(&folder.path().join("none")).is_err());
    }
}
