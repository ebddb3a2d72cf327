//! `durward key`: keys that sign, and keys that open what is encrypted for the server.

use clap::{Args, Subcommand};
use durward_model::{StoredSigningKey, Timestamp};
use durward_protocol::keyring::rotation::{rotate_all, state};
use serde_json::{Value, json};

use super::DataArgs;
use crate::{failure::Failure, node::Node, output};

/// List and rotate the server's keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List keys and whether they sign or open.
    List(DataArgs),
    /// Make new keys and let the old ones run out.
    Rotate(RotateArgs),
}

/// Make new keys. Each is published at once and signs after --publish-before seconds, when
/// whoever caches the JWKS has it; the old one stays published until everything it signed has expired.
/// A new key for encryption takes the old one's place in the JWKS at once; the old one opens on for as long.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Only this algorithm: RS256, PS256, ES256 or EdDSA to sign, RSA-OAEP-256 or ECDH-ES to open.
    #[arg(long, value_name = "ALG")]
    alg: Option<String>,
    /// Seconds that a new key is published before it signs.
    #[arg(long, default_value_t = 600, value_name = "SECONDS")]
    publish_before: i64,
    #[command(flatten)]
    data: DataArgs,
}

/// Runs the command.
///
/// # Errors
/// An algorithm that we do not sign with.
pub async fn run(command: KeyCommand, json: bool) -> Result<(), Failure> {
    match command {
        KeyCommand::List(args) => list(&args, json).await,
        KeyCommand::Rotate(args) => rotate(&args, json).await,
    }
}

async fn list(args: &DataArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data).await?;
    let now = node.provider.now();
    let mut keys = node.provider.store.list_signing_keys().await?;
    keys.sort_by(|a, b| (&a.alg, a.created_at).cmp(&(&b.alg, b.created_at)));
    let values: Vec<Value> = keys.iter().map(|key| shown(key, now)).collect();
    output::print(json, &values, || {
        let rows: Vec<Vec<String>> = keys
            .iter()
            .map(|key| vec![key.alg.clone(), key.kid.clone(), state(key, now).to_owned()])
            .collect();
        output::table(&["ALG", "KID", "STATE"], &rows)
    })
}

fn shown(key: &StoredSigningKey, now: Timestamp) -> Value {
    json!({
        "kid": key.kid,
        "alg": key.alg,
        "state": state(key, now),
        "createdAt": key.created_at.seconds(),
        "signsFrom": key.signs_from.seconds(),
        "publishedUntil": key.published_until.map(Timestamp::seconds),
    })
}

async fn rotate(args: &RotateArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let provider = &node.provider;
    let keys = rotate_all(provider, args.alg.as_deref(), args.publish_before).await?;
    let now = provider.now();
    let fresh: Vec<Value> = keys.iter().map(|key| shown(key, now)).collect();
    output::print(json, &fresh, || {
        format!(
            "{} new key(s); those that sign do so in {} seconds",
            fresh.len(),
            args.publish_before.max(0)
        )
    })
}
