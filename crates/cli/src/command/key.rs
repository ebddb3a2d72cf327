//! `durward key`: signing keys.

use clap::{Args, Subcommand};
use durward_jose::Algorithm;
use durward_model::{StoredSigningKey, Timestamp};
use durward_protocol::keyring::{self, Overlap};
use serde_json::{Value, json};

use super::DataArgs;
use crate::{failure::Failure, node::Node, output};

/// List and rotate signing keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List keys and whether they sign.
    List(DataArgs),
    /// Make new keys and let the old ones run out.
    Rotate(RotateArgs),
}

/// Make new keys. Each is published at once and signs after --publish-before seconds, when
/// whoever caches the JWKS has it; the old one stays published until everything it signed has expired.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Only this algorithm: RS256, PS256, ES256 or EdDSA.
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

fn state(key: &StoredSigningKey, now: Timestamp) -> &'static str {
    match key.published_until {
        Some(end) if now >= end => "archived",
        _ if now < key.signs_from => "published, signs later",
        Some(_) => "retiring",
        None => "signs",
    }
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
    let only: Option<Algorithm> = args
        .alg
        .as_deref()
        .map(str::parse)
        .transpose()
        .ok()
        .flatten()
        .filter(|algorithm| keyring::ALGORITHMS.contains(algorithm));
    if args.alg.is_some() && only.is_none() {
        return Err(Failure::new("--alg is one of RS256, PS256, ES256, EdDSA"));
    }
    let live = node.provider.live();
    let configuration = &live.configuration;
    let overlap = Overlap {
        before_seconds: args.publish_before.max(0),
        after_seconds: configuration
            .id_token_lifetime
            .max(configuration.access_token_lifetime)
            .max(3_600),
    };
    let stored = node.provider.store.list_signing_keys().await?;
    let now = node.provider.now();
    let mut fresh = Vec::new();
    for algorithm in keyring::ALGORITHMS
        .into_iter()
        .filter(|a| only.is_none_or(|only| only == *a))
    {
        let (key, changes) =
            keyring::rotate(algorithm, &stored, now, overlap, &node.provider.sealing)?;
        node.provider.store.apply(changes).await?;
        fresh.push(shown(&key, now));
    }
    output::print(json, &fresh, || {
        format!(
            "{} new key(s), signing in {} seconds",
            fresh.len(),
            overlap.before_seconds
        )
    })
}
