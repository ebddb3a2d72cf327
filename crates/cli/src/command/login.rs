//! `durward login`, `logout` and `profiles`: which servers this user administers, and as whom.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::place::ClientArgs;
use crate::{
    failure::Failure,
    network::{
        Connection, Grant, Target,
        profile::{DEFAULT, Profile, Profiles, Secret},
    },
    output,
};

/// Keep a profile of a server, and the client that calls it. The secret is asked for where no
/// file and no certificate is named. Commands take it with --profile or --url.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The server's issuer, such as https://login.example.
    #[arg(long, value_name = "URL")]
    url: String,
    #[command(flatten)]
    client: ClientArgs,
    /// Ask for these scopes only, parted by blanks; for all that the client has without it.
    #[arg(long, value_name = "SCOPES", default_value = "")]
    scope: String,
    #[command(flatten)]
    named: NamedArgs,
}

/// Take the access token back and forget a profile.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    #[command(flatten)]
    named: NamedArgs,
}

/// List profiles.
#[derive(Debug, Args)]
pub struct ProfilesArgs {
    /// File with the profiles, instead of durward/profiles.toml in the user's configuration directory.
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
}

/// A profile by its name.
#[derive(Debug, Args)]
struct NamedArgs {
    /// Name of the profile.
    #[arg(long, value_name = "NAME", default_value = DEFAULT)]
    profile: String,
    /// File with the profiles, instead of durward/profiles.toml in the user's configuration directory.
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
}

/// Logs in: gets a token once, to know that it goes, and keeps the profile.
///
/// # Errors
/// The server does not let the client in; nothing is kept then.
pub async fn login(args: &LoginArgs, json: bool) -> Result<(), Failure> {
    let profiles = Profiles::at(args.named.profiles.as_deref())?;
    let client_id = args.client.client_id.as_deref().ok_or_else(|| {
        Failure::new("nobody said as which client")
            .hint("add --client-id ID; make one beside the data directory: durward client add")
    })?;
    let grant = if args.client.client_secret_file.is_none() && args.client.cert_file.is_none() {
        Grant::Secret {
            client_id: client_id.to_owned(),
            client_secret: from_terminal()?,
        }
    } else {
        args.client.grant(client_id)?
    };
    let mut profile = profile(args, client_id, grant)?;
    let connection = Connection::open(profile.target(), None).await?;
    let (token, _) = connection.token(None).await?;
    profile.token = Some(token.clone());
    profiles.put(&args.named.profile, profile)?;
    let told = json!({
        "profile": args.named.profile,
        "url": args.url,
        "clientId": client_id,
        "scope": token.scope,
        "expiresAt": token.expires_at,
    });
    output::print(json, &told, || {
        format!(
            "logged in to {} as {client_id}; profile {} in {}",
            args.url,
            args.named.profile,
            profiles.path().display()
        )
    })
}

fn from_terminal() -> Result<String, Failure> {
    rpassword::prompt_password("client secret: ").map_err(|error| {
        Failure::new(format!("no client secret: {error}"))
            .hint("without a terminal use --client-secret-file FILE; - is standard input")
    })
}

/// Files by their whole paths: the next command may be run elsewhere.
fn profile(args: &LoginArgs, client_id: &str, grant: Grant) -> Result<Profile, Failure> {
    let whole = |file: &Option<PathBuf>| -> Result<Option<PathBuf>, Failure> {
        let Some(file) = file else { return Ok(None) };
        let path = std::fs::canonicalize(file)
            .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        Ok(Some(path))
    };
    Ok(Profile {
        url: args.url.clone(),
        client_id: client_id.to_owned(),
        client_secret: match grant {
            Grant::Secret { client_secret, .. } => Some(Secret(client_secret)),
            _ => None,
        },
        ca_file: whole(&args.client.ca_file)?,
        cert_file: whole(&args.client.cert_file)?,
        key_file: whole(&args.client.key_file)?,
        scope: args.scope.clone(),
        token: None,
    })
}

/// Logs out. The profile is forgotten whether or not the server can be told.
///
/// # Errors
/// There is no such profile, or its token could not be revoked.
pub async fn logout(args: &LogoutArgs, json: bool) -> Result<(), Failure> {
    let name = &args.named.profile;
    let profiles = Profiles::at(args.named.profiles.as_deref())?;
    let profile = profiles.find(name)?;
    profiles.forget(name)?;
    if let Some(token) = profile.token.as_ref().filter(|token| !token.is_over()) {
        revoke(profile.target()).await.map_err(|failure| {
            let message = format!(
                "the profile {name} is forgotten, but its access token is good until {}: {}",
                token.expires_at, failure.message
            );
            Failure { message, ..failure }
        })?;
    }
    let told = json!({ "profile": name, "forgotten": true });
    output::print(json, &told, || format!("{name} is forgotten"))
}

async fn revoke(target: Target) -> Result<(), Failure> {
    Connection::open(target, None).await?.revoke().await
}

/// Lists profiles, without their secrets.
///
/// # Errors
/// A file that is none of ours.
pub fn list(args: &ProfilesArgs, json: bool) -> Result<(), Failure> {
    let all = Profiles::at(args.profiles.as_deref())?.list()?;
    let values: Vec<Value> = all
        .iter()
        .map(|(name, profile)| told(name, profile))
        .collect();
    output::print(json, &values, || {
        let rows: Vec<Vec<String>> = all
            .iter()
            .map(|(name, profile)| cells(name, profile))
            .collect();
        output::table(&["NAME", "URL", "CLIENT_ID", "BY", "TOKEN"], &rows)
    })
}

fn told(name: &str, profile: &Profile) -> Value {
    json!({
        "name": name,
        "url": profile.url,
        "clientId": profile.client_id,
        "by": by(profile),
        "caFile": profile.ca_file,
        "certFile": profile.cert_file,
        "scope": profile.token.as_ref().map(|token| &token.scope),
        "expiresAt": profile.token.as_ref().map(|token| token.expires_at),
    })
}

/// What says who calls.
fn by(profile: &Profile) -> &'static str {
    match (&profile.client_secret, &profile.cert_file) {
        (Some(_), None) => "secret",
        (Some(_), Some(_)) => "secret and certificate",
        (None, _) => "certificate",
    }
}

fn cells(name: &str, profile: &Profile) -> Vec<String> {
    let token = match &profile.token {
        Some(token) if token.is_over() => "over, replaced when needed".to_owned(),
        Some(token) => format!("until {}", token.expires_at),
        None => "fetched when needed".to_owned(),
    };
    vec![
        name.to_owned(),
        profile.url.clone(),
        profile.client_id.clone(),
        by(profile).to_owned(),
        token,
    ]
}
