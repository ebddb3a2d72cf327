//! The corpus of Python programs on both hosts: what they print, and how they end.
//!
//! Each program is a script's own text, with the class that a script must have after it;
//! it prints while it is loaded.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use durward_engine::HostEngine;
use durward_script::{
    Engine as _, EngineError,
    program::{Limits, Runtime},
};

use crate::stand::{LIMITS, program, python_hosts};

/// Programs that differ on purpose, and why. The page docs/compatibility/python.md tells
/// administrators the same.
const KNOWN: &[(&str, &str)] = &[
    (
        "10_exception_values",
        "Jython words some of its exceptions otherwise",
    ),
    (
        "15_string_escapes",
        "in Jython, text and byte strings are two types, and repr shows it",
    ),
    ("43_struct_zlib", "in Jython, struct makes long integers"),
    (
        "65_repr_str",
        "in Jython, text and byte strings are two types, and repr shows it",
    ),
    ("72_syntax_error", "each words syntax errors in its own way"),
    (
        "73_name_errors",
        "Jython's open raises a Java exception, which except IOError does not catch",
    ),
];

const CLASS: &str = "
class EndSession(object):
    def __init__(self, now): pass
    def init(self, script, attributes): return True
    def destroy(self, attributes): return True
    def getApiVersion(self): return 11
    def getFrontchannelHtml(self, context): return ''
";

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python/tests/corpus");
    let mut programs: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "py"))
        .collect();
    programs.sort();
    programs
}

/// What a program prints, and the type of the exception that it ends with.
async fn run(engine: &HostEngine, text: &str) -> (Vec<String>, Option<String>) {
    let mut program = program(&format!("{text}{CLASS}"), Runtime::Native);
    program.limits = Limits {
        log_lines: 10_000,
        ..LIMITS
    };
    match engine.open(Arc::new(program)).await {
        Ok(opened) => {
            let lines = opened.log.into_iter().map(|line| line.text).collect();
            opened.program.close().await;
            (lines, None)
        }
        Err(EngineError::Script(failure)) => {
            let kind = failure.message.split(':').next().unwrap_or_default();
            (Vec::new(), Some(kind.to_owned()))
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_program_does_the_same_on_both_hosts() {
    let hosts = python_hosts("every_program_does_the_same_on_both_hosts");
    let [(_, native, _), (_, jython, _)] = hosts.as_slice() else {
        return;
    };
    let known: BTreeMap<&str, &str> = KNOWN.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in corpus() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let (here, there) = (run(native, &text).await, run(jython, &text).await);
        match (here == there, known.get(name)) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(reason)) => wrong.push(format!("{name} is the same now, but: {reason}")),
            (false, None) => {
                let line = here.0.iter().zip(&there.0).find(|(a, b)| a != b);
                wrong.push(format!(
                    "{name}: native {:?}, {} lines; Jython {:?}, {} lines; first {line:?}",
                    here.1,
                    here.0.len(),
                    there.1,
                    there.0.len()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
