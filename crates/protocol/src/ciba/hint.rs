//! Who is meant: exactly one of `login_hint`, `id_token_hint`, `login_hint_token`
//! (CIBA Core 1.0, section 7.1).

use durward_jose::{Algorithm, ClaimError, ClaimRules, VerifyPolicy};
use durward_model::{Client, User, UserId};
use serde_json::{Map, Value};

use crate::{
    Parameters, Provider,
    authorize::request::hinted_claims,
    client_keys::verify_by_client,
    error::{Code, Error},
    provider::Live,
};

/// Longest hint, bytes.
const MAX_HINT_BYTES: usize = 8 * 1024;

/// Finds the user that the one hint names.
///
/// # Errors
/// `invalid_request` for none or several, `unknown_user_id`, `expired_login_hint_token`.
pub async fn find_user(
    provider: &Provider,
    live: &Live,
    client: &Client,
    parameters: &Parameters,
) -> Result<User, Error> {
    let hints =
        ["login_hint", "id_token_hint", "login_hint_token"].map(|name| parameters.find(name));
    if hints
        .iter()
        .flatten()
        .any(|hint| hint.len() > MAX_HINT_BYTES)
    {
        return Err(Code::InvalidRequest.because("the hint is too long"));
    }
    let found = match hints {
        [Some(hint), None, None] => by_login_hint(provider, live, hint).await?,
        [None, Some(hint), None] => by_id_token(provider, live, client, hint).await?,
        [None, None, Some(token)] => by_token(provider, live, client, token).await?,
        _ => {
            return Err(Code::InvalidRequest.because(
                "exactly one of login_hint, id_token_hint and login_hint_token is needed",
            ));
        }
    };
    found
        .filter(|user| !user.disabled)
        .ok_or_else(|| Code::UnknownUserId.because("the hint does not name a user"))
}

/// By an ID token that this very client was given and that has not expired.
async fn by_id_token(
    provider: &Provider,
    live: &Live,
    client: &Client,
    hint: &str,
) -> Result<Option<User>, Error> {
    let now = provider.now();
    let claims = hinted_claims(live, hint, now)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("aud") != Some(client.client_id.as_str()) {
        return Err(Code::InvalidRequest.because("'id_token_hint' was issued to another client"));
    }
    if claims
        .get("exp")
        .and_then(Value::as_i64)
        .is_none_or(|exp| now.seconds() >= exp)
    {
        return Err(Code::InvalidRequest.because("'id_token_hint' has expired"));
    }
    let Some(subject) = text("sub") else {
        return Ok(None);
    };
    Ok(provider
        .store
        .find_user(&UserId::new(subject))
        .await?
        .map(|found| found.value))
}

/// By the attributes that configuration allows, in their order; ambiguous is unknown.
async fn by_login_hint(
    provider: &Provider,
    live: &Live,
    hint: &str,
) -> Result<Option<User>, Error> {
    for attribute in &live.configuration.backchannel_login_hint_claims {
        if let Some(user) = by_attribute(provider, attribute, hint).await? {
            return Ok(Some(user));
        }
    }
    Ok(None)
}

async fn by_attribute(
    provider: &Provider,
    attribute: &str,
    value: &str,
) -> Result<Option<User>, Error> {
    let found = match attribute {
        "inum" | "sub" => provider.store.find_user(&UserId::new(value)).await?,
        "uid" | "username" => provider.store.find_user_by_username(value).await?,
        "mail" | "email" => {
            let mut users = provider.store.list_users_by_email(value).await?;
            if users.len() == 1 { users.pop() } else { None }
        }
        _ => None,
    };
    Ok(found.map(|found| found.value))
}

/// A token signed by the client, with `subject: {"subject_type": "uid", "uid": "…"}`.
async fn by_token(
    provider: &Provider,
    live: &Live,
    client: &Client,
    token: &str,
) -> Result<Option<User>, Error> {
    let unknown = |cause: &dyn std::fmt::Display| {
        Code::UnknownUserId.hiding("the login_hint_token does not name a user", cause)
    };
    let policy = VerifyPolicy {
        max_bytes: MAX_HINT_BYTES,
        ..VerifyPolicy::new(&Algorithm::ASYMMETRIC)
    };
    let verified = verify_by_client(provider, client, token, &policy)
        .await
        .map_err(|error| unknown(&error))?;
    let now = u64::try_from(provider.now().seconds()).unwrap_or(0);
    match ClaimRules::at(now).check(&verified.claims) {
        Ok(()) => {}
        Err(ClaimError::Expired) => {
            return Err(Code::ExpiredLoginHintToken.because("the login_hint_token has expired"));
        }
        Err(error) => return Err(unknown(&error)),
    }
    let (attribute, value) =
        subject(&verified.claims).ok_or_else(|| unknown(&"no subject claim"))?;
    let allowed = live
        .configuration
        .backchannel_login_hint_claims
        .contains(&attribute);
    if !allowed {
        return Err(unknown(
            &"subject_type is not among backchannelLoginHintClaims",
        ));
    }
    by_attribute(provider, &attribute, &value).await
}

fn subject(claims: &Map<String, Value>) -> Option<(String, String)> {
    let subject = claims.get("subject")?.as_object()?;
    let kind = subject.get("subject_type")?.as_str()?;
    Some((kind.to_owned(), subject.get(kind)?.as_str()?.to_owned()))
}
