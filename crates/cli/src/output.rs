//! Printing results: JSON on request, otherwise lines for people.
//!
//! Scripts and clients have written much of what is printed: lines for people hold nothing
//! that a terminal obeys.

use std::{borrow::Cow, io::Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Prints `value` as JSON, or what `lines` makes of it.
///
/// # Errors
/// When standard output is closed for another reason than a finished reader.
pub fn print<T: Serialize>(
    as_json: bool,
    value: &T,
    lines: impl FnOnce() -> String,
) -> Result<(), Failure> {
    if as_json {
        write_json(&serde_json::to_string_pretty(value)?)
    } else {
        write_line(&lines())
    }
}

/// Writes lines for people; a reader that went away (`| head`) is no error.
///
/// # Errors
/// Any other error of standard output.
pub fn write_line(text: &str) -> Result<(), Failure> {
    write(&harmless(text))
}

/// Writes JSON, as it is: programs read it.
///
/// # Errors
/// As [`write_line`].
pub fn write_json(text: &str) -> Result<(), Failure> {
    write(text)
}

/// The text without control characters but the ends of lines and tabs: terminals take them
/// for orders, and whoever wrote the text is not whoever reads it.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| {
        if obeyed(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    Cow::Owned(text.replace("\r\n", "\n").chars().map(shown).collect())
}

fn write(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Rows as aligned columns under their heads.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        let head = heads.get(column).map_or(0, |head| head.chars().count());
        cells.max().unwrap_or(0).max(head)
    };
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(column, cell)| format!("{cell:<width$}", width = width(column)))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(heads.to_vec())];
    lines.extend(
        rows.iter()
            .map(|row| line(row.iter().map(String::as_str).collect())),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        for (text, shown) in [
            ("two\nlines\tof é", "two\nlines\tof é"),
            ("\u{1b}[2J\u{7}bell", "\u{fffd}[2J\u{fffd}bell"),
            ("\u{9b}31m and \u{7f}", "\u{fffd}31m and \u{fffd}"),
            ("over\rwritten\r\nnext", "over\u{fffd}written\nnext"),
            ("\u{0}", "\u{fffd}"),
        ] {
            assert_eq!(harmless(text), shown, "{text:?}");
        }
    }
}
