//! `durward config`: live configuration.

use clap::{Args, Subcommand};
use durward_protocol::configuration::{self, ConfigurationError};
use durward_store::Change;
use reqwest::Method;
use serde_json::json;

use super::place::{Place, PlaceArgs};
use crate::{
    failure::Failure,
    input,
    network::{Call, Connection},
    node::Node,
    output,
};

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
    place: PlaceArgs,
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
    place: PlaceArgs,
}

/// Where the config API has the configuration.
const PROPERTIES: &str = "/jans-auth-server/config";

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
    let told = match args.place.open().await? {
        Place::Here(node) => configuration::masked(&node.provider.live().configuration),
        Place::There(connection) => connection
            .request(&Call::get(PROPERTIES))
            .await?
            .accepted()?,
    };
    let value = match &args.property {
        None => told,
        Some(name) => configuration::find_in(&told, name).map_err(refused)?,
    };
    match value.as_str() {
        Some(text) if !json => output::write_line(text),
        _ => output::write_json(&serde_json::to_string_pretty(&value)?),
    }
}

async fn set(args: &SetArgs, json: bool) -> Result<(), Failure> {
    let place = args.place.open().await?;
    let value = if args.value == "-" {
        input::value_of("-".as_ref())?
    } else {
        args.value.clone()
    };
    match place {
        Place::Here(node) => change(&node, &args.property, &value).await?,
        Place::There(connection) => change_there(&connection, &args.property, &value).await?,
    }
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
    let changed =
        configuration::with(&current, property, value, &node.provider.sealing).map_err(refused)?;
    let change = match &before {
        Some(before) => Change::replace(before, &changed),
        None => Change::insert(&changed),
    };
    store.apply(vec![change]).await?;
    Ok(node.provider.reload().await?)
}

/// The same over the network. What is told and what is changed are the same revision.
async fn change_there(connection: &Connection, property: &str, text: &str) -> Result<(), Failure> {
    let answer = connection.request(&Call::get(PROPERTIES)).await?;
    let etag = answer.etag();
    let told = answer.accepted()?;
    let now = configuration::find_in(&told, property).map_err(refused)?;
    let value = configuration::parsed(&now, property, text).map_err(refused)?;
    let path = format!("/{}", property.replace('.', "/"));
    let call = Call::new(Method::PATCH, PROPERTIES)
        .seen(etag.as_deref())
        .body(json!([{ "op": "replace", "path": path, "value": value }]));
    connection.request(&call).await?.accepted()?;
    Ok(())
}

fn refused(error: ConfigurationError) -> Failure {
    Failure::new(error.message)
}
