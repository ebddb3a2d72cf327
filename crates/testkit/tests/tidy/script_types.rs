//! Every script type is complete: sample, page, test, generated stubs.

use std::{collections::BTreeSet, fs};

use durward_script::{
    ScriptType,
    contract::{Bean, Kind},
    types,
};

use crate::repository::{assert_none, exists, files, read, root};

#[test]
fn every_type_has_a_sample_and_every_sample_a_type() {
    let known: Vec<&str> = types::ALL
        .iter()
        .map(|script_type| script_type.name)
        .collect();
    let mut sampled = BTreeSet::new();
    let mut broken = Vec::new();
    for file in files().iter().filter(|file| file.is_under("catalog")) {
        match file.path.split('/').nth(1) {
            Some(name) if known.contains(&name) => {
                if file.has_extension("py") || file.has_extension("java") {
                    sampled.insert(name.to_owned());
                }
            }
            // A page about the catalogue as a whole.
            _ if file.has_extension("md") => {}
            _ => broken.push(format!("{}: no script type of that name", file.path)),
        }
    }
    let missing = known.iter().filter(|name| !sampled.contains(**name));
    broken.extend(missing.map(|name| format!("catalog/{name}/ holds no sample")));
    assert_none("catalog/<type>/ holds samples of each type", &broken);
}

#[test]
fn every_sample_is_run_by_a_test() {
    let all = files();
    // The command line's demonstration compiles samples in, and its walk runs them.
    let tests: Vec<_> = all
        .iter()
        .filter(|file| {
            file.has_extension("rs")
                && (file.path.contains("/tests/") || file.is_under("crates/cli/src/demo"))
        })
        .collect();
    let broken: Vec<String> = all
        .iter()
        .filter(|file| file.is_under("catalog") && file.has_extension("py"))
        .filter(|sample| !tests.iter().any(|test| test.text.contains(sample.name())))
        // `crates/cli/tests/catalog.rs` runs the cases beside a sample.
        .filter(|sample| !exists(&sample.path.replace(".py", ".test.toml")))
        .map(|sample| sample.path.clone())
        .collect();
    assert_none("a sample that no test names", &broken);
}

#[test]
fn every_type_is_named_in_a_test() {
    let all = files();
    let broken: Vec<String> = types::ALL
        .iter()
        .filter(|script_type| {
            !all.iter().any(|file| {
                file.has_extension("rs")
                    && file.path.contains("/tests/")
                    && !file.is_under("crates/testkit/tests/tidy")
                    && file.text.contains(script_type.name)
            })
        })
        .map(|script_type| script_type.name.to_owned())
        .collect();
    assert_none("a script type that no test names", &broken);
}

#[test]
fn every_type_has_a_page_that_tells_all_of_it() {
    let mut broken = Vec::new();
    for script_type in types::ALL {
        let path = page(script_type);
        if !exists(&path) {
            broken.push(format!("{path} is missing"));
            continue;
        }
        let text = read(&path);
        let mut words = vec![
            script_type.class_name.to_owned(),
            script_type.interface.to_owned(),
        ];
        words.extend(
            script_type
                .methods
                .iter()
                .map(|method| method.name.to_owned()),
        );
        collect_properties(script_type.context, &mut words);
        let untold = words
            .iter()
            .filter(|word| !text.contains(&format!("`{word}")));
        broken.extend(untold.map(|word| format!("{path} does not tell of `{word}`")));
    }
    assert_none(
        "docs/scripts/<type>.md tells every method and property",
        &broken,
    );
}

#[test]
fn stubs_are_current() {
    let mut broken = Vec::new();
    for script_type in types::ALL {
        let path = format!("docs/reference/stubs/{}.pyi", script_type.name);
        let stubs = script_type.stubs();
        if std::env::var_os("DURWARD_UPDATE").is_some() {
            fs::create_dir_all(root().join("docs/reference/stubs")).unwrap();
            fs::write(root().join(&path), &stubs).unwrap();
        }
        if !exists(&path) || read(&path) != stubs {
            broken.push(path);
        }
    }
    assert_none("make them anew: DURWARD_UPDATE=1 bin/test tidy", &broken);
}

fn page(script_type: &ScriptType) -> String {
    format!("docs/scripts/{}.md", script_type.name)
}

fn collect_properties(bean: &Bean, into: &mut Vec<String>) {
    for property in bean.properties {
        into.push(property.name.to_owned());
        if let Kind::Bean(inner) = property.kind {
            collect_properties(inner, into);
        }
    }
}
