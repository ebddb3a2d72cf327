//! `durward key`: keys that sign, and keys that open what is encrypted for the server.

use clap::{Args, Subcommand};
use durward_model::{StoredSigningKey, Timestamp};
use durward_protocol::keyring::rotation::{rotate_all, state};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::place::{Place, PlaceArgs};
use crate::{
    failure::Failure,
    network::{
        Call,
        told::{member, moment, strange, text},
    },
    output,
};

/// Where the config API has keys.
const KEYS: &str = "/config/jwks";

/// List and rotate the server's keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List keys and whether they sign or open.
    List(PlaceArgs),
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
    place: PlaceArgs,
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

async fn list(args: &PlaceArgs, json: bool) -> Result<(), Failure> {
    let mut keys: Vec<Shown> = match args.open().await? {
        Place::Here(node) => {
            let now = node.provider.now();
            let all = node.provider.store.list_signing_keys().await?;
            all.iter().map(|key| Shown::of(key, now)).collect()
        }
        Place::There(connection) => told(&connection.list(KEYS).await?)?,
    };
    keys.sort_by(|a, b| (&a.alg, a.created_at, &a.kid).cmp(&(&b.alg, b.created_at, &b.kid)));
    output::print(json, &keys, || {
        let cells = |key: &Shown| vec![key.alg.clone(), key.kid.clone(), key.state.clone()];
        let rows: Vec<Vec<String>> = keys.iter().map(cells).collect();
        output::table(&["ALG", "KID", "STATE"], &rows)
    })
}

/// A key without its private half; moments in seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    alg: String,
    created_at: i64,
    kid: String,
    published_until: Option<i64>,
    signs_from: i64,
    state: String,
}

impl Shown {
    fn of(key: &StoredSigningKey, now: Timestamp) -> Self {
        Self {
            kid: key.kid.clone(),
            alg: key.alg.clone(),
            state: state(key, now).to_owned(),
            created_at: key.created_at.seconds(),
            signs_from: key.signs_from.seconds(),
            published_until: key.published_until.map(Timestamp::seconds),
        }
    }

    /// As the config API tells of one.
    fn told(key: &Value) -> Result<Self, Failure> {
        let until = match member(key, "publishedUntil") {
            Value::Null => None,
            _ => Some(moment(key, "publishedUntil")?.seconds()),
        };
        Ok(Self {
            kid: text(key, "kid")?,
            alg: text(key, "alg")?,
            state: text(key, "state")?,
            created_at: moment(key, "createdAt")?.seconds(),
            signs_from: moment(key, "signsFrom")?.seconds(),
            published_until: until,
        })
    }
}

fn told(keys: &[Value]) -> Result<Vec<Shown>, Failure> {
    keys.iter().map(Shown::told).collect()
}

async fn rotate(args: &RotateArgs, json: bool) -> Result<(), Failure> {
    let alg = args.alg.as_deref();
    let fresh: Vec<Shown> = match args.place.open().await? {
        Place::Here(node) => {
            let provider = &node.provider;
            let keys = rotate_all(provider, alg, args.publish_before).await?;
            let now = provider.now();
            keys.iter().map(|key| Shown::of(key, now)).collect()
        }
        Place::There(connection) => {
            let call = Call::new(Method::POST, &format!("{KEYS}/rotate"))
                .maybe("alg", alg)
                .query("publishBefore", &args.publish_before.to_string());
            let answer = connection.request(&call).await?.accepted()?;
            told(answer.as_array().ok_or_else(strange)?)?
        }
    };
    output::print(json, &fresh, || {
        format!(
            "{} new key(s); those that sign do so in {} seconds",
            fresh.len(),
            args.publish_before.max(0)
        )
    })
}
