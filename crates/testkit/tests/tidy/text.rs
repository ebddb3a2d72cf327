//! What source text must and must not hold.

use crate::{
    repository::{assert_none, files},
    source::sources,
};

#[test]
fn every_file_says_what_it_is() {
    let broken: Vec<String> = files()
        .iter()
        .filter(|file| file.is_under("crates") && file.has_extension("rs"))
        .filter(|file| !file.text.starts_with("//!"))
        .map(|file| file.path.clone())
        .collect();
    assert_none(
        "a Rust file opens with `//!`: what it is and what it is not",
        &broken,
    );
}

#[test]
fn imports_name_what_they_import() {
    let mut broken = Vec::new();
    for source in sources() {
        broken.extend(source.lines_where(|line| {
            let line = line.trim_start();
            let imports = line.starts_with("use ")
                || line.starts_with("pub use ")
                || line.starts_with("pub(crate) use ");
            (imports && line.contains('*')) || line.starts_with("*,") || line.ends_with("::*,")
        }));
    }
    assert_none("no glob imports outside tests", &broken);
}

#[test]
fn nothing_is_left_to_do_or_to_chance() {
    let forbidden = [".unwrap()", "todo!(", "unimplemented!(", "dbg!("];
    // Literals are blanked out; a method of that name with other arguments is not the one.
    let expects = |line: &str| {
        line.split(".expect(")
            .skip(1)
            .any(|rest| rest.trim_start().starts_with(')'))
    };
    let mut broken = Vec::new();
    for source in sources() {
        broken.extend(
            source.lines_where(|line| {
                expects(line) || forbidden.iter().any(|word| line.contains(word))
            }),
        );
    }
    assert_none("no unwrap, expect, todo or dbg outside tests", &broken);
}

#[test]
fn no_path_of_somebodys_machine_is_left() {
    // Put together here, so that this file is not one of them.
    let forbidden = [
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/tmp/", "target"].concat(),
        ["/tmp/", "helpers"].concat(),
        ["/Us", "ers/"].concat(),
    ];
    let mut broken = Vec::new();
    for file in files() {
        for (index, line) in file.text.lines().enumerate() {
            if forbidden.iter().any(|path| line.contains(path.as_str())) {
                broken.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    assert_none("a path of one machine says nothing on another", &broken);
}
