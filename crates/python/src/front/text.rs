//! The author's text as every later step sees it: line ends made `\n`, the
//! byte order mark gone, and places in it named by line and column.
//!
//! Not here: tokens (see `lexer`), changes to the text (see `edits`).

use super::{MAX_SOURCE_BYTES, Problem};

/// The author's text with `\n` line ends and without a byte order mark.
#[derive(Debug, Clone)]
pub(super) struct Text {
    content: String,
    line_starts: Vec<usize>,
}

impl Text {
    /// Normalises `raw`; a problem when it is too large or holds a NUL.
    pub(super) fn new(raw: &str) -> Result<Self, Problem> {
        if raw.len() > MAX_SOURCE_BYTES {
            let message = format!("the script is larger than {MAX_SOURCE_BYTES} bytes");
            return Err(Problem::new(1, 1, message));
        }
        let raw = raw.strip_prefix('\u{feff}').unwrap_or(raw);
        let content = if raw.contains('\r') {
            raw.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            raw.to_owned()
        };
        let line_starts = std::iter::once(0)
            .chain(content.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let text = Self {
            content,
            line_starts,
        };
        match text.content.find('\0') {
            Some(at) => Err(text.problem(at, "the script contains a NUL character")),
            None => Ok(text),
        }
    }

    /// The normalised characters.
    pub(super) fn as_str(&self) -> &str {
        &self.content
    }

    /// A problem at byte `offset`.
    pub(super) fn problem(&self, offset: usize, message: impl Into<String>) -> Problem {
        let (line, column) = self.position(offset);
        Problem::new(line, column, message)
    }

    /// Line and column of byte `offset`, both from 1, columns in characters.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let offset = floor_boundary(&self.content, offset);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = line
            .checked_sub(1)
            .and_then(|index| self.line_starts.get(index))
            .copied()
            .unwrap_or(0);
        let column = self
            .content
            .get(start..offset)
            .map_or(0, |before| before.chars().count());
        (line.max(1), column + 1)
    }
}

/// The nearest character boundary at or before `offset`.
pub(super) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Byte offset of a line and column (both from 1) in `text`.
pub(super) fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = if line <= 1 {
        0
    } else {
        text.match_indices('\n')
            .nth(line - 2)
            .map_or(text.len(), |(at, _)| at + 1)
    };
    let rest = text.get(start..).unwrap_or_default();
    let within = rest
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(rest.len(), |(at, _)| at);
    start + within
}
