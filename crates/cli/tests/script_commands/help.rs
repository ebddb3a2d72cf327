//! `--help` of every command: it succeeds, and says of everything what it is for.

use crate::support::home::durward;

/// One command's help, and the commands below it.
struct Help {
    text: String,
    below: Vec<String>,
    /// Entries without an explanation.
    silent: Vec<String>,
}

fn help_of(path: &[&str]) -> Help {
    let mut arguments = path.to_vec();
    arguments.push("--help");
    let text = durward(&arguments).ok().stdout;
    let mut help = Help {
        below: Vec::new(),
        silent: Vec::new(),
        text: text.clone(),
    };
    let mut section = "";
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        if !line.starts_with(' ') {
            section = line.trim_end_matches(':');
            continue;
        }
        let entry = line.trim_start();
        let indent = line.len() - entry.len();
        let is_entry = match section {
            "Commands" => indent == 2,
            "Options" => entry.starts_with('-') && indent <= 6,
            "Arguments" => entry.starts_with(['<', '[']) && indent == 2,
            _ => false,
        };
        if !is_entry {
            continue;
        }
        if section == "Commands" {
            help.below.push(entry.split(' ').next().unwrap().to_owned());
        }
        // On the same line after two blanks, or on the next one.
        let beside = entry
            .split_once("  ")
            .is_some_and(|(_, rest)| !rest.trim().is_empty());
        let under = lines
            .get(number + 1)
            .is_some_and(|next| next.starts_with("          "));
        if !beside && !under {
            help.silent.push(entry.to_owned());
        }
    }
    help
}

fn walk(path: &[&str], seen: &mut Vec<String>) {
    let help = help_of(path);
    let name = path.join(" ");
    let first = help.text.lines().next().unwrap_or_default();
    assert!(
        first.split(' ').count() >= 2,
        "{name}: says nothing: {first}"
    );
    assert!(
        help.text.contains("Usage: durward"),
        "{name}: {}",
        help.text
    );
    assert!(
        help.silent.is_empty(),
        "{name}: unexplained: {:?}",
        help.silent
    );
    assert!(help.text.contains("--json"), "{name} takes no --json");
    seen.push(name);
    for below in help.below.iter().filter(|below| *below != "help") {
        let mut deeper = path.to_vec();
        deeper.push(below);
        walk(&deeper, seen);
    }
}

#[test]
fn every_command_explains_itself() {
    let mut seen = Vec::new();
    walk(&[], &mut seen);
    for command in [
        "init",
        "serve",
        "doctor",
        "user add",
        "client add",
        "config set",
        "key rotate",
        "script check",
        "script call",
        "script put",
        "script enable",
        "script disable",
        "script logs",
        "script history",
        "script diff",
        "script rollback",
        "demo",
    ] {
        assert!(
            seen.iter().any(|name| name == command),
            "no {command}: {seen:?}"
        );
    }
    assert!(
        !seen.iter().any(|name| name.contains("host-python")),
        "the workers' command is hidden"
    );
}

#[test]
fn the_first_help_says_how_to_begin() {
    let text = durward(&["--help"]).ok().stdout;
    for words in ["durward init", "durward serve"] {
        assert!(text.contains(words), "{text}");
    }
    assert!(durward(&["--version"]).ok().stdout.starts_with("durward "));
    let ran = durward(&["srve"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("serve"), "the nearest command: {ran:?}");
}
