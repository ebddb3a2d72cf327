//! Request objects: the parameters of a request as claims of a JWT that its client signed
//! (RFC 9101; CIBA Core 1.0, section 7.1.1).
//!
//! What comes out are parameters like any others. Not here: which requests have to be
//! signed, and how an object came (durward-protocol's `carriage`, `ciba::signed`).

use std::collections::BTreeMap;

use durward_jose::{
    Algorithm, AudienceRule, ClaimRules, TypRule, VerifyPolicy, base64url,
    claims::seconds,
    jwe::{self, ContentEncryption, DecryptPolicy, KeyManagement},
};
use durward_model::{Client, SeenAssertion};
use serde_json::{Map, Value, value::RawValue};
use url::form_urlencoded;

use crate::{
    Parameters, Provider, client_auth,
    client_keys::verify_by_client,
    error::{Code, Error},
};

/// Longest request object, bytes.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// Longest life of an object, seconds: from `nbf`, from `iat`, and from now.
const MAX_LIFETIME_SECONDS: u64 = 3_600;

/// Clock difference allowed, seconds.
const LEEWAY_SECONDS: u64 = 10;

/// Seconds from now after which every object that is accepted now is refused for its age.
const MEMORY_SECONDS: i64 = (MAX_LIFETIME_SECONDS + 2 * LEEWAY_SECONDS).cast_signed();

/// Claims of the token that are no parameters of the request.
const TOKEN_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// What an object has to be, by where it came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectRules<'a> {
    /// The code of every refusal.
    pub(crate) refusal: Code,
    /// The algorithm that the client is registered with.
    pub(crate) algorithm: Option<&'a str>,
    /// Claims that must be there.
    pub(crate) required: &'a [&'a str],
    /// May it be encrypted? Then what is inside must be signed all the same.
    pub(crate) may_be_encrypted: bool,
    /// Does its `jti` count once?
    pub(crate) once: bool,
}

/// The parameters in an object that `client` signed.
///
/// # Errors
/// The rules' code, with one sentence for everything that can be wrong with an object.
pub(crate) async fn open(
    provider: &Provider,
    client: &Client,
    object: &str,
    rules: &ObjectRules<'_>,
) -> Result<Parameters, Error> {
    let refused = |cause: String| {
        rules
            .refusal
            .hiding("the request object is not valid", cause)
    };
    let signed = decrypted(provider, client, object, rules).map_err(refused)?;
    let algorithms = algorithms(rules.algorithm).map_err(refused)?;
    let policy = VerifyPolicy {
        typ: TypRule::AbsentOrOneOf(&["JWT", "oauth-authz-req+jwt"]),
        max_bytes: MAX_BYTES,
        ..VerifyPolicy::new(&algorithms)
    };
    let verified = verify_by_client(provider, client, &signed, &policy)
        .await
        .map_err(refused)?;
    let claims = &verified.claims;
    check(provider, client, claims, rules).map_err(refused)?;
    let parameters = parameters_of(&signed, claims).map_err(refused)?;
    if rules.once {
        let jti = claims.get("jti").and_then(Value::as_str);
        if let Some(jti) = jti
            && !is_first(provider, client, jti).await?
        {
            return Err(refused("the object was used before".to_owned()));
        }
    }
    Ok(parameters)
}

fn algorithms(registered: Option<&str>) -> Result<Vec<Algorithm>, String> {
    match registered {
        None => Ok(Algorithm::ASYMMETRIC.to_vec()),
        Some(name) => {
            let algorithm: Algorithm = name
                .parse()
                .map_err(|_| format!("the client is registered with '{name}'"))?;
            Ok(vec![algorithm])
        }
    }
}

/// The signed token, out of its encryption if it has one. Encrypting is something that
/// everybody can do: what was inside is looked at as if it had come bare.
fn decrypted(
    provider: &Provider,
    client: &Client,
    object: &str,
    rules: &ObjectRules<'_>,
) -> Result<String, String> {
    if !jwe::is_encrypted(object) {
        return Ok(object.to_owned());
    }
    if !rules.may_be_encrypted {
        return Err("encrypted where it may not be".to_owned());
    }
    let live = provider.live();
    let metadata = &client.metadata;
    let alg = known(
        metadata.request_object_encryption_alg.as_deref(),
        KeyManagement::ALL,
    )?;
    let enc = known(
        metadata.request_object_encryption_enc.as_deref(),
        ContentEncryption::ALL,
    )?;
    let policy = DecryptPolicy {
        key_managements: &alg,
        content_encryptions: &enc,
        max_bytes: 2 * MAX_BYTES,
    };
    let opened = jwe::decrypt(object, live.keys.decryption_keys(provider.now()), &policy)
        .map_err(|error| error.to_string())?;
    let nested = opened.cty.as_deref().is_none_or(|cty| {
        cty.eq_ignore_ascii_case("JWT") || cty.eq_ignore_ascii_case("oauth-authz-req+jwt")
    });
    if !nested {
        return Err("cty names something else than a JWT".to_owned());
    }
    String::from_utf8(opened.plaintext.to_vec()).map_err(|_| "no text inside".to_owned())
}

/// The one value that is registered, or all that there are.
fn known<T: std::str::FromStr, const N: usize>(
    registered: Option<&str>,
    all: [T; N],
) -> Result<Vec<T>, String> {
    match registered {
        None => Ok(all.into()),
        Some(name) => {
            let only = name.parse();
            only.map(|only| vec![only])
                .map_err(|_| format!("the client is registered with '{name}'"))
        }
    }
}

fn check(
    provider: &Provider,
    client: &Client,
    claims: &Map<String, Value>,
    rules: &ObjectRules<'_>,
) -> Result<(), String> {
    let live = provider.live();
    let issuer = live.configuration.issuer.as_str();
    let id = client.client_id.as_str();
    let now = u64::try_from(provider.now().seconds()).unwrap_or(0);
    let claim_rules = ClaimRules {
        issuer: Some(id),
        audience: AudienceRule::AnyOf(&[issuer]),
        required: rules.required,
        leeway_seconds: LEEWAY_SECONDS,
        max_lifetime_seconds: Some(MAX_LIFETIME_SECONDS),
        ..ClaimRules::at(now)
    };
    claim_rules
        .check(claims)
        .map_err(|error| error.to_string())?;
    let seconds = |name| seconds(claims, name).map_err(|error| error.to_string());
    if let (Some(nbf), Some(exp)) = (seconds("nbf")?, seconds("exp")?)
        && exp.saturating_sub(nbf) > MAX_LIFETIME_SECONDS
    {
        return Err("lives longer than allowed".to_owned());
    }
    // Section 10.8: such an object could pass for a client assertion.
    if claims.get("sub").is_some_and(|sub| sub == id) {
        return Err("sub is the client".to_owned());
    }
    if claims.get("client_id").is_some_and(|named| named != id) {
        return Err("client_id is somebody else".to_owned());
    }
    // Section 4: no object within an object.
    match ["request", "request_uri"]
        .iter()
        .find(|name| claims.contains_key(**name))
    {
        Some(name) => Err(format!("holds '{name}'")),
        None => Ok(()),
    }
}

/// Claims as parameters: text as it is, everything else as it was written. `resource` may
/// be a list (RFC 8707, section 2).
fn parameters_of(signed: &str, claims: &Map<String, Value>) -> Result<Parameters, String> {
    let payload = signed
        .split('.')
        .nth(1)
        .and_then(base64url::decode)
        .ok_or("no payload")?;
    // The bytes that were signed: numbers and order as the client wrote them.
    let written: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in claims {
        let skipped = TOKEN_CLAIMS.contains(&name.as_str())
            || client_auth::PARAMETERS.contains(&name.as_str());
        match value {
            _ if skipped => {}
            Value::Null => {}
            Value::String(text) => {
                form.append_pair(name, text);
            }
            Value::Array(several) if name == "resource" => {
                for one in several {
                    let text = one.as_str().ok_or("resource is not a list of texts")?;
                    form.append_pair(name, text);
                }
            }
            _ => {
                let text = written.get(name).ok_or("a claim is missing")?.get();
                form.append_pair(name, text);
            }
        }
    }
    Parameters::parse(&form.finish()).map_err(|error| error.to_string())
}

async fn is_first(provider: &Provider, client: &Client, jti: &str) -> Result<bool, Error> {
    let until = provider.now().plus_seconds(MEMORY_SECONDS);
    let seen = SeenAssertion::of("request object", [client.client_id.as_str(), jti], until);
    client_auth::is_first(provider, &seen).await
}
