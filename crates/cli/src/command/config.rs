//! `durward config`: live configuration.

use clap::{Args, Subcommand};
use durward_protocol::configuration;
use durward_store::Change;
use serde_json::json;

use super::DataArgs;
use crate::{failure::Failure, input, node::Node, output};

/// Read and change live configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print one property, or all. Secrets are masked.
    Get(GetArgs),
    /// Change one property. A running server takes it over within a second.
    Set(SetArgs),
}

/// Print configuration.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// Property, such as accessTokenLifetime or cibaEndUserNotificationConfig.notificationUrl.
    property: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

/// Change configuration.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Property, such as accessTokenLifetime or cibaEndUserNotificationConfig.notificationUrl.
    property: String,
    /// Value; JSON for lists, numbers and switches. Secrets are sealed before they are stored;
    /// with - the value is read from standard input, where no other user of this machine sees it.
    #[arg(allow_hyphen_values = true)]
    value: String,
    #[command(flatten)]
    data: DataArgs,
}

/// Runs the command.
///
/// # Errors
/// An unknown property, with the nearest known one; a value that cannot be.
pub async fn run(command: ConfigCommand, json: bool) -> Result<(), Failure> {
    match command {
        ConfigCommand::Get(args) => get(&args, json).await,
        ConfigCommand::Set(args) => set(&args, json).await,
    }
}

async fn get(args: &GetArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let live = node.provider.live();
    let value = match &args.property {
        None => configuration::masked(&live.configuration),
        Some(name) => configuration::find(&live.configuration, name)
            .map_err(|error| Failure::new(error.message))?,
    };
    match value.as_str() {
        Some(text) if !json => output::write_line(text),
        _ => output::write_json(&serde_json::to_string_pretty(&value)?),
    }
}

async fn set(args: &SetArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let value = if args.value == "-" {
        input::value_of("-".as_ref())?
    } else {
        args.value.clone()
    };
    change(&node, &args.property, &value).await?;
    let done = json!({ "property": args.property, "changed": true });
    output::print(json, &done, || format!("{} is set", args.property))
}

/// Changes one property.
///
/// # Errors
/// As [`run`].
pub async fn change(node: &Node, property: &str, value: &str) -> Result<(), Failure> {
    let store = &node.provider.store;
    let before = store.find_configuration().await?;
    let current = before
        .as_ref()
        .map(|before| before.value.clone())
        .unwrap_or_default();
    let changed = configuration::with(&current, property, value, &node.provider.sealing)
        .map_err(|error| Failure::new(error.message))?;
    let change = match &before {
        Some(before) => Change::replace(before, &changed),
        None => Change::insert(&changed),
    };
    store.apply(vec![change]).await?;
    Ok(node.provider.reload().await?)
}
