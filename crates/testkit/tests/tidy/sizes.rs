//! How long files and functions may be, and the few that may be longer.

use crate::{
    repository::{assert_none, files},
    source::sources,
};

const MEDIAN_LINES: usize = 150;
const P90_LINES: usize = 350;
const MAX_LINES: usize = 600;
const MAX_FUNCTION_LINES: usize = 100;
const MAX_ARGUMENTS: usize = 6;

/// Files over the limit, each with the reason.
const LONGER: &[(&str, &str)] = &[];

#[test]
fn files_are_short() {
    let mut lines: Vec<usize> = sources().iter().map(|source| source.lines).collect();
    lines.sort_unstable();
    let at = |percent: usize| lines[(lines.len() - 1) * percent / 100];
    let mut broken = Vec::new();
    if at(50) > MEDIAN_LINES {
        broken.push(format!("median {} lines, at most {MEDIAN_LINES}", at(50)));
    }
    if at(90) > P90_LINES {
        broken.push(format!(
            "90th percentile {} lines, at most {P90_LINES}",
            at(90)
        ));
    }
    let python = files()
        .into_iter()
        .filter(|file| file.path.starts_with("crates/python/lib/") && file.has_extension("py"));
    let python = python.map(|file| (file.text.lines().count(), file.path));
    let rust = sources()
        .into_iter()
        .map(|source| (source.lines, source.path));
    for (length, path) in rust.chain(python).filter(|(length, _)| *length > MAX_LINES) {
        if !LONGER.iter().any(|(known, _)| *known == path) {
            broken.push(format!("{path}: {length} lines, at most {MAX_LINES}"));
        }
    }
    assert_none("files are short", &broken);
}

#[test]
fn exceptions_are_still_needed() {
    let broken: Vec<String> = LONGER
        .iter()
        .filter(|(path, _)| {
            !files()
                .iter()
                .any(|file| file.path == *path && file.text.lines().count() > MAX_LINES)
        })
        .map(|(path, _)| (*path).to_owned())
        .collect();
    assert_none("a file is short enough now: take it off the list", &broken);
}

#[test]
fn functions_are_short_and_take_few_arguments() {
    let mut broken = Vec::new();
    for source in sources() {
        for function in source.functions() {
            let place = format!("{}:{}: {}", source.path, function.line, function.name);
            if function.length > MAX_FUNCTION_LINES {
                broken.push(format!("{place} has {} lines", function.length));
            }
            if function.arguments > MAX_ARGUMENTS {
                broken.push(format!("{place} takes {} arguments", function.arguments));
            }
        }
    }
    assert_none("functions: at most 100 lines and 6 arguments", &broken);
}
