//! Where logical lines and the simple statements in them begin and end, and
//! how deeply expressions may nest.
//!
//! Not here: what happens to a statement (see `rewrite`).

use super::lexer::{Indent, Kind, Lexed, Token};
use super::{MAX_INDENTS, MAX_OPERATORS};

/// One header (`if x:`, `except A, e:`) or simple statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement<'a> {
    /// Its tokens, never empty, without the `;` or line end that follows.
    pub(super) tokens: &'a [Token],
}

/// A logical line.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    pub(super) indent: Indent,
    pub(super) statements: Vec<Statement<'a>>,
}

const COMPOUND: [&str; 11] = [
    "if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class",
];

/// The text of `token`.
pub(super) fn text_of<'a>(text: &'a str, token: &Token) -> &'a str {
    text.get(token.start..token.end).unwrap_or_default()
}

/// True when `token` is the operator or name `expected`.
pub(super) fn is(text: &str, token: &Token, expected: &str) -> bool {
    matches!(token.kind, Kind::Operator | Kind::Name) && text_of(text, token) == expected
}

/// Divides the tokens into logical lines and statements.
pub(super) fn lines<'a>(text: &str, lexed: &'a Lexed) -> Vec<Line<'a>> {
    lexed
        .tokens
        .split_inclusive(|token| token.kind == Kind::Newline)
        .zip(&lexed.indents)
        .map(|(tokens, indent)| {
            let tokens = match tokens.split_last() {
                Some((last, before)) if last.kind == Kind::Newline => before,
                _ => tokens,
            };
            Line {
                indent: *indent,
                statements: divide(text, tokens),
            }
        })
        .collect()
}

fn divide<'a>(text: &str, tokens: &'a [Token]) -> Vec<Statement<'a>> {
    let mut statements = Vec::new();
    let mut rest = tokens;
    let compound = tokens
        .first()
        .is_some_and(|first| COMPOUND.iter().any(|word| is(text, first, word)));
    if compound
        && let Some(colon) = header_colon(text, tokens)
        && let Some((header, body)) = tokens.split_at_checked(colon + 1)
    {
        statements.push(Statement { tokens: header });
        rest = body;
    }
    for part in rest.split(|token| token.depth == 0 && is(text, token, ";")) {
        if !part.is_empty() {
            statements.push(Statement { tokens: part });
        }
    }
    statements
}

/// Index of the colon that ends a compound statement's header.
fn header_colon(text: &str, tokens: &[Token]) -> Option<usize> {
    let mut lambdas = 0_usize;
    for (index, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.depth == 0)
    {
        if is(text, token, "lambda") {
            lambdas += 1;
        } else if is(text, token, ":") {
            match lambdas.checked_sub(1) {
                Some(fewer) => lambdas = fewer,
                None => return Some(index),
            }
        }
    }
    None
}

/// Indices of the tokens `wanted` at bracket depth `depth` that belong to no
/// lambda's parameters.
pub(super) fn separators(text: &str, tokens: &[Token], depth: usize, wanted: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut lambdas = 0_usize;
    for (index, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.depth == depth)
    {
        if is(text, token, "lambda") {
            lambdas += 1;
        } else if lambdas > 0 && is(text, token, ":") {
            lambdas -= 1;
        } else if lambdas == 0 && is(text, token, wanted) {
            found.push(index);
        }
    }
    found
}

/// Index just past the bracket that closes the one at `open`.
pub(super) fn past_closing(tokens: &[Token], open: usize) -> usize {
    let depth = tokens.get(open).map_or(0, |token| token.depth);
    tokens
        .iter()
        .enumerate()
        .skip(open + 1)
        .find(|(_, token)| token.depth <= depth)
        .map_or(tokens.len(), |(index, _)| index + 1)
}

/// The first place where an expression holds more operators around each other
/// than the compiler's recursion allows, or a block is nested too deeply.
pub(super) fn too_deep(text: &str, lexed: &Lexed) -> Option<(usize, String)> {
    let mut levels = vec![0_usize];
    let mut total = 0_usize;
    for token in &lexed.tokens {
        while levels.len() > token.depth + 1 {
            total -= levels.pop().unwrap_or(0);
        }
        while levels.len() < token.depth + 1 {
            levels.push(0);
        }
        let ends = token.kind == Kind::Newline
            || is(text, token, ",")
            || (token.depth == 0 && is(text, token, ";"));
        let weight = weight(text, token);
        if let Some(level) = levels.last_mut() {
            if ends {
                total -= std::mem::take(level);
            } else {
                *level += weight;
                total += weight;
            }
        }
        if total > MAX_OPERATORS {
            let message = format!("more than {MAX_OPERATORS} operators in one expression");
            return Some((token.start, message));
        }
    }
    too_indented(text, lexed)
}

/// How many levels of nesting a token can add.
fn weight(text: &str, token: &Token) -> usize {
    match token.kind {
        Kind::Operator => 1,
        Kind::Name => usize::from(super::lexer::HARD_KEYWORDS.contains(&text_of(text, token))),
        Kind::Text { prefix, .. } => {
            let literal = text_of(text, token);
            let letters = literal.get(..prefix).unwrap_or_default();
            if letters.contains(['f', 'F', 't', 'T']) {
                operators_in_braces(literal)
            } else {
                0
            }
        }
        Kind::Number | Kind::Newline => 0,
    }
}

/// Operator characters between the braces of an f-string.
fn operators_in_braces(literal: &str) -> usize {
    let mut depth = 0_usize;
    let mut count = 0;
    for character in literal.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth > 0 && (c.is_ascii_punctuation() || c == ' ') => count += 1,
            _ => {}
        }
    }
    count
}

fn too_indented(text: &str, lexed: &Lexed) -> Option<(usize, String)> {
    let mut columns = Vec::new();
    for indent in &lexed.indents {
        let column = indent_column(text.get(indent.start..indent.end).unwrap_or_default());
        while columns.last().is_some_and(|last| *last >= column) {
            columns.pop();
        }
        columns.push(column);
        if columns.len() > MAX_INDENTS {
            let message = format!("more than {MAX_INDENTS} blocks inside each other");
            return Some((indent.end, message));
        }
    }
    None
}

/// The column that white space reaches in Python 2: a tab goes to the next
/// multiple of 8.
pub(super) fn indent_column(white: &str) -> usize {
    white.chars().fold(0, |column, character| match character {
        '\t' => (column / 8 + 1) * 8,
        '\x0c' => 0,
        _ => column + 1,
    })
}
