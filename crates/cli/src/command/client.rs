//! `durward client`: applications, in RFC 7591 metadata.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use durward_model::{Client, ClientId, registration::TokenPolicy};
use durward_protocol::{
    client_registration::{
        NewClient,
        access::{TokenGrant, new_token},
        new_client,
    },
    management::clients::{in_jans_words, metadata_of},
};
use durward_store::{Change, StoreError, Versioned};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{
    DataArgs,
    place::{Place, PlaceArgs, only_here},
};
use crate::{
    failure::Failure,
    input,
    network::{
        Call, Connection,
        told::{member, members, moment, word},
    },
    node::Node,
    output,
};

/// Where the config API has clients.
const CLIENTS: &str = "/openid/clients";

/// Add, list, show and delete clients.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Add a client.
    Add(AddArgs),
    /// List clients.
    List(PlaceArgs),
    /// Show a client's metadata.
    Show(ShowArgs),
    /// Delete a client. What it was issued is worth nothing from then on.
    Delete(DeleteArgs),
    /// Make a token with which clients can register themselves.
    Token(TokenArgs),
}

/// Add a client. FILE holds RFC 7591 client metadata as JSON, such as
/// {"client_name": "Shop", "redirect_uris": ["https://shop.example/cb"], "scope": "openid profile"}.
/// `client_id` and `client_secret` may be given for a client that moves over. The answer holds
/// the client_secret, which is shown once and never stored.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// JSON file, or - for standard input.
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Show a client.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its client_id.
    // One in 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    client_id: String,
    /// Show how it registered instead, and where each member comes from.
    #[arg(long)]
    provenance: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Delete a client.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Its client_id.
    // One in 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    client_id: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Make an initial access token (RFC 7591, section 3). It is shown once and never stored.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// Registrations that it is good for.
    #[arg(long, default_value_t = 1)]
    uses: u32,
    /// Seconds that it lives.
    #[arg(long, default_value_t = 86_400)]
    lifetime: i64,
    /// Who answers for the clients that register with it.
    #[arg(long)]
    owner: Option<String>,
    /// JSON file with what its clients may have, instead of what the configuration says:
    /// scope, grant_types, software_statement_required, client_lifetime.
    #[arg(long)]
    policy: Option<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
}

/// Runs the command.
///
/// # Errors
/// Metadata that is refused, a client that is not there.
pub async fn run(command: ClientCommand, json: bool) -> Result<(), Failure> {
    match command {
        ClientCommand::Add(args) => add_by_hand(&args).await,
        ClientCommand::List(args) => list(&args, json).await,
        ClientCommand::Show(args) => show(&args).await,
        ClientCommand::Delete(args) => delete(&args, json).await,
        ClientCommand::Token(args) => make_token(&args).await,
    }
}

async fn add_by_hand(args: &AddArgs) -> Result<(), Failure> {
    let place = args.place.open().await?;
    let metadata: Value = serde_json::from_str(&input::text_of(&args.file)?).map_err(|error| {
        Failure::new(format!("{}: {error}", args.file.display()))
            .hint("a JSON object of RFC 7591 client metadata is expected")
    })?;
    let told = match place {
        Place::Here(node) => registered(&add(&node, metadata).await?),
        Place::There(connection) => add_there(&connection, metadata).await?,
    };
    output::write_json(&serde_json::to_string_pretty(&told)?)
}

async fn add_there(connection: &Connection, metadata: Value) -> Result<Value, Failure> {
    let Value::Object(metadata) = metadata else {
        return Err(Failure::new(NO_OBJECT));
    };
    let body = Value::Object(in_jans_words(metadata));
    let call = Call::new(Method::POST, CLIENTS).body(body);
    let mut told = shown_there(connection.request(&call).await?.accepted()?)?;
    if told.contains_key("client_secret") {
        told.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    Ok(Value::Object(told))
}

/// Stores a client of this metadata.
///
/// # Errors
/// Metadata that is refused, a client_id that is taken.
pub async fn add(node: &Node, mut metadata: Value) -> Result<NewClient, Failure> {
    let members = metadata
        .as_object_mut()
        .ok_or_else(|| Failure::new(NO_OBJECT))?;
    let mut take = |name: &str| match members.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (client_id, client_secret) = (take("client_id"), take("client_secret"));
    let new = new_client(&node.provider, members, client_id, client_secret)?;
    match node
        .provider
        .store
        .apply(vec![Change::insert(&new.client)])
        .await
    {
        Err(StoreError::Conflict { .. }) => Err(Failure::new(format!(
            "there is a client '{}' already",
            new.client.client_id
        ))),
        other => {
            other?;
            Ok(new)
        }
    }
}

/// The registration response (RFC 7591, section 3.2.1).
fn registered(new: &NewClient) -> Value {
    let mut value = shown(&new.client);
    if let (Some(members), Some(secret)) = (value.as_object_mut(), &new.client_secret) {
        members.insert("client_secret".to_owned(), json!(secret));
        members.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    value
}

const NO_OBJECT: &str = "client metadata is a JSON object";

/// A client of the config API under the names of RFC 7591.
fn shown_there(client: Value) -> Result<Map<String, Value>, Failure> {
    let issued_at = moment(&client, "clientIdIssuedAt")?;
    let mut shown = metadata_of(members(client)?).map_err(|_| {
        Failure::new("the server tells of a client what this version does not know")
            .hint("use the durward of the server's version")
    })?;
    shown.insert("client_id_issued_at".to_owned(), json!(issued_at.seconds()));
    Ok(shown)
}

fn shown(client: &Client) -> Value {
    let mut value = serde_json::to_value(&client.metadata).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("client_id".to_owned(), json!(client.client_id.as_str()));
        members.insert(
            "client_id_issued_at".to_owned(),
            json!(client.issued_at.seconds()),
        );
        if client.disabled {
            members.insert("disabled".to_owned(), json!(true));
        }
    }
    value
}

async fn list(args: &PlaceArgs, json: bool) -> Result<(), Failure> {
    let mut clients = match args.open().await? {
        Place::Here(node) => {
            let all = node.provider.store.list_clients().await?;
            all.iter().map(|client| shown(client)).collect()
        }
        Place::There(connection) => {
            let all = connection.list(CLIENTS).await?.into_iter();
            let all = all.map(|client| shown_there(client).map(Value::Object));
            all.collect::<Result<Vec<Value>, _>>()?
        }
    };
    clients.sort_by_key(|client| word(client, "client_id").to_owned());
    output::print(json, &clients, || {
        let cells = |client: &Value| {
            let grants = member(client, "grant_types")
                .as_array()
                .into_iter()
                .flatten();
            let grants: Vec<&str> = grants.filter_map(Value::as_str).collect();
            vec![
                word(client, "client_id").to_owned(),
                word(client, "client_name").to_owned(),
                grants.join(" "),
            ]
        };
        let rows: Vec<Vec<String>> = clients.iter().map(cells).collect();
        output::table(&["CLIENT_ID", "NAME", "GRANT_TYPES"], &rows)
    })
}

async fn show(args: &ShowArgs) -> Result<(), Failure> {
    let client_id = &args.client_id;
    let told = match args.place.open().await? {
        Place::Here(node) => {
            let found = find(&node, client_id).await?;
            if args.provenance {
                provenance(&found)
            } else {
                shown(&found)
            }
        }
        Place::There(_) if args.provenance => return Err(only_here()),
        Place::There(connection) => {
            let call = Call::get(CLIENTS).segment(client_id);
            let found = connection.find(&call).await?;
            Value::Object(shown_there(found.ok_or_else(|| unknown(client_id))?)?)
        }
    };
    output::write_json(&serde_json::to_string_pretty(&told)?)
}

async fn find(node: &Node, client_id: &str) -> Result<Versioned<Client>, Failure> {
    let store = &node.provider.store;
    let found = store.find_client(&ClientId::new(client_id)).await?;
    found.ok_or_else(|| unknown(client_id))
}

fn unknown(client_id: &str) -> Failure {
    Failure::new(format!("there is no client '{client_id}'")).hint("list them: durward client list")
}

async fn delete(args: &DeleteArgs, json: bool) -> Result<(), Failure> {
    let client_id = &args.client_id;
    match args.place.open().await? {
        Place::Here(node) => {
            let found = find(&node, client_id).await?;
            node.provider
                .store
                .apply(vec![Change::remove(&found)])
                .await?;
        }
        Place::There(connection) => {
            let call = Call::new(Method::DELETE, CLIENTS).segment(client_id);
            let gone = connection.find(&call).await?;
            gone.ok_or_else(|| unknown(client_id))?;
        }
    }
    let done = json!({ "client_id": client_id, "deleted": true });
    output::print(json, &done, || format!("{client_id} is gone"))
}

/// How a client registered; null for one that was added by hand.
fn provenance(client: &Client) -> Value {
    let mut value = serde_json::to_value(&client.registration).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.remove("access_token_hash");
    }
    value
}

async fn make_token(args: &TokenArgs) -> Result<(), Failure> {
    if args.uses == 0 || args.lifetime < 1 {
        return Err(Failure::new(
            "a token is good for at least one use and one second",
        ));
    }
    let policy = match &args.policy {
        None => TokenPolicy::default(),
        Some(file) => serde_json::from_str(&input::text_of(file)?).map_err(|error| {
            Failure::new(format!("{}: {error}", file.display()))
                .hint("for example {\"scope\": \"openid accounts\", \"client_lifetime\": 86400}")
        })?,
    };
    let node = args.data.open().await?;
    let grant = TokenGrant {
        uses: args.uses,
        lifetime_seconds: args.lifetime,
        owner: args.owner.clone(),
        policy,
    };
    let (token, text) = new_token(&node.provider, grant);
    let store = &node.provider.store;
    store.apply(vec![Change::insert(&token)]).await?;
    let told = json!({
        "initial_access_token": text,
        "id": token.id,
        "expires_at": token.expires_at.seconds(),
        "uses": token.remaining,
    });
    output::write_json(&serde_json::to_string_pretty(&told)?)
}
