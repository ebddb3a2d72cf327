//! `durward import`: what another server exports, told first and taken over on request.
//!
//! Reading exports is durward-protocol's `jans_export`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, Subcommand};
use durward_engine::Hosts;
use durward_model::{Configuration, script::ScriptProperty};
use durward_protocol::{
    configuration::MASK,
    jans_export::{self, Comparison, Export, ExportedScript},
    script_keeping::{self, Draft},
};
use durward_script::services::NoServices;
use serde::Serialize;
use serde_json::Value;

use super::script::{gate, keeper};
use crate::{
    failure::Failure,
    input,
    node::{self, Node},
    output,
    system::operator,
};

/// Take over what another server exports.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Scripts and configuration of Jans: JSON of its config API, or LDIF. Without --apply it only tells.
    Jans(JansArgs),
}

/// Exports of Jans.
#[derive(Debug, Args)]
pub struct JansArgs {
    /// A script, a list or a page of them, or the configuration, as the config API answers; or
    /// LDIF of the database.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Store the scripts: those that pass as they were, the others disabled.
    #[arg(long)]
    apply: bool,
    /// Data directory; without it, and without --apply, the defaults are compared with.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What is told of everything.
#[derive(Debug, Serialize)]
struct Report {
    scripts: Vec<Told>,
    configurations: Vec<ToldConfiguration>,
}

/// What is told of a script.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    file: String,
    name: String,
    script_type: String,
    /// `native`, `jython`, `java`: where it runs; `broken`, `unknownType`, `unusable`.
    verdict: &'static str,
    /// What is missing or wrong.
    problems: Vec<String>,
    notes: Vec<String>,
    /// `enabled`, `disabled`, `untouched`; nothing without --apply.
    stored: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct ToldConfiguration {
    file: String,
    #[serde(flatten)]
    comparison: Comparison,
}

/// Runs the command: exit code 1 where a script of a known type does not pass.
///
/// # Errors
/// A file that is no export, or a data directory that is none.
pub async fn run(command: ImportCommand, json: bool) -> Result<ExitCode, Failure> {
    let ImportCommand::Jans(args) = command;
    let data = match (&args.data, args.apply) {
        (Some(data), _) => Some(data.clone()),
        (None, true) => Some(PathBuf::from("./data")),
        (None, false) => None,
    };
    let node = match &data {
        Some(data) => Some(Node::open(data).await?),
        None => None,
    };
    let engine = match &node {
        Some(node) => node.engine()?,
        None => node::engine(None, Arc::new(NoServices))?,
    };
    let ours = node.as_ref().map_or_else(Configuration::default, |node| {
        node.provider.live().configuration.clone()
    });
    let exports: Vec<(String, Export)> = args
        .files
        .iter()
        .map(|file| read(file))
        .collect::<Result<_, _>>()?;
    let mut report = Report {
        scripts: Vec::new(),
        configurations: Vec::new(),
    };
    let mut names = BTreeSet::new();
    for (file, export) in exports {
        for mut script in export.scripts {
            if !names.insert(script.draft.name.clone()) && script.unusable.is_none() {
                script.unusable = Some("another script of this import has its name".to_owned());
            }
            let target = node.as_ref().filter(|_| args.apply);
            let told = take(&engine, target, &file, script).await?;
            report.scripts.push(told);
        }
        for theirs in export.configurations {
            report.configurations.push(ToldConfiguration {
                file: file.clone(),
                comparison: jans_export::compare(&theirs, &ours),
            });
        }
    }
    let passed = |told: &Told| !["broken", "unusable"].contains(&told.verdict);
    let code = if report.scripts.iter().all(passed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    output::print(json, &report, || lines(&report))?;
    Ok(code)
}

fn read(file: &Path) -> Result<(String, Export), Failure> {
    let shown = file.display().to_string();
    let bytes = input::bounded(file, jans_export::MAX_BYTES as u64)?;
    let export = jans_export::parse(&bytes).map_err(|error| {
        Failure::new(format!("{shown}: {error}"))
            .hint("nothing was stored; exports are JSON of the config API, or LDIF")
    })?;
    Ok((shown, export))
}

/// Judges a script, and stores it where there is a node to.
async fn take(
    engine: &Hosts,
    node: Option<&Node>,
    file: &str,
    script: ExportedScript,
) -> Result<Told, Failure> {
    let draft = script.draft;
    let mut told = Told {
        file: file.to_owned(),
        name: draft.name.clone(),
        script_type: draft.script_type.clone(),
        verdict: "unusable",
        problems: Vec::new(),
        notes: script.notes,
        stored: None,
    };
    if let Some(why) = script.unusable {
        told.problems.push(why);
        return Ok(told);
    }
    if script_keeping::find_type(&draft.script_type).is_err() {
        told.verdict = "unknownType";
        return Ok(told);
    }
    match gate::check(engine, &draft, &draft.name).await {
        Err(failure) => told.problems.push(failure.message),
        Ok(checked) => {
            told.verdict = checked.runs_on.unwrap_or("broken");
            told.problems
                .extend(checked.problems.iter().map(gate::placed));
            told.problems.extend(checked.missing);
        }
    }
    let Some(node) = node.filter(|_| told.verdict != "unusable") else {
        return Ok(told);
    };
    let draft = without_masks(node, draft).await?;
    let author = operator();
    let keeper = keeper(node, engine, &author, None);
    if told.verdict != "broken" {
        let enabled = draft.enabled;
        match gate::save(&keeper, draft.clone()).await {
            Ok(_) => {
                told.stored = Some(if enabled { "enabled" } else { "disabled" });
                return Ok(told);
            }
            Err(why) => {
                told.verdict = "broken";
                told.problems = why.reasons;
            }
        }
    }
    match gate::shelve(&keeper, draft).await {
        Ok(_) => told.stored = Some("disabled"),
        Err(why) => {
            told.stored = Some("untouched");
            told.notes.extend(why.reasons);
        }
    }
    Ok(told)
}

/// A mask keeps what is stored here. Where nothing is, the value is empty until somebody sets it.
async fn without_masks(node: &Node, mut draft: Draft) -> Result<Draft, Failure> {
    let stored = node.provider.store.find_script_by_name(&draft.name).await?;
    let has = |name: &str| {
        let mut all = stored
            .iter()
            .flat_map(|script| &script.configuration_properties);
        all.any(|property| property.hide && property.value1 == name)
    };
    let masked = |property: &&mut ScriptProperty| property.hide && property.value2 == MASK;
    for property in draft.configuration_properties.iter_mut().filter(masked) {
        if !has(&property.value1) {
            property.value2.clear();
        }
    }
    Ok(draft)
}

fn lines(report: &Report) -> String {
    let mut lines: Vec<String> = report.scripts.iter().map(script_lines).collect();
    lines.extend(report.configurations.iter().map(configuration_lines));
    if !report.scripts.is_empty() && report.scripts.iter().all(|told| told.stored.is_none()) {
        lines.push("nothing was stored; --apply stores the scripts".to_owned());
    }
    lines.join("\n")
}

fn script_lines(told: &Told) -> String {
    let verdict = match told.verdict {
        "native" => "runs natively",
        "jython" => "runs on Jython, in the JVM",
        "java" => "runs in the JVM",
        "broken" => "does not run",
        "unknownType" => "left out: scripts of this type are not asked here",
        _ => "left out",
    };
    let stored = match told.stored {
        None => "",
        Some("enabled") => "; stored, serves",
        Some("disabled") => "; stored, disabled",
        Some(_) => "; not stored",
    };
    format!(
        "{} ({}): {verdict}{stored}{}{}",
        told.name,
        told.script_type,
        gate::indented(&told.problems),
        gate::indented(&told.notes)
    )
}

fn configuration_lines(told: &ToldConfiguration) -> String {
    let found = &told.comparison;
    let mut lines = vec![format!(
        "{}: {} properties have the same value here, {} another one, {} are not known here and of no effect",
        told.file,
        found.same.len(),
        found.different.len(),
        found.ignored.len()
    )];
    for difference in &found.different {
        lines.push(format!(
            "        {}: {} there, {} here",
            difference.property,
            short(&difference.there),
            short(&difference.here)
        ));
    }
    if !found.ignored.is_empty() {
        lines.push(format!("        ignored: {}", found.ignored.join(", ")));
    }
    lines.join("\n")
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 80 {
        return text;
    }
    let cut: String = text.chars().take(80).collect();
    format!("{cut} …")
}
