//! `durward init`: a data directory that can be served.

use std::path::Path;

use clap::Args;
use durward_model::{
    Client, ClientId, Configuration,
    client::{AuthMethod, ClientMetadata},
};
use durward_protocol::{
    Provider, configuration,
    keyring::{self, encryption},
};
use durward_store::Change;
use serde_json::json;

use super::DataArgs;
use crate::{bootstrap, failure::Failure, node, output, system::SystemEntropy};

/// Client that CIBA approval links name. It can do nothing by itself.
const BACKCHANNEL_CLIENT: &str = "durward-ciba-approval";

/// Make a data directory.
#[derive(Debug, Args)]
pub struct InitArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    bind: String,
    /// Issuer identifier: how others reach the server. Default: http://localhost and the port of --bind.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the directory is one already, or the issuer makes no sense.
pub async fn run(args: &InitArgs, json: bool) -> Result<(), Failure> {
    let issuer = args.issuer.clone().unwrap_or_else(|| issuer_of(&args.bind));
    let provider = create(args.data.here()?, &args.bind, &issuer).await?;
    let kids: Vec<String> = provider
        .store
        .list_signing_keys()
        .await?
        .into_iter()
        .map(|key| format!("{} {}", key.alg, key.kid))
        .collect();
    let data = args.data.data.display();
    output::print(
        json,
        &json!({ "data": data.to_string(), "issuer": issuer, "keys": kids }),
        || {
            format!(
                "made {data} for {issuer}\nkeys: {}\n\nnext:\n  durward user add alice --data {data}\n  \
             durward client add client.json --data {data}\n  durward serve --data {data}",
                kids.len()
            )
        },
    )
}

/// `http://localhost:PORT` for a bind address.
pub fn issuer_of(bind: &str) -> String {
    let port = bind.rsplit(':').next().unwrap_or("8080");
    format!("http://localhost:{port}")
}

/// Makes the directory and everything in it.
///
/// # Errors
/// As [`run`].
pub async fn create(data: &Path, bind: &str, issuer: &str) -> Result<Provider, Failure> {
    let configuration = Configuration {
        issuer: issuer.to_owned(),
        backchannel_client_id: BACKCHANNEL_CLIENT.to_owned(),
        backchannel_redirect_uri: format!("{issuer}/jans-auth/ciba/home.htm"),
        ..Configuration::default()
    };
    configuration::check(&configuration)
        .map_err(|error| Failure::new(error.message).hint("pass --issuer https://login.example"))?;
    bootstrap::create(data, bind, &SystemEntropy)?;
    let sealing = bootstrap::sealing_keys(data, &bootstrap::read(data)?)?;
    let provider = node::provider_without_log(data, sealing).await?;
    let now = provider.now();
    let mut changes = vec![
        Change::insert(&configuration),
        Change::insert(&backchannel_client(&provider, &configuration)),
    ];
    for algorithm in keyring::ALGORITHMS {
        changes.push(Change::insert(&keyring::generate(
            algorithm,
            now,
            now,
            &provider.sealing,
        )?));
    }
    for kind in encryption::KINDS {
        let key = encryption::generate(kind, now, &provider.sealing)?;
        changes.push(Change::insert(&key));
    }
    provider.store.apply(changes).await?;
    provider.reload().await?;
    Ok(provider)
}

/// Exists so that its id cannot be taken by somebody else's client.
fn backchannel_client(provider: &Provider, configuration: &Configuration) -> Client {
    Client {
        registration: None,
        client_id: ClientId::new(BACKCHANNEL_CLIENT),
        client_secret_hash: None,
        issued_at: provider.now(),
        disabled: false,
        metadata: ClientMetadata {
            client_name: Some("Durward approval page".to_owned()),
            redirect_uris: vec![configuration.backchannel_redirect_uri.clone()],
            grant_types: Vec::new(),
            response_types: Vec::new(),
            token_endpoint_auth_method: AuthMethod::None,
            ..ClientMetadata::default()
        },
    }
}
