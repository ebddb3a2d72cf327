//! `durward script history`, `diff` and `rollback`: what a script was, and going back to it.

use std::path::Path;

use clap::Args;
use durward_model::{ScriptVersion, Timestamp};
use durward_protocol::script_keeping::{Which, history, properties};
use serde_json::{Value, json};

use super::{
    place::{Place, PlaceArgs},
    script::{NameArgs, find, keeper, save_failure, short, shown},
};
use crate::{
    failure::Failure,
    network::{
        scripts,
        told::{member, word},
    },
    output,
    system::operator,
};

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
    place: PlaceArgs,
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
    place: PlaceArgs,
}

/// Prints the versions that are kept.
///
/// # Errors
/// An unknown script.
pub async fn list(args: &NameArgs, json: bool) -> Result<(), Failure> {
    let versions: Vec<Value> = match args.place.open().await? {
        Place::Here(node) => {
            let script = find(&node, &args.name).await?;
            let versions = history::list(&node.provider, &script.inum).await?;
            versions.iter().rev().map(told).collect()
        }
        Place::There(connection) => scripts::versions(&connection, &args.name).await?,
    };
    output::print(json, &versions, || {
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

fn cells(version: &Value) -> Vec<String> {
    let back = member(version, "rolledBackTo").as_i64();
    let back = back.map(|revision| format!("back to {revision}"));
    let staged = member(version, "staged").as_bool().unwrap_or_default();
    let staged = staged.then(|| "to be tried".to_owned());
    let promoted = member(version, "promotedFrom").as_i64();
    let promoted = promoted.map(|revision| format!("promoted from {revision}"));
    let kinds = [back, staged, promoted].into_iter().flatten();
    let message = member(version, "message").as_str().map(str::to_owned);
    let why: Vec<String> = kinds.chain(message).collect();
    let at = Timestamp::from_ms(member(version, "at").as_i64().unwrap_or_default());
    vec![
        member(version, "revision").to_string(),
        at.seconds().to_string(),
        member(version, "author").as_str().unwrap_or("?").to_owned(),
        short(word(version, "hash")),
        if member(version, "enabled") == true {
            "yes"
        } else {
            "no"
        }
        .to_owned(),
        why.join(": ").replace('\n', " "),
    ]
}

/// Prints a unified diff.
///
/// # Errors
/// An unknown script or revision.
pub async fn diff(args: &DiffArgs, json: bool) -> Result<(), Failure> {
    let told = match args.place.open().await? {
        Place::Here(node) => {
            let script = find(&node, &args.name).await?;
            let (older, newer) = history::pair(&node.provider, &script, args.from, args.to).await?;
            let text = history::diff(&older, &newer, &script);
            json!({ "from": older.revision, "to": newer.revision, "diff": text })
        }
        Place::There(connection) => {
            scripts::diff(&connection, &args.name, args.from, args.to).await?
        }
    };
    output::print(json, &told, || match word(&told, "diff") {
        "" => format!(
            "revisions {} and {} are the same",
            member(&told, "from"),
            member(&told, "to")
        ),
        text => text.trim_end().to_owned(),
    })
}

/// Goes back.
///
/// # Errors
/// An unknown script or revision, or one that does not start any more.
pub async fn roll_back(args: &RollbackArgs, json: bool) -> Result<(), Failure> {
    let (name, message) = (&args.name, args.message.as_deref());
    let script = match args.place.open().await? {
        Place::Here(node) => {
            let engine = node.engine()?;
            let saved = keeper(&node, &engine, &operator(), message)
                .roll_back(Which::Name(name), args.revision)
                .await;
            shown(&saved.map_err(|error| save_failure(Path::new(name), error))?)
        }
        Place::There(connection) => {
            scripts::roll_back(&connection, name, args.revision, message).await?
        }
    };
    output::print(json, &script, || {
        format!(
            "{} is as in revision {} again (revision {}, {})",
            word(&script, "name"),
            args.revision,
            member(&script, "revision"),
            short(word(&script, "version"))
        )
    })
}
