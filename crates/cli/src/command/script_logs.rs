//! `durward script logs`: what a script printed and how its calls ended, once or as it comes.

use std::{collections::BTreeSet, time::Duration};

use clap::Args;
use durward_model::{Clock as _, ScriptId, journal::first_key_at};
use durward_protocol::script_log::reading::{LoggedCall, last_calls};
use durward_store::Store;

use super::{DataArgs, script, serve::stop_signal};
use crate::{failure::Failure, output, system::SystemClock};

/// How often the store is asked for new calls: a read by key.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// Calls are written in batches and by several nodes: what ended this long ago may still
/// come, seconds.
const LATE_SECONDS: i64 = 30;

/// Most new calls that one look takes in.
const AT_ONCE: usize = 10_000;

/// Print a script's log.
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// Name of the script.
    name: String,
    /// Only the last so many calls.
    #[arg(long, default_value_t = 50, value_name = "N")]
    last: usize,
    /// Go on with new calls as they end, until Ctrl-C. With --json one line each.
    #[arg(short, long)]
    follow: bool,
    #[command(flatten)]
    data: DataArgs,
}

/// Runs the command.
///
/// # Errors
/// An unknown script, or a fault of the store.
pub async fn run(args: &LogsArgs, json: bool) -> Result<(), Failure> {
    let node = args.data.open().await?;
    let script = script::find(&node, &args.name).await?;
    let store = &*node.provider.store;
    if args.follow {
        let stop = stop_signal()?;
        return tokio::select! {
            ended = follow(store, &script.inum, args.last, json) => ended,
            () = stop => Ok(()),
        };
    }
    let calls = last_calls(store, &script.inum, "", args.last).await?;
    output::print(json, &calls, || {
        calls.iter().map(lines).collect::<Vec<_>>().join("\n")
    })
}

/// Prints what there is, then what comes. Never ends by itself.
async fn follow(
    store: &dyn Store,
    inum: &ScriptId,
    last: usize,
    json: bool,
) -> Result<(), Failure> {
    let mut told = BTreeSet::new();
    // Asked before the first look: whatever is older than its last calls is not news.
    let start = from_lately();
    let mut calls = last_calls(store, inum, "", last).await?;
    told.extend(
        last_calls(store, inum, &start, AT_ONCE)
            .await?
            .into_iter()
            .map(|call| call.id),
    );
    told.extend(calls.iter().map(|call| call.id.clone()));
    let mut ticks = tokio::time::interval(LOOK_INTERVAL);
    loop {
        for call in &calls {
            if json {
                output::write_json(&serde_json::to_string(call)?)?;
            } else {
                output::write_line(&lines(call))?;
            }
        }
        ticks.tick().await;
        let from = from_lately();
        told = told.split_off(&from);
        calls = last_calls(store, inum, &from, AT_ONCE).await?;
        calls.retain(|call| told.insert(call.id.clone()));
    }
}

fn from_lately() -> String {
    first_key_at(SystemClock.now().plus_seconds(-LATE_SECONDS))
}

fn lines(call: &LoggedCall) -> String {
    let end = call.error.as_deref().unwrap_or("ok");
    let decision = call.decision.as_ref().map_or_else(String::new, |decision| {
        let element = decision.element.as_deref().unwrap_or_default();
        format!(
            " ({})",
            format!("{} {element}", decision.verdict).trim_end()
        )
    });
    let stage = call.stage.as_ref();
    let stage = stage.map_or_else(String::new, |stage| format!(" ({stage})"));
    let mut lines = vec![format!(
        "{} {}{stage} {} us: {end}{decision} [{}]",
        call.at.seconds(),
        call.method,
        call.duration_us,
        call.id
    )];
    lines.extend(call.lines.iter().map(|line| format!("    {line}")));
    lines.extend(call.stack_trace.lines().map(|line| format!("    | {line}")));
    lines.join("\n")
}
