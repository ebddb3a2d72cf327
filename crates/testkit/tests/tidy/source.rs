//! Reading Rust text without a parser: comments and literals blanked out, test
//! modules cut off, functions with their length and arguments.

use crate::repository::{TextFile, files};

/// A Rust file that is part of a program, not of its tests.
pub struct Source {
    /// Path from the root.
    pub path: String,
    /// Lines up to an inline test module.
    pub lines: usize,
    /// The same text with comments and literals blanked out, lines kept.
    pub code: String,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Line of `fn`, from 1.
    pub line: usize,
    /// Lines from `fn` to the closing brace.
    pub length: usize,
    /// Arguments, `self` included.
    pub arguments: usize,
}

/// Rust below `crates/*/src`, tests aside.
pub fn sources() -> Vec<Source> {
    files()
        .iter()
        .filter(|file| is_program(file))
        .map(Source::of)
        .collect()
}

/// Test code may live in `src`: the store's conformance suite is run by other
/// crates, and the whole test kit is for tests.
fn is_program(file: &TextFile) -> bool {
    let mut parts = file.path.split('/');
    file.has_extension("rs")
        && parts.next() == Some("crates")
        && parts.next() != Some("testkit")
        && parts.next() == Some("src")
        && !file.path.contains("/src/conformance")
        && file.name() != "tests.rs"
}

impl Source {
    /// Reads one file.
    pub fn of(file: &TextFile) -> Self {
        let code = without_tests(&masked(&file.text));
        Self {
            path: file.path.clone(),
            lines: code.lines().count(),
            code,
        }
    }

    /// Its functions.
    pub fn functions(&self) -> Vec<Function> {
        functions(&self.code)
    }

    /// `path:line: text` of each line that `wanted` picks.
    pub fn lines_where(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let numbered = self.code.lines().enumerate();
        numbered
            .filter(|(_, line)| wanted(line))
            .map(|(index, line)| format!("{}:{}: {}", self.path, index + 1, line.trim()))
            .collect()
    }
}

/// The text before an inline `#[cfg(test)] mod … {`.
fn without_tests(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let begins = |index: usize| {
        lines[index] == "#[cfg(test)]"
            && lines[index + 1..]
                .iter()
                .find(|line| !line.starts_with("#["))
                .is_some_and(|line| line.starts_with("mod ") && line.trim_end().ends_with('{'))
    };
    let end = (0..lines.len())
        .find(|&index| begins(index))
        .unwrap_or(lines.len());
    lines[..end].join("\n")
}

/// Comments and the insides of literals as blanks; lines and columns stay.
pub fn masked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let end = literal_end(&letters, at);
        if end == at {
            out.push(letters[at]);
            at += 1;
            continue;
        }
        out.extend(
            letters[at..end]
                .iter()
                .map(|&c| if c == '\n' { '\n' } else { ' ' }),
        );
        at = end;
    }
    out
}

/// Where the comment or literal that begins at `at` ends; `at` itself if none does.
fn literal_end(letters: &[char], at: usize) -> usize {
    let rest = &letters[at..];
    let inside_word = at > 0 && is_word(letters[at - 1]);
    match rest {
        ['/', '/', ..] => at + rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => at + block_comment(rest),
        ['"', ..] => at + quoted(rest, '"'),
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => at + quoted(rest, '\''),
        ['r', ..] if !inside_word => raw(letters, at, at + 1),
        ['b' | 'c', 'r', ..] if !inside_word => raw(letters, at, at + 2),
        _ => at,
    }
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => {
                depth += 1;
                at += 2;
            }
            ['*', '/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

fn quoted(rest: &[char], mark: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            c if c == mark => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// A raw string whose hashes begin at `hashes`; `at` if it is none.
fn raw(letters: &[char], at: usize, hashes: usize) -> usize {
    let count = letters[hashes..].iter().take_while(|&&c| c == '#').count();
    if letters.get(hashes + count) != Some(&'"') {
        return at;
    }
    let body = hashes + count + 1;
    let closes = |end: usize| {
        letters[end] == '"'
            && letters
                .get(end + 1..end + 1 + count)
                .is_some_and(|tail| tail.iter().all(|&c| c == '#'))
    };
    (body..letters.len())
        .find(|&end| closes(end))
        .map_or(letters.len(), |end| end + 1 + count)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The functions of masked text.
fn functions(code: &str) -> Vec<Function> {
    let letters: Vec<char> = code.chars().collect();
    let mut line = 1;
    let mut found = Vec::new();
    for at in 0..letters.len() {
        if letters[at] == '\n' {
            line += 1;
        }
        let begins = letters[at..].starts_with(&['f', 'n', ' '])
            && (at == 0 || !is_word(letters[at - 1]))
            && letters.get(at + 3).is_some_and(|&c| is_word(c));
        if begins && let Some(function) = function(&letters, at + 3, line) {
            found.push(function);
        }
    }
    found
}

fn function(letters: &[char], name_at: usize, line: usize) -> Option<Function> {
    let name: String = letters[name_at..]
        .iter()
        .take_while(|&&c| is_word(c))
        .collect();
    let mut at = name_at + name.chars().count();
    if letters.get(at) == Some(&'<') {
        at = closing(letters, at)?;
    }
    let end = closing(letters, at)?;
    let arguments = count_arguments(&letters[at + 1..end - 1]);
    let opens = body_at(letters, end)?;
    let closes = closing(letters, opens)?;
    let length = letters[name_at..closes]
        .iter()
        .filter(|&&c| c == '\n')
        .count()
        + 1;
    Some(Function {
        name,
        line,
        length,
        arguments,
    })
}

/// Where the body opens; none for a declaration without one.
fn body_at(letters: &[char], from: usize) -> Option<usize> {
    let mut square = 0;
    for (at, c) in letters.iter().enumerate().skip(from) {
        match c {
            '[' => square += 1,
            ']' => square -= 1,
            '{' => return Some(at),
            ';' if square == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Behind the bracket that closes the one at `open`.
fn closing(letters: &[char], open: usize) -> Option<usize> {
    let pair = match letters.get(open)? {
        '(' => ('(', ')'),
        '{' => ('{', '}'),
        '<' => ('<', '>'),
        _ => return None,
    };
    let mut depth = 0;
    for at in open..letters.len() {
        let is_arrow = pair.1 == '>' && at > 0 && matches!(letters[at - 1], '-' | '=');
        if letters[at] == pair.0 {
            depth += 1;
        } else if letters[at] == pair.1 && !is_arrow {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

fn count_arguments(inside: &[char]) -> usize {
    let mut depth = 0;
    let mut count = 0;
    let mut is_blank = true;
    for (at, &c) in inside.iter().enumerate() {
        let is_arrow = c == '>' && at > 0 && matches!(inside[at - 1], '-' | '=');
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if !is_arrow => depth -= 1,
            ',' if depth == 0 => {
                count += usize::from(!is_blank);
                is_blank = true;
                continue;
            }
            _ => {}
        }
        is_blank &= c.is_whitespace();
    }
    count + usize::from(!is_blank)
}

#[test]
fn literals_and_comments_are_blanked() {
    let text = "a // fn x()\n\"}\\\"\" b '}' 'static r#\"{\"# /* { /* } */ */ c\n";
    let blank = masked(text);
    assert_eq!(
        blank.split_whitespace().collect::<Vec<_>>(),
        ["a", "b", "'static", "c"]
    );
    assert_eq!(blank.matches('\n').count(), 2);
    assert_eq!(blank.chars().count(), text.chars().count());
}

#[test]
fn functions_are_measured() {
    let code = "impl X {\n  pub async fn one<F: Fn(u8) -> u8>(&self, a: Map<u8, u8>, f: F,) -> [u8; 2] {\n    two()\n  }\n  \
                fn none();\n}\nfn two() {}\n";
    let found = functions(&masked(code));
    assert_eq!(
        found,
        [
            Function {
                name: "one".into(),
                line: 2,
                length: 3,
                arguments: 3
            },
            Function {
                name: "two".into(),
                line: 7,
                length: 1,
                arguments: 0
            },
        ]
    );
}

#[test]
fn inline_tests_are_cut_off() {
    let code = "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n    fn b() {}\n}\n";
    assert_eq!(without_tests(code), "fn a() {}");
    let declared = "#[cfg(test)]\nmod tests;\nfn a() {}";
    assert_eq!(without_tests(declared), declared);
}
