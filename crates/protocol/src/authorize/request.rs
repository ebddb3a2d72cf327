//! An authorization request: parsed, and checked as far as parameters alone allow.

use durward_jose::{ClaimRules, Expiry, JoseError, Verified};
use durward_model::{
    Details, Scope, Timestamp,
    client::grant_type,
    token::{CodeChallenge, CodeChallengeMethod},
};
use serde_json::{Map, Value};

use super::{ResponseMode, target::Target};
use crate::{
    Parameters, Provider,
    authorization_details::{self, request::Requested},
    error::{Code, Error},
    provider::Live,
    resource,
    token::authorization_code::is_verifier,
};

/// Longest `state` and `nonce`, bytes.
const MAX_OPAQUE_BYTES: usize = 2_048;

/// A request that is well-formed and allowed for its client.
#[derive(Debug, Clone)]
pub struct AuthorizeRequest {
    /// Where answers go.
    pub target: Target,
    /// What is asked for.
    pub scope: Scope,
    /// For which resources (RFC 8707).
    pub resources: Vec<String>,
    /// `authorization_details` as the client sent it.
    pub requested_details: Vec<Requested>,
    /// The same as the scripts let it pass; empty until they were asked.
    pub authorization_details: Details,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `prompt`.
    pub prompt: Prompt,
    /// `max_age`, or the client's default, seconds.
    pub max_age_seconds: Option<i64>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// Subject that `id_token_hint` names.
    pub hinted_subject: Option<String>,
    /// PKCE.
    pub pkce: Option<CodeChallenge>,
}

/// `prompt` (OpenID Connect Core 1.0, section 3.1.2.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // a set of flags is what the parameter is
pub struct Prompt {
    /// No page at all.
    pub none: bool,
    /// A new login.
    pub login: bool,
    /// Consent even where it is remembered.
    pub consent: bool,
    /// Another account may be chosen.
    pub select_account: bool,
}

impl AuthorizeRequest {
    /// Parses and checks.
    ///
    /// # Errors
    /// Told to the client by redirect.
    pub fn parse(
        provider: &Provider,
        target: &Target,
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let live = provider.live();
        refuse_unsupported(parameters)?;
        if ResponseMode::parse(parameters.find("response_mode")).is_none() {
            return Err(Code::InvalidRequest.because("this response_mode is not supported"));
        }
        check_response_type(target, parameters)?;
        for name in ["state", "nonce"] {
            if parameters
                .find(name)
                .is_some_and(|value| value.len() > MAX_OPAQUE_BYTES)
            {
                return Err(Code::InvalidRequest.because(format!("'{name}' is too long")));
            }
        }
        let max_age_seconds = parameters.find_integer("max_age")?;
        if max_age_seconds.is_some_and(|seconds| seconds < 0) {
            return Err(Code::InvalidRequest.because("'max_age' is negative"));
        }
        let metadata = &target.client.metadata;
        let requested_details = parameters
            .find(authorization_details::PARAMETER)
            .map(authorization_details::request::parse)
            .transpose()?
            .unwrap_or_default();
        Ok(Self {
            resources: resource::requested(parameters, &target.client, &live.configuration)?,
            scope: parse_scope(target, parameters, !requested_details.is_empty())?,
            requested_details,
            authorization_details: Details::default(),
            nonce: parameters.find("nonce").map(str::to_owned),
            prompt: Prompt::parse(parameters.find("prompt"))?,
            max_age_seconds: max_age_seconds.or(metadata.default_max_age),
            login_hint: parameters.find("login_hint").map(str::to_owned),
            hinted_subject: parameters
                .find("id_token_hint")
                .map(|hint| hinted_subject(&live, hint, provider.now()))
                .transpose()?,
            pkce: parse_pkce(target, parameters, &live)?,
            target: target.clone(),
        })
    }
}

/// What a request came in is gone by now: an object within an object is no request.
fn refuse_unsupported(parameters: &Parameters) -> Result<(), Error> {
    let unsupported = [
        ("request", Code::InvalidRequest),
        ("request_uri", Code::InvalidRequest),
        ("registration", Code::RegistrationNotSupported),
    ];
    for (name, code) in unsupported {
        if parameters.find(name).is_some() {
            return Err(code.because(format!("the parameter '{name}' is not supported")));
        }
    }
    Ok(())
}

fn check_response_type(target: &Target, parameters: &Parameters) -> Result<(), Error> {
    let client = &target.client;
    if parameters.require("response_type")? != "code" {
        return Err(Code::UnsupportedResponseType.because("only response_type=code is supported"));
    }
    let registered = client
        .metadata
        .response_types
        .iter()
        .any(|known| known == "code");
    if !registered || !client.may_use(grant_type::AUTHORIZATION_CODE) {
        return Err(Code::UnauthorizedClient.because("the client may not use the code flow"));
    }
    Ok(())
}

/// The requested scopes that the client is registered for; others are left out
/// (OpenID Connect Core 1.0, section 3.1.2.1). None at all will do where details say what
/// is asked for (RFC 9396, section 3).
fn parse_scope(
    target: &Target,
    parameters: &Parameters,
    has_details: bool,
) -> Result<Scope, Error> {
    let text = parameters.find("scope").unwrap_or_default();
    if !Scope::is_well_formed(text) {
        return Err(Code::InvalidScope.because("'scope' holds characters that it may not"));
    }
    let requested = Scope::parse(text);
    if requested.is_empty() && has_details {
        return Ok(requested);
    }
    let granted = requested
        .narrowed_to(&target.client.metadata.scope)
        .without_management();
    if granted.is_empty() || (requested.contains("openid") && !granted.contains("openid")) {
        return Err(Code::InvalidScope.because("the client may not have any of these scopes"));
    }
    Ok(granted)
}

impl Prompt {
    fn parse(text: Option<&str>) -> Result<Self, Error> {
        let mut prompt = Self::default();
        for word in text
            .unwrap_or_default()
            .split(' ')
            .filter(|word| !word.is_empty())
        {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return Err(Code::InvalidRequest.because("'prompt' holds an unknown value")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
            return Err(Code::InvalidRequest.because("'prompt=none' stands alone"));
        }
        Ok(prompt)
    }
}

fn parse_pkce(
    target: &Target,
    parameters: &Parameters,
    live: &Live,
) -> Result<Option<CodeChallenge>, Error> {
    let client = &target.client;
    let method = parameters.find("code_challenge_method");
    let Some(challenge) = parameters.find("code_challenge") else {
        return if method.is_some() {
            Err(Code::InvalidRequest.because("'code_challenge' is missing"))
        } else if client.is_public() || client.metadata.require_pkce {
            Err(Code::InvalidRequest
                .because("this client must use PKCE: 'code_challenge' is missing"))
        } else {
            Ok(None)
        };
    };
    let method = match method {
        Some("S256") => CodeChallengeMethod::S256,
        None | Some("plain") if live.configuration.allow_plain_pkce => CodeChallengeMethod::Plain,
        _ => return Err(Code::InvalidRequest.because("'code_challenge_method' must be S256")),
    };
    if !is_verifier(challenge) || (method == CodeChallengeMethod::S256 && challenge.len() != 43) {
        return Err(Code::InvalidRequest.because("'code_challenge' is malformed"));
    }
    Ok(Some(CodeChallenge {
        challenge: challenge.to_owned(),
        method,
    }))
}

/// The subject of an ID token of ours, expired or not.
///
/// # Errors
/// `invalid_request` when it is not ours.
pub(crate) fn hinted_subject(live: &Live, hint: &str, now: Timestamp) -> Result<String, Error> {
    let claims = hinted_claims(live, hint, now)?;
    let subject = claims.get("sub").and_then(|subject| subject.as_str());
    subject.map(str::to_owned).ok_or_else(|| {
        Code::InvalidRequest.hiding(
            "'id_token_hint' is not an ID token of this server",
            "sub is not text",
        )
    })
}

/// The claims of an ID token of ours, expired or not.
///
/// # Errors
/// `invalid_request` when it is not ours.
pub(crate) fn hinted_claims(
    live: &Live,
    hint: &str,
    now: Timestamp,
) -> Result<Map<String, Value>, Error> {
    let verified = live.keys.verify(hint, &["JWT"], now);
    claims_of_ours(live, verified, now)
}

/// The same of a token whose key may be archived.
///
/// # Errors
/// `invalid_request` when it is not ours.
pub(crate) fn archived_claims(
    live: &Live,
    hint: &str,
    now: Timestamp,
) -> Result<Map<String, Value>, Error> {
    let verified = live.keys.verify_archived(hint, &["JWT"]);
    claims_of_ours(live, verified, now)
}

fn claims_of_ours(
    live: &Live,
    verified: Result<Verified, JoseError>,
    now: Timestamp,
) -> Result<Map<String, Value>, Error> {
    let invalid = |cause: &dyn std::fmt::Display| {
        Code::InvalidRequest.hiding("'id_token_hint' is not an ID token of this server", cause)
    };
    let verified = verified.map_err(|error| invalid(&error))?;
    let rules = ClaimRules {
        issuer: Some(&live.configuration.issuer),
        expiry: Expiry::Ignore,
        required: &["sub"],
        ..ClaimRules::at(u64::try_from(now.seconds()).unwrap_or(0))
    };
    rules
        .check(&verified.claims)
        .map_err(|error| invalid(&error))?;
    Ok(verified.claims)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn prompt_none_stands_alone() {
        assert!(Prompt::parse(Some("none")).unwrap().none);
        assert!(Prompt::parse(Some("none login")).is_err());
        assert!(Prompt::parse(Some("sudo")).is_err());
        assert!(Prompt::parse(Some("login consent")).unwrap().login);
    }
}
