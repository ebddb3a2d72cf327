//! The token pass: Python 2.7 text becomes text that a Python 3 parser reads,
//! line for line. What Python 3 has no syntax for becomes a call of one of the
//! names in `names`, which the tree pass understands.
//!
//! Not here: what the changed programs mean (see `tree`).

mod parameters;

use super::Problem;
use super::edits::{Edited, Edits};
use super::lexer::{HARD_KEYWORDS, Kind, Lexed, Token};
use super::literals;
use super::names;
use super::statements::{self, Line, Statement, indent_column, is, text_of};
use super::text::Text;

/// What the text's `__future__` imports ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Future {
    pub(super) print_function: bool,
    pub(super) division: bool,
    pub(super) unicode_literals: bool,
}

impl Future {
    /// Reads the `from __future__ import …` statements.
    pub(super) fn read(text: &str, lines: &[Line<'_>]) -> Self {
        let mut future = Self::default();
        for statement in lines.iter().flat_map(|line| &line.statements) {
            let mut words = statement.tokens.iter().map(|token| text_of(text, token));
            if words.next() != Some("from") || words.next() != Some("__future__") {
                continue;
            }
            for word in words {
                match word {
                    "print_function" => future.print_function = true,
                    "division" => future.division = true,
                    "unicode_literals" => future.unicode_literals = true,
                    _ => {}
                }
            }
        }
        future
    }
}

/// Replaces keywords that are used as attribute names, in both dialects.
pub(super) fn keyword_names(text: &str, lexed: &Lexed) -> Edits {
    let mut edits = Edits::default();
    let mut after_dot = false;
    for token in &lexed.tokens {
        if after_dot && token.kind == Kind::Name && HARD_KEYWORDS.contains(&text_of(text, token)) {
            let word = text_of(text, token);
            // `from . import x` is a relative import.
            if word != "import" || !starts_relative_import(text, lexed, token) {
                edits.replace(token.start, token.end, names::placeholder(word));
            }
        }
        after_dot = is(text, token, ".");
    }
    edits
}

/// True when `import` follows `from` and dots only.
fn starts_relative_import(text: &str, lexed: &Lexed, import: &Token) -> bool {
    let index = lexed
        .tokens
        .partition_point(|token| token.start < import.start);
    let before = lexed.tokens.get(..index).unwrap_or_default();
    before
        .iter()
        .rev()
        .find(|token| !is(text, token, ".") && !is(text, token, "..."))
        .is_some_and(|token| is(text, token, "from"))
}

/// The first use of a name that is ours.
pub(super) fn reserved_name(text: &Text, lexed: &Lexed) -> Option<Problem> {
    lexed
        .tokens
        .iter()
        .find(|token| {
            token.kind == Kind::Name && text_of(text.as_str(), token).starts_with(names::RESERVED)
        })
        .map(|token| text.problem(token.start, "names that start with __durward_ are reserved"))
}

/// Turns Python 2 text into text for a Python 3 parser.
pub(super) fn python2(
    text: &Text,
    lexed: &Lexed,
    lines: &[Line<'_>],
    future: Future,
) -> Result<Edited, Vec<Problem>> {
    let mut rewriter = Rewriter {
        text,
        source: text.as_str(),
        future,
        edits: keyword_names(text.as_str(), lexed),
        problems: Vec::new(),
        parameters: 0,
    };
    for line in lines {
        rewriter.indent(line);
        for statement in &line.statements {
            rewriter.statement(*statement);
        }
    }
    rewriter.everywhere(lexed);
    if rewriter.problems.is_empty() {
        Ok(rewriter.edits.apply(rewriter.source))
    } else {
        Err(rewriter.problems)
    }
}

struct Rewriter<'a> {
    text: &'a Text,
    source: &'a str,
    future: Future,
    edits: Edits,
    problems: Vec<Problem>,
    /// Tuple parameters named so far.
    parameters: usize,
}

impl Rewriter<'_> {
    fn problem(&mut self, offset: usize, message: &str) {
        self.problems.push(self.text.problem(offset, message));
    }

    fn indent(&mut self, line: &Line<'_>) {
        let white = self
            .source
            .get(line.indent.start..line.indent.end)
            .unwrap_or_default();
        if white.contains(['\t', '\x0c']) {
            let spaces = " ".repeat(indent_column(white));
            self.edits
                .replace(line.indent.start, line.indent.end, spaces);
        }
    }

    fn statement(&mut self, statement: Statement<'_>) {
        let tokens = statement.tokens;
        let Some((first, rest)) = tokens.split_first() else {
            return;
        };
        if first.kind == Kind::Name {
            match text_of(self.source, first) {
                "print" if !self.future.print_function => self.print(*first, rest),
                "exec" => self.exec(*first, rest),
                "raise" => self.raise(rest),
                "except" => self.except(rest),
                "def" => self.parameters_of(rest),
                _ => {}
            }
        }
        self.lambdas(tokens);
    }

    fn print(&mut self, word: Token, rest: &[Token]) {
        let to = rest.first().is_some_and(|next| is(self.source, next, ">>"));
        let part = rest.len() > 1
            && rest
                .last()
                .is_some_and(|last| last.depth == 0 && is(self.source, last, ","));
        let assigned = statements::separators(self.source, rest, 0, "=");
        if let Some(token) = assigned.first().and_then(|index| rest.get(*index)) {
            self.problem(token.start, "invalid syntax in a print statement");
        }
        if let Some(star) = rest
            .first()
            .filter(|next| is(self.source, next, "*") || is(self.source, next, "**"))
        {
            self.problem(star.start, "invalid syntax in a print statement");
        }
        let name = match (to, part) {
            (false, false) => names::PRINT,
            (false, true) => names::PRINT_PART,
            (true, false) => names::PRINT_TO,
            (true, true) => names::PRINT_PART_TO,
        };
        let end = rest.last().map_or(word.end, |last| last.end);
        self.edits.replace(word.start, word.end, format!("{name}("));
        if to && let Some(arrows) = rest.first() {
            self.edits.replace(arrows.start, arrows.end, "");
        }
        self.edits.insert(end, ")");
    }

    fn exec(&mut self, word: Token, rest: &[Token]) {
        let Some(last) = rest.last() else {
            return self.problem(word.start, "exec needs an expression");
        };
        self.edits
            .replace(word.start, word.end, format!("{}(", names::EXEC));
        let within = statements::separators(self.source, rest, 0, "in");
        if let Some(token) = within.first().and_then(|index| rest.get(*index)) {
            self.edits.replace(token.start, token.end, ",");
        }
        self.edits.insert(last.end, ")");
    }

    fn raise(&mut self, rest: &[Token]) {
        let commas = statements::separators(self.source, rest, 0, ",");
        if let (false, Some(first), Some(last)) = (commas.is_empty(), rest.first(), rest.last()) {
            self.edits.insert(first.start, format!("{}(", names::RAISE));
            self.edits.insert(last.end, ")");
        }
    }

    /// `except A, e:` with the tokens after `except`.
    fn except(&mut self, rest: &[Token]) {
        let commas = statements::separators(self.source, rest, 0, ",");
        let Some(at) = commas.first().copied() else {
            return;
        };
        let (Some(comma), Some(first)) = (rest.get(at), rest.first()) else {
            return;
        };
        let target = rest
            .get(at + 1..rest.len().saturating_sub(1))
            .unwrap_or_default();
        match target {
            [name] if name.kind == Kind::Name => {
                self.edits.replace(comma.start, comma.end, " as ");
            }
            [.., last] => {
                self.edits.insert(first.start, format!("{}(", names::CATCH));
                self.edits.insert(last.end, ")");
            }
            [] => self.problem(comma.start, "a name is missing after the comma"),
        }
    }

    /// What is rewritten wherever it stands.
    fn everywhere(&mut self, lexed: &Lexed) {
        let mut backticks: Vec<Token> = Vec::new();
        let mut after_dot = false;
        for token in &lexed.tokens {
            let word = text_of(self.source, token);
            match token.kind {
                Kind::Name if matches!(word, "async" | "await" | "nonlocal") && !after_dot => {
                    self.edits
                        .replace(token.start, token.end, names::placeholder(word));
                }
                Kind::Number => self.number(*token, word),
                Kind::Text { prefix, quotes } => self.string(*token, word, prefix, quotes),
                Kind::Operator if word == "<>" => self.edits.replace(token.start, token.end, "!="),
                Kind::Operator if word == "`" => {
                    let closes = backticks
                        .last()
                        .is_some_and(|open| open.depth == token.depth);
                    if closes {
                        backticks.pop();
                        self.edits.replace(token.start, token.end, "))");
                    } else {
                        backticks.push(*token);
                        let opening = format!("{}((", names::REPR);
                        self.edits.replace(token.start, token.end, opening);
                    }
                }
                Kind::Newline => {
                    if let Some(open) = backticks.pop() {
                        self.problem(open.start, "this backtick is never closed");
                    }
                    backticks.clear();
                }
                Kind::Name | Kind::Operator => {}
            }
            after_dot = is(self.source, token, ".");
        }
    }

    fn number(&mut self, token: Token, word: &str) {
        match literals::number(word) {
            Ok(None) => {}
            Ok(Some(replacement)) => self.edits.replace(token.start, token.end, replacement),
            Err(message) => self.problem(token.start, message),
        }
    }

    fn string(&mut self, token: Token, word: &str, prefix: usize, quotes: usize) {
        match literals::string(word, prefix, quotes, self.future.unicode_literals) {
            Ok(None) => {}
            Ok(Some(replacement)) => self.edits.replace(token.start, token.end, replacement),
            Err(message) => self.problem(token.start, message),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::{Future, python2};
    use crate::front::{lexer, statements, text::Text};

    fn rewritten(source: &str) -> String {
        let text = Text::new(source).unwrap();
        let lexed = lexer::lex(text.as_str());
        let lines = statements::lines(text.as_str(), &lexed);
        let future = Future::read(text.as_str(), &lines);
        python2(&text, &lexed, &lines, future).unwrap().text
    }

    #[test]
    fn statements_become_calls() {
        assert_eq!(rewritten("print a, b # c"), "__durward_print__( a, b) # c");
        assert_eq!(
            rewritten("print >>f, x,"),
            "__durward_print_part_to__( f, x,)"
        );
        assert_eq!(rewritten("if a: print; x"), "if a: __durward_print__(); x");
        assert_eq!(rewritten("except A, e: pass"), "except A as  e: pass");
        assert_eq!(rewritten("raise A, 'b'"), "raise __durward_raise__(A, 'b')");
        assert_eq!(rewritten("exec a in b"), "__durward_exec__( a , b)");
        assert_eq!(rewritten("a.as.b"), "a.__durward_kw_as__.b");
        assert_eq!(rewritten("from . import x"), "from . import x");
        assert_eq!(rewritten("x = {'print': 1}"), "x = {'print': 1}");
    }

    #[test]
    fn every_line_stays_where_it_is() {
        for source in [
            "print \\\n  1, \\\n  2\n",
            "x = lambda (a,\n b), c: a\n",
            "x = [lambda (a,\n b): a,\n 2]\n",
            "def f((a,\n  b),\n c): pass\n",
            "print '''a\nb''', (1,\n2)\n\n\nexcept A, \\\n e: pass\n",
            "ur'''a\n\\d\n'''\n\tx\n",
            "exec '''\nx''' in \\\n y\n`a` + \\\n`b`\n",
        ] {
            let lines = |text: &str| text.matches('\n').count();
            assert_eq!(lines(&rewritten(source)), lines(source), "{source}");
        }
    }
}
