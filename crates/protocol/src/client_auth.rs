//! Client authentication: who asks (RFC 6749 section 2.3, RFC 7523, RFC 8705, RFC 10070).
//!
//! Not here: where credentials and certificates stand in HTTP.

mod mutual_tls;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_jose::{Algorithm, AudienceRule, ClaimRules, TypRule, VerifyPolicy, unverified_claims};
use durward_model::{Client, ClientId, SeenAssertion, Timestamp, client::AuthMethod};
use durward_script::origin;
use durward_store::{Change, StoreError};
use url::form_urlencoded;

use crate::{
    Parameters, Provider,
    client_keys::verify_by_client,
    error::{Code, Error},
    visit::Caller,
};

/// `client_assertion_type` of RFC 7523, section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Parameters that authenticate, besides `client_id`: nothing keeps them or passes them on.
pub(crate) const PARAMETERS: [&str; 3] =
    ["client_secret", "client_assertion", "client_assertion_type"];

/// Longest life of an assertion that is accepted, seconds: the replay store remembers no longer.
const MAX_ASSERTION_LIFETIME_SECONDS: u64 = 3_600;

/// Clock difference allowed for assertions, seconds.
const LEEWAY_SECONDS: u64 = 10;

/// Seconds from now after which every assertion that is accepted now is refused for its age,
/// whatever it says.
const MEMORY_SECONDS: i64 = (MAX_ASSERTION_LIFETIME_SECONDS + 2 * LEEWAY_SECONDS).cast_signed();

const ASSERTION_BYTES: usize = 16 * 1024;

/// How a request authenticates, before anything is checked.
#[derive(Debug, PartialEq, Eq)]
enum Presented {
    Basic { client_id: String, secret: String },
    Post { client_id: String, secret: String },
    Assertion { jwt: String },
    Nothing { client_id: String },
}

/// Authenticates the client of a form request.
///
/// # Errors
/// `invalid_client` in every case of doubt, with one sentence for all of them.
pub async fn authenticate<'a>(
    provider: &Provider,
    caller: impl Into<Caller<'a>>,
    parameters: &Parameters,
) -> Result<Client, Error> {
    let caller = caller.into();
    let presented = parse(caller.authorization, parameters)?;
    let client_id = presented.client_id()?;
    let found = provider.store.find_client(&client_id).await?;
    let client = found
        .map(|found| found.value)
        .filter(|client| client.is_live(provider.now()))
        .ok_or_else(|| refused("unknown or disabled client"))?;
    check_method(&presented, &client)?;
    match presented {
        Presented::Basic { secret, .. } | Presented::Post { secret, .. } => {
            let hash = client.client_secret_hash.as_ref();
            if !hash.is_some_and(|hash| hash.matches(&secret)) {
                return Err(refused("wrong secret"));
            }
            if client.has_expired_secret(provider.now()) {
                return Err(refused("the secret has expired"));
            }
        }
        Presented::Assertion { jwt } => check_assertion(provider, &client, &jwt).await?,
        Presented::Nothing { .. } if !client.is_public() => {
            mutual_tls::check(provider, &client, caller.visit).await?;
        }
        Presented::Nothing { .. } => {}
    }
    origin::client_is(client.client_id.as_str());
    Ok(client)
}

fn refused(cause: impl std::fmt::Display) -> Error {
    Code::InvalidClient.hiding("client authentication failed", cause)
}

fn parse(authorization: Option<&str>, parameters: &Parameters) -> Result<Presented, Error> {
    let basic = authorization.map(parse_basic).transpose()?;
    let secret = parameters.find("client_secret");
    let assertion = parameters.find("client_assertion");
    let methods = usize::from(basic.is_some())
        + usize::from(secret.is_some())
        + usize::from(assertion.is_some());
    if methods > 1 {
        return Err(Code::InvalidRequest
            .because("more than one way of client authentication (RFC 6749, section 2.3)"));
    }
    let named = parameters.find("client_id");
    if let Some(presented) = basic {
        if let (Presented::Basic { client_id, .. }, Some(named)) = (&presented, named)
            && client_id != named
        {
            return Err(refused("client_id differs from the Authorization header"));
        }
        return Ok(presented);
    }
    if let Some(jwt) = assertion {
        if parameters.find("client_assertion_type") != Some(JWT_BEARER) {
            return Err(Code::InvalidRequest.because("client_assertion_type is missing or unknown"));
        }
        if let (Some(named), Ok(subject)) = (named, unverified_subject(jwt))
            && named != subject
        {
            return Err(refused("client_id differs from the assertion's subject"));
        }
        return Ok(Presented::Assertion {
            jwt: jwt.to_owned(),
        });
    }
    let client_id = named
        .ok_or_else(|| refused("no credentials and no client_id"))?
        .to_owned();
    Ok(match secret {
        Some(secret) => Presented::Post {
            client_id,
            secret: secret.to_owned(),
        },
        None => Presented::Nothing { client_id },
    })
}

/// `Authorization: Basic`, whose two halves are form-encoded (RFC 6749, section 2.3.1).
fn parse_basic(header: &str) -> Result<Presented, Error> {
    let (scheme, credentials) = header
        .split_once(' ')
        .ok_or_else(|| refused("malformed Authorization header"))?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused("unknown Authorization scheme"));
    }
    let bytes = STANDARD
        .decode(credentials.trim())
        .map_err(|_| refused("Authorization header is not base64"))?;
    let text =
        String::from_utf8(bytes).map_err(|_| refused("Authorization header is not UTF-8"))?;
    let (id, secret) = text
        .split_once(':')
        .ok_or_else(|| refused("Authorization header has no colon"))?;
    Ok(Presented::Basic {
        client_id: form_decode(id),
        secret: form_decode(secret),
    })
}

fn form_decode(text: &str) -> String {
    let pair = form_urlencoded::parse(text.as_bytes()).next();
    match pair {
        // A '=' in the text would be taken for a separator: then it was not encoded at all.
        Some((name, _)) if !text.contains(['=', '&']) => name.into_owned(),
        _ => text.to_owned(),
    }
}

impl Presented {
    fn client_id(&self) -> Result<ClientId, Error> {
        match self {
            Self::Basic { client_id, .. }
            | Self::Post { client_id, .. }
            | Self::Nothing { client_id } => Ok(ClientId::new(client_id)),
            Self::Assertion { jwt } => unverified_subject(jwt).map(ClientId::new),
        }
    }

    /// Is it how a client of that method authenticates? A certificate stands beside the
    /// request, not in it.
    fn is_by(&self, method: AuthMethod) -> bool {
        match self {
            Self::Basic { .. } => method == AuthMethod::ClientSecretBasic,
            Self::Post { .. } => method == AuthMethod::ClientSecretPost,
            Self::Assertion { .. } => method == AuthMethod::PrivateKeyJwt,
            Self::Nothing { .. } => method == AuthMethod::None || method.is_mutual_tls(),
        }
    }
}

fn unverified_subject(jwt: &str) -> Result<String, Error> {
    let claims = unverified_claims(jwt, ASSERTION_BYTES).map_err(refused)?;
    claims
        .get("sub")
        .and_then(|subject| subject.as_str())
        .map(str::to_owned)
        .ok_or_else(|| refused("assertion without sub"))
}

/// The registered method and no other (OpenID Registration 1.0, section 2).
/// Basic and post differ only in where the same secret stands, yet the
/// specification registers one of them.
fn check_method(presented: &Presented, client: &Client) -> Result<(), Error> {
    if presented.is_by(client.metadata.token_endpoint_auth_method) {
        Ok(())
    } else {
        Err(refused("not the registered authentication method"))
    }
}

async fn check_assertion(provider: &Provider, client: &Client, jwt: &str) -> Result<(), Error> {
    let live = provider.live();
    let now = provider.now();
    let registered: Option<Algorithm> = client
        .metadata
        .token_endpoint_auth_signing_alg
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(refused)?;
    let only = registered.map(|algorithm| [algorithm]);
    let algorithms: &[Algorithm] = only
        .as_ref()
        .map_or(&Algorithm::ASYMMETRIC, |one| one.as_slice());
    let policy = VerifyPolicy {
        // RFC 10070 asks for a type of its own; RFC 7523 knew none.
        typ: TypRule::AbsentOrOneOf(&["JWT", "client-authentication+jwt"]),
        max_bytes: ASSERTION_BYTES,
        ..VerifyPolicy::new(algorithms)
    };
    let verified = verify_by_client(provider, client, jwt, &policy)
        .await
        .map_err(refused)?;
    let issuer = live.configuration.issuer.as_str();
    let token_endpoint = live.configuration.endpoint("/token");
    let par_endpoint = live.configuration.endpoint("/par");
    let mut old_audiences = vec![issuer, token_endpoint.as_str(), par_endpoint.as_str()];
    // The same endpoint where certificates are asked for (RFC 8705, section 5).
    let alias = provider.mutual_tls.origin.as_deref().and_then(|origin| {
        let path = token_endpoint.strip_prefix(issuer)?;
        Some(format!("{origin}{path}"))
    });
    old_audiences.extend(alias.as_deref());
    let id = client.client_id.as_str();
    let rules = ClaimRules {
        issuer: Some(id),
        subject: Some(id),
        audience: if live
            .configuration
            .allow_token_endpoint_as_assertion_audience
        {
            AudienceRule::AnyOf(&old_audiences)
        } else {
            AudienceRule::Exactly(issuer)
        },
        required: &["exp", "jti"],
        leeway_seconds: LEEWAY_SECONDS,
        max_lifetime_seconds: Some(MAX_ASSERTION_LIFETIME_SECONDS),
        ..ClaimRules::at(u64::try_from(now.seconds()).unwrap_or(0))
    };
    rules.check(&verified.claims).map_err(refused)?;
    let jti = verified
        .claims
        .get("jti")
        .and_then(|jti| jti.as_str())
        .unwrap_or_default();
    remember(provider, id, jti, now).await
}

/// An assertion counts once.
async fn remember(
    provider: &Provider,
    client_id: &str,
    jti: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let until = now.plus_seconds(MEMORY_SECONDS);
    let seen = SeenAssertion::of("client assertion", [client_id, jti], until);
    if is_first(provider, &seen).await? {
        Ok(())
    } else {
        Err(refused("assertion was used before"))
    }
}

/// Is a token seen for the first time? The insert is the check.
///
/// # Errors
/// A fault of the store.
pub(crate) async fn is_first(provider: &Provider, seen: &SeenAssertion) -> Result<bool, Error> {
    match provider.store.apply(vec![Change::insert(seen)]).await {
        Err(StoreError::Conflict { .. }) => Ok(false),
        other => {
            other?;
            Ok(true)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parameters(text: &str) -> Parameters {
        Parameters::parse(text).unwrap()
    }

    fn basic(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        let error = parse(Some(&basic("a:b")), &parameters("client_secret=b")).unwrap_err();
        assert_eq!(error.refusal().unwrap().code, Code::InvalidRequest);
    }

    #[test]
    fn basic_halves_are_form_decoded() {
        let presented = parse(Some(&basic("a%3Ab:c+d")), &Parameters::default()).unwrap();
        let expected = Presented::Basic {
            client_id: "a:b".into(),
            secret: "c d".into(),
        };
        assert_eq!(presented, expected);
    }

    #[test]
    fn a_second_client_id_must_agree() {
        let error = parse(Some(&basic("a:b")), &parameters("client_id=other")).unwrap_err();
        assert_eq!(error.refusal().unwrap().code, Code::InvalidClient);
    }

    #[test]
    fn nothing_at_all_is_invalid_client() {
        let error = parse(None, &Parameters::default()).unwrap_err();
        assert_eq!(error.refusal().unwrap().code, Code::InvalidClient);
    }
}
