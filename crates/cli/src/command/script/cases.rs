//! `durward script test`: cases that lie beside scripts, run in the real sandbox.
//!
//! What a case is and how it is judged is durward-script's `cases`; here are files, the engine
//! and the report.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use durward_engine::Hosts;
use durward_script::{
    Engine as _, ScriptType,
    cases::{Case, CaseFile, INIT, Outcome, Stubs, context::snapshot, laid_over},
    engine::Reply,
    program::{Attribute, Call, Program},
    types,
};
use serde_json::{Map, Value, json};

use super::{Reading, program};
use crate::{failure::Failure, input, junit, jvm, node, node::Node, output};

/// Endings of files of cases.
const ENDINGS: [&str; 2] = [".test.toml", ".test.json"];
/// Folders below the one that was named.
const MAX_DEPTH: usize = 32;

/// Run the test cases beside scripts.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Folder that is searched for NAME.test.toml and NAME.test.json, or one such file.
    path: PathBuf,
    /// Also write the results as JUnit XML, for continuous integration.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Data directory whose JVM settings and jars are used; nothing else of it is.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// How a case ended.
pub struct Finished {
    /// File of the case, as it was found.
    pub file: String,
    /// The case.
    pub name: String,
    /// What was not as expected.
    pub wrong: Vec<String>,
    /// Why it was not run, if it was not.
    pub skipped: Option<String>,
    /// What the script logged.
    pub log: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// What is the same for all cases of a run.
struct Bench {
    engine: Hosts,
    stubs: Arc<Stubs>,
    /// Why there is no JVM, if there is none.
    no_jvm: Option<String>,
}

/// A file of cases, ready to run.
struct Suite {
    script_type: &'static ScriptType,
    program: Program,
    cases: CaseFile,
    needs_jvm: bool,
}

/// Runs the command: exit code 1 unless every case that was run is as expected.
///
/// # Errors
/// No cases, or a report that cannot be written.
pub async fn run(args: &TestArgs, as_json: bool) -> Result<ExitCode, Failure> {
    let mut files = Vec::new();
    find(&args.path, MAX_DEPTH, &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(
            Failure::new(format!("{}: there are no test cases", args.path.display()))
                .hint("write them into NAME.test.toml beside NAME.py or NAME.java"),
        );
    }
    let node = match &args.data {
        Some(data) => Some(Node::open(data).await?),
        None => None,
    };
    let stubs = Arc::new(Stubs::default());
    let bench = Bench {
        engine: node::engine(node.as_ref(), stubs.clone())?,
        stubs,
        no_jvm: jvm_of(node.as_ref()).err(),
    };
    let mut finished = Vec::new();
    for file in &files {
        let shown = file.display().to_string();
        match open(file) {
            Ok(suite) => run_suite(&bench, &shown, &suite, &mut finished).await,
            Err(wrong) => finished.push(Finished::unreadable(shown, wrong)),
        }
    }
    if let Some(path) = &args.junit {
        std::fs::write(path, junit::report(&finished))
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    }
    let failed = finished.iter().any(|case| !case.wrong.is_empty());
    let values: Vec<Value> = finished.iter().map(Finished::value).collect();
    output::print(as_json, &values, || lines(&finished))?;
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn jvm_of(node: Option<&Node>) -> Result<(), String> {
    let bootstrap = node.map(|node| node.bootstrap.clone()).unwrap_or_default();
    jvm::command(&bootstrap.jvm, node.map(|node| node.data.as_path())).map(|_| ())
}

/// Files of cases below a folder; links to folders are not followed.
fn find(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()));
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() && depth > 0 {
            find(&entry.path(), depth - 1, found)?;
        } else if !kind.is_dir() && stem(&entry.path()).is_some() {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// What a file of cases is called like.
fn stem(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?;
    ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .map(str::to_owned)
}

fn open(file: &Path) -> Result<Suite, String> {
    let cases: CaseFile = input::structured(file).map_err(|failure| failure.message)?;
    for case in &cases.cases {
        case.expect
            .check()
            .map_err(|wrong| format!("{}: {wrong}", case.name))?;
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let script = match &cases.script {
        Some(name) => folder.join(name),
        None => beside(folder, &stem(file).unwrap_or_default())?,
    };
    let script_type = match &cases.script_type {
        Some(name) => types::find(name).ok_or(format!("'{name}' is not a script type"))?,
        None => type_of(folder).ok_or("'type' is missing, and the folder is not named like one")?,
    };
    let reading = Reading {
        language: None,
        python: cases.python.clone(),
        engine: cases.engine.clone(),
    };
    let mut program =
        program(&script, script_type.name, &reading, 0).map_err(|failure| failure.message)?;
    if let (Some(name), Some(script)) = (&cases.name, program.custom_script.as_object_mut()) {
        script.insert("name".to_owned(), json!(name));
    }
    Ok(Suite {
        needs_jvm: reading.language_of(&script) == "java" || reading.engine == "jython",
        script_type,
        program,
        cases,
    })
}

/// The script that cases lie beside.
fn beside(folder: &Path, stem: &str) -> Result<PathBuf, String> {
    let places = ["py", "java"].map(|ending| folder.join(format!("{stem}.{ending}")));
    places
        .into_iter()
        .find(|place| place.is_file())
        .ok_or_else(|| {
            format!("neither {stem}.py nor {stem}.java is there, and 'script' is missing")
        })
}

/// The type that a folder is named like.
fn type_of(folder: &Path) -> Option<&'static ScriptType> {
    let folder = folder.canonicalize().ok()?;
    types::find(folder.file_name()?.to_str()?)
}

async fn run_suite(bench: &Bench, file: &str, suite: &Suite, finished: &mut Vec<Finished>) {
    for case in &suite.cases.cases {
        let began = Instant::now();
        let mut done = Finished {
            file: file.to_owned(),
            name: case.name.clone(),
            wrong: Vec::new(),
            skipped: None,
            log: Vec::new(),
            took: Duration::ZERO,
        };
        if let (true, Some(why)) = (suite.needs_jvm, &bench.no_jvm) {
            done.skipped = Some(why.clone());
        } else {
            match prepared(suite, case) {
                Err(wrong) => done.wrong.push(wrong),
                Ok((program, call)) => {
                    bench.stubs.expect(case.host.clone());
                    let outcome = play(&bench.engine, program, call).await;
                    done.wrong = case.expect.judge(&outcome);
                    done.wrong.extend(bench.stubs.finish());
                    done.log = outcome.log.into_iter().map(|line| line.text).collect();
                }
            }
        }
        done.took = began.elapsed();
        finished.push(done);
    }
}

/// The program and the call of a case; no call where it only loads the script.
fn prepared(suite: &Suite, case: &Case) -> Result<(Program, Option<Call>), String> {
    let mut program = suite.program.clone();
    program.attributes = attributes(&laid_over(&suite.cases.properties, &case.properties));
    if case.method == INIT {
        return Ok((program, None));
    }
    let known = suite.script_type.method(&case.method);
    let method = known.ok_or(format!("there is no method '{}'", case.method))?;
    let unknown = case
        .arguments
        .keys()
        .find(|name| *name == "context" || !method.parameters.contains(&name.as_str()));
    if let Some(name) = unknown {
        return Err(format!("{} has no further argument {name:?}", method.name));
    }
    let context = laid_over(&suite.cases.context, &case.context);
    let call = Call {
        method: case.method.clone(),
        context: snapshot(suite.script_type.context, &context)?,
        arguments: case.arguments.clone(),
    };
    Ok((program, Some(call)))
}

/// Properties as attributes; anything but text is told as its JSON.
fn attributes(properties: &Map<String, Value>) -> Vec<Attribute> {
    let attribute = |(name, value): (&String, &Value)| Attribute {
        value1: name.clone(),
        value2: value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned),
        description: String::new(),
        hide: false,
    };
    properties.iter().map(attribute).collect()
}

/// Loads the script anew, so that no case sees what another left, and calls it.
async fn play(engine: &Hosts, program: Program, call: Option<Call>) -> Outcome {
    let opened = match engine.open(Arc::new(program)).await {
        Ok(opened) => opened,
        Err(error) => {
            return Outcome {
                outcome: Err(error),
                log: Vec::new(),
            };
        }
    };
    let mut log = opened.log;
    let outcome = match call {
        None => Ok(Reply {
            result: Value::Bool(true),
            ..Reply::default()
        }),
        Some(call) => {
            let execution = opened.program.call(call).await;
            log.extend(execution.log);
            execution.outcome
        }
    };
    opened.program.close().await;
    Outcome { outcome, log }
}

impl Finished {
    fn unreadable(file: String, wrong: String) -> Self {
        Self {
            file,
            name: "the file of cases".to_owned(),
            wrong: vec![wrong],
            skipped: None,
            log: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// `passed`, `failed`, `skipped`.
    fn state(&self) -> &'static str {
        match (&self.skipped, self.wrong.is_empty()) {
            (Some(_), _) => "skipped",
            (None, true) => "passed",
            (None, false) => "failed",
        }
    }

    fn value(&self) -> Value {
        json!({
            "file": self.file,
            "name": self.name,
            "state": self.state(),
            "differences": self.wrong,
            "skipped": self.skipped,
            "log": self.log,
        })
    }

    fn lines(&self) -> String {
        let mut lines = vec![format!("{:<8}{}: {}", self.state(), self.file, self.name)];
        let mut add = |text: &str| {
            lines.extend(text.lines().map(|line| format!("        {line}")));
        };
        if let Some(why) = &self.skipped {
            add(why);
        }
        for wrong in &self.wrong {
            add(wrong);
        }
        if !self.wrong.is_empty() && !self.log.is_empty() {
            add("log");
            self.log.iter().for_each(|line| add(&format!("  {line}")));
        }
        lines.join("\n")
    }
}

fn lines(finished: &[Finished]) -> String {
    let count = |state: &str| finished.iter().filter(|case| case.state() == state).count();
    let mut all: Vec<String> = finished.iter().map(Finished::lines).collect();
    all.push(format!(
        "{} passed, {} failed, {} skipped",
        count("passed"),
        count("failed"),
        count("skipped")
    ));
    all.join("\n")
}
