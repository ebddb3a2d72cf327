//! LDIF (RFC 2849) as far as exports use it: entries, folded lines, base64, comments.
//!
//! Values at URLs are refused, changes other than additions are left out. Not here: what an
//! attribute means (`entry`).

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Most entries of a file.
const MAX_ENTRIES: usize = 100_000;
/// Most attributes of an entry.
const MAX_ATTRIBUTES: usize = 10_000;

/// An entry: its attributes in their order, `dn` among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Name, in lower case and without options, and value.
    pub attributes: Vec<(String, String)>,
    /// A value that could not be read: which, and why.
    pub unreadable: Option<String>,
}

impl Entry {
    /// All values of an attribute, by its name in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value.
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    fn is_addition(&self) -> bool {
        self.first("changetype")
            .is_none_or(|change| change.eq_ignore_ascii_case("add"))
    }
}

/// Reads a whole file.
///
/// # Errors
/// The line that is not LDIF.
pub fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    let mut entry = Entry::default();
    for (number, line) in unfolded(text) {
        if line.is_empty() {
            close(&mut entries, std::mem::take(&mut entry))?;
            continue;
        }
        if line.starts_with('#') || line == "-" {
            continue;
        }
        let (name, value) = attribute(&line, number)?;
        if name == "version" && entries.is_empty() && entry == Entry::default() {
            continue;
        }
        if entry.attributes.len() >= MAX_ATTRIBUTES {
            return Err(format!(
                "line {number}: an entry has more than {MAX_ATTRIBUTES} attributes"
            ));
        }
        match value {
            Ok(value) => entry.attributes.push((name, value)),
            Err(why) => entry.unreadable = Some(format!("line {number}, {name}: {why}")),
        }
    }
    close(&mut entries, entry)?;
    Ok(entries)
}

fn close(entries: &mut Vec<Entry>, entry: Entry) -> Result<(), String> {
    if entry == Entry::default() || !entry.is_addition() {
        return Ok(());
    }
    if entries.len() >= MAX_ENTRIES {
        return Err(format!("it has more than {MAX_ENTRIES} entries"));
    }
    entries.push(entry);
    Ok(())
}

/// Lines with the number of their first one; a line that begins with a space goes on.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix(' '), lines.last_mut()) {
            (Some(more), Some((_, before))) if !before.is_empty() => before.push_str(more),
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

/// An attribute's name and value; the value may be unreadable without the file being so.
#[allow(clippy::type_complexity)] // the outer error ends the file, the inner one the entry
fn attribute(line: &str, number: usize) -> Result<(String, Result<String, String>), String> {
    let (name, rest) = line
        .split_once(':')
        .ok_or_else(|| format!("line {number}: neither JSON nor LDIF"))?;
    let name = name.split(';').next().unwrap_or_default().trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    if name.is_empty() || !name.chars().all(fits) {
        return Err(format!("line {number}: neither JSON nor LDIF"));
    }
    let value = if let Some(encoded) = rest.strip_prefix(':') {
        decoded(encoded.trim())
    } else if rest.starts_with('<') {
        Err("a value at a URL is not fetched".to_owned())
    } else {
        Ok(rest.trim_start_matches(' ').to_owned())
    };
    Ok((name.to_ascii_lowercase(), value))
}

fn decoded(text: &str) -> Result<String, String> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| "it is not base64".to_owned())?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}
