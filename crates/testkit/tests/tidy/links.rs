//! Links in documents lead somewhere.

use std::path::Path;

use crate::{
    documents::documents,
    repository::{TextFile, assert_none, root},
};

#[test]
fn links_resolve() {
    let all = documents();
    let mut broken = Vec::new();
    for document in &all {
        for target in targets(&document.text) {
            if let Err(why) = follow(document, &target, &all) {
                broken.push(format!("{}: ({target}): {why}", document.path));
            }
        }
    }
    assert_none("links that lead nowhere", &broken);
}

/// Targets of `[text](target)`, code blocks aside.
fn targets(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        }
        if inside {
            continue;
        }
        // Every second piece between backticks is code.
        let prose: String = line.split('`').step_by(2).collect();
        found.extend(
            prose
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
                .map(str::to_owned),
        );
    }
    found
}

fn follow(from: &TextFile, target: &str, all: &[TextFile]) -> Result<(), String> {
    if ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
    {
        return Ok(());
    }
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let path = if path.is_empty() {
        from.path.clone()
    } else {
        join(&from.path, path)
    };
    if !root().join(&path).exists() {
        return Err(format!("{path} is not there"));
    }
    let Some(anchor) = anchor else { return Ok(()) };
    let reached = all.iter().find(|document| document.path == path);
    let text = reached.map_or("", |document| document.text.as_str());
    if headings(text).iter().any(|heading| heading == anchor) {
        Ok(())
    } else {
        Err(format!("{path} has no heading for #{anchor}"))
    }
}

fn join(from: &str, target: &str) -> String {
    let folder = Path::new(from).parent().unwrap_or(Path::new(""));
    let mut parts: Vec<&str> = folder
        .to_str()
        .unwrap()
        .split('/')
        .filter(|p| !p.is_empty())
        .collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Anchors as mdBook and code hosts make them.
fn headings(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn targets_are_found_and_joined() {
    assert_eq!(targets("[a](b.md) `[c](d)` [e](#f)"), ["b.md", "#f"]);
    assert_eq!(
        join("docs/setup/run.md", "../scripts/x.md"),
        "docs/scripts/x.md"
    );
    assert_eq!(headings("# The `wire`, v1\n"), ["the-wire-v1"]);
}
