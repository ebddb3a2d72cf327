//! Names that say nothing are not used.

use crate::{
    repository::{assert_none, files},
    source::sources,
};

/// Names of a drawer that everything goes into.
const DRAWERS: &[&str] = &[
    "util", "utils", "common", "helper", "helpers", "core", "data", "manager", "misc", "lib2",
];

#[test]
fn no_module_or_crate_is_a_drawer() {
    let broken: Vec<String> = files()
        .iter()
        .filter(|file| file.is_under("crates") && file.has_extension("rs"))
        .filter(|file| {
            let folders = file
                .path
                .rsplit_once('/')
                .map_or("", |(folders, _)| folders);
            DRAWERS.contains(&file.stem()) || folders.split('/').any(|part| DRAWERS.contains(&part))
        })
        .map(|file| file.path.clone())
        .collect();
    assert_none("a module is named for what it does", &broken);
}

#[test]
fn no_module_file_is_called_mod() {
    let found = files();
    let broken: Vec<String> = found
        .iter()
        .filter(|file| file.name() == concat!("mod", ".rs"))
        .map(|file| file.path.clone())
        .collect();
    assert_none("a module's file is named like the module", &broken);
}

#[test]
fn functions_are_named_for_what_they_do() {
    let mut broken = Vec::new();
    for source in sources() {
        for function in source.functions() {
            if ["get_", "handle_", "process_"]
                .iter()
                .any(|word| function.name.starts_with(word))
            {
                broken.push(format!(
                    "{}:{}: {}",
                    source.path, function.line, function.name
                ));
            }
        }
    }
    assert_none(
        "find, load, list, check, apply … and not get, handle, process",
        &broken,
    );
}
