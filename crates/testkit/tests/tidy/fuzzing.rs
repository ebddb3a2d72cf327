//! The fuzz targets: each entrance for strangers has one, with something good to begin from.

use std::fs;

use durward_testkit::hostile::Entrance;

use crate::repository::{assert_none, exists, root};

/// `AuthorizationDetails` is the target `authorization_details`.
fn target(entrance: Entrance) -> String {
    let mut name = String::new();
    for letter in format!("{entrance:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[test]
fn every_entrance_has_its_target_and_a_current_seed() {
    let mut broken = Vec::new();
    for entrance in Entrance::ALL {
        let name = target(entrance);
        let program = format!("fuzz/fuzz_targets/{name}.rs");
        if !exists(&program) {
            broken.push(program);
        }
        let seed = root().join(format!("fuzz/seeds/{name}/good.json"));
        if std::env::var_os("DURWARD_UPDATE").is_some() {
            fs::create_dir_all(seed.parent().unwrap()).unwrap();
            fs::write(&seed, entrance.seed()).unwrap();
        }
        if fs::read(&seed).ok() != Some(entrance.seed()) {
            broken.push(format!("{}", seed.display()));
        }
    }
    assert_none("make them anew: DURWARD_UPDATE=1 bin/test tidy", &broken);
}
