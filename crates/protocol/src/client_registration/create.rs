//! `POST /register` (RFC 7591, section 3): a new client.

use std::collections::BTreeMap;

use durward_model::{
    Client, ClientId, SecretHash,
    client::ClientMetadata,
    registration::{Ceiling, Origin, Registration},
};
use durward_script::types::client_registration::{AnswerTo, Moment};
use durward_store::Change;
use serde_json::{Map, Value};

use super::{
    RegisterError, Registered, Request,
    access::{self, Admission},
    answers::{Told, tell},
    audit, check, digest_of, invalid, members, members_of, needs_secret, policy,
    reading::{self, Reading},
    rules, scripts, secret_end, storing,
};
use crate::{
    Provider, authorization_details,
    error::{Code, Error},
    remote::{self, SECTOR_IDENTIFIER},
};

/// Registers a client.
///
/// # Errors
/// `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_software_statement`,
/// `unapproved_software_statement`, `invalid_token`, `access_denied`, or a script's own answer.
pub async fn create(
    provider: &Provider,
    request: &Request<'_>,
) -> Result<Registered, RegisterError> {
    let admission = access::admit(provider, request).await?;
    let mut reading = reading::read(provider, request, None).await?;
    if admission.policy.software_statement_required && reading.statement.is_none() {
        let refusal = "a software statement is needed";
        return Err(Code::InvalidSoftwareStatement.because(refusal).into());
    }
    let none = Ceiling::default();
    let (metadata, provenance) = metadata(provider, &reading, &admission, &none).await?;
    access::check_subject(provider, request, &metadata)?;
    let mut registration = registration(provider, &reading, &admission)?;
    registration.provenance = provenance;
    if !needs_secret(&metadata) && is_deduplicated(provider, &reading, &admission) {
        let members = Value::Object(members_of(&metadata));
        registration.digest = Some(digest_of(&members));
    }
    let access_token = provider.new_secret();
    registration.access_token_hash = Some(SecretHash::of(&access_token));
    let mut client = Client {
        client_id: ClientId::new(provider.new_id()),
        client_secret_hash: None,
        issued_at: provider.now(),
        disabled: false,
        registration: Some(Box::new(registration)),
        metadata,
    };
    let client_secret = settle_secret(provider, &mut client, None);
    scripts::judge(provider, request, Moment::Create, &reading, &mut client).await?;
    policy::withhold(&mut client.metadata);
    let client_secret = settle_secret(provider, &mut client, client_secret);
    // Scripts were asked first: what they let in once they may refuse to somebody else.
    let stale = match same(provider, &mut client).await? {
        Same::Lives(client) => {
            let told = Told::default();
            return Ok(tell(provider, request, AnswerTo::Post, &client, told).await);
        }
        Same::Ended(change) => Some(change),
        Same::Unknown => None,
    };
    let changes = stale.into_iter().chain([Change::insert(&client)]).collect();
    let spent = std::mem::take(&mut reading.spent);
    storing::insert(provider, &admission, spent, changes).await?;
    audit("registered", &client);
    let told = Told {
        client_secret,
        access_token: Some(access_token),
    };
    Ok(tell(provider, request, AnswerTo::Post, &client, told).await)
}

/// A client has a secret exactly when it needs one, and the secret an end of its own. To be
/// asked again after scripts, who may change how the client authenticates, and set an end.
pub(super) fn settle_secret(
    provider: &Provider,
    client: &mut Client,
    fresh: Option<String>,
) -> Option<String> {
    let end = &mut client
        .registration
        .get_or_insert_default()
        .secret_expires_at;
    if !needs_secret(&client.metadata) {
        client.client_secret_hash = None;
        *end = None;
        return None;
    }
    if client.client_secret_hash.is_some() {
        return fresh;
    }
    let secret = provider.new_secret();
    client.client_secret_hash = Some(SecretHash::of(&secret));
    *end = end.or_else(|| secret_end(provider));
    Some(secret)
}

/// The metadata that the client gets, and where each member comes from.
///
/// # Errors
/// `invalid_redirect_uri`, `invalid_client_metadata`.
pub(super) async fn metadata(
    provider: &Provider,
    reading: &Reading,
    admission: &Admission,
    given: &Ceiling,
) -> Result<(ClientMetadata, BTreeMap<String, Origin>), Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    let mut metadata = members::parse(&reading.members, configuration)?;
    let statement = reading.statement.as_ref();
    let ceiling = policy::ceiling(configuration, &admission.policy, statement);
    let ceiling = policy::raised(ceiling, given);
    policy::negotiate(&mut metadata, &reading.members, &ceiling, configuration)?;
    if let Some(statement) = statement {
        metadata.scope = policy::union(&metadata.scope, &statement.granted);
    }
    policy::withhold(&mut metadata);
    let types = authorization_details::supported_types(provider);
    metadata
        .authorization_details_types
        .retain(|asked| types.contains(asked));
    check(&metadata, configuration)?;
    provider.mutual_tls.check(&metadata)?;
    check_known(provider, &metadata).await?;
    check_resources(provider, &metadata).await?;
    check_sector(provider, &metadata).await?;
    let provenance = provenance(&metadata, reading);
    Ok((metadata, provenance))
}

fn provenance(metadata: &ClientMetadata, reading: &Reading) -> BTreeMap<String, Origin> {
    let none = Map::new();
    let stated = reading
        .statement
        .as_ref()
        .map_or(&none, |known| &known.members);
    let origin = |name: &str, value: &Value| match (stated.get(name), reading.members.get(name)) {
        (Some(said), _) if said == value => Origin::Statement,
        (_, Some(asked)) if asked == value => Origin::Request,
        (_, Some(_)) => Origin::Policy,
        (_, None) if name == "scope" => Origin::Policy,
        (_, None) => Origin::Default,
    };
    members_of(metadata)
        .into_iter()
        .map(|(name, value)| (name.clone(), origin(&name, &value)))
        .collect()
}

/// Nobody takes the name or the address of an application that an operator added.
async fn check_known(provider: &Provider, metadata: &ClientMetadata) -> Result<(), Error> {
    let variants = metadata.more.iter();
    let variants = variants.filter(|(name, _)| name.starts_with("client_name#"));
    let names = metadata.client_name.as_deref().into_iter();
    for name in names.chain(variants.filter_map(|(_, value)| value.as_str())) {
        if !provider
            .store
            .list_known_clients_named(name)
            .await?
            .is_empty()
        {
            return Err(invalid("client_name is the name of another application"));
        }
    }
    for uri in metadata
        .redirect_uris
        .iter()
        .filter(|uri| !rules::is_on_loopback(uri))
    {
        if !provider.store.list_known_clients_at(uri).await?.is_empty() {
            let refusal = "redirect_uri belongs to another application";
            return Err(Code::InvalidRedirectUri.because(refusal));
        }
    }
    Ok(())
}

/// Nobody says of himself that he is a resource server which an operator knows: what is
/// meant for that one's eyes would be told to him.
async fn check_resources(provider: &Provider, metadata: &ClientMetadata) -> Result<(), Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    for name in &metadata.resource_identifiers {
        let is_known = *name == configuration.issuer
            || configuration.resources_supported.contains(name)
            || !provider
                .store
                .list_known_resource_servers(name)
                .await?
                .is_empty();
        if is_known {
            return Err(invalid(
                "resource_identifiers holds the name of another resource server",
            ));
        }
    }
    Ok(())
}

/// `sector_identifier_uri` lists every redirect URI (OpenID Registration 1.0, section 5).
async fn check_sector(provider: &Provider, metadata: &ClientMetadata) -> Result<(), Error> {
    let Some(address) = metadata
        .more
        .get("sector_identifier_uri")
        .and_then(Value::as_str)
    else {
        return Ok(());
    };
    let listed = remote::json(provider, address, &SECTOR_IDENTIFIER)
        .await
        .map_err(|error| {
            Code::InvalidClientMetadata.hiding("sector_identifier_uri cannot be read", error)
        })?;
    let listed = listed
        .as_array()
        .ok_or_else(|| invalid("sector_identifier_uri is not a list of redirect URIs"))?;
    let holds = |uri: &String| listed.iter().any(|known| known.as_str() == Some(uri));
    if metadata.redirect_uris.iter().all(holds) {
        Ok(())
    } else {
        Err(invalid(
            "sector_identifier_uri does not list every redirect URI",
        ))
    }
}

/// What is remembered of a new client beside its metadata.
fn registration(
    provider: &Provider,
    reading: &Reading,
    admission: &Admission,
) -> Result<Registration, Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    let statement = reading.statement.as_ref();
    let lifetime = policy::lifetime(
        &reading.members,
        configuration,
        &admission.policy,
        statement,
    )?;
    let now = provider.now();
    let owner = admission.owner.clone();
    Ok(Registration {
        expires_at: lifetime.map(|seconds| now.plus_seconds(seconds)),
        owner: owner.or_else(|| statement.and_then(|statement| statement.owner.clone())),
        source: admission.source.clone(),
        software_statement: statement.map(|statement| statement.text.clone()),
        policy: admission.policy.clone(),
        persist_authorizations: configuration.dynamic_registration_persist_client_authorizations,
        ..Registration::default()
    })
}

/// Only what nobody vouched for is told apart by its metadata alone.
fn is_deduplicated(provider: &Provider, reading: &Reading, admission: &Admission) -> bool {
    provider
        .live()
        .configuration
        .dynamic_registration_deduplicate
        && reading.statement.is_none()
        && admission.token.is_none()
}

/// A client of the same metadata.
enum Same {
    Lives(Box<Client>),
    /// It expired and is about to be swept.
    Ended(Change),
    Unknown,
}

/// Looks for it. What nobody shares has no digest afterwards: a client to which a script gave a
/// secret, and one that equals a client which an operator or a script disabled.
async fn same(provider: &Provider, client: &mut Client) -> Result<Same, Error> {
    let has_secret = client.client_secret_hash.is_some();
    let Some(registration) = client.registration.as_deref_mut() else {
        return Ok(Same::Unknown);
    };
    let digest = registration.digest.take().filter(|_| !has_secret);
    let Some(digest) = digest else {
        return Ok(Same::Unknown);
    };
    let found = provider.store.find_client_by_digest(&digest).await?;
    if found.as_ref().is_some_and(|found| found.disabled) {
        return Ok(Same::Unknown);
    }
    registration.digest = Some(digest);
    Ok(match found {
        Some(found) if found.is_live(provider.now()) => Same::Lives(Box::new(found.value)),
        Some(found) => Same::Ended(Change::remove(&found)),
        None => Same::Unknown,
    })
}
