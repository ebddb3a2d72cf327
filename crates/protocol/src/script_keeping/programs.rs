//! What a stored script is to a host: the program, and the budgets of its turns.

use durward_jose::SealingKeys;
use durward_model::{Configuration, Script, Timestamp, script_file::property};
use durward_script::program::{Attribute, Limits, Program, Runtime};
use serde_json::json;

use super::{SaveError, find_type, invalid};
use crate::{error::Error, sealing};

/// Wire version that programs are written for.
const WIRE_VERSION: u32 = 1;

/// Longest line of a script's log, bytes.
const LOG_LINE_BYTES: usize = 4_096;

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
        property(&script.module_properties, "engine").unwrap_or_default(),
        property(&script.module_properties, "python").unwrap_or_default(),
    )?;
    let runtime = script.runs_on.map_or(asked, Runtime::from);
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
pub(super) fn language(written: &str) -> Result<String, SaveError> {
    match written.to_ascii_lowercase().as_str() {
        "" | "python" => Ok("python".to_owned()),
        "java" => Ok("java".to_owned()),
        _ => Err(invalid(
            "programmingLanguage",
            format!(
                "'{written}' is not a programming language that scripts may have; known: python, java"
            ),
        )),
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
            return Err(invalid(
                "moduleProperties",
                format!("'{other}' is not an engine; known: auto, native, jython"),
            ));
        }
    };
    match python {
        "" | "auto" => Ok((runtime, "auto".to_owned())),
        "2" | "3" => Ok((runtime, python.to_owned())),
        other => Err(invalid(
            "moduleProperties",
            format!("'{other}' is not a Python that scripts may be written in; known: auto, 2, 3"),
        )),
    }
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
