//! The page of live configuration against the configuration that there is.

use std::collections::BTreeMap;

use durward_model::Configuration;
use serde_json::Value;

use crate::repository::{assert_none, read};

const PAGE: &str = "docs/setup/configuration.md";

#[test]
fn every_property_is_documented_with_its_default() {
    let mut real = BTreeMap::new();
    flatten(
        "",
        &serde_json::to_value(Configuration::default()).unwrap(),
        &mut real,
    );
    let documented = documented();
    let mut broken = Vec::new();
    for (name, default) in &real {
        match documented.get(name) {
            None => broken.push(format!("not on the page: {name} = {default}")),
            Some(told) if told != default => {
                broken.push(format!("{name}: the page says {told}, it is {default}"));
            }
            Some(_) => {}
        }
    }
    let gone = documented.keys().filter(|name| !real.contains_key(*name));
    broken.extend(gone.map(|name| format!("no such property: {name}")));
    assert_none(PAGE, &broken);
}

/// Dotted names, and values as JSON.
fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let dot = if prefix.is_empty() { "" } else { "." };
                flatten(&format!("{prefix}{dot}{name}"), value, into);
            }
        }
        other => {
            into.insert(prefix.to_owned(), other.to_string());
        }
    }
}

/// Rows like ``| `accessTokenLifetime` | `300` | … |``.
fn documented() -> BTreeMap<String, String> {
    let text = read(PAGE);
    let (_, live) = text
        .split_once("## Live configuration")
        .expect("a chapter of that name");
    live.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let mut quoted = line.split('`').skip(1).step_by(2);
            (
                quoted.next().unwrap().to_owned(),
                quoted.next().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}
