//! The front end by itself: what it refuses and where, what it finds in a
//! program, which dialect it chooses, and that nothing makes it panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use durward_python::front::{self, Dialect, Problem, Source};

fn compile(text: &str) -> Result<front::Compiled, Vec<Problem>> {
    front::compile(&Source { name: "script.py", text, dialect: None })
}

#[test]
fn keywords_in_dotted_names() {
    let compiled = compile("from io.jans.as.client.fcm import Client\nx.exec().print(1)\nx.as.in\n").unwrap();
    assert_eq!(compiled.imports[0].module, "io.jans.as.client.fcm");
}
