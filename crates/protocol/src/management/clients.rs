//! Clients from afar (`/openid/clients`): listed, added, changed, taken away, by the rules of
//! `client_registration`. Nobody gives a client more power than he has himself.

use durward_model::{Client, ClientId, Timestamp, client::ClientMetadata};
use durward_store::{Change, Versioned};
use serde_json::{Map, Value, json};

use super::{
    FieldError, ManagementError, Page, Request, Tagged,
    access::{CLIENTS, Caller, Right, authorize},
    check_seen, document,
    paging::{self, Listing},
};
use crate::client_registration::{NewClient, changed_client, new_client, scope_dn, scope_of};

/// Members that the server alone sets; in requests they are not looked at.
pub const TOLD_ONLY: [&str; 3] = ["dn", "clientIdIssuedAt", "registeredItself"];

const LISTING: Listing = Listing {
    searched: &["inum", "clientName"],
    sorted: &["inum", "clientName", "clientIdIssuedAt", "disabled"],
    last_first: false,
};

/// What a request says of a client.
#[derive(Debug, Default)]
struct Asked {
    inum: Option<String>,
    client_secret: Option<String>,
    disabled: bool,
    /// RFC 7591 metadata.
    members: Map<String, Value>,
}

/// All of them.
///
/// # Errors
/// As [`authorize`].
pub async fn list(request: &Request<'_>) -> Result<Page<Value>, ManagementError> {
    authorize(request, CLIENTS, Right::Read).await?;
    let all = request.provider.store.list_clients().await?;
    paging::page(
        request,
        LISTING,
        all.iter().map(|client| told(client)).collect(),
    )
}

/// One of them.
///
/// # Errors
/// `Missing`.
pub async fn find(request: &Request<'_>, inum: &str) -> Result<Tagged<Value>, ManagementError> {
    authorize(request, CLIENTS, Right::Read).await?;
    request.check_parameters(&[])?;
    let found = load(request, inum).await?;
    Ok(Tagged::new(told(&found), found.version))
}

/// A new one. Its secret is told now and never again.
///
/// # Errors
/// `Invalid`, `Conflict` for an id that is taken, `Scope` for power that the caller lacks.
pub async fn create(request: &Request<'_>) -> Result<Tagged<Value>, ManagementError> {
    let caller = authorize(request, CLIENTS, Right::Write).await?;
    request.check_parameters(&[])?;
    let asked = read(document::object(request.body)?)?;
    let provider = request.provider;
    let mut new = new_client(provider, &asked.members, asked.inum, asked.client_secret)?;
    new.client.disabled = asked.disabled;
    caller.check_covers(&new.client.metadata.scope)?;
    let change = Change::insert(&new.client);
    provider.store.apply(vec![change]).await?;
    tell(&caller, "added", &new.client);
    Ok(Tagged::new(told_with_secret(&new), 1))
}

/// Another one in the place of the one whose inum it has.
///
/// # Errors
/// `Missing`, `Invalid`, `Conflict`, `Stale`, `Scope`.
pub async fn replace(request: &Request<'_>) -> Result<Tagged<Value>, ManagementError> {
    let caller = authorize(request, CLIENTS, Right::Write).await?;
    request.check_parameters(&[])?;
    let asked = read(document::object(request.body)?)?;
    let Some(inum) = asked.inum.clone() else {
        return Err(ManagementError::invalid("inum", "it says which client"));
    };
    let before = load(request, &inum).await?;
    store(request, &caller, &before, asked).await
}

/// A client, changed by a JSON Patch of what [`find`] tells of it.
///
/// # Errors
/// `Missing`, `Invalid`, `Conflict`, `Stale`, `Scope`.
pub async fn patch(request: &Request<'_>, inum: &str) -> Result<Tagged<Value>, ManagementError> {
    let caller = authorize(request, CLIENTS, Right::Write).await?;
    request.check_parameters(&[])?;
    let before = load(request, inum).await?;
    let asked = read(document::patched(told(&before), request.body)?)?;
    if asked.inum.as_deref() != Some(inum) {
        return Err(ManagementError::invalid("inum", "it cannot be changed"));
    }
    store(request, &caller, &before, asked).await
}

/// Takes a client away. What it was issued is worth nothing from then on.
///
/// # Errors
/// `Missing`, `Stale`, `Scope`.
pub async fn delete(request: &Request<'_>, inum: &str) -> Result<(), ManagementError> {
    let caller = authorize(request, CLIENTS, Right::Delete).await?;
    request.check_parameters(&[])?;
    let before = load(request, inum).await?;
    check_seen(request, Tagged::new((), before.version).revision)?;
    caller.check_covers(&before.metadata.scope)?;
    let change = Change::remove(&before);
    request.provider.store.apply(vec![change]).await?;
    tell(&caller, "deleted", &before);
    Ok(())
}

async fn store(
    request: &Request<'_>,
    caller: &Caller,
    before: &Versioned<Client>,
    asked: Asked,
) -> Result<Tagged<Value>, ManagementError> {
    check_seen(request, Tagged::new((), before.version).revision)?;
    // Whoever sets its secret or keys is this client.
    caller.check_covers(&before.metadata.scope)?;
    let provider = request.provider;
    let mut new = changed_client(provider, before, &asked.members, asked.client_secret)?;
    new.client.disabled = asked.disabled;
    caller.check_covers(&new.client.metadata.scope)?;
    let change = Change::replace(before, &new.client);
    provider.store.apply(vec![change]).await?;
    tell(caller, "changed", &new.client);
    Ok(Tagged::new(told_with_secret(&new), before.version + 1))
}

async fn load(request: &Request<'_>, inum: &str) -> Result<Versioned<Client>, ManagementError> {
    let found = request
        .provider
        .store
        .find_client(&ClientId::new(inum))
        .await?;
    found.ok_or_else(|| ManagementError::Missing(format!("there is no client '{inum}'")))
}

fn tell(caller: &Caller, what: &str, client: &Client) {
    tracing::info!(
        target: "audit",
        author = caller.author,
        client = client.client_id.as_str(),
        scope = %client.metadata.scope,
        disabled = client.disabled,
        "client {what}"
    );
}

/// Reads Jans's members: metadata of RFC 7591 in camelCase, `scopes` as a list, by name or by
/// their place in the directory.
fn read(mut members: Map<String, Value>) -> Result<Asked, ManagementError> {
    for name in TOLD_ONLY {
        members.remove(name);
    }
    let mut asked = Asked {
        inum: text(&mut members, "inum")?,
        client_secret: text(&mut members, "clientSecret")?,
        ..Asked::default()
    };
    match members.remove("disabled") {
        None => {}
        Some(Value::Bool(disabled)) => asked.disabled = disabled,
        Some(_) => return Err(ManagementError::invalid("disabled", "it is true or false")),
    }
    let custom = members.remove("customAttributes");
    if let Some(scopes) = members.remove("scopes") {
        asked.members.insert("scope".to_owned(), scope(&scopes)?);
    }
    for (name, value) in members {
        let metadata_name = snake(&name);
        if camel(&metadata_name) != name || !is_known(&metadata_name, &value) {
            return Err(ManagementError::invalid(name, "there is no such member"));
        }
        asked.members.insert(metadata_name, value);
    }
    for attribute in custom.iter().filter_map(Value::as_array).flatten() {
        let (Some(name), Some(value)) = (attribute["name"].as_str(), attribute.get("value")) else {
            let message = "each has a name and a value";
            return Err(ManagementError::invalid("customAttributes", message));
        };
        if asked.members.contains_key(name) || is_known(name, value) {
            let message = format!("'{name}' is a member of its own");
            return Err(ManagementError::invalid("customAttributes", message));
        }
        asked.members.insert(name.to_owned(), value.clone());
    }
    Ok(asked)
}

/// The RFC 7591 metadata of what [`list`] and [`find`] tell of a client, with its `client_id`
/// and, where it is there, `client_secret`: the way back from Jans's words.
///
/// # Errors
/// `Invalid` for what they do not tell.
pub fn metadata_of(told: Map<String, Value>) -> Result<Map<String, Value>, ManagementError> {
    let mut asked = read(told)?;
    let named = [
        ("client_id", asked.inum),
        ("client_secret", asked.client_secret),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            asked.members.insert(name.to_owned(), Value::from(value));
        }
    }
    if asked.disabled {
        asked
            .members
            .insert("disabled".to_owned(), Value::from(true));
    }
    Ok(asked.members)
}

/// RFC 7591 metadata in Jans's words, as [`create`] reads it.
pub fn in_jans_words(metadata: Map<String, Value>) -> Map<String, Value> {
    let mut told = Map::new();
    let mut custom = Vec::new();
    for (name, value) in metadata {
        match (name.as_str(), &value) {
            ("client_id", _) => drop(told.insert("inum".to_owned(), value)),
            ("client_secret", _) => drop(told.insert("clientSecret".to_owned(), value)),
            ("scope", Value::String(text)) => {
                let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
                told.insert("scopes".to_owned(), json!(words));
            }
            _ if is_known(&name, &value) => drop(told.insert(camel(&name), value)),
            _ => custom.push(json!({ "name": name, "value": value })),
        }
    }
    if !custom.is_empty() {
        told.insert("customAttributes".to_owned(), Value::from(custom));
    }
    told
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, ManagementError> {
    match members.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= 256 => Ok(Some(text)),
        Some(_) => Err(ManagementError::invalid(name, "it is text, and not empty")),
    }
}

fn scope(value: &Value) -> Result<Value, ManagementError> {
    let refuse = || {
        ManagementError::Invalid(vec![FieldError {
            field: "scopes".to_owned(),
            line: None,
            column: None,
            message: "it is a list of scopes".to_owned(),
        }])
    };
    let mut words = Vec::new();
    for item in value.as_array().ok_or_else(refuse)? {
        let word = item.as_str().map(scope_of).ok_or_else(refuse)?;
        if word.is_empty() || word.contains(' ') {
            return Err(refuse());
        }
        words.push(word);
    }
    Ok(Value::from(words.join(" ")))
}

/// Is it a member of metadata that means something to the rules? Its value is looked at later.
fn is_known(name: &str, value: &Value) -> bool {
    let one = Map::from_iter([(name.to_owned(), value.clone())]);
    match serde_json::from_value::<ClientMetadata>(Value::Object(one)) {
        Ok(metadata) => metadata.more.is_empty(),
        Err(_) => true,
    }
}

fn told_with_secret(new: &NewClient) -> Value {
    let mut value = told(&new.client);
    if let (Some(members), Some(secret)) = (value.as_object_mut(), &new.client_secret) {
        members.insert("clientSecret".to_owned(), json!(secret));
    }
    value
}

/// What is told of a client that nothing is known of: each member with its default.
pub fn blank() -> Value {
    told(&Client {
        client_id: ClientId::new(""),
        client_secret_hash: None,
        issued_at: Timestamp::from_seconds(0),
        disabled: false,
        registration: None,
        metadata: ClientMetadata::default(),
    })
}

/// A client without secrets, in Jans's words.
fn told(client: &Client) -> Value {
    let mut metadata = client.metadata.clone();
    let more = std::mem::take(&mut metadata.more);
    let id = client.client_id.as_str();
    let scopes: Vec<String> = metadata.scope.iter().map(scope_dn).collect();
    let custom: Vec<Value> = more
        .into_iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let mut members = Map::from_iter([
        (
            "dn".to_owned(),
            json!(format!("inum={id},ou=clients,o=jans")),
        ),
        ("inum".to_owned(), json!(id)),
        (
            "clientIdIssuedAt".to_owned(),
            json!(client.issued_at.rfc3339()),
        ),
        (
            "registeredItself".to_owned(),
            json!(client.registration.is_some()),
        ),
        ("disabled".to_owned(), json!(client.disabled)),
        ("scopes".to_owned(), json!(scopes)),
        ("customAttributes".to_owned(), json!(custom)),
    ]);
    let value = serde_json::to_value(&metadata).unwrap_or_default();
    for (name, value) in value.as_object().into_iter().flatten() {
        if name != "scope" {
            members.insert(camel(name), value.clone());
        }
    }
    Value::Object(members)
}

/// `client_name` as `clientName`.
fn camel(name: &str) -> String {
    let mut upper = false;
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// `clientName` as `client_name`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
