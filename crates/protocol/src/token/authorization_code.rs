//! `grant_type=authorization_code` (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
//!
//! A code works once. A second use, even at the same instant, ends everything
//! that the first one gave (RFC 9700, section 2.1.1).

use durward_jose::digest;
use durward_model::{
    AuthorizationCode, SecretHash, Timestamp,
    token::{CodeChallenge, CodeChallengeMethod},
};
use durward_store::{Change, StoreError, Versioned};

use super::issue::{Allowance, Minting, TokenResponse, find_active_user, revoke_grant};
use crate::{
    Parameters, Provider, authentication,
    authorization_details::{Asking, narrowing::narrow},
    error::{Code, Error},
    resource,
};

/// Exchanges a code.
///
/// # Errors
/// `invalid_grant` for a code that is unknown, used, expired, another client's,
/// or whose `redirect_uri` or `code_verifier` do not fit; `invalid_authorization_details`
/// for more than was granted, which does not use it up.
pub async fn answer(asking: &Asking<'_>) -> Result<TokenResponse, Error> {
    let Asking {
        provider,
        client,
        parameters,
        ..
    } = *asking;
    let hash = SecretHash::of(parameters.require("code")?);
    let now = provider.now();
    let found = provider.store.find_code(&hash).await?;
    let code = found.ok_or_else(|| invalid("unknown code"))?;
    if code.grant.client_id != client.client_id {
        return Err(invalid("code of another client"));
    }
    if code.consumed_at.is_some() {
        return replayed(provider, &code).await;
    }
    check(&code, parameters, now)?;
    let resources = resource::narrowed(&code.grant.resources, parameters)?;
    let user = find_active_user(provider, &code.grant).await?;
    let user = user.ok_or_else(|| invalid("user is gone or disabled"))?;
    if !session_lives(provider, &code).await? {
        return Err(invalid("the user has logged out since"));
    }
    let asking = asking.of_user(&user);
    let details = narrow(&asking, &code.grant.authorization_details).await?;
    let allowance = Allowance::of(&asking, code.grant.scope.clone(), details, resources).await;

    let live = provider.live();
    let minting = Minting::new(&asking, &live)?;
    let mut grant = code.grant.clone();
    grant.created_at = now;
    grant.expires_at = minting.grant_expiry();
    let consumed = AuthorizationCode {
        consumed_at: Some(now),
        ..code.value.clone()
    };
    let (response, tokens) = minting.for_grant(&grant, &allowance)?;
    let mut changes = vec![Change::replace(&code, &consumed), Change::insert(&grant)];
    changes.extend(tokens);
    match provider.store.apply(changes).await {
        Err(StoreError::Conflict { .. }) => replayed(provider, &code).await,
        other => {
            other?;
            Ok(response)
        }
    }
}

/// A code of a session that has ended is worth nothing: its client would be logged in
/// after it was told of the logout.
async fn session_lives(provider: &Provider, code: &AuthorizationCode) -> Result<bool, Error> {
    let authentication = code.grant.authentication.as_ref();
    match authentication.and_then(|authentication| authentication.sid.as_deref()) {
        Some(sid) => authentication::lives(provider, sid).await,
        None => Ok(true),
    }
}

async fn replayed(
    provider: &Provider,
    code: &Versioned<AuthorizationCode>,
) -> Result<TokenResponse, Error> {
    revoke_grant(provider, &code.grant.id, &code.grant.client_id).await?;
    Err(invalid("code was used before; its grant is revoked"))
}

fn invalid(cause: &str) -> Error {
    Code::InvalidGrant.hiding("the authorization code is not valid", cause)
}

fn check(code: &AuthorizationCode, parameters: &Parameters, now: Timestamp) -> Result<(), Error> {
    if now >= code.expires_at {
        return Err(invalid("code expired"));
    }
    if code.redirect_uri.as_deref() != parameters.find("redirect_uri") {
        return Err(invalid(
            "redirect_uri differs from the authorization request",
        ));
    }
    check_verifier(code.pkce.as_ref(), parameters.find("code_verifier"))
}

/// PKCE both ways: a challenge needs its verifier, and a verifier without a
/// challenge tells of a stripped one (RFC 9700, section 2.1.1).
fn check_verifier(challenge: Option<&CodeChallenge>, verifier: Option<&str>) -> Result<(), Error> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(invalid("code_verifier without a code_challenge")),
        (Some(_), None) => Err(invalid("code_verifier is missing")),
        (Some(challenge), Some(verifier)) => {
            let fits = is_verifier(verifier)
                && challenge_of(challenge.method, verifier) == challenge.challenge;
            if fits {
                Ok(())
            } else {
                Err(invalid("code_verifier does not fit"))
            }
        }
    }
}

fn challenge_of(method: CodeChallengeMethod, verifier: &str) -> String {
    match method {
        CodeChallengeMethod::S256 => digest::sha256_base64url(verifier),
        CodeChallengeMethod::Plain => verifier.to_owned(),
    }
}

/// Form of verifiers and plain challenges (RFC 7636, section 4.1).
pub(crate) fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn s256() -> CodeChallenge {
        CodeChallenge {
            challenge: CHALLENGE.to_owned(),
            method: CodeChallengeMethod::S256,
        }
    }

    #[test]
    fn pkce_accepts_only_the_right_pairing() {
        assert!(check_verifier(None, None).is_ok());
        assert!(check_verifier(Some(&s256()), Some(VERIFIER)).is_ok());
        assert!(check_verifier(Some(&s256()), None).is_err());
        assert!(check_verifier(None, Some(VERIFIER)).is_err());
        assert!(check_verifier(Some(&s256()), Some(CHALLENGE)).is_err());
        assert!(check_verifier(Some(&s256()), Some("short")).is_err());
    }
}
