//! The registered claims (RFC 7519 section 4.1) of a token whose signature is already checked. Replay (`jti`) and what a claim
//! means for a client are not decided here.

use serde_json::{Map, Value};

/// Why claims were refused. Names are claim names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// A required claim is absent.
    #[error("claim {0:?} is missing")]
    Missing(String),
    /// A claim is of the wrong type, empty, or a time that cannot be one.
    #[error("claim {0:?} is malformed")]
    Malformed(&'static str),
    /// `iss` is somebody else.
    #[error("token is from another issuer")]
    WrongIssuer,
    /// `sub` is somebody else.
    #[error("token is about another subject")]
    WrongSubject,
    /// `aud` is not acceptable.
    #[error("token is for another audience")]
    WrongAudience,
    /// `exp` has passed.
    #[error("token has expired")]
    Expired,
    /// `nbf` is ahead.
    #[error("token is not valid yet")]
    NotYetValid,
    /// `iat` is ahead.
    #[error("token was issued in the future")]
    IssuedInFuture,
    /// Lives longer than [`ClaimRules::max_lifetime_seconds`].
    #[error("token lives longer than allowed")]
    LifetimeTooLong,
}

/// What `aud` has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceRule<'a> {
    /// Not looked at.
    Any,
    /// A single string, exactly this one; an array is refused even with one element. For client assertions, whose audience
    /// must be the issuer identifier and nothing besides (RFC 10070).
    Exactly(&'a str),
    /// A string or an array of strings, of which at least one is listed here.
    AnyOf(&'a [&'a str]),
}

/// Whether `exp` is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// A token whose `exp` has passed is refused.
    Check,
    /// The past does not matter and neither does the lifetime: an `id_token_hint` (OIDC RP-Initiated Logout section 2).
    Ignore,
}

/// What a token's claims must be, as a value. Start from [`ClaimRules::at`] and override:
/// `ClaimRules { issuer: Some(client_id), required: &["exp", "jti"], ..ClaimRules::at(now_seconds) }`.
///
/// Claims that are present are checked for their type and against the clock even when no rule names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimRules<'a> {
    /// What `iss` must be, exactly.
    pub issuer: Option<&'a str>,
    /// What `sub` must be, exactly.
    pub subject: Option<&'a str>,
    /// What `aud` must be.
    pub audience: AudienceRule<'a>,
    /// Whether `exp` counts.
    pub expiry: Expiry,
    /// Claims that must be present, of any name.
    pub required: &'a [&'a str],
    /// Now, in seconds since 1970.
    pub now_seconds: u64,
    /// How far the other clock may be off, in seconds, either way.
    pub leeway_seconds: u64,
    /// Longest time from `iat`, or from now when there is none, to `exp`. Makes `exp` required.
    pub max_lifetime_seconds: Option<u64>,
}

impl ClaimRules<'_> {
    /// Only the times that are present are checked, without leeway.
    pub const fn at(now_seconds: u64) -> Self {
        Self {
            issuer: None,
            subject: None,
            audience: AudienceRule::Any,
            expiry: Expiry::Check,
            required: &[],
            now_seconds,
            leeway_seconds: 0,
            max_lifetime_seconds: None,
        }
    }

    /// Checks every rule; the first that fails is the answer.
    pub fn check(&self, claims: &Map<String, Value>) -> Result<(), ClaimError> {
        for name in self.required {
            if matches!(claims.get(*name), None | Some(Value::Null)) {
                return Err(ClaimError::Missing((*name).to_owned()));
            }
        }
        exactly(claims, "iss", self.issuer, ClaimError::WrongIssuer)?;
        exactly(claims, "sub", self.subject, ClaimError::WrongSubject)?;
        exactly(claims, "jti", None, ClaimError::Malformed("jti"))?;
        self.check_audience(claims.get("aud"))?;
        self.check_times(claims)
    }

    fn check_audience(&self, audience: Option<&Value>) -> Result<(), ClaimError> {
        let missing = || ClaimError::Missing("aud".to_owned());
        let acceptable = match self.audience {
            AudienceRule::Any => true,
            AudienceRule::Exactly(expected) => match audience.ok_or_else(missing)? {
                Value::String(only) => only == expected,
                _ => false,
            },
            AudienceRule::AnyOf(expected) => match audience.ok_or_else(missing)? {
                Value::String(only) => expected.contains(&only.as_str()),
                Value::Array(several) => {
                    if !several.iter().all(Value::is_string) {
                        return Err(ClaimError::Malformed("aud"));
                    }
                    several
                        .iter()
                        .filter_map(Value::as_str)
                        .any(|one| expected.contains(&one))
                }
                _ => return Err(ClaimError::Malformed("aud")),
            },
        };
        if acceptable {
            Ok(())
        } else {
            Err(ClaimError::WrongAudience)
        }
    }

    fn check_times(&self, claims: &Map<String, Value>) -> Result<(), ClaimError> {
        let exp = seconds(claims, "exp")?;
        let nbf = seconds(claims, "nbf")?;
        let iat = seconds(claims, "iat")?;
        let latest_start = self.now_seconds.saturating_add(self.leeway_seconds);
        if nbf.is_some_and(|nbf| nbf > latest_start) {
            return Err(ClaimError::NotYetValid);
        }
        if iat.is_some_and(|iat| iat > latest_start) {
            return Err(ClaimError::IssuedInFuture);
        }
        if self.expiry == Expiry::Ignore {
            return Ok(());
        }
        // RFC 7519 section 4.1.4: at the very second of `exp` the token is no longer valid.
        if exp.is_some_and(|exp| exp.saturating_add(self.leeway_seconds) <= self.now_seconds) {
            return Err(ClaimError::Expired);
        }
        if let Some(longest) = self.max_lifetime_seconds {
            let exp = exp.ok_or_else(|| ClaimError::Missing("exp".to_owned()))?;
            // Without an `iat` the other clock's idea of now is unknown, so the leeway counts.
            let lifetime = exp.saturating_sub(iat.unwrap_or(latest_start));
            if lifetime > longest {
                return Err(ClaimError::LifetimeTooLong);
            }
        }
        Ok(())
    }
}

/// The string claim `name`: non-empty when present, and `expected` when something is expected.
fn exactly(
    claims: &Map<String, Value>,
    name: &'static str,
    expected: Option<&str>,
    otherwise: ClaimError,
) -> Result<(), ClaimError> {
    match (claims.get(name), expected) {
        (None, Some(_)) => Err(ClaimError::Missing(name.to_owned())),
        (Some(Value::String(found)), _) if found.is_empty() => Err(ClaimError::Malformed(name)),
        (Some(Value::String(found)), Some(expected)) if found != expected => Err(otherwise),
        (None, None) | (Some(Value::String(_)), _) => Ok(()),
        (Some(_), _) => Err(ClaimError::Malformed(name)),
    }
}

/// The `NumericDate` claim `name` (RFC 7519 section 2), whole seconds; fractions are cut off.
///
/// # Errors
/// `Malformed` for what is no time.
pub fn seconds(claims: &Map<String, Value>, name: &'static str) -> Result<Option<u64>, ClaimError> {
    // Beyond this a double no longer counts single seconds; it is the year 285 million.
    const LAST_EXACT: f64 = 9_007_199_254_740_992.0;
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    if let Some(whole) = value.as_u64() {
        return Ok(Some(whole));
    }
    match value.as_f64() {
        // In range and not negative, so the cast only cuts off the fraction.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(fractional) if (0.0..LAST_EXACT).contains(&fractional) => Ok(Some(fractional as u64)),
        _ => Err(ClaimError::Malformed(name)),
    }
}
