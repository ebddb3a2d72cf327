//! `durward script new` and `durward script stubs`.

use crate::support::{
    home::durward,
    jvm::{host_jar_for, java_for},
};

const TYPES: [&str; 4] = [
    "authz_detail",
    "ciba_end_user_notification",
    "client_registration",
    "end_session",
];

fn a_new_script_is_good(script_type: &str, language: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script").with_extension(match language {
        "java" => "java",
        _ => "py",
    });
    let file = file.to_str().unwrap();
    let new = [
        "script",
        "new",
        file,
        "--type",
        script_type,
        "--language",
        language,
    ];
    durward(&new).ok();
    let checked = durward(&["script", "check", file, "--type", script_type]).ok();
    let read_as = if language == "java" {
        "Java"
    } else {
        "Python 3"
    };
    assert!(checked.stdout.trim().ends_with(read_as), "{checked:?}");

    let before = std::fs::read_to_string(file).unwrap();
    let again = durward(&new);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), before);
}

#[test]
fn a_new_script_in_python_passes_the_check() {
    for script_type in TYPES {
        a_new_script_is_good(script_type, "python");
    }
}

#[test]
fn a_new_script_in_java_passes_the_check() {
    for script_type in TYPES {
        let test = format!("a_new_script_in_java_passes_the_check: {script_type}");
        if host_jar_for(&test).is_some() && java_for(&test).is_some() {
            a_new_script_is_good(script_type, "java");
        }
    }
}

#[test]
fn every_type_is_tried() {
    let ran = durward(&["script", "new", "--type", "no_such_type"]);
    assert_eq!(ran.code, Some(1));
    let known = ran.stderr.split("known: ").nth(1).unwrap();
    let known: Vec<&str> = known.trim().split(", ").collect();
    assert_eq!(known, TYPES);
}

#[test]
fn stubs_are_those_of_the_reference() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("stubs");
    let told = durward(&["script", "stubs", into.to_str().unwrap(), "--json"])
        .ok()
        .json();
    let reference =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/stubs");
    for script_type in TYPES {
        let name = format!("{script_type}.pyi");
        let written = std::fs::read_to_string(into.join(&name)).unwrap();
        assert_eq!(
            written,
            std::fs::read_to_string(reference.join(&name)).unwrap()
        );
    }
    if host_jar_for("stubs_are_those_of_the_reference: the jar").is_some() {
        let jar = told["jar"].as_str().unwrap();
        assert!(std::fs::metadata(jar).unwrap().len() > 10_000, "{told}");
    }
}
