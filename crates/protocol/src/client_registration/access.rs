//! Who may register: anybody, holders of initial access tokens, holders of
//! certificates, nobody; and how often.

use durward_model::{
    InitialAccessToken, SecretHash, Throttle, Timestamp, client::ClientMetadata,
    configuration::RegistrationMode, registration::TokenPolicy,
};
use durward_store::{Change, Versioned};

use super::Request;
use crate::{
    Provider,
    client_certificate::RegisteredSubject,
    error::{Code, Error},
};

/// Who registers, and under which policy.
#[derive(Debug, Clone, Default)]
pub(super) struct Admission {
    /// For the quota: `address:…`, `token:…`, `certificate:…`.
    pub source: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Of the initial access token.
    pub policy: TokenPolicy,
    /// Hash of the initial access token, which is to be counted down.
    pub token: Option<SecretHash>,
}

/// Admits a registration, or not.
///
/// # Errors
/// `invalid_token` (401) for a missing, unknown or used-up initial access token,
/// `access_denied` where nobody or no such caller may register, or its quota is used up.
pub(super) async fn admit(provider: &Provider, request: &Request<'_>) -> Result<Admission, Error> {
    let mode = provider.live().configuration.dynamic_registration_mode;
    let token = match request.bearer {
        Some(token) if mode != RegistrationMode::Off => Some(load(provider, token).await?.value),
        _ => None,
    };
    let certificate = request.certificate(provider);
    match mode {
        RegistrationMode::Off => {
            return Err(Code::AccessDenied.because("clients cannot register here"));
        }
        RegistrationMode::Token if token.is_none() => {
            return Err(Code::InvalidToken.because("an initial access token is needed"));
        }
        RegistrationMode::Mtls if certificate.is_none() => {
            return Err(Code::AccessDenied
                .because("a client certificate of an authority that is known here is needed"));
        }
        _ => {}
    }
    let source = match (&token, certificate) {
        (Some(token), _) => format!("token:{}", token.id),
        (None, Some(certificate)) => format!("certificate:{}", certificate.thumbprint()),
        (None, None) => format!("address:{}", network(&request.visit.remote_addr)),
    };
    let admission = Admission {
        source,
        owner: token.as_ref().and_then(|token| token.owner.clone()),
        policy: token
            .as_ref()
            .map(|token| token.policy.clone())
            .unwrap_or_default(),
        token: token.map(|token| token.hash),
    };
    // Nobody makes us fetch keys or ask scripts for a registration that cannot be.
    quota_left(provider, &admission).await?;
    Ok(admission)
}

/// Where certificates admit, one may register for the subject of one's own only (Jans's
/// `dcrAuthorizationWithMTLS`), by whichever of its names.
///
/// # Errors
/// `access_denied`.
pub(super) fn check_subject(
    provider: &Provider,
    request: &Request<'_>,
    metadata: &ClientMetadata,
) -> Result<(), Error> {
    if provider.live().configuration.dynamic_registration_mode != RegistrationMode::Mtls {
        return Ok(());
    }
    let named = RegisteredSubject::all_of(metadata).map_err(super::invalid)?;
    let certificate = request.certificate(provider);
    let is_own = |subject: &RegisteredSubject| {
        certificate.is_some_and(|certificate| subject.is_named_by(certificate))
    };
    if named.iter().all(is_own) {
        Ok(())
    } else {
        Err(Code::AccessDenied.because("the certificate does not name whom it registers"))
    }
}

/// An initial access token that still registers.
async fn load(provider: &Provider, token: &str) -> Result<Versioned<InitialAccessToken>, Error> {
    let refuse = || Code::InvalidToken.because("the initial access token is not valid");
    let hash = SecretHash::of(token);
    let found = provider.store.find_initial_access_token(&hash).await?;
    found
        .filter(|found| provider.now() < found.expires_at && found.remaining > 0)
        .ok_or_else(refuse)
}

/// What a registration uses up: one of its token's budget, one of its source's quota.
/// Read anew for every attempt to store it, so that nobody slips through side by side.
///
/// # Errors
/// `invalid_token` when the token was used up meanwhile, `access_denied` beyond the quota.
pub(super) async fn used_up(
    provider: &Provider,
    admission: &Admission,
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    if let Some(hash) = &admission.token {
        let refuse = || Code::InvalidToken.because("the initial access token is not valid");
        let found = provider.store.find_initial_access_token(hash).await?;
        let before = found
            .filter(|found| found.remaining > 0)
            .ok_or_else(refuse)?;
        let after = InitialAccessToken {
            remaining: before.remaining - 1,
            ..before.value.clone()
        };
        changes.push(Change::replace(&before, &after));
    }
    let Some(Counted { key, found, count }) = quota_left(provider, admission).await? else {
        return Ok(changes);
    };
    let now = provider.now();
    let live = provider.live();
    let seconds = live.configuration.dynamic_registration_quota_seconds;
    let expires_at = match &found {
        Some(found) if count > 0 => found.expires_at,
        _ => now.plus_seconds(seconds),
    };
    let counted = Throttle {
        key,
        failures: count + 1,
        blocked_until: Timestamp::from_ms(0),
        expires_at,
    };
    changes.push(match &found {
        Some(found) => Change::replace(found, &counted),
        None => Change::insert(&counted),
    });
    Ok(changes)
}

/// How many of its quota a source has used.
struct Counted {
    key: String,
    found: Option<Versioned<Throttle>>,
    count: u32,
}

/// What a source has used of its quota; none where there is no limit, for a token brings its
/// own budget.
///
/// # Errors
/// `access_denied` when nothing is left of it.
async fn quota_left(provider: &Provider, admission: &Admission) -> Result<Option<Counted>, Error> {
    let quota = provider.live().configuration.dynamic_registration_quota;
    if quota == 0 || admission.token.is_some() {
        return Ok(None);
    }
    let now = provider.now();
    let key = format!("register:{}", admission.source);
    let found = provider.store.find_throttle(&key).await?;
    let count = found
        .as_ref()
        .filter(|found| now < found.expires_at)
        .map_or(0, |found| found.failures);
    if count >= quota {
        return Err(Code::AccessDenied
            .because("too many clients were registered from here; try again later"));
    }
    Ok(Some(Counted { key, found, count }))
}

/// An IPv6 caller has a whole /64 to itself.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(std::net::IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            let prefix = u128::from(address) & !u128::from(u64::MAX);
            format!("{}/64", std::net::Ipv6Addr::from(prefix))
        }
        _ => address.to_owned(),
    }
}

/// A new initial access token, and its text, which is told once.
pub fn new_token(provider: &Provider, grant: TokenGrant) -> (InitialAccessToken, String) {
    let text = provider.new_secret();
    let now = provider.now();
    let token = InitialAccessToken {
        hash: SecretHash::of(&text),
        id: provider.new_id(),
        owner: grant.owner,
        created_at: now,
        expires_at: now.plus_seconds(grant.lifetime_seconds),
        remaining: grant.uses,
        policy: grant.policy,
    };
    (token, text)
}

/// What a new initial access token is good for.
#[derive(Debug, Clone, Default)]
pub struct TokenGrant {
    /// Registrations.
    pub uses: u32,
    /// Seconds that it lives.
    pub lifetime_seconds: i64,
    /// Who answers for its clients.
    pub owner: Option<String>,
    /// What they may have.
    pub policy: TokenPolicy,
}
