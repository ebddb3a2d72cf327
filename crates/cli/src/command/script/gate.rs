//! Scripts on their way into the store, for the commands that bring many: checking a draft, and
//! keeping it through the same gate as a save.
//!
//! What a save is decided by durward-protocol's `script_keeping`.

use durward_engine::Hosts;
use durward_model::{Configuration, Script, script_file::property};
use durward_protocol::script_keeping::{self, Draft, Keeper, SaveError, Which};
use durward_script::{
    Engine as _, EngineError,
    program::{Attribute, Problem, Program, Runtime},
};
use serde_json::{Value, json};

use crate::failure::Failure;

/// What a check of a draft said.
pub struct Checked {
    /// `native`, `jython`, `java`; nothing where it would run nowhere.
    pub runs_on: Option<&'static str>,
    /// Everything wrong with the text.
    pub problems: Vec<Problem>,
    /// Why it could not be checked.
    pub missing: Option<String>,
}

/// Why a draft was not kept, in words.
#[derive(Debug)]
pub struct NotKept {
    /// Each with its place, where it has one.
    pub reasons: Vec<String>,
}

/// A program of a draft that is in no store; hidden values are in clear.
///
/// # Errors
/// An unknown type, language, engine or dialect.
pub fn program(draft: &Draft, file_name: String, now_ms: i64) -> Result<Program, Failure> {
    let script_type = script_keeping::find_type(&draft.script_type)?;
    let of = |name: &str| property(&draft.module_properties, name).unwrap_or_default();
    let language = &draft.programming_language;
    let (runtime, dialect) = script_keeping::reading(language, of("engine"), of("python"))?;
    let attributes = draft.configuration_properties.iter();
    Ok(Program {
        wire: 1,
        file_name,
        source: draft.text.clone(),
        dialect,
        runtime,
        contract: script_type.host_contract(),
        custom_script: json!({
            "inum": "",
            "name": draft.name,
            "description": draft.description,
            "scriptType": script_type.name,
            "programmingLanguage": language,
            "level": draft.level,
            "revision": 1,
            "enabled": draft.enabled,
        }),
        attributes: attributes
            .map(|property| Attribute {
                value1: property.value1.clone(),
                value2: property.value2.clone(),
                description: property.description.clone(),
                hide: property.hide,
            })
            .collect(),
        current_time_ms: now_ms,
        limits: script_keeping::limits(&Configuration::default()),
    })
}

/// Checks a draft without running any of it.
///
/// # Errors
/// The engine failed, or the draft has words that nobody knows.
pub async fn check(engine: &Hosts, draft: &Draft, file_name: &str) -> Result<Checked, Failure> {
    let program = program(draft, file_name.to_owned(), 0)?;
    match engine.check(&program).await {
        Ok(report) => Ok(Checked {
            runs_on: report.problems.is_empty().then_some(match report.runtime {
                Runtime::Jython => "jython",
                Runtime::Java => "java",
                Runtime::Native | Runtime::Auto => "native",
            }),
            problems: report.problems,
            missing: None,
        }),
        Err(EngineError::Missing(why)) => Ok(Checked {
            runs_on: None,
            problems: Vec::new(),
            missing: Some(why),
        }),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

/// Checks, tries out and stores a draft; nothing is changed where any of it fails.
///
/// # Errors
/// Why it was not kept.
pub async fn save(keeper: &Keeper<'_>, draft: Draft) -> Result<Script, NotKept> {
    keeper.save(draft).await.map_err(NotKept::from)
}

/// Stores a draft that does not pass, disabled, where there is no script of its name.
///
/// # Errors
/// Why it was not kept.
pub async fn shelve(keeper: &Keeper<'_>, draft: Draft) -> Result<Script, NotKept> {
    keeper.shelve(draft).await.map_err(NotKept::from)
}

/// Lets a stored script serve no more.
///
/// # Errors
/// Why it does.
pub async fn disable(keeper: &Keeper<'_>, name: &str) -> Result<Script, NotKept> {
    keeper
        .set_enabled(Which::Name(name), false)
        .await
        .map_err(NotKept::from)
}

impl From<SaveError> for NotKept {
    fn from(error: SaveError) -> Self {
        let reasons = match error {
            SaveError::Problems(problems) => problems.iter().map(placed).collect(),
            SaveError::Engine(error @ EngineError::Script(_)) => vec![error.in_full()],
            other => vec![Failure::from(other).message],
        };
        Self { reasons }
    }
}

/// `line:column: message`.
pub fn placed(problem: &Problem) -> String {
    format!("{}:{}: {}", problem.line, problem.column, problem.message)
}

/// Lines below a heading.
pub fn indented(lines: &[String]) -> String {
    let mut below = String::new();
    for line in lines.iter().flat_map(|text| text.lines()) {
        below.push_str("\n        ");
        below.push_str(line);
    }
    below
}

/// As `--json` has it.
pub fn value(name: &str, state: &str, reasons: &[String]) -> Value {
    json!({ "name": name, "state": state, "reasons": reasons })
}
