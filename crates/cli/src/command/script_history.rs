//! `durward script history`, `diff` and `rollback`: what a script was, and going back to it.

use std::path::Path;

use clap::Args;
use durward_model::ScriptVersion;
use durward_protocol::script_keeping::{Which, history, properties};
use serde_json::{Value, json};

use super::{
    DataArgs,
    script::{NameArgs, find, keeper, save_failure, short, shown},
};
use crate::{failure::Failure, node::Node, output, system::operator};

/// Compare two versions of a script.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Name of the script.
    name: String,
    /// Revision to compare from; the one before if absent.
    #[arg(value_name = "REV")]
    from: Option<i64>,
    /// Revision to compare with; what there is now if absent.
    #[arg(value_name = "REV")]
    to: Option<i64>,
    #[command(flatten)]
    data: DataArgs,
}

/// Go back to a version of a script.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// Name of the script.
    name: String,
    /// Revision to go back to, as `durward script history` shows it.
    #[arg(value_name = "REV")]
    revision: i64,
    /// Why, for the script's history.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

/// Prints the versions that are kept.
///
/// # Errors
/// An unknown script.
pub async fn list(args: &NameArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let script = find(&node, &args.name).await?;
    let mut versions = history::list(&node.provider, &script.inum).await?;
    versions.reverse();
    let values: Vec<Value> = versions.iter().map(told).collect();
    output::print(json, &values, || {
        let rows: Vec<Vec<String>> = versions.iter().map(cells).collect();
        output::table(
            &["REV", "AT", "AUTHOR", "VERSION", "ENABLED", "MESSAGE"],
            &rows,
        )
    })
}

/// A version without its text: secrets masked.
fn told(version: &ScriptVersion) -> Value {
    let mut told = version.clone();
    told.configuration_properties = properties::masked(&version.configuration_properties);
    let mut value = serde_json::to_value(told).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.remove("script");
    }
    value
}

fn cells(version: &ScriptVersion) -> Vec<String> {
    let back = version
        .rolled_back_to
        .map(|revision| format!("back to {revision}"));
    let staged = version.staged.then(|| "to be tried".to_owned());
    let promoted = version.promoted_from;
    let promoted = promoted.map(|revision| format!("promoted from {revision}"));
    let kinds = [back, staged, promoted].into_iter().flatten();
    let why: Vec<String> = kinds.chain(version.message.clone()).collect();
    vec![
        version.revision.to_string(),
        version.at.seconds().to_string(),
        version.author.clone().unwrap_or_else(|| "?".to_owned()),
        short(&version.hash),
        if version.enabled { "yes" } else { "no" }.to_owned(),
        why.join(": ").replace('\n', " "),
    ]
}

/// Prints a unified diff.
///
/// # Errors
/// An unknown script or revision.
pub async fn diff(args: &DiffArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let script = find(&node, &args.name).await?;
    let (older, newer) = history::pair(&node.provider, &script, args.from, args.to).await?;
    let text = history::diff(&older, &newer, &script);
    let value = json!({ "from": older.revision, "to": newer.revision, "diff": text });
    output::print(json, &value, || {
        if text.is_empty() {
            format!(
                "revisions {} and {} are the same",
                older.revision, newer.revision
            )
        } else {
            text.trim_end().to_owned()
        }
    })
}

/// Goes back.
///
/// # Errors
/// An unknown script or revision, or one that does not start any more.
pub async fn roll_back(args: &RollbackArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let engine = node.engine()?;
    let script = keeper(&node, &engine, &operator(), args.message.as_deref())
        .roll_back(Which::Name(&args.name), args.revision)
        .await
        .map_err(|error| save_failure(Path::new(&args.name), error))?;
    output::print(json, &shown(&script), || {
        format!(
            "{} is as in revision {} again (revision {}, {})",
            script.name,
            args.revision,
            script.revision,
            short(&script.version)
        )
    })
}
