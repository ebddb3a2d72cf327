//! Saving scripts: check, initialise in a throw-away worker, then store.
//!
//! A save that fails any step changes nothing. Not here: loading what is
//! stored (`script_loading`).

use std::sync::Arc;

use durward_jose::{SealingKeys, digest};
use durward_model::{
    Configuration, Script, ScriptId, Timestamp,
    script::{RunsOn, ScriptProperty},
};
use durward_script::{
    Engine, EngineError, ScriptType,
    program::{Attribute, Limits, Problem, Program, Runtime},
    types,
};
use durward_store::{Change, StoreError, Versioned};
use serde_json::{Value, json};

use crate::{Provider, error::Error, sealing};

/// Wire version that programs are written for.
const WIRE_VERSION: u32 = 1;

/// Longest line of a script's log, bytes.
const LOG_LINE_BYTES: usize = 4_096;

/// A script as an administrator hands it in; hidden values still in clear.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Unique name.
    pub name: String,
    /// For people.
    pub description: String,
    /// Wire name of its type.
    pub script_type: String,
    /// `python` or `java`; `python` if empty.
    pub programming_language: String,
    /// The text.
    pub text: String,
    /// Order among its type.
    pub level: i32,
    /// Should it serve?
    pub enabled: bool,
    /// Settings of the runtime.
    pub module_properties: Vec<ScriptProperty>,
    /// Settings of the script.
    pub configuration_properties: Vec<ScriptProperty>,
}

/// Why a script was not saved. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The text has problems.
    #[error("the script has {} problem(s)", .0.len())]
    Problems(Vec<Problem>),
    /// It cannot be initialised, or the engine failed.
    #[error("{0}")]
    Engine(EngineError),
    /// Another rule was broken, with a hint.
    #[error("{0}")]
    Invalid(String),
    /// The store failed.
    #[error("{0}")]
    Fault(Error),
}

impl From<Error> for SaveError {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => {
                Self::Invalid("the script was changed meanwhile, or its name is taken".to_owned())
            }
            other @ StoreError::Fault(_) => Self::Fault(other.into()),
        }
    }
}

/// Checks a draft, initialises it once, and stores it as a new script or as the
/// next version of the one with its name.
///
/// # Errors
/// See [`SaveError`].
pub async fn save(
    provider: &Provider,
    engine: &dyn Engine,
    draft: Draft,
) -> Result<Script, SaveError> {
    let before = provider.store.find_script_by_name(&draft.name).await?;
    let script = drafted(provider, draft, before.as_deref())?;
    let script = try_out(provider, engine, script).await?;
    let change = match &before {
        Some(before) => Change::replace(before, &script),
        None => Change::insert(&script),
    };
    provider.store.apply(vec![change]).await?;
    Ok(script)
}

/// Stores a new script that could not be tried out, or did not pass: disabled, for somebody to
/// mend it. It never takes the place of another.
///
/// # Errors
/// `Invalid` when there is a script of its name; otherwise as [`save`].
pub async fn shelve(provider: &Provider, draft: Draft) -> Result<Script, SaveError> {
    let draft = Draft {
        enabled: false,
        ..draft
    };
    if provider
        .store
        .find_script_by_name(&draft.name)
        .await?
        .is_some()
    {
        return Err(SaveError::Invalid(format!(
            "there is a script '{}' already, and it stays as it is",
            draft.name
        )));
    }
    let script = drafted(provider, draft, None)?;
    provider.store.apply(vec![Change::insert(&script)]).await?;
    Ok(script)
}

/// The script that a draft becomes; nothing of it is tried out.
fn drafted(
    provider: &Provider,
    draft: Draft,
    before: Option<&Script>,
) -> Result<Script, SaveError> {
    let script_type = find_type(&draft.script_type)?;
    check_name(&draft.name)?;
    if let Some(before) = before
        && before.script_type != script_type.name
    {
        return Err(SaveError::Invalid(format!(
            "'{}' is already the name of a {} script",
            draft.name, before.script_type
        )));
    }
    let inum = before.map_or_else(
        || ScriptId::new(provider.new_id()),
        |before| before.inum.clone(),
    );
    let script = Script {
        name: draft.name,
        description: draft.description,
        script_type: script_type.name.to_owned(),
        programming_language: language(&draft.programming_language)?,
        version: String::new(),
        script: draft.text,
        level: draft.level,
        revision: before.map_or(0, |before| before.revision) + 1,
        reloads: before.map_or(0, |before| before.reloads),
        runs_on: None,
        enabled: draft.enabled,
        module_properties: draft.module_properties,
        configuration_properties: sealed(&provider.sealing, &inum, draft.configuration_properties)?,
        script_error: None,
        modified_at: provider.now(),
        inum,
    };
    Ok(Script {
        version: version_of(&script),
        ..script
    })
}

/// Turns a script on or off. Turning on tries it out first.
///
/// # Errors
/// See [`SaveError`].
pub async fn set_enabled(
    provider: &Provider,
    engine: &dyn Engine,
    name: &str,
    enabled: bool,
) -> Result<Script, SaveError> {
    let before = load(provider, name).await?;
    let mut script = before.value.clone();
    script.enabled = enabled;
    script.revision += 1;
    if enabled {
        script.script_error = None;
        script = try_out(provider, engine, script).await?;
    }
    replace(provider, &before, script).await
}

/// Has a script loaded anew, after what it uses has changed: jars, or a file that its
/// `init` reads. It is tried out first.
///
/// # Errors
/// See [`SaveError`].
pub async fn reload(
    provider: &Provider,
    engine: &dyn Engine,
    name: &str,
) -> Result<Script, SaveError> {
    let before = load(provider, name).await?;
    let mut script = before.value.clone();
    script.revision += 1;
    script.reloads += 1;
    script.version = version_of(&script);
    script.script_error = None;
    let script = try_out(provider, engine, script).await?;
    replace(provider, &before, script).await
}

async fn load(provider: &Provider, name: &str) -> Result<Versioned<Script>, SaveError> {
    let found = provider.store.find_script_by_name(name).await?;
    found.ok_or_else(|| SaveError::Invalid(format!("there is no script named '{name}'")))
}

async fn replace(
    provider: &Provider,
    before: &Versioned<Script>,
    script: Script,
) -> Result<Script, SaveError> {
    let change = Change::replace(before, &script);
    provider.store.apply(vec![change]).await?;
    Ok(script)
}

/// Checks a script and opens it once; where that was is noted on it, so that nobody has
/// to look for its host again when it is loaded.
async fn try_out(
    provider: &Provider,
    engine: &dyn Engine,
    script: Script,
) -> Result<Script, SaveError> {
    let live = provider.live();
    let mut asked = script;
    asked.runs_on = None;
    let mut program = program(
        &asked,
        &live.configuration,
        &provider.sealing,
        provider.now(),
    )?;
    let report = engine.check(&program).await.map_err(SaveError::Engine)?;
    if !report.problems.is_empty() {
        return Err(SaveError::Problems(report.problems));
    }
    program.runtime = report.runtime;
    let opened = engine
        .open(Arc::new(program))
        .await
        .map_err(SaveError::Engine)?;
    opened.program.close().await;
    asked.runs_on = match report.runtime {
        Runtime::Auto => None,
        Runtime::Native => Some(RunsOn::Native),
        Runtime::Jython => Some(RunsOn::Jython),
        Runtime::Java => Some(RunsOn::Java),
    };
    Ok(asked)
}

/// The type of that name.
///
/// # Errors
/// Names the types that exist.
pub fn find_type(name: &str) -> Result<&'static ScriptType, SaveError> {
    types::find(name).ok_or_else(|| {
        let known: Vec<&str> = types::ALL
            .iter()
            .map(|script_type| script_type.name)
            .collect();
        SaveError::Invalid(format!(
            "'{name}' is not a script type that this version asks; known: {}",
            known.join(", ")
        ))
    })
}

/// Jans's rule for names.
fn check_name(name: &str) -> Result<(), SaveError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-:/.".contains(c);
    if (2..=60).contains(&name.len()) && name.chars().all(fits) {
        Ok(())
    } else {
        Err(SaveError::Invalid(
            "a script's name has 2 to 60 letters, digits or any of _ - : / .".to_owned(),
        ))
    }
}

fn sealed(
    keys: &SealingKeys,
    inum: &ScriptId,
    properties: Vec<ScriptProperty>,
) -> Result<Vec<ScriptProperty>, Error> {
    properties
        .into_iter()
        .map(|property| {
            if !property.hide {
                return Ok(property);
            }
            let context = sealing::script_property(inum.as_str(), &property.value1);
            let value2 = sealing::seal(keys, &context, &property.value2)?;
            Ok(ScriptProperty { value2, ..property })
        })
        .collect()
}

/// The content hash of everything that changes what a script does.
fn version_of(script: &Script) -> String {
    let mut content = vec![
        json!(script.script_type),
        json!(script.programming_language),
        json!(script.script),
        json!(script.module_properties),
        json!(script.configuration_properties),
    ];
    if script.reloads > 0 {
        content.push(json!(script.reloads));
    }
    let content = Value::Array(content);
    digest::sha256_base64url(content.to_string())
}

/// The program of a stored script, hidden properties opened.
///
/// # Errors
/// A fault when a hidden property cannot be opened; `Invalid` when the type is unknown.
pub fn program(
    script: &Script,
    configuration: &Configuration,
    keys: &SealingKeys,
    now: Timestamp,
) -> Result<Program, SaveError> {
    let script_type = find_type(&script.script_type)?;
    let attributes = script
        .configuration_properties
        .iter()
        .map(|property| {
            let value2 = if property.hide {
                let context = sealing::script_property(script.inum.as_str(), &property.value1);
                sealing::open(keys, &context, &property.value2)?
            } else {
                property.value2.clone()
            };
            Ok(Attribute {
                value1: property.value1.clone(),
                value2,
                description: property.description.clone(),
                hide: property.hide,
            })
        })
        .collect::<Result<_, Error>>()?;
    let (asked, dialect) = reading(
        &script.programming_language,
        module_property(script, "engine").unwrap_or_default(),
        module_property(script, "python").unwrap_or_default(),
    )?;
    let runtime = match script.runs_on {
        None => asked,
        Some(RunsOn::Native) => Runtime::Native,
        Some(RunsOn::Jython) => Runtime::Jython,
        Some(RunsOn::Java) => Runtime::Java,
    };
    let ending = if runtime == Runtime::Java {
        "java"
    } else {
        "py"
    };
    Ok(Program {
        wire: WIRE_VERSION,
        file_name: format!("{}.{ending}", script.name.to_lowercase()),
        source: script.script.clone(),
        dialect,
        runtime,
        contract: script_type.host_contract(),
        custom_script: json!({
            "inum": script.inum.as_str(),
            "name": script.name,
            "description": script.description,
            "scriptType": script.script_type,
            "programmingLanguage": script.programming_language,
            "level": script.level,
            "revision": script.revision,
            "enabled": script.enabled,
        }),
        attributes,
        current_time_ms: now.ms(),
        limits: limits(configuration),
    })
}

/// The language as it is stored, from what an administrator wrote.
fn language(written: &str) -> Result<String, SaveError> {
    match written.to_ascii_lowercase().as_str() {
        "" | "python" => Ok("python".to_owned()),
        "java" => Ok("java".to_owned()),
        _ => Err(SaveError::Invalid(format!(
            "'{written}' is not a programming language that scripts may have; known: python, java"
        ))),
    }
}

/// Which host runs a script, and how it reads the text: from the language and the module
/// properties `engine` (`auto`, `native`, `jython`) and `python` (`auto`, `2`, `3`), empty for the default.
///
/// # Errors
/// `Invalid` for other words.
pub fn reading(language: &str, engine: &str, python: &str) -> Result<(Runtime, String), SaveError> {
    if language == "java" {
        return Ok((Runtime::Java, "java".to_owned()));
    }
    let runtime = match engine {
        "" | "auto" => Runtime::Auto,
        "native" => Runtime::Native,
        "jython" => Runtime::Jython,
        other => {
            return Err(SaveError::Invalid(format!(
                "'{other}' is not an engine; known: auto, native, jython"
            )));
        }
    };
    match python {
        "" | "auto" => Ok((runtime, "auto".to_owned())),
        "2" | "3" => Ok((runtime, python.to_owned())),
        other => Err(SaveError::Invalid(format!(
            "'{other}' is not a Python that scripts may be written in; known: auto, 2, 3"
        ))),
    }
}

fn module_property<'a>(script: &'a Script, name: &str) -> Option<&'a str> {
    script
        .module_properties
        .iter()
        .find(|property| property.value1.eq_ignore_ascii_case(name))
        .map(|property| property.value2.as_str())
}

/// Budgets as the wire tells them.
pub fn limits(configuration: &Configuration) -> Limits {
    let limits = configuration.script_limits;
    Limits {
        wall_ms: limits.wall_ms,
        cpu_ms: limits.cpu_ms,
        memory_bytes: limits.memory_mib.saturating_mul(1024 * 1024),
        result_bytes: limits.result_bytes,
        log_lines: limits.log_lines,
        log_line_bytes: LOG_LINE_BYTES,
        host_calls: limits.host_calls,
        recursion: limits.recursion,
    }
}
