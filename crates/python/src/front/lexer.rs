//! Tokens of Python 2.7 text, close enough to Python 3 to find attribute
//! names there too. It never fails: what it cannot read becomes a fault in
//! the result, and the caller decides whether that matters.
//!
//! Not here: what tokens mean (see `statements`, `rewrite`).

use super::MAX_NESTING;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or keyword.
    Name,
    /// A number with its suffix.
    Number,
    /// A string literal; `prefix` letters, then `quotes` (1 or 3) quote marks.
    Text { prefix: usize, quotes: usize },
    /// An operator or delimiter.
    Operator,
    /// The end of a logical line.
    Newline,
}

/// A token and where it stands, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Brackets open around it; an opening bracket counts from the next token
    /// on, a closing one no longer counts for itself.
    pub(super) depth: usize,
}

/// The white space that a logical line starts with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Indent {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Everything found in a text.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    /// One for each logical line, in order.
    pub(super) indents: Vec<Indent>,
    /// Byte offset and sentence.
    pub(super) faults: Vec<(usize, String)>,
}

/// Keywords of Python 2 and 3 that may not be plain identifiers in Python 3.
pub(super) const HARD_KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

const OPERATORS: [&str; 25] = [
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "<>", "->",
    "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", ":=",
];

/// Reads the tokens of `text`.
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        at: 0,
        open: Vec::new(),
        found: Lexed::default(),
    };
    lexer.run();
    lexer.found
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    open: Vec<(char, usize)>,
    found: Lexed,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut at_line_start = true;
        loop {
            if at_line_start && self.open.is_empty() {
                if !self.skip_to_code() {
                    break;
                }
                at_line_start = false;
            }
            let Some(next) = self.peek() else { break };
            match next {
                '\n' => {
                    if self.open.is_empty() {
                        self.push(Kind::Newline, 1);
                        at_line_start = true;
                    } else {
                        self.at += 1;
                    }
                }
                ' ' | '\t' | '\x0c' => self.at += 1,
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '#' => self.skip_comment(),
                _ => self.token(next),
            }
        }
        if let Some((bracket, at)) = self.open.last().copied() {
            self.fault(at, format!("'{bracket}' was never closed"));
        }
        if self
            .found
            .tokens
            .last()
            .is_some_and(|token| token.kind != Kind::Newline)
        {
            self.push(Kind::Newline, 0);
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn fault(&mut self, at: usize, message: impl Into<String>) {
        self.found.faults.push((at, message.into()));
    }

    fn push(&mut self, kind: Kind, length: usize) {
        self.found.tokens.push(Token {
            kind,
            start: self.at,
            end: self.at + length,
            depth: self.open.len(),
        });
        self.at += length;
    }

    fn skip_comment(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// Goes past blank lines and comments to the first token of the next
    /// logical line and notes its indentation; false at the end.
    fn skip_to_code(&mut self) -> bool {
        loop {
            let start = self.at;
            let blank = |c: char| matches!(c, ' ' | '\t' | '\x0c');
            self.at += self.rest().len() - self.rest().trim_start_matches(blank).len();
            match self.peek() {
                None => return false,
                Some('\n') => self.at += 1,
                Some('#') => self.skip_comment(),
                Some(_) => {
                    let end = self.at;
                    self.found.indents.push(Indent { start, end });
                    return true;
                }
            }
        }
    }

    fn token(&mut self, next: char) {
        let after = self.rest().chars().nth(1);
        if let Some((prefix, quotes)) = string_opening(self.rest()) {
            self.string(prefix, quotes);
        } else if next.is_ascii_digit()
            || (next == '.' && after.is_some_and(|c| c.is_ascii_digit()))
        {
            let length = number_length(self.rest());
            self.push(Kind::Number, length);
        } else if next == '_' || next.is_alphabetic() || !next.is_ascii() {
            let part = |c: char| c == '_' || c.is_alphanumeric() || !c.is_ascii();
            let length = self.rest().find(|c| !part(c)).unwrap_or(self.rest().len());
            self.push(Kind::Name, length);
        } else {
            self.operator(next);
        }
    }

    fn operator(&mut self, next: char) {
        match next {
            '(' | '[' | '{' => {
                self.push(Kind::Operator, 1);
                self.open.push((next, self.at - 1));
                if self.open.len() == MAX_NESTING + 1 {
                    let message = format!("more than {MAX_NESTING} brackets inside each other");
                    self.fault(self.at - 1, message);
                }
            }
            ')' | ']' | '}' => {
                match self.open.pop() {
                    Some((opened, _)) if closes(opened, next) => {}
                    Some((opened, _)) => {
                        self.fault(self.at, format!("'{next}' does not close '{opened}'"));
                    }
                    None => self.fault(self.at, format!("'{next}' closes nothing")),
                }
                self.push(Kind::Operator, 1);
            }
            _ => {
                let rest = self.rest();
                let length = OPERATORS
                    .iter()
                    .find(|operator| rest.starts_with(**operator))
                    .map_or(next.len_utf8(), |operator| operator.len());
                self.push(Kind::Operator, length);
            }
        }
    }

    fn string(&mut self, prefix: usize, quotes: usize) {
        let rest = self.rest();
        let opening = rest.get(prefix..prefix + quotes).unwrap_or_default();
        let mut at = prefix + quotes;
        let mut closed = false;
        while let Some(inner) = rest.get(at..) {
            if inner.starts_with(opening) {
                at += quotes;
                closed = true;
                break;
            }
            let mut characters = inner.chars();
            match characters.next() {
                None => break,
                Some('\n') if quotes == 1 => break,
                Some('\\') => at += 1 + characters.next().map_or(0, char::len_utf8),
                Some(other) => at += other.len_utf8(),
            }
        }
        if !closed {
            self.fault(self.at, "this string is never closed");
        }
        self.push(Kind::Text { prefix, quotes }, at);
    }
}

fn closes(opened: char, closing: char) -> bool {
    matches!((opened, closing), ('(', ')') | ('[', ']') | ('{', '}'))
}

/// Lengths of prefix and quotes when `rest` starts with a string literal.
fn string_opening(rest: &str) -> Option<(usize, usize)> {
    let prefix = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    if prefix > 2 {
        return None;
    }
    let letters = rest.get(..prefix)?.to_ascii_lowercase();
    let known = [
        "", "u", "r", "b", "ur", "br", "rb", "f", "fr", "rf", "t", "tr", "rt",
    ];
    let quoted = rest.get(prefix..)?;
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    if !known.contains(&letters.as_str()) {
        return None;
    }
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    Some((prefix, if quoted.starts_with(&triple) { 3 } else { 1 }))
}

/// Bytes of the number that `rest` starts with, suffixes included.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    if at(0) == b'0' && matches!(at(1), b'x' | b'X' | b'o' | b'O' | b'b' | b'B') {
        let mut end = 2;
        while at(end).is_ascii_hexdigit() || at(end) == b'_' {
            end += 1;
        }
        return end + usize::from(matches!(at(end), b'l' | b'L'));
    }
    let digits = |mut index: usize| {
        while at(index).is_ascii_digit() || (at(index) == b'_' && at(index + 1).is_ascii_digit()) {
            index += 1;
        }
        index
    };
    let mut end = digits(0);
    if matches!(at(end), b'l' | b'L') {
        return end + 1;
    }
    if at(end) == b'.' {
        end = digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') {
        let signed = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(end + 1 + signed).is_ascii_digit() {
            end = digits(end + 1 + signed);
        }
    }
    end + usize::from(matches!(at(end), b'j' | b'J'))
}
