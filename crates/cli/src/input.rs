//! What commands read from files and standard input, named `-` as everywhere.
//! Secrets come this way: the arguments of a process are seen by others.

use std::{io::Read as _, path::Path};

use crate::failure::Failure;

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
