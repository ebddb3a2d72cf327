//! Public keys as JSON (RFC 7517): reading sets that somebody else wrote, writing ours. Never holds a private key; fetching a
//! set is the caller's work.

use crate::{
    Algorithm, KeyType, PublicKey, base64url,
    strict_json::{self, Limits, StrictJsonError},
};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Members that only a private or symmetric key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4; RFC 8037 section 2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Longest `kid`, in bytes.
const KID_MAX_BYTES: usize = 512;

/// Why a key or a key set was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Not acceptable as JSON.
    #[error(transparent)]
    Json(#[from] StrictJsonError),
    /// More than [`JwkSet::MAX_KEYS`] keys.
    #[error("key set has too many keys")]
    TooManyKeys,
    /// Holds this private or symmetric member: whoever published it has lost the key, and we don't want it.
    #[error("key holds the private member {0:?}")]
    PrivateMember(&'static str),
    /// This member is missing, of the wrong type or has a wrong value.
    #[error("key is malformed: {0}")]
    Malformed(&'static str),
    /// Well formed as far as we read it, but of a type, curve, size or use that we don't verify with.
    #[error("key is not supported: {0}")]
    Unsupported(&'static str),
}

/// One public key with what its owner says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwk {
    /// The key itself, checked.
    pub key: PublicKey,
    /// The owner's name for the key.
    pub kid: Option<String>,
    /// The only algorithm that the owner allows the key for.
    pub alg: Option<Algorithm>,
}

impl Jwk {
    /// Reads one key. A key whose `use` or `key_ops` excludes verifying is [`JwkError::Unsupported`]; members that we don't
    /// know, and certificates (`x5c`, `x5u`), are ignored: trust never comes from inside a key.
    pub fn from_object(object: &Map<String, Value>) -> Result<Self, JwkError> {
        refuse_private(object)?;
        check_usage(object, "sig", &["verify"])?;
        let key = public_key(object)?;
        let alg = match text(object, "alg")? {
            None => None,
            Some(name) => {
                let alg: Algorithm = name.parse().map_err(|_| JwkError::Unsupported("alg"))?;
                if alg.key_type() != key.key_type() {
                    return Err(JwkError::Malformed("alg does not belong to kty and crv"));
                }
                Some(alg)
            }
        };
        let kid = kid(object)?;
        Ok(Self { key, kid, alg })
    }

    /// Reads one key from JSON text, at most [`JwkSet::MAX_BYTES`] long.
    pub fn parse(json: &[u8]) -> Result<Self, JwkError> {
        Self::from_object(&strict_json::parse_object(json, JwkSet::LIMITS)?)
    }

    /// Whether the key may be tried for `alg`: the right kind of key, and its owner does not say otherwise.
    pub fn allows(&self, alg: Algorithm) -> bool {
        alg.key_type() != KeyType::Secret
            && self.key.key_type() == alg.key_type()
            && self.alg.is_none_or(|only| only == alg)
    }

    /// The key as JSON members, with `use` = `sig`.
    pub fn to_object(&self) -> Map<String, Value> {
        object_of(
            &self.key,
            "sig",
            self.kid.as_deref(),
            self.alg.map(Algorithm::name),
        )
    }
}

/// A public key as JSON members (RFC 7517, section 4).
pub(crate) fn object_of(
    key: &PublicKey,
    usage: &str,
    kid: Option<&str>,
    alg: Option<&str>,
) -> Map<String, Value> {
    let named = [("use", Some(usage)), ("kid", kid), ("alg", alg)];
    let members = key.members().into_iter();
    members
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .chain(
            named
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.into()))),
        )
        .collect()
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_object().serialize(serializer)
    }
}

/// A set of public keys that can be verified with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The usable keys, in their order.
    pub keys: Vec<Jwk>,
    /// Why each unusable key was left out (RFC 7517 section 5 wants them ignored). A registration may refuse for these; a
    /// verification just does not see the keys.
    #[serde(skip)]
    pub ignored: Vec<JwkError>,
}

impl JwkSet {
    /// Longest accepted key set, in bytes.
    pub const MAX_BYTES: usize = 128 * 1024;
    /// Most keys in an accepted set, ignored ones included.
    pub const MAX_KEYS: usize = 32;
    const LIMITS: Limits = Limits {
        bytes: Self::MAX_BYTES,
        depth: 8,
    };

    /// Reads a key set from JSON text. Keys that we could not use anyway (type, curve, size, use) are put aside in
    /// [`JwkSet::ignored`]; anything malformed or private refuses the whole set.
    pub fn parse(json: &[u8]) -> Result<Self, JwkError> {
        Self::from_object(&strict_json::parse_object(json, Self::LIMITS)?)
    }

    /// As [`JwkSet::parse`], for a set that arrived inside JSON which was already read strictly, such as the `jwks` of a
    /// registration request.
    pub fn from_object(object: &Map<String, Value>) -> Result<Self, JwkError> {
        let mut set = Self::default();
        for key in elements(object)? {
            match Jwk::from_object(key) {
                Ok(key) => set.keys.push(key),
                Err(why @ JwkError::Unsupported(_)) => set.ignored.push(why),
                Err(why) => return Err(why),
            }
        }
        Ok(set)
    }
}

impl From<Jwk> for JwkSet {
    fn from(key: Jwk) -> Self {
        Self {
            keys: vec![key],
            ignored: Vec::new(),
        }
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            ignored: Vec::new(),
        }
    }
}

/// The keys of a set, each an object, not more than are read.
pub(crate) fn elements(set: &Map<String, Value>) -> Result<Vec<&Map<String, Value>>, JwkError> {
    let Some(Value::Array(elements)) = set.get("keys") else {
        return Err(JwkError::Malformed("keys"));
    };
    if elements.len() > JwkSet::MAX_KEYS {
        return Err(JwkError::TooManyKeys);
    }
    let objects = elements.iter().map(Value::as_object);
    objects
        .collect::<Option<_>>()
        .ok_or(JwkError::Malformed("keys"))
}

/// Refuses a key that is not only public.
pub(crate) fn refuse_private(object: &Map<String, Value>) -> Result<(), JwkError> {
    match PRIVATE_MEMBERS
        .iter()
        .find(|member| object.contains_key(**member))
    {
        Some(member) => Err(JwkError::PrivateMember(member)),
        None => Ok(()),
    }
}

/// The key itself, by `kty` and `crv`.
pub(crate) fn public_key(object: &Map<String, Value>) -> Result<PublicKey, JwkError> {
    match text(object, "kty")? {
        Some("RSA") => PublicKey::rsa(bytes(object, "n")?, bytes(object, "e")?),
        Some("EC") => match text(object, "crv")? {
            Some("P-256") => PublicKey::p256(&bytes(object, "x")?, &bytes(object, "y")?),
            Some("P-384") => PublicKey::p384(&bytes(object, "x")?, &bytes(object, "y")?),
            Some(_) => Err(JwkError::Unsupported("crv")),
            None => Err(JwkError::Malformed("crv")),
        },
        Some("OKP") => match text(object, "crv")? {
            Some("Ed25519") => PublicKey::ed25519(bytes(object, "x")?),
            Some(_) => Err(JwkError::Unsupported("crv")),
            None => Err(JwkError::Malformed("crv")),
        },
        Some(_) => Err(JwkError::Unsupported("kty")),
        None => Err(JwkError::Malformed("kty")),
    }
}

/// A P-256 key, public, of `epk` (RFC 7518 section 4.6.1.1).
pub(crate) fn p256_of_object(object: &Map<String, Value>) -> Result<PublicKey, JwkError> {
    refuse_private(object)?;
    let key = public_key(object)?;
    match key.key_type() {
        KeyType::P256 => Ok(key),
        _ => Err(JwkError::Unsupported("crv")),
    }
}

/// The key's name.
pub(crate) fn kid(object: &Map<String, Value>) -> Result<Option<String>, JwkError> {
    match text(object, "kid")? {
        Some(kid) if kid.len() > KID_MAX_BYTES => Err(JwkError::Malformed("kid")),
        kid => Ok(kid.map(str::to_owned)),
    }
}

/// `use` and `key_ops` (RFC 7517 sections 4.2 and 4.3) must leave room for what the key is wanted for.
pub(crate) fn check_usage(
    object: &Map<String, Value>,
    wanted: &str,
    operations_wanted: &[&str],
) -> Result<(), JwkError> {
    match text(object, "use")? {
        None => {}
        Some(usage) if usage == wanted => {}
        Some(_) => return Err(JwkError::Unsupported("use")),
    }
    let operations = match object.get("key_ops") {
        None => return Ok(()),
        Some(Value::Array(operations)) => operations,
        Some(_) => return Err(JwkError::Malformed("key_ops")),
    };
    for (position, operation) in operations.iter().enumerate() {
        if !operation.is_string() || operations.iter().skip(position + 1).any(|o| o == operation) {
            return Err(JwkError::Malformed("key_ops"));
        }
    }
    let fits = |operation: &Value| operations_wanted.iter().any(|wanted| operation == wanted);
    if operations.iter().any(fits) {
        Ok(())
    } else {
        Err(JwkError::Unsupported("key_ops"))
    }
}

/// The string member `name`, nothing when absent.
pub(crate) fn text<'o>(
    object: &'o Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'o str>, JwkError> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JwkError::Malformed(name)),
    }
}

/// The required base64url member `name`.
fn bytes(object: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    text(object, name)?
        .and_then(base64url::decode)
        .ok_or(JwkError::Malformed(name))
}
