//! `client_registration` scripts: what they see, and what becomes of what they change.
//!
//! A script may give a client more than policy would, but nothing that the server does
//! not have, and nothing that breaks a rule: its result is checked like a request.

use durward_model::{
    Client, ClientId, Configuration, Scope, Timestamp,
    registration::{Origin, Registration},
};
use durward_script::{
    LoadedScript, origin,
    program::LogLine,
    types::client_registration::{
        CONTRACT, Context, Moment, Verdict, beans, enabled, is_certificate_valid, verdict_of,
    },
};
use serde_json::{Map, Value, json};

use super::{RegisterError, Request, check, invalid, members, members_of, reading::Reading};
use crate::{ClientCertificate, Parameters, Provider, error::Error, visit::Visit};

/// Where Jans's directory has scopes.
const SCOPES_BRANCH: &str = "ou=scopes,o=jans";

/// What every context holds.
pub(super) fn base(provider: &Provider, request: &Request<'_>) -> Context {
    let live = provider.live();
    let configuration = &live.configuration;
    let mut parameters = Parameters::default();
    if let Some(id) = request.client_id {
        parameters.set("client_id", id);
    }
    Context {
        http_request: request.visit.told(&parameters),
        certificate_pem: request.certificate(provider).map(ClientCertificate::pem),
        flow: flow(provider, request),
        ..unasked(configuration)
    }
}

/// The client, where there is one; otherwise the request that is to make it. Nobody asks
/// while no version is on trial.
pub(super) fn flow(provider: &Provider, request: &Request<'_>) -> String {
    if !provider.scripts.has_trial(&CONTRACT) {
        return String::new();
    }
    let client = request.client_id.map(str::to_owned);
    let request = || origin::current().map(|origin| origin.request_id().to_owned());
    client.or_else(request).unwrap_or_default()
}

/// What every context holds, whatever was asked for.
fn unasked(configuration: &Configuration) -> Context {
    Context {
        trusted_issuers: configuration.trusted_ssa_issuers.keys().cloned().collect(),
        scopes_supported: known_scopes(configuration),
        ..Context::default()
    }
}

/// Scopes that there are: a script may give these and no others.
fn known_scopes(configuration: &Configuration) -> Vec<String> {
    let issuers = configuration.dcr_ssa_validation_configs.iter();
    let all = configuration
        .scopes_supported
        .iter()
        .chain(&configuration.dynamic_registration_scopes)
        .chain(issuers.flat_map(|issuer| &issuer.scopes));
    let mut known: Vec<String> = all.cloned().collect();
    known.sort();
    known.dedup();
    known
}

/// Asks every enabled script about `client`, one after the other, each seeing what those
/// before it changed. The first that does not agree ends the request.
///
/// # Errors
/// `invalid_client_metadata`, or a script's own answer.
pub(super) async fn judge(
    provider: &Provider,
    request: &Request<'_>,
    moment: Moment,
    reading: &Reading,
    client: &mut Client,
) -> Result<(), RegisterError> {
    let scripts = enabled(&provider.scripts, &flow(provider, request));
    if scripts.is_empty() {
        return Ok(());
    }
    let mut context = Context {
        register_request: Some(register_request(reading)),
        software_statement: reading.statement.as_ref().map(|s| s.text.clone()),
        evidence: reading.evidence.clone(),
        ..base(provider, request)
    };
    for script in scripts {
        context.client = Some(shown(client));
        let changes = match verdict_of(&provider.scripts, &script, moment, &context).await {
            Verdict::Allowed(changes) => changes,
            Verdict::Shaped(shaped) => return Err(RegisterError::Shaped(shaped)),
            Verdict::Denied => return Err(invalid("the registration was refused").into()),
            Verdict::Failed(_) => {
                return Err(invalid("the registration could not be checked").into());
            }
        };
        let applied = apply(provider, moment, client, &changes);
        if let Err(error) = applied {
            note(provider, &script, moment, &error);
            return Err(invalid("the registration could not be checked").into());
        }
    }
    Ok(())
}

/// May this certificate, which does not name the client by its id, authenticate it? Asked
/// at mutual TLS client authentication.
pub async fn certificate_may_speak_for(
    provider: &Provider,
    visit: &Visit,
    client: &Client,
    certificate: &ClientCertificate,
) -> bool {
    let mut parameters = Parameters::default();
    parameters.set("client_id", client.client_id.as_str());
    let context = Context {
        http_request: visit.told(&parameters),
        register_request_json: Some(json!({})),
        client: Some(shown(client)),
        flow: client.client_id.as_str().to_owned(),
        ..unasked(&provider.live().configuration)
    };
    let verdict = is_certificate_valid(&provider.scripts, &certificate.pem(), &context).await;
    matches!(verdict, Verdict::Allowed(_))
}

/// What a script did wrong stands in its own log; the client hears only that it failed.
fn note(provider: &Provider, script: &LoadedScript, moment: Moment, error: &Error) {
    let line = LogLine {
        level: "error".to_owned(),
        text: format!("what the script made of the client is refused: {error}"),
    };
    provider
        .scripts
        .note(&script.info, moment.method(), &[line]);
}

/// The request as its bean.
fn register_request(reading: &Reading) -> Map<String, Value> {
    let mut values = beans::values(&beans::REGISTER_REQUEST, &reading.members);
    if let Some(statement) = &reading.statement {
        values.insert("softwareStatement".to_owned(), json!(statement.text));
    }
    values
}

/// The client as its bean.
pub(super) fn shown(client: &Client) -> Map<String, Value> {
    let members = members_of(&client.metadata);
    let none = Registration::default();
    let registration = client.registration.as_deref().unwrap_or(&none);
    let mut values = beans::values(&beans::CLIENT, &members);
    let mut attributes = beans::values(&beans::CLIENT_ATTRIBUTES, &members);
    if let Some(uri) = &client.metadata.backchannel_logout_uri {
        attributes.insert("backchannelLogoutUri".to_owned(), json!([uri]));
    }
    for (path, value) in &registration.kept {
        match path.strip_prefix("attributes.") {
            Some(name) => attributes.insert(name.to_owned(), value.clone()),
            None => values.insert(path.clone(), value.clone()),
        };
    }
    for property in beans::CLIENT_ATTRIBUTES.properties {
        // Jans's getters never answer null for a list: `getIntrospectionScripts().add(…)`.
        if matches!(property.kind, durward_script::contract::Kind::Texts) {
            attributes.entry(property.name).or_insert_with(|| json!([]));
        }
    }
    let dns: Vec<String> = client.metadata.scope.iter().map(scope_dn).collect();
    let id = client.client_id.as_str();
    values
        .entry("dn")
        .or_insert_with(|| json!(format!("inum={id},ou=clients,o=jans")));
    values.extend([
        ("clientId".to_owned(), json!(id)),
        ("trustedClient".to_owned(), json!(registration.trusted)),
        (
            "persistClientAuthorizations".to_owned(),
            json!(registration.persist_authorizations),
        ),
        ("disabled".to_owned(), json!(client.disabled)),
        ("scopes".to_owned(), json!(dns)),
        ("clientIdIssuedAt".to_owned(), json!(client.issued_at)),
        (
            "clientSecretExpiresAt".to_owned(),
            json!(registration.secret_expires_at),
        ),
        ("expirationDate".to_owned(), json!(registration.expires_at)),
        (
            "softwareStatement".to_owned(),
            json!(registration.software_statement),
        ),
        ("attributes".to_owned(), Value::Object(attributes)),
    ]);
    values
}

/// A scope's name in Jans's directory.
pub(crate) fn scope_dn(scope: &str) -> String {
    format!("inum={scope},{SCOPES_BRANCH}")
}

/// A scope by its name there, or by its own.
pub(crate) fn scope_of(text: &str) -> &str {
    text.strip_suffix(SCOPES_BRANCH)
        .and_then(|text| text.strip_suffix(','))
        .and_then(|text| text.strip_prefix("inum="))
        .unwrap_or(text)
}

/// Applies what a script changed, and checks what came of it.
fn apply(
    provider: &Provider,
    moment: Moment,
    client: &mut Client,
    changes: &Map<String, Value>,
) -> Result<(), Error> {
    // The request is the client's own: changing it changes nothing.
    if !changes.keys().any(|path| path.starts_with("client.")) {
        return Ok(()); // what was checked before is as it was
    }
    let live = provider.live();
    let configuration = &live.configuration;
    let before = members_of(&client.metadata);
    let mut metadata = before.clone();
    for (path, value) in changes {
        let Some(property) = path.strip_prefix("client.") else {
            continue;
        };
        if !set_special(client, moment, property, value)? {
            set_member(&mut metadata, client, property, value);
        }
    }
    client.metadata = members::parse(&members::without_nulls(metadata), configuration)?;
    if let Some(value) = changes.get("client.scopes") {
        client.metadata.scope = scopes(value, configuration)?;
    }
    check(&client.metadata, configuration)?;
    provider.mutual_tls.check(&client.metadata)?;
    let after = members_of(&client.metadata);
    let id = client.client_id.as_str();
    if id.is_empty() || id.len() > 256 || !id.bytes().all(|b| (0x21..=0x7e).contains(&b)) {
        return Err(invalid(
            "client_id is empty, too long or not printable ASCII",
        ));
    }
    let registration = client.registration.get_or_insert_default();
    for (name, value) in &after {
        if before.get(name) != Some(value) {
            registration.provenance.insert(name.clone(), Origin::Script);
        }
    }
    registration
        .provenance
        .retain(|name, _| after.contains_key(name));
    let given = &mut registration.given_by_script;
    if changes.contains_key("client.scopes") {
        given.scope = client.metadata.scope.clone();
    }
    if changes.contains_key("client.grantTypes") {
        given.grant_types.clone_from(&client.metadata.grant_types);
    }
    Ok(())
}

/// Sets what is no member of the metadata. Answers whether it did.
fn set_special(
    client: &mut Client,
    moment: Moment,
    property: &str,
    value: &Value,
) -> Result<bool, Error> {
    let wrong = || invalid(format!("{property} cannot be {value}"));
    let flag = || value.as_bool().ok_or_else(wrong);
    let date = || match value {
        Value::Null => Ok(None),
        value => value
            .as_i64()
            .map(Timestamp::from_ms)
            .map(Some)
            .ok_or_else(wrong),
    };
    if property == "clientId" {
        let id = value.as_str().ok_or_else(wrong)?;
        if moment == Moment::Update && id != client.client_id.as_str() {
            return Err(invalid("client_id cannot be changed"));
        }
        client.client_id = ClientId::new(id);
        return Ok(true);
    }
    if property == "disabled" {
        client.disabled = flag()?;
        return Ok(true);
    }
    let registration = client.registration.get_or_insert_default();
    match property {
        "trustedClient" => registration.trusted = flag()?,
        "persistClientAuthorizations" => registration.persist_authorizations = flag()?,
        "clientSecretExpiresAt" => registration.secret_expires_at = date()?,
        "expirationDate" => registration.expires_at = date()?,
        "scopes" => {} // later: the rest of the metadata may be replaced meanwhile
        _ => return Ok(false),
    }
    Ok(true)
}

/// Sets a member of the metadata, or keeps what is none.
fn set_member(
    metadata: &mut Map<String, Value>,
    client: &mut Client,
    property: &str,
    value: &Value,
) {
    const KEPT: [&str; 5] = [
        "dn",
        "description",
        "organization",
        "includeClaimsInIdToken",
        "rptAsJwt",
    ];
    const HONOURED: [&str; 6] = [
        "attributes.tlsClientAuthSubjectDn",
        "attributes.backchannelLogoutUri",
        "attributes.backchannelLogoutSessionRequired",
        "attributes.authorizationDetailsTypes",
        "attributes.requirePkce",
        "attributes.requirePar",
    ];
    let is_kept = KEPT.contains(&property)
        || (property.starts_with("attributes.") && !HONOURED.contains(&property));
    if is_kept {
        let kept = &mut client.registration.get_or_insert_default().kept;
        kept.insert(property.to_owned(), value.clone());
        return;
    }
    let member = beans::member_of(property.strip_prefix("attributes.").unwrap_or(property));
    // Jans has several of these; the specification has one.
    let value = match value {
        Value::Array(items) if member == "backchannel_logout_uri" => {
            items.first().cloned().unwrap_or_default()
        }
        other => other.clone(),
    };
    metadata.insert(member, value);
}

/// The scopes that a script gave: each one must exist.
fn scopes(value: &Value, configuration: &Configuration) -> Result<Scope, Error> {
    let known = known_scopes(configuration);
    let mut words = Vec::new();
    for item in value.as_array().into_iter().flatten() {
        let scope = item.as_str().map(scope_of).unwrap_or_default();
        if !known.iter().any(|known| known == scope) {
            return Err(invalid(format!("there is no scope '{scope}'")));
        }
        words.push(scope.to_owned());
    }
    Ok(Scope::parse(&words.join(" ")))
}
