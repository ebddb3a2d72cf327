//! Checking compact JWS tokens (RFC 7515) that somebody else made, by the advice of RFC 8725. Says who signed what; whether the
//! claims are acceptable is for [`crate::ClaimRules`].

use crate::{
    Algorithm, Jwk, JwkSet, base64url,
    strict_json::{self, Limits, StrictJsonError},
};
use aws_lc_rs::hmac;
use serde_json::{Map, Value};

/// Longest header, in bytes of JSON.
const HEADER_MAX_BYTES: usize = 8 * 1024;
/// Deepest JSON in header and claims.
const MAX_DEPTH: usize = 16;
/// Most keys tried for one token. Only a token without `kid` can have several; each try costs us a signature check.
const MAX_CANDIDATES: usize = 8;
/// Shortest HS256 secret, in bytes (RFC 7518 section 3.2).
const HS256_MIN_SECRET_BYTES: usize = 32;
/// Header members that change what is signed or bring their own key or its address (RFC 7515 sections 4.1.2 to 4.1.6, RFC
/// 7797): refused, because a token that needs them is not for us and one that does not need them has no reason to carry them.
const REFUSED_MEMBERS: [&str; 7] = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip"];

/// Why a token was refused. None of these says anything secret, but clients should be told no more than "invalid".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// Longer than [`VerifyPolicy::max_bytes`].
    #[error("token is longer than allowed")]
    TooLarge,
    /// Not three non-empty parts of canonical base64url.
    #[error("token is not a compact JWS")]
    Malformed,
    /// The header or the claims are not acceptable as JSON.
    #[error("token holds unacceptable JSON: {0}")]
    Json(#[from] StrictJsonError),
    /// This header member is missing or of the wrong type.
    #[error("token header member {0:?} is missing or malformed")]
    MalformedHeader(&'static str),
    /// This header member is never accepted.
    #[error("token header member {0:?} is not accepted")]
    RefusedHeader(&'static str),
    /// `alg` is unknown, or `none`.
    #[error("token has an unknown algorithm")]
    UnknownAlgorithm,
    /// `alg` is known but not allowed here, or not with this kind of key.
    #[error("token algorithm {0} is not allowed")]
    AlgorithmNotAllowed(Algorithm),
    /// `typ` is not what the policy asks for.
    #[error("token is of another type")]
    WrongType,
    /// No key of the set fits `kid` and `alg`: the set may be out of date.
    #[error("no key fits the token")]
    NoMatchingKey,
    /// The token has no `kid` and too many keys would fit.
    #[error("token names no key and too many keys would fit")]
    TooManyCandidates,
    /// The shared secret is too short to be one.
    #[error("shared secret is shorter than 32 bytes")]
    WeakSecret,
    /// The signature is not that of the key.
    #[error("token signature is wrong")]
    BadSignature,
}

/// What a token's `typ` has to be; compared as media types: case and a leading `application/` do not matter (RFC 7515
/// section 4.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypRule<'a> {
    /// Not looked at.
    Any,
    /// May be absent; if present it is one of these.
    AbsentOrOneOf(&'a [&'a str]),
    /// Present and one of these.
    OneOf(&'a [&'a str]),
}

/// What is acceptable before the signature is even looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyPolicy<'a> {
    /// The algorithms allowed; nothing else is tried.
    pub algorithms: &'a [Algorithm],
    /// The types allowed.
    pub typ: TypRule<'a>,
    /// Longest token, in bytes.
    pub max_bytes: usize,
}

impl<'a> VerifyPolicy<'a> {
    /// The usual longest token, in bytes.
    pub const DEFAULT_MAX_BYTES: usize = 64 * 1024;

    /// These algorithms, any `typ`, the usual size.
    pub const fn new(algorithms: &'a [Algorithm]) -> Self {
        Self {
            algorithms,
            typ: TypRule::Any,
            max_bytes: Self::DEFAULT_MAX_BYTES,
        }
    }
}

/// The members of a JWS header that we act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The algorithm.
    pub alg: Algorithm,
    /// The media type of the whole token.
    pub typ: Option<String>,
    /// The name of the key.
    pub kid: Option<String>,
}

/// A token whose signature is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// What it says about itself.
    pub header: Header,
    /// What it says; still to be checked with [`crate::ClaimRules`].
    pub claims: Map<String, Value>,
}

/// Checks the signature of `compact` with the keys of `set`. Shared-secret algorithms are refused here whatever the policy
/// says, so a public key can never be taken for a secret.
pub fn verify(
    compact: &str,
    set: &JwkSet,
    policy: &VerifyPolicy<'_>,
) -> Result<Verified, JoseError> {
    let parts = Parts::split(compact, policy.max_bytes)?;
    let header = parts.unverified_header()?;
    check_policy(&header, policy)?;
    if header.alg == Algorithm::HS256 {
        return Err(JoseError::AlgorithmNotAllowed(header.alg));
    }
    let signature = base64url::decode(parts.signature).ok_or(JoseError::Malformed)?;
    let candidates = candidates(set, &header)?;
    let message = parts.signing_input.as_bytes();
    if !candidates
        .iter()
        .any(|key| key.key.verifies(header.alg, message, &signature))
    {
        return Err(JoseError::BadSignature);
    }
    let claims = parts.unverified_claims(policy.max_bytes)?;
    Ok(Verified { header, claims })
}

/// Checks the HMAC of `compact` with a shared secret (`client_secret_jwt`, software statements). The policy must list `HS256`.
pub fn verify_hs256(
    compact: &str,
    secret: &[u8],
    policy: &VerifyPolicy<'_>,
) -> Result<Verified, JoseError> {
    let parts = Parts::split(compact, policy.max_bytes)?;
    let header = parts.unverified_header()?;
    check_policy(&header, policy)?;
    if header.alg != Algorithm::HS256 {
        return Err(JoseError::AlgorithmNotAllowed(header.alg));
    }
    if secret.len() < HS256_MIN_SECRET_BYTES {
        return Err(JoseError::WeakSecret);
    }
    let tag = base64url::decode(parts.signature).ok_or(JoseError::Malformed)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, parts.signing_input.as_bytes(), &tag)
        .map_err(|_| JoseError::BadSignature)?;
    let claims = parts.unverified_claims(policy.max_bytes)?;
    Ok(Verified { header, claims })
}

/// The claims of a token nobody has checked: only for finding out whose keys to check it with. Bounded and parsed exactly as
/// [`verify`] does.
pub fn unverified_claims(compact: &str, max_bytes: usize) -> Result<Map<String, Value>, JoseError> {
    let parts = Parts::split(compact, max_bytes)?;
    parts.unverified_header()?;
    parts.unverified_claims(max_bytes)
}

/// The header of a token nobody has checked, with the same bounds and refusals as [`verify`].
pub fn unverified_header(compact: &str, max_bytes: usize) -> Result<Header, JoseError> {
    Parts::split(compact, max_bytes)?.unverified_header()
}

/// A compact token cut at its two dots.
struct Parts<'t> {
    signing_input: &'t str,
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

impl<'t> Parts<'t> {
    fn split(compact: &'t str, max_bytes: usize) -> Result<Self, JoseError> {
        if compact.len() > max_bytes {
            return Err(JoseError::TooLarge);
        }
        let (signing_input, signature) = compact.rsplit_once('.').ok_or(JoseError::Malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JoseError::Malformed)?;
        // A fourth part would leave its dot in the payload.
        if header.is_empty() || payload.is_empty() || signature.is_empty() || payload.contains('.')
        {
            return Err(JoseError::Malformed);
        }
        Ok(Self {
            signing_input,
            header,
            payload,
            signature,
        })
    }

    fn unverified_header(&self) -> Result<Header, JoseError> {
        let json = base64url::decode(self.header).ok_or(JoseError::Malformed)?;
        let limits = Limits {
            bytes: HEADER_MAX_BYTES,
            depth: MAX_DEPTH,
        };
        let object = strict_json::parse_object(&json, limits)?;
        for member in REFUSED_MEMBERS {
            if object.contains_key(member) {
                return Err(JoseError::RefusedHeader(member));
            }
        }
        let alg = text(&object, "alg")?.ok_or(JoseError::MalformedHeader("alg"))?;
        Ok(Header {
            alg: alg.parse().map_err(|_| JoseError::UnknownAlgorithm)?,
            typ: text(&object, "typ")?.map(str::to_owned),
            kid: text(&object, "kid")?.map(str::to_owned),
        })
    }

    fn unverified_claims(&self, max_bytes: usize) -> Result<Map<String, Value>, JoseError> {
        let json = base64url::decode(self.payload).ok_or(JoseError::Malformed)?;
        let limits = Limits {
            bytes: max_bytes,
            depth: MAX_DEPTH,
        };
        Ok(strict_json::parse_object(&json, limits)?)
    }
}

fn check_policy(header: &Header, policy: &VerifyPolicy<'_>) -> Result<(), JoseError> {
    if !policy.algorithms.contains(&header.alg) {
        return Err(JoseError::AlgorithmNotAllowed(header.alg));
    }
    let acceptable = match (policy.typ, header.typ.as_deref()) {
        (TypRule::Any, _) | (TypRule::AbsentOrOneOf(_), None) => true,
        (TypRule::OneOf(_), None) => false,
        (TypRule::AbsentOrOneOf(list) | TypRule::OneOf(list), Some(typ)) => list
            .iter()
            .any(|one| media_type(one).eq_ignore_ascii_case(media_type(typ))),
    };
    if acceptable {
        Ok(())
    } else {
        Err(JoseError::WrongType)
    }
}

/// A media type without the `application/` that may be left out when no other slash follows.
fn media_type(typ: &str) -> &str {
    match typ.split_once('/') {
        Some((prefix, rest))
            if prefix.eq_ignore_ascii_case("application") && !rest.contains('/') =>
        {
            rest
        }
        _ => typ,
    }
}

/// The keys to try: those that allow the algorithm and, when the token names one, have exactly that name.
fn candidates<'s>(set: &'s JwkSet, header: &Header) -> Result<Vec<&'s Jwk>, JoseError> {
    let keys: Vec<&Jwk> = set
        .keys
        .iter()
        .filter(|key| key.allows(header.alg))
        .filter(|key| header.kid.is_none() || key.kid == header.kid)
        .collect();
    match keys.len() {
        0 => Err(JoseError::NoMatchingKey),
        1..=MAX_CANDIDATES => Ok(keys),
        _ => Err(JoseError::TooManyCandidates),
    }
}

/// The string member `name`, nothing when absent.
fn text<'o>(
    object: &'o Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'o str>, JoseError> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JoseError::MalformedHeader(name)),
    }
}
