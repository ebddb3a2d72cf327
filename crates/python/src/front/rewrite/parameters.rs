//! Tuple parameters: `def f((a, b))` and `lambda (a, b): a`. Their patterns
//! move to where Python 3 allows them and the tree pass finds them.

use super::Rewriter;
use crate::front::lexer::Token;
use crate::front::names;
use crate::front::statements::{is, past_closing, text_of};

impl Rewriter<'_> {
    fn next_parameter(&mut self) -> String {
        self.parameters += 1;
        format!("{}{}__", names::PARAMETER, self.parameters)
    }

    /// The tuple parameters of a `def`, tokens after that word: they become
    /// annotations of parameters of ours.
    pub(super) fn parameters_of(&mut self, rest: &[Token]) {
        let mut starts = false;
        for token in rest {
            let outer = token.depth == 0;
            let opens = is(self.source, token, "(");
            if token.depth == 1 && starts && opens {
                let name = self.next_parameter();
                self.edits.insert(token.start, format!("{name}: "));
            }
            starts = (outer && opens) || (token.depth == 1 && is(self.source, token, ","));
        }
    }

    pub(super) fn lambdas(&mut self, tokens: &[Token]) {
        for (index, token) in tokens.iter().enumerate() {
            let attribute = index
                .checked_sub(1)
                .and_then(|before| tokens.get(before))
                .is_some_and(|before| is(self.source, before, "."));
            if !attribute && is(self.source, token, "lambda") {
                self.lambda(token.depth, tokens.get(index + 1..).unwrap_or_default());
            }
        }
    }

    /// The tuple parameters of one lambda: each becomes a parameter of ours,
    /// and the patterns move behind the colon, where the tree pass finds them.
    fn lambda(&mut self, depth: usize, tokens: &[Token]) {
        let mut patterns = String::new();
        let mut starts = true;
        let mut index = 0;
        while let Some(token) = tokens.get(index).filter(|token| token.depth >= depth) {
            if token.depth == depth && is(self.source, token, ":") {
                if !patterns.is_empty() {
                    let marker = format!(" ({patterns}) if {} else ", names::LAMBDA);
                    self.edits.insert(token.end, marker);
                }
                return;
            }
            if token.depth == depth && starts && is(self.source, token, "(") {
                let past = past_closing(tokens, index);
                let inside = tokens.get(index..past).unwrap_or_default();
                let end = inside.last().map_or(token.end, |last| last.end);
                let whole = self.source.get(token.start..end).unwrap_or_default();
                let breaks = "\\\n".repeat(whole.matches('\n').count());
                let name = self.next_parameter();
                self.edits
                    .replace(token.start, end, format!("{name}{breaks}"));
                let words: Vec<&str> = inside
                    .iter()
                    .map(|token| text_of(self.source, token))
                    .collect();
                patterns.push_str(&words.join(" "));
                patterns.push(',');
                index = past;
                starts = false;
                continue;
            }
            starts = token.depth == depth && is(self.source, token, ",");
            index += 1;
        }
    }
}
