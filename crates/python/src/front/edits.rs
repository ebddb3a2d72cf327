//! Replacements in a text, and the way back from a place in the result to
//! the place in the text that it came from.

use super::text::floor_boundary;

/// One replacement of bytes `start..end` of the author's text.
#[derive(Debug, Clone)]
struct Edit {
    start: usize,
    end: usize,
    replacement: String,
}

/// Replacements collected in any order.
#[derive(Debug, Clone, Default)]
pub(super) struct Edits {
    edits: Vec<Edit>,
}

/// The changed text and how its bytes relate to the author's.
#[derive(Debug, Clone)]
pub(super) struct Edited {
    /// The changed text.
    pub(super) text: String,
    /// For each stretch of the changed text: where it starts there, where in
    /// the author's text, and whether its bytes are the author's own.
    stretches: Vec<(usize, usize, bool)>,
}

impl Edits {
    /// Replaces bytes `start..end`. Text inserted at one place appears in the
    /// order in which it was added.
    pub(super) fn replace(&mut self, start: usize, end: usize, replacement: impl Into<String>) {
        self.edits.push(Edit {
            start,
            end,
            replacement: replacement.into(),
        });
    }

    /// Inserts before byte `at`.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at, at, text);
    }

    /// The text with every replacement made. Of two that overlap, the later
    /// one in the text is left out.
    pub(super) fn apply(mut self, text: &str) -> Edited {
        self.edits.sort_by_key(|edit| (edit.start, edit.end));
        let mut edited = Edited {
            text: String::with_capacity(text.len() + self.edits.len() * 16),
            stretches: Vec::with_capacity(self.edits.len() * 2 + 1),
        };
        let mut at = 0;
        for edit in &self.edits {
            if edit.start < at {
                continue;
            }
            edited.keep(text, at, edit.start);
            edited
                .stretches
                .push((edited.text.len(), edit.start, false));
            edited.text.push_str(&edit.replacement);
            at = edit.end;
        }
        edited.keep(text, at, text.len());
        edited
    }
}

impl Edited {
    fn keep(&mut self, text: &str, start: usize, end: usize) {
        self.stretches.push((self.text.len(), start, true));
        self.text.push_str(text.get(start..end).unwrap_or_default());
    }

    /// The byte of the author's text that byte `offset` of the changed text
    /// came from; for inserted text, where it was inserted.
    pub(super) fn author_offset(&self, offset: usize) -> usize {
        let offset = floor_boundary(&self.text, offset);
        let index = self
            .stretches
            .partition_point(|(start, _, _)| *start <= offset);
        index
            .checked_sub(1)
            .and_then(|index| self.stretches.get(index))
            .map_or(offset, |(start, author, own)| {
                if *own {
                    author + (offset - start)
                } else {
                    *author
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Edits;

    #[test]
    fn offsets_lead_back_to_the_author() {
        let mut edits = Edits::default();
        edits.replace(0, 5, "show(");
        edits.insert(8, ")");
        let edited = edits.apply("print 12; x");
        assert_eq!(edited.text, "show( 12); x");
        assert_eq!(edited.author_offset(2), 0);
        assert_eq!(edited.author_offset(6), 6);
        assert_eq!(edited.author_offset(11), 10);
    }
}
