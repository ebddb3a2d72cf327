//! From JSON to client metadata: which members there are, and of what form.
//!
//! Members with a meaning are fields of `ClientMetadata`; a new one needs nothing here.
//! `KEPT` are those that are registered and returned without meaning anything to the
//! rules, `UNSUPPORTED` those that would promise what the server does not do. Whatever
//! else a request holds is ignored (RFC 7591, section 2).

use durward_jose::strict_json::{self, Limits};
use durward_model::{Configuration, Scope, client::ClientMetadata};
use serde_json::{Map, Value};

use super::invalid;
use crate::{error::Error, web_address};

/// Largest request, bytes.
const MAX_BYTES: usize = 64 * 1024;

/// Deepest nesting: a key set in an object.
const MAX_DEPTH: usize = 8;

/// Most localised variants, all members together.
const MAX_VARIANTS: usize = 64;

/// Form of a kept member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Texts,
    Boolean,
    Https,
    Origins,
}

const KEPT: &[(&str, Form)] = &[
    ("software_id", Form::Text),
    ("software_version", Form::Text),
    ("org_id", Form::Text),
    ("initiate_login_uri", Form::Https),
    ("sector_identifier_uri", Form::Https),
    ("require_auth_time", Form::Boolean),
    ("claims", Form::Texts),
    ("groups", Form::Texts),
    ("authorized_origins", Form::Origins),
    ("description", Form::Text),
    ("organization", Form::Text),
];

/// Members that a client relies on: registering them without doing them would be a lie.
const UNSUPPORTED: &[&str] = &[
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "authorization_signed_response_alg",
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "dpop_bound_access_tokens",
];

/// Members that may have variants in other languages (RFC 7591, section 2.2).
const LOCALISED: &[&str] = &[
    "client_name",
    "logo_uri",
    "client_uri",
    "policy_uri",
    "tos_uri",
];

/// Reads a request's JSON: strictly, and without members that say nothing.
///
/// # Errors
/// `invalid_client_metadata`.
pub(super) fn read(body: &[u8]) -> Result<Map<String, Value>, Error> {
    let limits = Limits {
        bytes: MAX_BYTES,
        depth: MAX_DEPTH,
    };
    let members = strict_json::parse_object(body, limits).map_err(|error| {
        // The duplicate's name is the sender's own text: not repeated.
        let what = match error {
            strict_json::StrictJsonError::DuplicateMember(_) => "has a member twice".to_owned(),
            other => format!("is not acceptable: {other}"),
        };
        invalid(format!("the request {what}"))
    })?;
    Ok(without_nulls(members))
}

/// A member that is null counts as left out (RFC 7592, section 2.2).
pub(super) fn without_nulls(members: Map<String, Value>) -> Map<String, Value> {
    members
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}

/// Metadata of those members.
///
/// # Errors
/// `invalid_client_metadata` naming the member.
pub(super) fn parse(
    members: &Map<String, Value>,
    configuration: &Configuration,
) -> Result<ClientMetadata, Error> {
    if let Some(Value::String(scope)) = members.get("scope")
        && !Scope::is_well_formed(scope)
    {
        return Err(invalid("scope holds characters that it may not"));
    }
    let mut metadata: ClientMetadata = serde_json::from_value(Value::Object(members.clone()))
        .map_err(|_| {
            invalid(format!(
                "{} has a value that it cannot have",
                culprit(members)
            ))
        })?;
    let mut kept = Map::new();
    for (name, value) in std::mem::take(&mut metadata.more) {
        if UNSUPPORTED.contains(&name.as_str()) {
            if asks_for_something(&value) {
                return Err(invalid(format!("{name} is not supported")));
            }
        } else if is_kept(&name, &value, configuration)? {
            kept.insert(name, value);
        }
    }
    if kept.keys().filter(|name| name.contains('#')).count() > MAX_VARIANTS {
        return Err(invalid("too many localised members"));
    }
    metadata.more = kept;
    Ok(metadata)
}

/// `false` and `none` promise nothing.
fn asks_for_something(value: &Value) -> bool {
    !matches!(value, Value::Bool(false)) && value.as_str() != Some("none")
}

/// The member whose value does not fit, found by trying each alone.
fn culprit(members: &Map<String, Value>) -> &str {
    let alone = |name: &str, value: &Value| {
        let one = Map::from_iter([(name.to_owned(), value.clone())]);
        serde_json::from_value::<ClientMetadata>(Value::Object(one)).is_err()
    };
    members
        .iter()
        .find(|(name, value)| alone(name, value))
        .map_or("a member", |(name, _)| name.as_str())
}

fn is_kept(name: &str, value: &Value, configuration: &Configuration) -> Result<bool, Error> {
    let refuse = || invalid(format!("{name} has a value that it cannot have"));
    if let Some((base, tag)) = name.split_once('#') {
        if !LOCALISED.contains(&base) {
            return Ok(false);
        }
        let text = value
            .as_str()
            .ok_or_else(|| invalid(format!("{base} has a variant that is not text")))?;
        if !is_language(tag) {
            return Err(invalid(format!("{base} has a variant in no language")));
        }
        if base.ends_with("_uri") && !is_page(text) {
            return Err(invalid(format!(
                "{base} has a variant that is not an http or https address"
            )));
        }
        return Ok(true);
    }
    if let Some((_, form)) = KEPT.iter().find(|(known, _)| *known == name) {
        return if form.fits(value) {
            Ok(true)
        } else {
            Err(refuse())
        };
    }
    let custom = &configuration.dynamic_registration_custom_attributes;
    Ok(custom.iter().any(|known| known == name))
}

impl Form {
    fn fits(self, value: &Value) -> bool {
        let all = |fits: fn(&str) -> bool| {
            value
                .as_array()
                .is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(fits)))
        };
        match self {
            Self::Text => value.is_string(),
            Self::Boolean => value.is_boolean(),
            Self::Texts => all(|_| true),
            Self::Https => value.as_str().is_some_and(is_https),
            Self::Origins => all(is_origin),
        }
    }
}

fn is_https(text: &str) -> bool {
    web_address::parse(text).is_some_and(|url| {
        url.scheme() == "https"
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

fn is_page(text: &str) -> bool {
    web_address::parse(text).is_some_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn is_origin(text: &str) -> bool {
    web_address::parse(text).is_some_and(|url| {
        matches!(url.scheme(), "https" | "http") && url.origin().ascii_serialization() == text
    })
}

/// A language tag by its looks (BCP 47).
fn is_language(tag: &str) -> bool {
    (1..=35).contains(&tag.len())
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}
