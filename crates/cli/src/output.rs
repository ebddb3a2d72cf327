//! Printing results: JSON on request, otherwise lines for people.

use std::io::Write as _;

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
    let text = if as_json {
        serde_json::to_string_pretty(value)?
    } else {
        lines()
    };
    write_line(&text)
}

/// Writes a line; a reader that went away (`| head`) is no error.
///
/// # Errors
/// Any other error of standard output.
pub fn write_line(text: &str) -> Result<(), Failure> {
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
