//! `durward client`: applications, in RFC 7591 metadata.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use durward_model::{Client, ClientId, registration::TokenPolicy};
use durward_protocol::client_registration::{
    NewClient,
    access::{TokenGrant, new_token},
    new_client,
};
use durward_store::{Change, StoreError};
use serde_json::{Value, json};

use super::DataArgs;
use crate::{failure::Failure, input, node::Node, output};

/// Add, list and show clients.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Add a client.
    Add(AddArgs),
    /// List clients.
    List(DataArgs),
    /// Show a client's metadata.
    Show(ShowArgs),
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
    data: DataArgs,
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
    data: DataArgs,
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
        ClientCommand::Token(args) => make_token(&args).await,
    }
}

async fn add_by_hand(args: &AddArgs) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let metadata: Value = serde_json::from_str(&input::text_of(&args.file)?).map_err(|error| {
        Failure::new(format!("{}: {error}", args.file.display()))
            .hint("a JSON object of RFC 7591 client metadata is expected")
    })?;
    let added = add(&node, metadata).await?;
    output::write_json(&serde_json::to_string_pretty(&registered(&added))?)
}

/// Stores a client of this metadata.
///
/// # Errors
/// Metadata that is refused, a client_id that is taken.
pub async fn add(node: &Node, mut metadata: Value) -> Result<NewClient, Failure> {
    let members = metadata
        .as_object_mut()
        .ok_or_else(|| Failure::new("client metadata is a JSON object"))?;
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

async fn list(args: &DataArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data).await?;
    let clients = node.provider.store.list_clients().await?;
    let values: Vec<Value> = clients.iter().map(|client| shown(client)).collect();
    output::print(json, &values, || {
        let cells = |client: &Client| {
            vec![
                client.client_id.to_string(),
                client.metadata.client_name.clone().unwrap_or_default(),
                client.metadata.grant_types.join(" "),
            ]
        };
        let rows: Vec<Vec<String>> = clients.iter().map(|client| cells(client)).collect();
        output::table(&["CLIENT_ID", "NAME", "GRANT_TYPES"], &rows)
    })
}

async fn show(args: &ShowArgs) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let found = node
        .provider
        .store
        .find_client(&ClientId::new(&args.client_id))
        .await?;
    let client = found.ok_or_else(|| {
        Failure::new(format!("there is no client '{}'", args.client_id))
            .hint("list them: durward client list")
    })?;
    let told = if args.provenance {
        provenance(&client)
    } else {
        shown(&client)
    };
    output::write_json(&serde_json::to_string_pretty(&told)?)
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
    let node = Node::open(&args.data.data).await?;
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
