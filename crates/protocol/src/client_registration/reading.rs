//! From a request to members: the body, its signature, its software statement, and
//! which of them has the last word.

use durward_jose::unverified_claims;
use durward_model::registration::Registration;
use serde_json::{Map, Value};

use super::{
    BodyKind, RegisterError, Request, invalid,
    keys::MAX_TOKEN_BYTES,
    members, signed_request,
    statement::{self, ENVELOPE, Statement},
    storing::Spent,
};
use crate::{
    Provider,
    error::{Code, Error},
};

/// A request that was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What is asked for, claims of the statement already in force.
    pub members: Map<String, Value>,
    /// The statement.
    pub statement: Option<Statement>,
    /// `evidence`, for scripts.
    pub evidence: Option<String>,
    /// What counts once and was used.
    pub spent: Vec<Spent>,
}

/// Reads a request. `before` is what is remembered of the client, where it updates itself.
///
/// # Errors
/// `invalid_client_metadata`, `invalid_software_statement`, `unapproved_software_statement`,
/// or a script's own answer.
pub(super) async fn read(
    provider: &Provider,
    request: &Request<'_>,
    before: Option<&Registration>,
) -> Result<Reading, RegisterError> {
    let (mut asked, jwt) = parse(provider, request)?;
    let mut reading = Reading {
        evidence: text(&asked, "evidence")?,
        ..Reading::default()
    };
    let statement = match text(&asked, "software_statement")? {
        Some(text) => Some(statement::check(provider, request, &asked, &text, before).await?),
        None => None,
    };
    if let Some(jwt) = jwt {
        let spent = signed_request::check(provider, request, &jwt, statement.as_ref()).await?;
        reading.spent.push(spent);
    }
    asked.remove("software_statement");
    if let Some(mut statement) = statement {
        add_key_address(provider, &asked, &mut statement);
        // RFC 7591, section 2.3: the statement's claims take precedence.
        asked.extend(statement.members.clone());
        without_rivals(&mut asked, &statement.members);
        reading.spent.extend(statement.spent.take());
        reading.statement = Some(statement);
    }
    reading.members = asked;
    Ok(reading)
}

/// Open Banking's requests name no keys: those of a client that authenticates with a key are
/// where its statement says that the software's keys are.
fn add_key_address(provider: &Provider, asked: &Map<String, Value>, statement: &mut Statement) {
    let live = provider.live();
    let claim = &live
        .configuration
        .dcr_signature_validation_software_statement_jwks_uri_claim;
    let member = |name: &str| statement.members.get(name).or_else(|| asked.get(name));
    let method = member("token_endpoint_auth_method").and_then(Value::as_str);
    let has_keys = member("jwks").is_some() || member("jwks_uri").is_some();
    if has_keys || method != Some("private_key_jwt") {
        return;
    }
    if let Some(address @ Value::String(_)) = statement.claims.get(claim) {
        let address = address.clone();
        statement.members.insert("jwks_uri".to_owned(), address);
    }
}

/// A key set that the statement names is not to be had beside another of the request's own,
/// nor a name beside its variants.
fn without_rivals(asked: &mut Map<String, Value>, of_statement: &Map<String, Value>) {
    for (one, other) in [("jwks", "jwks_uri"), ("jwks_uri", "jwks")] {
        if of_statement.contains_key(one) && !of_statement.contains_key(other) {
            asked.remove(other);
        }
    }
    asked.retain(|name, _| {
        let base = name.split_once('#').map(|(base, _)| base);
        !base.is_some_and(|base| of_statement.contains_key(base)) || of_statement.contains_key(name)
    });
}

/// The members, and the JWT that they came in.
fn parse(
    provider: &Provider,
    request: &Request<'_>,
) -> Result<(Map<String, Value>, Option<String>), Error> {
    match request.kind {
        BodyKind::Json
            if provider
                .live()
                .configuration
                .dcr_signature_validation_enabled =>
        {
            Err(invalid("the request must be signed"))
        }
        BodyKind::Json => Ok((members::read(request.body)?, None)),
        BodyKind::Jwt => {
            let jwt = std::str::from_utf8(request.body)
                .map_err(|_| invalid("the request is not a JWT"))?
                .trim();
            let mut claims = unverified_claims(jwt, MAX_TOKEN_BYTES).map_err(|error| {
                Code::InvalidClientMetadata.hiding("the request is not a JWT", error)
            })?;
            for name in ENVELOPE
                .iter()
                .filter(|name| **name != "software_statement")
            {
                claims.remove(*name);
            }
            Ok((members::without_nulls(claims), Some(jwt.to_owned())))
        }
    }
}

fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, Error> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(format!("{name} is not text"))),
    }
}
