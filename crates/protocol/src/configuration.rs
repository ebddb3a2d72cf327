//! Live configuration by property name: reading, setting, checking.
//!
//! Secret values are sealed here and masked in every listing.

use durward_jose::SealingKeys;
use durward_model::{Configuration, configuration::StatementValidation};
use serde_json::Value;
use url::Url;

use crate::{
    error::Error, keyring::ALGORITHMS, par::MAX_LIFETIME_SECONDS, redaction::names::normal,
    resource::is_resource, sealing, token::GRANTS,
};

/// Longest life of an entry in the decision journal, days.
const MAX_JOURNAL_DAYS: u32 = 3_650;

/// Paths of values that are sealed at rest.
pub(crate) const SECRETS: &[&str] = &[
    "cibaEndUserNotificationConfig.notificationKey",
    "dcrSignatureValidationSharedSecret",
];

/// Most calls of one script that may be kept recorded: a replay makes them all again.
const MAX_RECORDED: u32 = 1_000;

/// Most attributes that recorded calls are kept without, and the longest name, bytes.
const MAX_REDACTED_ATTRIBUTES: usize = 200;
const MAX_ATTRIBUTE_BYTES: usize = 64;

/// Most versions of one script that may be kept: a save reads them.
const MAX_VERSIONS_KEPT: u32 = 1_000;

/// Shown in place of a sealed value.
pub const MASK: &str = "********";

/// What is wrong with a change of configuration, with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigurationError {
    /// A sentence with the next step.
    pub message: String,
}

fn wrong(message: impl Into<String>) -> ConfigurationError {
    ConfigurationError {
        message: message.into(),
    }
}

/// The configuration as JSON with sealed values masked.
pub fn masked(configuration: &Configuration) -> Value {
    let mut value = serde_json::to_value(configuration).unwrap_or_default();
    for path in SECRETS {
        if let Some(slot) = slot(&mut value, path)
            && slot.as_str().is_some_and(|text| !text.is_empty())
        {
            *slot = Value::from(MASK);
        }
    }
    value
}

/// The value of a dotted property name, sealed ones masked.
///
/// # Errors
/// An unknown name, with the nearest known one.
pub fn find(configuration: &Configuration, path: &str) -> Result<Value, ConfigurationError> {
    find_in(&masked(configuration), path)
}

/// The same in what [`masked`] told, perhaps elsewhere.
///
/// # Errors
/// As [`find`].
pub fn find_in(told: &Value, path: &str) -> Result<Value, ConfigurationError> {
    path.split('.')
        .try_fold(told, |place, name| place.as_object()?.get(name))
        .cloned()
        .ok_or_else(|| unknown(path, told))
}

/// What a text means for a property that has the value `now`. Text that is JSON is taken as
/// JSON where the property is not text.
///
/// # Errors
/// Text that is not JSON where it has to be.
pub fn parsed(now: &Value, path: &str, text: &str) -> Result<Value, ConfigurationError> {
    match now {
        Value::String(_) => Ok(Value::from(text)),
        _ => serde_json::from_str(text)
            .map_err(|_| wrong(format!("'{path}' takes JSON such as {now}, not '{text}'"))),
    }
}

/// A configuration with one property changed, to what [`parsed`] takes the text for.
///
/// # Errors
/// An unknown name, a value of the wrong type, or one that makes no sense.
pub fn with(
    configuration: &Configuration,
    path: &str,
    text: &str,
    keys: &SealingKeys,
) -> Result<Configuration, ConfigurationError> {
    let mut value =
        serde_json::to_value(configuration).map_err(|error| wrong(error.to_string()))?;
    let mut known = value.clone();
    let place = slot(&mut value, path).ok_or_else(|| unknown(path, &known))?;
    *place = match place {
        Value::String(_) if SECRETS.contains(&path) && !text.is_empty() => {
            Value::from(seal(keys, text)?)
        }
        _ => parsed(place, path, text)?,
    };
    seal_within(path, &mut value, &mut known, keys)?;
    let changed: Configuration = serde_json::from_value(value)
        .map_err(|error| wrong(format!("'{path}' cannot be '{text}': {error}")))?;
    check(&changed)?;
    Ok(changed)
}

/// A configuration from the whole of its JSON, as [`masked`] told it and somebody changed it.
///
/// # Errors
/// An unknown name, a value of the wrong type, or one that makes no sense.
pub fn replaced(
    configuration: &Configuration,
    members: serde_json::Map<String, Value>,
    keys: &SealingKeys,
) -> Result<Configuration, ConfigurationError> {
    let mut known =
        serde_json::to_value(configuration).map_err(|error| wrong(error.to_string()))?;
    let mut value = Value::Object(members);
    seal_within("", &mut value, &mut known, keys)?;
    let changed: Configuration =
        serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
    check(&changed)?;
    Ok(changed)
}

/// Seals the secrets that came inside an object; a mask stands for what was there.
fn seal_within(
    path: &str,
    value: &mut Value,
    before: &mut Value,
    keys: &SealingKeys,
) -> Result<(), ConfigurationError> {
    let inside = |sealed: &&&str| {
        path.is_empty()
            || sealed
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    for sealed in SECRETS.iter().filter(inside) {
        let old = slot(before, sealed).map(std::mem::take).unwrap_or_default();
        let Some(place) = slot(value, sealed) else {
            continue;
        };
        match place.as_str() {
            Some(MASK) => *place = old,
            Some(text) if !text.is_empty() && old != *text => {
                *place = Value::from(seal(keys, text)?);
            }
            _ => {}
        }
    }
    Ok(())
}

fn seal(keys: &SealingKeys, text: &str) -> Result<String, ConfigurationError> {
    sealing::seal(keys, sealing::CONFIGURATION, text).map_err(|error| match error {
        Error::Fault(message) => wrong(message),
        other @ Error::Refused(_) => wrong(other.to_string()),
    })
}

/// Checks what types cannot.
///
/// # Errors
/// The first property that makes no sense.
pub fn check(configuration: &Configuration) -> Result<(), ConfigurationError> {
    let issuer = Url::parse(&configuration.issuer)
        .map_err(|error| wrong(format!("'issuer' is not a URL: {error}")))?;
    let plain = issuer.path() == "/"
        && !configuration.issuer.ends_with('/')
        && matches!(issuer.scheme(), "https" | "http")
        && issuer.username().is_empty()
        && issuer.password().is_none();
    if !plain || issuer.query().is_some() || issuer.fragment().is_some() || issuer.host().is_none()
    {
        return Err(wrong(
            "'issuer' is a scheme, a host and perhaps a port, nothing behind them",
        ));
    }
    let base = &configuration.base_path;
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"/-_.".contains(&b);
    if !base.is_empty()
        && (!base.starts_with('/') || base.ends_with('/') || !base.bytes().all(safe))
    {
        return Err(wrong("'basePath' is empty or like /jans-auth/restv1"));
    }
    let algorithm = &configuration.default_signature_algorithm;
    if !ALGORITHMS.iter().any(|known| known.name() == algorithm) {
        return Err(wrong(
            "'defaultSignatureAlgorithm' is RS256, PS256, ES256 or EdDSA",
        ));
    }
    let modes = &configuration.backchannel_token_delivery_modes_supported;
    if modes.iter().any(|mode| mode != "poll") {
        return Err(wrong(
            "'backchannelTokenDeliveryModesSupported' knows only poll so far",
        ));
    }
    let resources = &configuration.resources_supported;
    if let Some(bad) = resources.iter().find(|resource| !is_resource(resource)) {
        return Err(wrong(format!(
            "'resourcesSupported' holds absolute URIs without a fragment, not '{bad}'"
        )));
    }
    if configuration.par_lifetime > MAX_LIFETIME_SECONDS {
        return Err(wrong(format!(
            "'parLifetime' is at most {MAX_LIFETIME_SECONDS} seconds"
        )));
    }
    if configuration.script_record_maximum > MAX_RECORDED {
        return Err(wrong(format!(
            "'scriptRecordMaximum' is 0 to {MAX_RECORDED}"
        )));
    }
    let redacted = &configuration.script_record_redacted_attributes;
    let is_name = |name: &String| !normal(name).is_empty() && name.len() <= MAX_ATTRIBUTE_BYTES;
    if redacted.len() > MAX_REDACTED_ATTRIBUTES || !redacted.iter().all(is_name) {
        return Err(wrong(format!(
            "'scriptRecordRedactedAttributes' is a list of at most {MAX_REDACTED_ATTRIBUTES} names of letters and digits"
        )));
    }
    if !(1..=MAX_JOURNAL_DAYS).contains(&configuration.script_journal_days) {
        return Err(wrong(format!(
            "'scriptJournalDays' is from 1 to {MAX_JOURNAL_DAYS}"
        )));
    }
    if configuration.require_par && !configuration.has_feature("par") {
        return Err(wrong("'requirePar' needs the feature 'par'"));
    }
    check_registration(configuration)?;
    check_lifetimes(configuration)
}

/// What would open or close registration in a way that nobody can have meant.
fn check_registration(configuration: &Configuration) -> Result<(), ConfigurationError> {
    let unsigned = configuration.software_statement_validation_type == StatementValidation::None;
    if unsigned && !configuration.software_statement_unsigned_for_tests {
        return Err(wrong(
            "'softwareStatementValidationType' cannot be none; for a test, \
             set 'softwareStatementUnsignedForTests' first",
        ));
    }
    let grants = &configuration.grant_types_supported_by_dynamic_registration;
    if let Some(unknown) = grants
        .iter()
        .find(|grant| !GRANTS.contains(&grant.as_str()))
    {
        return Err(wrong(format!(
            "'grantTypesSupportedByDynamicRegistration': '{unknown}' is not supported"
        )));
    }
    let algorithm = &configuration.ssa_configuration.ssa_signing_alg;
    if !ALGORITHMS.iter().any(|known| known.name() == algorithm) {
        return Err(wrong(
            "'ssaConfiguration.ssaSigningAlg' is RS256, PS256, ES256 or EdDSA",
        ));
    }
    for issuer in &configuration.dcr_ssa_validation_configs {
        let keys = [
            !issuer.jwks_uri.is_empty(),
            issuer.jwks.is_object(),
            !issuer.configuration_endpoint.is_empty(),
        ];
        if issuer.issuers.is_empty() || keys.into_iter().filter(|given| *given).count() != 1 {
            return Err(wrong(
                "each of 'dcrSsaValidationConfigs' has issuers and one of jwksUri, jwks and \
                 configurationEndpoint",
            ));
        }
    }
    let text = &configuration.dcr_signature_validation_jwks;
    if !text.is_empty() && durward_jose::JwkSet::parse(text.as_bytes()).is_err() {
        return Err(wrong("'dcrSignatureValidationJwks' is not a JWK set"));
    }
    Ok(())
}

/// A lifetime of nothing would end things before they begin.
fn check_lifetimes(configuration: &Configuration) -> Result<(), ConfigurationError> {
    let positive = [
        (
            "authorizationCodeLifetime",
            configuration.authorization_code_lifetime,
        ),
        ("accessTokenLifetime", configuration.access_token_lifetime),
        ("refreshTokenLifetime", configuration.refresh_token_lifetime),
        ("idTokenLifetime", configuration.id_token_lifetime),
        ("sessionIdLifetime", configuration.session_id_lifetime),
        (
            "sessionIdUnusedLifetime",
            configuration.session_id_unused_lifetime,
        ),
        ("parLifetime", configuration.par_lifetime),
        ("logoutPageSeconds", configuration.logout_page_seconds),
        (
            "backchannelLogoutRetrySeconds",
            configuration.backchannel_logout_retry_seconds,
        ),
        (
            "sessionIdUnauthenticatedUnusedLifetime",
            configuration.session_id_unauthenticated_unused_lifetime,
        ),
        (
            "backchannelAuthenticationResponseExpiresIn",
            configuration.backchannel_authentication_response_expires_in,
        ),
        (
            "backchannelAuthenticationResponseInterval",
            configuration.backchannel_authentication_response_interval,
        ),
        (
            "dynamicRegistrationQuotaSeconds",
            configuration.dynamic_registration_quota_seconds,
        ),
        (
            "cibaMaxExpirationTimeAllowedSec",
            configuration.ciba_max_expiration_time_allowed_sec,
        ),
    ];
    if let Some((name, _)) = positive.iter().find(|(_, seconds)| *seconds < 1) {
        return Err(wrong(format!("'{name}' is at least 1 second")));
    }
    if configuration.backchannel_logout_attempts < 1 {
        return Err(wrong("'backchannelLogoutAttempts' is at least 1"));
    }
    if !(1..=MAX_VERSIONS_KEPT).contains(&configuration.script_versions_kept) {
        return Err(wrong(format!(
            "'scriptVersionsKept' is 1 to {MAX_VERSIONS_KEPT}"
        )));
    }
    Ok(())
}

fn slot<'a>(value: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    path.split('.')
        .try_fold(value, |place, name| place.as_object_mut()?.get_mut(name))
}

fn unknown(path: &str, known: &Value) -> ConfigurationError {
    let mut names = Vec::new();
    collect(known, "", &mut names);
    let nearest = names.iter().min_by_key(|name| distance(name, path));
    wrong(match nearest {
        Some(name) => format!("there is no property '{path}'; did you mean '{name}'?"),
        None => format!("there is no property '{path}'"),
    })
}

fn collect(value: &Value, prefix: &str, names: &mut Vec<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        if inner.is_object() {
            collect(inner, &path, names);
        }
        names.push(path);
    }
}

/// Edit distance without regard to case: how far a typing error is.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.to_lowercase().chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (to, pair) in b.iter().zip(row.windows(2)) {
            let (Some(&diagonal), Some(&above), Some(&left)) =
                (pair.first(), pair.last(), next.last())
            else {
                continue;
            };
            let change = diagonal + usize::from(from != *to);
            next.push(change.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn keys() -> SealingKeys {
        durward_jose::SealingKey::from_bytes(&[7; 32])
            .unwrap()
            .into()
    }

    #[test]
    fn an_unknown_property_names_the_nearest() {
        let error = with(
            &Configuration::default(),
            "acessTokenLifetime",
            "5",
            &keys(),
        )
        .unwrap_err();
        assert!(error.message.contains("'accessTokenLifetime'"), "{error}");
    }

    #[test]
    fn secrets_are_sealed_and_masked() {
        let path = "cibaEndUserNotificationConfig.notificationKey";
        let changed = with(&Configuration::default(), path, "secret", &keys()).unwrap();
        let stored = &changed.ciba_end_user_notification_config.notification_key;
        assert!(!stored.contains("secret"));
        assert_eq!(
            sealing::open(&keys(), sealing::CONFIGURATION, stored).unwrap(),
            "secret"
        );
        assert_eq!(find(&changed, path).unwrap(), MASK);
    }

    #[test]
    fn senseless_values_are_refused() {
        for (name, text) in [
            ("accessTokenLifetime", "0"),
            ("accessTokenLifetime", "soon"),
            ("issuer", "https://a.example/"),
            ("issuer", "https://a.example/path"),
            ("basePath", "no-slash"),
            ("notificationFailure", "perhaps"),
        ] {
            assert!(
                with(&Configuration::default(), name, text, &keys()).is_err(),
                "{name}={text}"
            );
        }
    }
}
