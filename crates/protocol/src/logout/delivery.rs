//! Telling clients from server to server: logout tokens, when they are sent, what
//! an answer means (Back-Channel Logout 1.0).
//!
//! The queue is in the store: a delivery is claimed before it begins, so that two
//! nodes do not both make it, and a node that dies leaves it to the next.

use std::str::FromStr as _;

use durward_jose::Algorithm;
use durward_model::{Client, LogoutNotice, Timestamp, logout::NoticeState};
use durward_store::{Change, StoreError, Versioned};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Provider, error::Error};

/// Seconds that a logout token lives: enough for clocks that differ a little.
const TOKEN_SECONDS: i64 = 120;

/// Seconds after the longest delivery at which another node may take it over.
const LEASE_SECONDS: i64 = 10;

/// Longest pause between two deliveries, seconds.
const MAX_PAUSE_SECONDS: i64 = 3_600;

/// A logout token on its way.
#[derive(Debug)]
pub struct Delivery {
    /// Where it is posted, as `logout_token` in a form.
    pub uri: String,
    /// The token.
    pub token: String,
    notice: Versioned<LogoutNotice>,
}

impl Delivery {
    /// To whom, for logs.
    pub fn client_id(&self) -> &str {
        self.notice.client_id.as_str()
    }
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer of that status.
    Answered(u16),
    /// Without one, and why.
    NotReached(String),
}

#[derive(Serialize)]
struct LogoutTokenClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    sid: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    events: Value,
}

/// Claims what is due, up to `most`. What is claimed must be sent, and recorded.
///
/// # Errors
/// A fault of the store, or of signing.
pub async fn claim(provider: &Provider, most: usize) -> Result<Vec<Delivery>, Error> {
    let now = provider.now();
    let mut claimed = Vec::new();
    for notice in provider.store.list_due_deliveries(now, most).await? {
        claimed.extend(claim_one(provider, notice, now).await?);
    }
    Ok(claimed)
}

async fn claim_one(
    provider: &Provider,
    notice: Versioned<LogoutNotice>,
    now: Timestamp,
) -> Result<Option<Delivery>, Error> {
    let live = provider.live();
    let NoticeState::Waiting {
        attempts, problem, ..
    } = notice.state.clone()
    else {
        return Ok(None);
    };
    let Some(client) = provider.store.find_client(&notice.client_id).await? else {
        let gone = failed(now, "the client is gone");
        change(provider, &notice, gone).await?;
        return Ok(None);
    };
    let timeout_seconds = live.configuration.backchannel_logout_http.timeout_ms / 1_000;
    let lease = i64::try_from(timeout_seconds).unwrap_or(LEASE_SECONDS) + LEASE_SECONDS;
    let begun = NoticeState::Waiting {
        until: now.plus_seconds(lease),
        attempts: attempts.saturating_add(1),
        problem,
    };
    let Some(notice) = change(provider, &notice, begun).await? else {
        return Ok(None);
    };
    let token = logout_token(provider, &notice, &client, now)?;
    Ok(Some(Delivery {
        uri: notice.uri.clone(),
        token,
        notice,
    }))
}

/// Section 2.4. No nonce: it must not pass for an ID token.
fn logout_token(
    provider: &Provider,
    notice: &LogoutNotice,
    client: &Client,
    now: Timestamp,
) -> Result<String, Error> {
    let live = provider.live();
    let fault = |error: &dyn std::fmt::Display| Error::Fault(error.to_string());
    let claims = LogoutTokenClaims {
        iss: &live.configuration.issuer,
        aud: notice.client_id.as_str(),
        sub: notice.user_id.as_str(),
        sid: &notice.sid,
        iat: now.seconds(),
        exp: now.plus_seconds(TOKEN_SECONDS).seconds(),
        jti: provider.new_id(),
        events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
    };
    let algorithm = Algorithm::from_str(&client.metadata.id_token_signed_response_alg)
        .map_err(|error| fault(&error))?;
    let key = live.keys.signer(algorithm, now)?;
    key.sign("logout+jwt", &claims)
        .map_err(|error| fault(&error))
}

/// Records how a delivery ended: done, given up, or tried again later.
///
/// # Errors
/// A fault of the store.
pub async fn record(
    provider: &Provider,
    delivery: &Delivery,
    outcome: &Outcome,
) -> Result<(), Error> {
    let now = provider.now();
    let NoticeState::Waiting { attempts, .. } = &delivery.notice.state else {
        return Ok(());
    };
    let state = next(provider, *attempts, outcome, now);
    tracing::info!(
        client_id = delivery.client_id(),
        attempts,
        ?state,
        "back-channel logout"
    );
    change(provider, &delivery.notice, state).await.map(drop)
}

fn next(provider: &Provider, attempts: u32, outcome: &Outcome, now: Timestamp) -> NoticeState {
    let live = provider.live();
    let problem = match outcome {
        Outcome::Answered(200 | 204) => return NoticeState::Told { at: now },
        // Section 2.8: it says that it will not. Other answers may be a proxy's.
        Outcome::Answered(status @ 400..=499) if !matches!(status, 408 | 425 | 429) => {
            return failed(now, &format!("the client answered {status}"));
        }
        Outcome::Answered(status) => format!("the client answered {status}"),
        Outcome::NotReached(reason) => reason.clone(),
    };
    if attempts >= live.configuration.backchannel_logout_attempts {
        return failed(
            now,
            &format!("given up after {attempts} deliveries: {problem}"),
        );
    }
    let factor = 4_i64.saturating_pow(attempts.saturating_sub(1));
    let pause = live
        .configuration
        .backchannel_logout_retry_seconds
        .saturating_mul(factor)
        .clamp(0, MAX_PAUSE_SECONDS);
    NoticeState::Waiting {
        until: now.plus_seconds(pause),
        attempts,
        problem: Some(problem),
    }
}

fn failed(at: Timestamp, reason: &str) -> NoticeState {
    NoticeState::Failed {
        at,
        reason: reason.to_owned(),
    }
}

/// Changes a notice's state; `None` when somebody else did.
async fn change(
    provider: &Provider,
    notice: &Versioned<LogoutNotice>,
    state: NoticeState,
) -> Result<Option<Versioned<LogoutNotice>>, Error> {
    let changed = LogoutNotice {
        state,
        ..notice.value.clone()
    };
    match provider
        .store
        .apply(vec![Change::replace(notice, &changed)])
        .await
    {
        Ok(()) => Ok(Some(Versioned {
            value: changed,
            version: notice.version + 1,
        })),
        Err(StoreError::Conflict { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
