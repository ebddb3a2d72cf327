//! The command line as its sources declare it: what documents may tell to type.

use std::collections::BTreeSet;

use crate::repository::{TextFile, assert_none, files, read};

/// What can be typed.
pub struct CommandLine {
    /// `script put`, `serve`; and each first word alone.
    pub commands: BTreeSet<String>,
    /// `--data`.
    pub flags: BTreeSet<String>,
}

impl CommandLine {
    /// Reads the declarations.
    pub fn read() -> Self {
        let mut commands = BTreeSet::new();
        let mut flags = BTreeSet::from(["--help".to_owned(), "--version".to_owned()]);
        for file in files().iter().filter(|file| declares(file)) {
            let lines: Vec<&str> = file.text.lines().collect();
            for (index, line) in lines.iter().enumerate() {
                if line.contains("Subcommand)]") {
                    commands.extend(variants(&lines[index..]));
                }
                if line.trim_start().starts_with("#[arg(") && line.contains("long") {
                    flags.insert(flag(line, &lines[index + 1..]));
                }
            }
        }
        assert!(
            commands.contains("script put") && flags.contains("--data"),
            "{commands:?} {flags:?}"
        );
        Self { commands, flags }
    }
}

fn declares(file: &TextFile) -> bool {
    file.path == "crates/cli/src/command.rs"
        || file.path == "crates/cli/src/demo.rs"
        || file.is_under("crates/cli/src/command")
        || file.path == "crates/cli/src/jans_cli/arguments.rs"
}

/// The commands of the enum that a derive stands before.
fn variants(lines: &[&str]) -> Vec<String> {
    let Some(at) = lines.iter().position(|line| line.contains("enum ")) else {
        return Vec::new();
    };
    let name = lines[at]
        .split("enum ")
        .nth(1)
        .unwrap()
        .trim_end_matches([' ', '{']);
    let group = name.strip_suffix("Command").unwrap_or(name).to_lowercase();
    lines[at + 1..]
        .iter()
        .take_while(|line| **line != "}")
        .filter(|line| line.starts_with("    ") && line.trim().starts_with(char::is_uppercase))
        .map(|line| {
            let variant = line.trim().split(['(', ',', ' ', '{']).next().unwrap();
            format!("{group} {}", kebab(variant)).trim().to_owned()
        })
        .collect()
}

fn flag(attribute: &str, following: &[&str]) -> String {
    let named = attribute
        .split("long = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let name = named.map_or_else(
        || {
            let field = following.iter().find(|line| line.contains(": ")).unwrap();
            field
                .trim()
                .trim_start_matches("pub ")
                .split(':')
                .next()
                .unwrap()
                .replace('_', "-")
        },
        str::to_owned,
    );
    format!("--{name}")
}

fn kebab(variant: &str) -> String {
    let mut out = String::new();
    for c in variant.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[test]
fn the_reference_page_tells_every_command_and_flag() {
    let page = read("docs/reference/cli.md");
    let known = CommandLine::read();
    let mut broken = Vec::new();
    for command in &known.commands {
        if !page.contains(&format!("durward {command}")) {
            broken.push(format!("durward {command}"));
        }
    }
    for flag in &known.flags {
        let told = page
            .split(flag.as_str())
            .skip(1)
            .any(|rest| !rest.starts_with(['-', '_']) && !rest.starts_with(char::is_alphanumeric));
        if !told {
            broken.push(flag.clone());
        }
    }
    assert_none("docs/reference/cli.md does not tell of", &broken);
}

#[test]
fn names_become_what_is_typed() {
    assert_eq!(kebab("ScriptCall"), "script-call");
    assert_eq!(
        flag("    #[arg(long)]", &["    password_stdin: bool,"]),
        "--password-stdin"
    );
    assert_eq!(
        flag("    #[arg(long = \"type\")]", &["    script_type: String,"]),
        "--type"
    );
    let lines = [
        "#[derive(Subcommand)]",
        "pub enum KeyCommand {",
        "    /// List.",
        "    List(Args),",
        "}",
    ];
    assert_eq!(variants(&lines), ["key list"]);
}
