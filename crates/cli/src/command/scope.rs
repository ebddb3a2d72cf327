//! `durward scope`: scopes that exist. Not here: which client may have which.

use clap::{Args, Subcommand};
use durward_protocol::management::scopes::told;
use serde_json::Value;

use super::place::{Place, PlaceArgs};
use crate::{
    failure::Failure,
    network::{Call, told::word},
    output,
};

const SCOPES: &str = "/scopes";

/// List scopes.
#[derive(Debug, Subcommand)]
pub enum ScopeCommand {
    /// List scopes that exist (scopesSupported).
    List(PlaceArgs),
    /// Show one scope.
    Show(ShowArgs),
}

/// Show one scope.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// What it is called.
    scope: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Runs the command.
///
/// # Errors
/// A scope that does not exist.
pub async fn run(command: ScopeCommand, json: bool) -> Result<(), Failure> {
    match command {
        ScopeCommand::List(args) => list(&args, json).await,
        ScopeCommand::Show(args) => show(&args, json).await,
    }
}

async fn list(args: &PlaceArgs, json: bool) -> Result<(), Failure> {
    let mut scopes = match args.open().await? {
        Place::Here(node) => {
            let live = node.provider.live();
            let all = live.configuration.scopes_supported.iter();
            all.map(|scope| told(scope)).collect()
        }
        Place::There(connection) => connection.list(SCOPES).await?,
    };
    scopes.sort_by_key(|scope| word(scope, "id").to_owned());
    output::print(json, &scopes, || {
        let cells = |scope: &Value| ["id", "scopeType"].map(|name| word(scope, name).to_owned());
        let rows: Vec<Vec<String>> = scopes.iter().map(|scope| cells(scope).into()).collect();
        output::table(&["SCOPE", "TYPE"], &rows)
    })
}

async fn show(args: &ShowArgs, json: bool) -> Result<(), Failure> {
    let scope = match args.place.open().await? {
        Place::Here(node) => {
            let live = node.provider.live();
            let mut all = live.configuration.scopes_supported.iter();
            all.find(|scope| **scope == args.scope)
                .map(|scope| told(scope))
        }
        Place::There(connection) => {
            let call = Call::get(SCOPES).segment(&args.scope);
            connection.find(&call).await?
        }
    };
    let scope = scope.ok_or_else(|| {
        Failure::new(format!("there is no scope '{}'", args.scope))
            .hint("list them: durward scope list")
    })?;
    output::print(json, &scope, || {
        format!("{} ({})", word(&scope, "id"), word(&scope, "scopeType"))
    })
}
