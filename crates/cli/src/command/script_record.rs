//! `durward script record`, `recordings` and `replay`: calls are kept, and made again with
//! another version. Not here: what is kept, and what differs (durward-protocol).

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use durward_model::RecordedCall;
use durward_protocol::{
    script_keeping::Which,
    script_recording::{
        self,
        replay::{Candidate, Differing, Replayed, replay},
    },
};
use durward_script::services::NoServices;
use serde_json::{Value, json};

use super::{
    DataArgs,
    script::{NameArgs, find, keeper, problem_lines, short},
};
use crate::{failure::Failure, input, node, output, system::operator};

/// Have calls of a script recorded, or not.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// Name of the script.
    name: String,
    /// How many of the last calls are kept, or off: then those that are kept are forgotten.
    #[arg(value_name = "NUMBER|off", value_parser = number)]
    keep: u32,
    /// Why, for the script's history.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

/// Make recorded calls of a script again. Nothing is sent.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Name of the script.
    name: String,
    /// Another text, with the settings that are stored.
    #[arg(long, value_name = "FILE", conflicts_with = "version")]
    candidate: Option<PathBuf>,
    /// A version of the script's history, by its hash or how that begins.
    #[arg(long, value_name = "HASH")]
    version: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

fn number(text: &str) -> Result<u32, String> {
    match text {
        "off" => Ok(0),
        number => number
            .parse()
            .map_err(|_| "it is a number of calls, or off".to_owned()),
    }
}

/// Begins or ends recording.
///
/// # Errors
/// No such script, or more than `scriptRecordMaximum`.
pub async fn record(args: &RecordArgs, json: bool) -> Result<(), Failure> {
    let node = args.data.open().await?;
    let engine = node.engine()?;
    let script = keeper(&node, &engine, &operator(), args.message.as_deref())
        .record(Which::Name(&args.name), args.keep)
        .await?;
    let told = json!({ "name": script.name, "record": args.keep });
    output::print(json, &told, || match args.keep {
        0 => format!("{} is not recorded; nothing of it is kept", script.name),
        keep => format!("the last {keep} calls of {} are kept", script.name),
    })
}

/// Lists what is recorded.
///
/// # Errors
/// No such script.
pub async fn list(args: &NameArgs, json: bool) -> Result<(), Failure> {
    let node = args.place.here().await?;
    let script = find(&node, &args.name).await?;
    let calls = script_recording::list(&node.provider, &script).await?;
    output::print(json, &calls, || table(&calls))
}

fn table(calls: &[RecordedCall]) -> String {
    let rows: Vec<Vec<String>> = calls
        .iter()
        .map(|call| {
            vec![
                call.id.clone(),
                call.at.rfc3339(),
                short(&call.version),
                call.method.clone(),
                call.error.as_ref().unwrap_or(&call.verdict).clone(),
                call.host_calls.len().to_string(),
            ]
        })
        .collect();
    let heads = ["CALL", "AT", "VERSION", "METHOD", "VERDICT", "HOST CALLS"];
    output::table(&heads, &rows)
}

/// Makes recorded calls again: exit code 1 when a decision would be another.
///
/// # Errors
/// No such script, file or version.
pub async fn run(args: &ReplayArgs, json: bool) -> Result<ExitCode, Failure> {
    let node = args.data.open().await?;
    let script = find(&node, &args.name).await?;
    let text = args.candidate.as_deref().map(input::text_of).transpose()?;
    let candidate = match (&text, &args.version) {
        (Some(text), _) => Candidate::Text(text),
        (None, Some(hash)) => Candidate::Version(hash),
        (None, None) => Candidate::Stored,
    };
    let engine = node::engine(Some(&node), Arc::new(NoServices))?;
    let replayed = replay(&node.provider, &engine, &script, candidate, None).await?;
    output::print(json, &replayed, || lines(&replayed, &args.name))?;
    Ok(if replayed.is_same() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn lines(replayed: &Replayed, name: &str) -> String {
    if let Some(error) = &replayed.error {
        let problems = problem_lines(name, &error.problems);
        let all = [
            format!("{}  {}", error.kind, error.message),
            problems,
            error.trace.trim_end().to_owned(),
        ];
        let all: Vec<String> = all.into_iter().filter(|line| !line.is_empty()).collect();
        return all.join("\n");
    }
    let mut lines: Vec<String> = replayed.differing.iter().flat_map(differing).collect();
    lines.push(match (replayed.calls, replayed.differing.len()) {
        (0, _) => format!("no call of {name} is recorded"),
        (calls, 0) => format!("{calls} calls end as they did"),
        (calls, others) => format!("{others} of {calls} calls end otherwise"),
    });
    lines.join("\n")
}

fn differing(call: &Differing) -> Vec<String> {
    let mut lines = vec![format!(
        "{} {}: {} then, {} now",
        call.id, call.method, call.recorded, call.now
    )];
    if let Some(error) = &call.error {
        lines.push(format!("  {error}"));
    }
    for field in &call.fields {
        lines.push(format!(
            "  {}: {} then, {} now",
            field.field,
            shown(&field.recorded),
            shown(&field.now)
        ));
    }
    for text in &call.host_calls {
        lines.push(format!("  {}", text.replace('\n', "\n  ")));
    }
    lines
}

/// A value on one line, not all of a page.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    let begin: String = text.chars().take(120).collect();
    if begin == text {
        text
    } else {
        format!("{begin}…")
    }
}
