//! A client's own registration, by its registration access token (RFC 7592): read,
//! replaced, deleted.

use durward_jose::unverified_claims;
use durward_model::{
    Client, ClientId, SecretHash,
    registration::{Origin, Registration},
};
use durward_script::{
    origin,
    types::client_registration::{AnswerTo, Moment},
};
use durward_store::{Change, StoreError, Versioned};
use serde_json::{Map, Value};

use super::{
    RegisterError, Registered, Request,
    access::{self, Admission},
    answers::{Told, tell},
    audit,
    create::{metadata, settle_secret},
    invalid,
    keys::MAX_TOKEN_BYTES,
    policy,
    reading::{self, Reading},
    scripts, storing,
};
use crate::{
    Provider,
    error::{Code, Error},
};

/// What the server tells and a request may not (RFC 7592, section 2.2).
const ANSWERED_ONLY: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// `GET`: the registration as it is.
///
/// # Errors
/// `invalid_token`.
pub async fn read(provider: &Provider, request: &Request<'_>) -> Result<Registered, RegisterError> {
    let found = authenticate(provider, request).await?;
    let told = Told {
        client_secret: None, // only its hash is known
        access_token: request.bearer.map(str::to_owned),
    };
    Ok(tell(provider, request, AnswerTo::Get, &found, told).await)
}

/// `PUT`: another registration in the place of the old one. The registration access
/// token is another one afterwards.
///
/// # Errors
/// As [`create`](super::create()).
pub async fn update(
    provider: &Provider,
    request: &Request<'_>,
) -> Result<Registered, RegisterError> {
    let found = authenticate(provider, request).await?;
    let known = found.registration.as_deref().cloned().unwrap_or_default();
    let mut reading = reading::read(provider, request, Some(&known)).await?;
    check_identity(&found, &mut reading.members)?;
    if known.software_statement.is_some() && reading.statement.is_none() {
        let refusal = "the client registered with a software statement and has to show one";
        return Err(Code::InvalidSoftwareStatement.because(refusal).into());
    }
    check_software(&known, &reading)?;
    let admission = Admission {
        source: known.source.clone(),
        policy: known.policy.clone(),
        ..Admission::default()
    };
    let (metadata, provenance) =
        metadata(provider, &reading, &admission, &known.given_by_script).await?;
    access::check_subject(provider, request, &metadata)?;
    let access_token = provider.new_secret();
    let registration = Registration {
        access_token_hash: Some(SecretHash::of(&access_token)),
        expires_at: shortened(provider, &known, &reading, &admission)?,
        digest: None, // it is no longer what others register as
        secret_expires_at: found
            .client_secret_hash
            .as_ref()
            .and(known.secret_expires_at),
        software_statement: reading.statement.as_ref().map(|known| known.text.clone()),
        provenance,
        ..known
    };
    let mut client = Client {
        registration: Some(Box::new(registration)),
        metadata,
        ..found.value.clone()
    };
    credit_scripts(&mut client);
    let client_secret = settle_secret(provider, &mut client, None);
    scripts::judge(provider, request, Moment::Update, &reading, &mut client).await?;
    policy::withhold(&mut client.metadata);
    let client_secret = settle_secret(provider, &mut client, client_secret);
    let change = Change::replace(&found, &client);
    let spent = std::mem::take(&mut reading.spent);
    storing::replace(provider, spent, change).await?;
    audit("changed", &client);
    let told = Told {
        client_secret,
        access_token: Some(access_token),
    };
    Ok(tell(provider, request, AnswerTo::Put, &client, told).await)
}

/// `DELETE`: the client, its secret and its token are gone; what it was issued is worth
/// nothing from then on.
///
/// # Errors
/// `invalid_token`.
pub async fn delete(provider: &Provider, request: &Request<'_>) -> Result<(), RegisterError> {
    let found = authenticate(provider, request).await?;
    match provider.store.apply(vec![Change::remove(&found)]).await {
        Err(StoreError::Conflict { .. }) => Err(refused().into()),
        other => {
            other?;
            audit("deleted", &found);
            Ok(())
        }
    }
}

fn refused() -> Error {
    Code::InvalidToken.because("the registration access token is not valid")
}

/// The client whose registration access token came along. An unknown client and a wrong
/// token are one answer: nobody learns which clients there are.
async fn authenticate(
    provider: &Provider,
    request: &Request<'_>,
) -> Result<Versioned<Client>, Error> {
    let (Some(id), Some(token)) = (request.client_id, request.bearer) else {
        return Err(refused());
    };
    let found = provider.store.find_client(&ClientId::new(id)).await?;
    let is_its_own = |client: &Versioned<Client>| {
        let registration = client.registration.as_deref();
        let hash = registration.and_then(|known| known.access_token_hash.as_ref());
        client.is_live(provider.now()) && hash.is_some_and(|hash| hash.matches(token))
    };
    let client = found.filter(is_its_own).ok_or_else(refused)?;
    origin::client_is(client.client_id.as_str());
    Ok(client)
}

/// A client stays the software that it registered as: another's statement, though its issuer
/// signed it, would give it another's name and roles.
fn check_software(known: &Registration, reading: &Reading) -> Result<(), Error> {
    let (Some(before), Some(statement)) = (&known.software_statement, &reading.statement) else {
        return Ok(());
    };
    let before = unverified_claims(before, MAX_TOKEN_BYTES).unwrap_or_default();
    let is_other = |name: &str| {
        let before = before.get(name);
        before.is_some() && before != statement.claims.get(name)
    };
    if is_other("iss") || is_other("software_id") {
        let refusal = "the software statement is about other software";
        return Err(Code::InvalidSoftwareStatement.because(refusal));
    }
    Ok(())
}

/// Who it is cannot change (RFC 7592, section 2.2).
fn check_identity(client: &Client, members: &mut Map<String, Value>) -> Result<(), Error> {
    if let Some(name) = ANSWERED_ONLY
        .iter()
        .find(|name| members.contains_key(**name))
    {
        return Err(invalid(format!("the request must not hold {name}")));
    }
    match members.remove("client_id") {
        Some(Value::String(id)) if id == client.client_id.as_str() => {}
        Some(_) => return Err(invalid("client_id cannot be changed")),
        None => return Err(invalid("client_id is missing")),
    }
    let Some(secret) = members.remove("client_secret") else {
        return Ok(());
    };
    let hash = client.client_secret_hash.as_ref();
    let same = hash
        .zip(secret.as_str())
        .is_some_and(|(hash, secret)| hash.matches(secret));
    if same {
        Ok(())
    } else {
        Err(invalid("client_secret cannot be chosen"))
    }
}

/// An update may bring the end of a client nearer, never move it away.
fn shortened(
    provider: &Provider,
    known: &Registration,
    reading: &Reading,
    admission: &Admission,
) -> Result<Option<durward_model::Timestamp>, Error> {
    let live = provider.live();
    let statement = reading.statement.as_ref();
    let seconds = policy::lifetime(
        &reading.members,
        &live.configuration,
        &admission.policy,
        statement,
    )?;
    let wanted = seconds
        .filter(|_| reading.members.contains_key("lifetime"))
        .map(|seconds| provider.now().plus_seconds(seconds));
    Ok([known.expires_at, wanted].into_iter().flatten().min())
}

/// Scopes and grants that only a script ever gave are told as such.
fn credit_scripts(client: &mut Client) {
    let scope = client.metadata.scope.clone();
    let Some(registration) = client.registration.as_deref_mut() else {
        return;
    };
    let given = &registration.given_by_script;
    if !given.scope.is_empty() && scope.iter().any(|token| given.scope.contains(token)) {
        registration
            .provenance
            .insert("scope".to_owned(), Origin::Script);
    }
}
