//! Access tokens for Google service accounts: a signed assertion for a bearer
//! token (RFC 7523), kept until shortly before it expires.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use durward_jose::{digest, sign_assertion_rs256};
use durward_model::{Timestamp, configuration::HttpPolicy};
use reqwest::{Method, header::HeaderMap};
use serde::Deserialize;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::fetch::{Fetch, Fetcher};

/// Seconds before its expiry that a token is no longer used.
const SAFETY_SECONDS: i64 = 60;

/// Seconds that an assertion lives.
const ASSERTION_SECONDS: i64 = 300;

/// Tokens kept at once.
const MAX_TOKENS: usize = 64;

/// The members of a service account's JSON key that are needed.
#[derive(Deserialize)]
struct ServiceAccount {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: Option<String>,
    token_uri: String,
}

/// The token endpoint's answer.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: i64,
}

struct Kept {
    token: String,
    usable_until: Timestamp,
}

/// The token of one account for one scope. Held while it is fetched: callers at the same
/// time share one request, and those of other accounts do not wait for it.
type Slot = Arc<tokio::sync::Mutex<Option<Kept>>>;

/// Gets and keeps tokens.
pub struct ServiceAccounts {
    fetcher: Arc<Fetcher>,
    slots: Mutex<HashMap<String, Slot>>,
}

impl ServiceAccounts {
    /// None kept yet.
    pub fn new(fetcher: Arc<Fetcher>) -> Self {
        Self {
            fetcher,
            slots: Mutex::default(),
        }
    }

    /// A token of that account for that scope.
    ///
    /// # Errors
    /// A sentence for the script; it never holds the key.
    pub async fn token(
        &self,
        key: &str,
        scope: &str,
        policy: &HttpPolicy,
        now: Timestamp,
    ) -> Result<String, String> {
        let account: ServiceAccount = serde_json::from_str(key)
            .map_err(|_| "the key is not a service account's JSON key".to_owned())?;
        let slot = self.slot(digest::sha256_base64url(format!("{key}\0{scope}")), now);
        let mut kept = slot.lock().await;
        if let Some(found) = kept.as_ref().filter(|found| now < found.usable_until) {
            return Ok(found.token.clone());
        }
        let answer = self.fetch(&account, scope, policy, now).await?;
        let usable_until = now.plus_seconds(answer.expires_in - SAFETY_SECONDS);
        *kept = Some(Kept {
            token: answer.access_token.clone(),
            usable_until,
        });
        Ok(answer.access_token)
    }

    fn slot(&self, id: String, now: Timestamp) -> Slot {
        // Nothing panics while holding the lock; if it did, the map is still whole.
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if !slots.contains_key(&id) {
            // One that is locked is being fetched.
            slots.retain(|_, slot| {
                slot.try_lock().map_or(true, |kept| {
                    kept.as_ref().is_some_and(|kept| now < kept.usable_until)
                })
            });
            if slots.len() >= MAX_TOKENS {
                slots.clear();
            }
        }
        slots.entry(id).or_default().clone()
    }

    async fn fetch(
        &self,
        account: &ServiceAccount,
        scope: &str,
        policy: &HttpPolicy,
        now: Timestamp,
    ) -> Result<TokenAnswer, String> {
        let claims = json!({
            "iss": account.client_email,
            "scope": scope,
            "aud": account.token_uri,
            "iat": now.seconds(),
            "exp": now.seconds() + ASSERTION_SECONDS,
        });
        let assertion = sign_assertion_rs256(
            &account.private_key,
            &claims,
            account.private_key_id.as_deref(),
        )
        .map_err(|_| "the service account's private key cannot sign".to_owned())?;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", &assertion)
            .finish();
        let mut headers = HeaderMap::new();
        headers.insert(
            reqwest::header::CONTENT_TYPE,
            reqwest::header::HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let url = Url::parse(&account.token_uri)
            .map_err(|_| "the service account's token_uri is not a URL".to_owned())?;
        let fetch = Fetch {
            url,
            method: Method::POST,
            headers,
            body,
            timeout_ms: None,
        };
        let answer = self.fetcher.run(fetch, policy, super::POLICY).await?;
        if answer.status != 200 {
            return Err(format!(
                "the token endpoint answered with status {}",
                answer.status
            ));
        }
        serde_json::from_str(&answer.body)
            .map_err(|_| "the token endpoint's answer holds no access token".to_owned())
    }
}
