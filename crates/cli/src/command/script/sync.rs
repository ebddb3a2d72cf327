//! `durward script sync`: a folder of scripts is what the store shall hold.
//!
//! `scripts.toml` in the folder says which files there are and how they are kept. Not here: the
//! gate that every script goes through.

use std::{
    collections::BTreeMap,
    path::{Component, PathBuf},
    process::ExitCode,
};

use clap::Args;
use durward_model::{
    Script,
    script::ScriptProperty,
    script_file::{file_of, is_location},
};
use durward_protocol::{
    script_keeping::{self, Draft, recording},
    sealing,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Reading, gate, keeper};
use crate::{command::DataArgs, failure::Failure, input, node::Node, output, system::operator};

/// The list in the folder.
const LIST: &str = "scripts.toml";

/// Exit code of `--check` where the store is not what the folder says; 2 is wrong use.
const DRIFT: u8 = 3;

/// Bring the store in line with a folder of scripts.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Folder with scripts.toml and the scripts that it names.
    dir: PathBuf,
    /// Store what differs, each script through the same gate as a save. Without it nothing is changed.
    #[arg(long, conflicts_with = "check")]
    apply: bool,
    /// Exit with code 3 if there is anything to change.
    #[arg(long)]
    check: bool,
    /// Disable scripts that the folder does not have; they are not deleted.
    #[arg(long)]
    prune: bool,
    /// Why, for the history of each script that changes.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

/// `scripts.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    script: Vec<Listed>,
}

/// One script of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    file: PathBuf,
    #[serde(rename = "type")]
    script_type: String,
    name: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default = "one")]
    level: i32,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    python: String,
    #[serde(default)]
    engine: String,
    #[serde(default)]
    properties: BTreeMap<String, String>,
    /// Secrets: names and files outside the repository, or names whose stored value stays.
    #[serde(default)]
    hidden_properties: BTreeMap<String, String>,
}

fn one() -> i32 {
    1
}

fn yes() -> bool {
    true
}

/// What is to be done about a script.
struct Step {
    name: String,
    /// `new`, `changed`, `disable`, `same`.
    state: &'static str,
    /// What differs, or why it was not done.
    details: Vec<String>,
    draft: Option<Draft>,
    failed: bool,
}

/// Runs the command: exit code 3 with `--check` and something to change, 1 where a script was
/// not kept.
///
/// # Errors
/// A list that says something impossible: nothing was changed then.
pub async fn run(args: &SyncArgs, json: bool) -> Result<ExitCode, Failure> {
    let node = args.data.open().await?;
    let stored = node.provider.store.list_scripts().await?;
    let stored: Vec<Script> = stored.into_iter().map(|script| script.value).collect();
    let list: List = input::structured(&args.dir.join(LIST))?;
    let mut steps = Vec::new();
    for listed in &list.script {
        let step = planned(args, &node, listed, &stored)?;
        if steps.iter().any(|known: &Step| known.name == step.name) {
            return Err(Failure::new(format!("{LIST} has '{}' twice", step.name)));
        }
        steps.push(step);
    }
    if args.prune {
        let named = |script: &&Script| !steps.iter().any(|step| step.name == script.name);
        let gone: Vec<Step> = stored
            .iter()
            .filter(|script| script.enabled)
            .filter(named)
            .map(|script| Step::new(&script.name, "disable"))
            .collect();
        steps.extend(gone);
    }
    if args.apply {
        apply(&node, args.message.as_deref(), &mut steps).await?;
    }
    let values: Vec<Value> = steps
        .iter()
        .map(|step| gate::value(&step.name, step.told(args.apply), &step.details))
        .collect();
    output::print(json, &values, || lines(&steps, args.apply))?;
    let changes = steps.iter().any(|step| step.state != "same");
    Ok(if steps.iter().any(|step| step.failed) {
        ExitCode::FAILURE
    } else if args.check && changes {
        ExitCode::from(DRIFT)
    } else {
        ExitCode::SUCCESS
    })
}

fn planned(
    args: &SyncArgs,
    node: &Node,
    listed: &Listed,
    stored: &[Script],
) -> Result<Step, Failure> {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !listed.file.components().all(plain) {
        let file = listed.file.display();
        return Err(Failure::new(format!(
            "{LIST}: '{file}' is outside the folder"
        )));
    }
    let file = args.dir.join(&listed.file);
    let reading = Reading {
        language: None,
        python: if listed.python.is_empty() {
            "auto"
        } else {
            &listed.python
        }
        .to_owned(),
        engine: if listed.engine.is_empty() {
            "auto"
        } else {
            &listed.engine
        }
        .to_owned(),
    };
    let called = file
        .file_stem()
        .map(|name| name.to_string_lossy().into_owned());
    let name = listed.name.clone().or(called).unwrap_or_default();
    let before = stored.iter().find(|script| script.name == name);
    let mut draft = Draft {
        description: listed.description.clone(),
        script_type: script_keeping::find_type(&listed.script_type)?
            .name
            .to_owned(),
        programming_language: reading.language_of(&file).to_owned(),
        text: input::text_of(&file)?,
        level: listed.level,
        enabled: listed.enabled,
        module_properties: reading.module_properties(),
        configuration_properties: Vec::new(),
        name,
    };
    script_keeping::reading(
        &draft.programming_language,
        &reading.engine,
        &reading.python,
    )?;
    for (name, value) in &listed.properties {
        draft
            .configuration_properties
            .push(property(name, value, false));
    }
    for (name, file) in &listed.hidden_properties {
        let value = if file.is_empty() {
            kept(node, before, name)?
        } else {
            input::value_of(&args.dir.join(file))?
        };
        draft
            .configuration_properties
            .push(property(name, &value, true));
    }
    let Some(before) = before else {
        let mut step = Step::new(&draft.name, "new");
        step.draft = Some(draft);
        return Ok(step);
    };
    let details = differences(node, before, &draft)?;
    let state = if details.is_empty() {
        "same"
    } else {
        "changed"
    };
    let mut step = Step::new(&draft.name, state);
    step.details = details;
    step.draft = Some(draft);
    Ok(step)
}

fn property(name: &str, value: &str, hide: bool) -> ScriptProperty {
    ScriptProperty {
        value1: name.to_owned(),
        value2: value.to_owned(),
        hide,
        description: String::new(),
    }
}

/// The value in clear of a hidden property that is stored.
fn kept(node: &Node, before: Option<&Script>, name: &str) -> Result<String, Failure> {
    let stored = before.and_then(|script| {
        let mut all = script.configuration_properties.iter();
        all.find(|property| property.hide && property.value1 == name)
            .map(|property| (script, property))
    });
    let Some((script, property)) = stored else {
        return Err(
            Failure::new(format!("the hidden property {name} has no stored value")).hint(format!(
                "name the file that it is in: {name} = \"../secrets/{name}\""
            )),
        );
    };
    Ok(sealing::open(
        &node.provider.sealing,
        &sealing::script_property(script.inum.as_str(), name),
        &property.value2,
    )?)
}

/// What a save would change, in words; hidden values are compared and not told.
fn differences(node: &Node, before: &Script, draft: &Draft) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut tell = |what: &str, before: &str, now: &str| {
        if before != now {
            found.push(format!("{what}: {before} -> {now}"));
        }
    };
    tell("type", &before.script_type, &draft.script_type);
    tell(
        "language",
        &before.programming_language,
        &draft.programming_language,
    );
    tell("level", &before.level.to_string(), &draft.level.to_string());
    tell(
        "enabled",
        &before.enabled.to_string(),
        &draft.enabled.to_string(),
    );
    tell("description", &before.description, &draft.description);
    let place = |properties| {
        file_of(properties).map_or_else(|| "db".to_owned(), |path| format!("file {path}"))
    };
    tell(
        "location",
        &place(&before.module_properties),
        &place(&draft.module_properties),
    );
    let others = |properties: &[ScriptProperty]| -> Vec<ScriptProperty> {
        let others = properties.iter().filter(|property| !is_location(property));
        others.cloned().collect()
    };
    // What is recorded is nobody's in the folder.
    let unrecorded = recording::set(before.module_properties.clone(), 0);
    if others(&unrecorded) != others(&draft.module_properties) {
        found.push("engine or dialect".to_owned());
    }
    let mut opened = Vec::new();
    for property in &before.configuration_properties {
        let value2 = if property.hide {
            kept(node, Some(before), &property.value1)?
        } else {
            property.value2.clone()
        };
        opened.push((property.value1.as_str(), (value2, property.hide)));
    }
    let opened: BTreeMap<_, _> = opened.into_iter().collect();
    let wanted: BTreeMap<&str, (String, bool)> = draft
        .configuration_properties
        .iter()
        .map(|property| {
            let value = (property.value2.clone(), property.hide);
            (property.value1.as_str(), value)
        })
        .collect();
    let mut names: Vec<&str> = opened.keys().chain(wanted.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    let other = names
        .iter()
        .filter(|name| opened.get(**name) != wanted.get(**name));
    found.extend(other.map(|name| format!("property {name}")));
    if before.script != draft.text {
        let lines = |text: &str| text.lines().count();
        found.push(format!(
            "text: {} lines -> {} lines",
            lines(&before.script),
            lines(&draft.text)
        ));
    }
    Ok(found)
}

/// Each script by itself: one that does not pass keeps no other from being stored.
async fn apply(node: &Node, message: Option<&str>, steps: &mut [Step]) -> Result<(), Failure> {
    let engine = node.engine()?;
    let author = operator();
    let keeper = keeper(node, &engine, &author, message);
    for step in steps {
        let done = match (step.state, step.draft.take()) {
            ("disable", _) => gate::disable(&keeper, &step.name).await,
            ("new" | "changed", Some(draft)) => gate::save(&keeper, draft).await,
            _ => continue,
        };
        if let Err(why) = done {
            step.failed = true;
            step.details = why.reasons;
        }
    }
    Ok(())
}

impl Step {
    fn new(name: &str, state: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            state,
            details: Vec::new(),
            draft: None,
            failed: false,
        }
    }

    fn told(&self, applied: bool) -> &'static str {
        match (self.state, applied, self.failed) {
            (_, _, true) => "failed",
            ("same", ..) => "same",
            (state, false, _) => state,
            ("disable", true, _) => "disabled",
            ("new", true, _) => "stored",
            (_, true, _) => "updated",
        }
    }
}

fn lines(steps: &[Step], applied: bool) -> String {
    let mut lines: Vec<String> = steps
        .iter()
        .map(|step| {
            let sign = match step.state {
                "new" => "+",
                "changed" => "~",
                "disable" => "-",
                _ => "=",
            };
            format!(
                "{sign} {}: {}{}",
                step.name,
                step.told(applied),
                gate::indented(&step.details)
            )
        })
        .collect();
    let changes = steps.iter().filter(|step| step.state != "same").count();
    if !applied && changes > 0 {
        lines.push(format!("{changes} to change; --apply does it"));
    }
    lines.join("\n")
}
