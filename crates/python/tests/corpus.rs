//! Small Python 2 programs, run by the front end and the interpreter, with
//! the output that Jython gave for them.
//!
//! `corpus/NN_name.py` is a program, `NN_name.out` what Jython printed. Where
//! we print something else on purpose, `NN_name.expected-difference` holds
//! the reason in its first line and our output after it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/programs.rs"]
mod programs;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use durward_python::front::Dialect;
use programs::run;

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut programs: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    programs.sort();
    programs
}

fn name_of(program: &Path) -> String {
    program.file_name().unwrap().to_string_lossy().into_owned()
}

/// What the program must print here.
fn expected(program: &Path) -> String {
    let difference = program.with_extension("expected-difference");
    if let Ok(text) = fs::read_to_string(&difference) {
        let (reason, output) = text.split_once('\n').expect("a reason, then our output");
        assert!(
            reason.len() > 10,
            "{}: the first line gives the reason",
            difference.display()
        );
        let recorded = fs::read_to_string(program.with_extension("out")).unwrap();
        assert_ne!(
            recorded,
            output,
            "{}: there is no difference",
            difference.display()
        );
        return output.to_owned();
    }
    fs::read_to_string(program.with_extension("out"))
        .unwrap_or_else(|_| panic!("{}: no recorded output", program.display()))
}

#[test]
fn every_program_prints_what_jython_prints() {
    let programs = corpus();
    assert!(programs.len() >= 80, "only {} programs", programs.len());
    let mut failures = Vec::new();
    for program in &programs {
        let text = fs::read_to_string(program).unwrap();
        let output = run(&name_of(program), &text, Some(Dialect::Python2));
        let expected = expected(program);
        if output != expected {
            failures.push(format!(
                "== {}\n-- expected\n{expected}\n-- printed\n{output}",
                program.display()
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{}\n{} programs differ",
        failures.join("\n"),
        failures.len()
    );
}

#[test]
fn programs_of_the_corpus_are_taken_for_python_2() {
    for program in corpus() {
        let text = fs::read_to_string(&program).unwrap();
        let dialect = durward_python::front::dialect_of(&text);
        assert_eq!(dialect, Dialect::Python2, "{}", program.display());
    }
}

#[test]
fn recorded_outputs_are_jythons() {
    let Some(jython) = find_jython() else {
        println!("skipped recorded_outputs_are_jythons: there is no jython on PATH");
        return;
    };
    let sample = [
        "04_division",
        "16_percent_format",
        "28_special_methods",
        "47_try_finally",
        "70_iterators",
    ];
    let programs = corpus();
    for name in sample {
        let program = programs
            .iter()
            .find(|path| name_of(path) == format!("{name}.py"))
            .unwrap();
        let answer = Command::new(&jython)
            .args(["-B", &name_of(program)])
            .current_dir(program.parent().unwrap())
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&answer.stdout);
        let recorded = fs::read_to_string(program.with_extension("out")).unwrap();
        assert_eq!(output, recorded, "{}", program.display());
    }
}

#[expect(clippy::disallowed_methods, reason = "where the oracle is installed")]
fn find_jython() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("jython"))
        .find(|candidate| candidate.is_file())
}
