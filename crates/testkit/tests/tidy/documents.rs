//! Documents that do not lie: the commands in them exist, the table of
//! contents is whole.

use std::{collections::BTreeSet, os::unix::fs::PermissionsExt as _};

use crate::{
    command_line::CommandLine,
    repository::{TextFile, assert_none, exists, files, read, root},
};

/// Markdown that people read.
pub fn documents() -> Vec<TextFile> {
    files()
        .into_iter()
        .filter(|file| file.has_extension("md"))
        .filter(|file| !file.path.contains('/') || !file.is_under("crates"))
        .collect()
}

#[test]
fn the_documents_are_there() {
    let wanted = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "LICENSE",
        "docs/book.toml",
        "docs/SUMMARY.md",
        "clippy.toml",
        "deny.toml",
        ".ci/run",
        "bin/test",
    ];
    let missing: Vec<String> = wanted
        .iter()
        .filter(|path| !exists(path))
        .map(|path| (*path).to_owned())
        .collect();
    assert_none("missing", &missing);
}

#[test]
fn the_table_of_contents_is_whole() {
    let summary = read("docs/SUMMARY.md");
    let listed: BTreeSet<String> = summary
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|path| format!("docs/{path}"))
        .collect();
    let there: BTreeSet<String> = documents()
        .into_iter()
        .filter(|file| file.is_under("docs") && file.path != "docs/SUMMARY.md")
        .map(|file| file.path)
        .collect();
    let mut broken: Vec<String> = there
        .difference(&listed)
        .map(|path| format!("not listed: {path}"))
        .collect();
    broken.extend(
        listed
            .difference(&there)
            .map(|path| format!("not there: {path}")),
    );
    assert_none("docs/SUMMARY.md", &broken);
}

#[test]
fn every_command_in_a_document_exists() {
    let known = CommandLine::read();
    let mut broken = Vec::new();
    for document in documents() {
        for (line, command) in shell_lines(&document.text) {
            if let Err(why) = check(&command, &known) {
                broken.push(format!("{}:{line}: {command}: {why}", document.path));
            }
        }
    }
    assert_none("commands that do not exist", &broken);
}

/// Lines of `sh` blocks, continuations joined, with the number of their last line.
fn shell_lines(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut joined = String::new();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if let Some(language) = trimmed.strip_prefix("```") {
            inside = language == "sh";
            continue;
        }
        if !inside || trimmed.starts_with('#') || trimmed.is_empty() {
            continue;
        }
        joined.push_str(trimmed.trim_end_matches('\\'));
        if !trimmed.ends_with('\\') {
            found.push((index + 1, std::mem::take(&mut joined)));
        }
    }
    found
}

fn check(command: &str, known: &CommandLine) -> Result<(), String> {
    // What a pipe or a condition leads to is a command too.
    for part in command.split(['|', ';']).flat_map(|part| part.split("&&")) {
        let is_setting = |word: &&str| word.contains('=') && !word.starts_with('-');
        let mut words = part.split_whitespace().skip_while(is_setting).peekable();
        match words.next() {
            Some(script) if script.starts_with("bin/") || script.starts_with(".ci/") => {
                let path = root().join(script);
                let runs = path
                    .metadata()
                    .is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0);
                if !runs {
                    return Err(format!("{script} is not a program"));
                }
            }
            Some("durward") => durward(&words.collect::<Vec<_>>(), known)?,
            _ => {}
        }
    }
    Ok(())
}

fn durward(words: &[&str], known: &CommandLine) -> Result<(), String> {
    let plain: Vec<&str> = words
        .iter()
        .copied()
        .skip_while(|word| *word == "--json")
        .take(2)
        .collect();
    let is_known = match plain[..] {
        [first, ..] if first.starts_with('-') => true,
        [first, second] => {
            known.commands.contains(first) || known.commands.contains(&format!("{first} {second}"))
        }
        [first] => known.commands.contains(first),
        _ => true,
    };
    let is_group = |name: &str| {
        known
            .commands
            .iter()
            .any(|c| c.starts_with(&format!("{name} ")))
    };
    if !is_known {
        return Err("no such command".to_owned());
    }
    if let [group, second] = plain[..]
        && is_group(group)
        && !second.starts_with('-')
        && !known.commands.contains(&format!("{group} {second}"))
    {
        return Err(format!("'{group}' has no '{second}'"));
    }
    let flags = words
        .iter()
        .filter(|word| word.starts_with("--"))
        .map(|word| word.split('=').next().unwrap());
    match flags.into_iter().find(|flag| !known.flags.contains(*flag)) {
        Some(flag) => Err(format!("no flag {flag}")),
        None => Ok(()),
    }
}

#[test]
fn wrong_commands_are_noticed() {
    let known = CommandLine::read();
    assert!(check("durward script put a.py --type x --enable", &known).is_ok());
    assert!(check("durward serve --data ./data", &known).is_ok());
    assert!(check("echo x | durward user add alice --password-stdin", &known).is_ok());
    assert!(check("durward script run a.py", &known).is_err());
    assert!(check("durward fly", &known).is_err());
    assert!(check("durward serve --fast", &known).is_err());
    assert!(check("bin/nothing", &known).is_err());
    assert_eq!(
        shell_lines("```sh\n# c\na \\\n b\n```\nx\n```json\n{}\n```\n"),
        [(4, "a b".to_owned())]
    );
}

#[test]
fn paths_in_documents_exist() {
    let mut broken = Vec::new();
    for document in documents() {
        for (path, function) in paths(&document.text) {
            if !exists(&path) {
                broken.push(format!("{}: {path} is not there", document.path));
            } else if let Some(function) = function
                && !read(&path).contains(&format!("fn {function}"))
            {
                broken.push(format!("{}: {path} has no fn {function}", document.path));
            }
        }
    }
    assert_none("documents name what is not there", &broken);
}

/// `crates/…` and the like between backticks, with the function behind `::`.
fn paths(text: &str) -> Vec<(String, Option<String>)> {
    let roots = ["crates/", "bin/", "catalog/", "docs/", "hosts/", ".ci/"];
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .flat_map(str::split_whitespace)
        .filter(|word| roots.iter().any(|root| word.starts_with(root)))
        .filter(|word| !word.contains(['<', '*', '…', '{']))
        .map(|word| match word.split_once("::") {
            Some((path, function)) => (path.to_owned(), Some(function.to_owned())),
            None => (word.to_owned(), None),
        })
        .collect()
}

#[test]
fn paths_are_found_between_backticks() {
    let found =
        paths("see `crates/x/y.rs::go` and `bin/run --demo`, not crates/z or `docs/<type>.md`");
    let expected = [
        ("crates/x/y.rs".to_owned(), Some("go".to_owned())),
        ("bin/run".to_owned(), None),
    ];
    assert_eq!(found, expected);
}
