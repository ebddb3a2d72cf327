//! The layer table of `ARCHITECTURE.md` against what Cargo knows, and against
//! what sources name.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

use crate::{
    repository::{assert_none, read, root},
    source::sources,
};

/// One row of the table.
struct Layer {
    may: BTreeSet<String>,
    must_not: BTreeSet<String>,
}

/// A crate's own dependencies, development aside.
type Edges = BTreeMap<String, BTreeSet<String>>;

#[test]
fn crates_depend_only_downwards() {
    let (layers, edges) = (table(), edges());
    let mut broken = Vec::new();
    for (name, dependencies) in &edges {
        let Some(layer) = layers.get(name) else {
            broken.push(format!("{name}: no row in ARCHITECTURE.md"));
            continue;
        };
        for dependency in dependencies {
            match dependency.strip_prefix("durward-") {
                Some(ours) if !layer.may.contains(ours) => {
                    broken.push(format!("{name} -> {ours}: not in its row"));
                }
                None if layer.must_not.contains(dependency) => {
                    broken.push(format!("{name} -> {dependency}: must not be contained"));
                }
                _ => {}
            }
        }
    }
    let gone = layers.keys().filter(|name| !edges.contains_key(*name));
    broken.extend(gone.map(|name| format!("{name}: a row without a crate")));
    assert_none("an edge that the layer table does not allow", &broken);
}

#[test]
fn no_crate_depends_on_one_that_depends_on_it() {
    let layers = table();
    let broken: Vec<String> = layers
        .iter()
        .flat_map(|(name, layer)| layer.may.iter().map(move |below| (name, below)))
        .filter(|(name, below)| {
            layers
                .get(*below)
                .is_none_or(|layer| layer.may.contains(*name))
        })
        .map(|(name, below)| format!("{name} -> {below}"))
        .collect();
    assert_none(
        "the layer table runs in a circle, or names a crate that is not there",
        &broken,
    );
}

#[test]
fn python_uses_only_the_wire_of_the_engine() {
    let mut broken = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| source.path.starts_with("crates/python/"))
    {
        broken.extend(source.lines_where(|line| {
            line.split("durward_engine")
                .skip(1)
                .any(|rest| !rest.starts_with("::wire"))
        }));
    }
    assert_none(
        "durward-python may use durward_engine::wire and nothing else of it",
        &broken,
    );
}

#[test]
fn rules_name_no_files_processes_environment_or_sockets() {
    let forbidden = [
        "std::fs",
        "std::process",
        "std::env",
        "std::net::Tcp",
        "tokio::net",
        "tokio::process",
        "tokio::fs",
    ];
    let mut broken = Vec::new();
    for source in sources() {
        let pure = ["model", "jose", "script", "protocol"];
        if pure
            .iter()
            .any(|name| source.path.starts_with(&format!("crates/{name}/")))
        {
            broken.extend(
                source.lines_where(|line| forbidden.iter().any(|path| line.contains(path))),
            );
        }
    }
    assert_none(
        "model, jose, script and protocol touch nothing outside",
        &broken,
    );
}

/// Rows like ``| `protocol` | `model` `jose` | HTTP (`axum`) |``.
fn table() -> BTreeMap<String, Layer> {
    let text = read("ARCHITECTURE.md");
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| crate | may depend on |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let layers: BTreeMap<String, Layer> = rows
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
            let [name, may, must_not] = cells[..] else {
                panic!("three columns: {row}")
            };
            let name = quoted(name).pop_first().unwrap();
            (
                name,
                Layer {
                    may: quoted(may),
                    must_not: quoted(must_not),
                },
            )
        })
        .collect();
    assert!(layers.len() > 5, "ARCHITECTURE.md holds no layer table");
    layers
}

/// The words in backticks.
fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn edges() -> Edges {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().unwrap();
            let name = name.strip_prefix("durward-").unwrap_or(name).to_owned();
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let normal = dependencies.filter(|dependency| dependency["kind"] != "dev");
            (
                name,
                normal
                    .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
                    .collect(),
            )
        })
        .collect()
}
