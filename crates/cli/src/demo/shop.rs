//! The demo client: starts logins, polls for them, keeps what was said.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_jose::JwkSet;
use durward_model::{Clock as _, client::grant_type};
use serde_json::Value;
use tokio::time::{Instant, sleep};
use url::form_urlencoded::byte_serialize;

use super::{
    caller::{Answer, Caller, form, text},
    pages::{Exchange, LoginState, NotificationState, TokenView},
    push::Inbox,
    setup::{Kept, SCOPE, unique},
    tokens::{self, Expected},
};
use crate::{failure::Failure, system::SystemClock};
use durward_server::pages::untrusted::Untrusted;

/// Logins kept.
const KEPT: usize = 100;

/// Seconds between polls when the server names none (CIBA Core 1.0, section 7.3).
const DEFAULT_INTERVAL_SECONDS: u64 = 5;

/// Seconds that `slow_down` adds (section 11).
const SLOW_DOWN_SECONDS: u64 = 5;

/// The client.
pub struct Shop {
    caller: Caller,
    issuer: String,
    kept: Kept,
    inbox: Arc<Inbox>,
    logins: Mutex<VecDeque<Login>>,
}

/// One login.
#[derive(Debug, Clone)]
#[allow(clippy::struct_field_names)] // `login_hint` is the specification's word
pub struct Login {
    /// In its page's address.
    pub id: String,
    /// Whom we asked for.
    pub login_hint: String,
    /// The words we show.
    pub binding_message: String,
    /// How far it is.
    pub state: LoginState,
    /// Polls so far.
    pub polls: u32,
    /// What we received.
    pub tokens: Vec<TokenView>,
    /// What was said.
    pub exchanges: Vec<Exchange>,
}

/// What is needed to go on asking.
struct Pending {
    login: String,
    auth_req_id: String,
    interval_seconds: u64,
    deadline: Instant,
    metadata: Value,
}

/// `Authorization: Basic` of a client (RFC 6749, section 2.3.1).
pub fn basic(client_id: &str, client_secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(client_secret)))
    )
}

/// An endpoint of the server's metadata.
///
/// # Errors
/// When it is not there.
pub fn endpoint<'a>(metadata: &'a Value, name: &str) -> Result<&'a str, Failure> {
    match text(metadata, name) {
        "" => Err(Failure::new(format!(
            "the server's metadata names no {name}"
        ))),
        found => Ok(found),
    }
}

impl Shop {
    /// A client of that server; `inbox` learns what becomes of its logins.
    pub fn new(caller: Caller, issuer: String, kept: Kept, inbox: Arc<Inbox>) -> Arc<Self> {
        Arc::new(Self {
            caller,
            issuer,
            kept,
            inbox,
            logins: Mutex::default(),
        })
    }

    fn logins(&self) -> MutexGuard<'_, VecDeque<Login>> {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A login as it is now.
    pub fn find(&self, id: &str) -> Option<Login> {
        self.logins().iter().find(|login| login.id == id).cloned()
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Login)) {
        if let Some(login) = self.logins().iter_mut().find(|login| login.id == id) {
            change(login);
        }
    }

    /// Asks for a login and begins to poll. The id of the login.
    ///
    /// # Errors
    /// The server's words when it refuses.
    pub async fn start(
        self: &Arc<Self>,
        login_hint: &str,
        binding_message: &str,
    ) -> Result<String, Failure> {
        let metadata = self.metadata().await?;
        let mut fields = vec![("scope", SCOPE), ("login_hint", login_hint)];
        if !binding_message.is_empty() {
            fields.push(("binding_message", binding_message));
        }
        let url = endpoint(&metadata, "backchannel_authentication_endpoint")?;
        let answer = self.post(url, &fields).await?;
        let body = answer.json();
        let auth_req_id = text(&body, "auth_req_id").to_owned();
        if answer.status != 200 || auth_req_id.is_empty() {
            return Err(Failure::new(described(&body)));
        }
        let seconds = |name| body.get(name).and_then(Value::as_u64);
        let login = Login {
            id: unique(),
            login_hint: login_hint.to_owned(),
            binding_message: binding_message.to_owned(),
            state: LoginState::Waiting,
            polls: 0,
            tokens: Vec::new(),
            exchanges: vec![exchange("Ask for a login", url, &fields, &answer)],
        };
        let pending = Pending {
            login: login.id.clone(),
            auth_req_id,
            interval_seconds: seconds("interval").unwrap_or(DEFAULT_INTERVAL_SECONDS),
            deadline: Instant::now() + Duration::from_secs(seconds("expires_in").unwrap_or(300)),
            metadata,
        };
        let id = login.id.clone();
        self.keep(login);
        tokio::spawn(self.clone().follow(pending));
        Ok(id)
    }

    fn keep(&self, login: Login) {
        let mut logins = self.logins();
        logins.push_back(login);
        if logins.len() > KEPT {
            logins.pop_front();
        }
    }

    async fn metadata(&self) -> Result<Value, Failure> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let metadata = self.caller.get(&url, &[]).await?.json();
        if text(&metadata, "issuer") == self.issuer {
            Ok(metadata)
        } else {
            Err(Failure::new(format!("{url} names another issuer")))
        }
    }

    async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Result<Answer, Failure> {
        let authorization = basic(&self.kept.client_id, &self.kept.client_secret);
        self.caller
            .post(url, &[("authorization", &authorization)], fields)
            .await
    }

    /// Polls until there is an answer, never faster than the server allows.
    async fn follow(self: Arc<Self>, mut pending: Pending) {
        let state = loop {
            sleep(Duration::from_secs(pending.interval_seconds)).await;
            match self.poll(&pending).await {
                Err(failure) => break LoginState::Failed(Untrusted::line(&failure.message, 300)),
                Ok(Some(state)) => break state,
                Ok(None) if Instant::now() > pending.deadline => break LoginState::Expired,
                Ok(None) => {}
            }
            if self.was_told_to_slow_down(&pending.login) {
                pending.interval_seconds += SLOW_DOWN_SECONDS;
            }
        };
        let card = match state {
            LoginState::Approved => NotificationState::Approved,
            LoginState::Denied => NotificationState::Denied,
            _ => NotificationState::Expired,
        };
        self.inbox.settle(&pending.auth_req_id, card);
        self.change(&pending.login, |login| login.state = state);
    }

    fn was_told_to_slow_down(&self, login: &str) -> bool {
        self.find(login).is_some_and(|login| {
            let last = login.exchanges.last();
            last.is_some_and(|last| last.response_body.as_str().contains("slow_down"))
        })
    }

    /// One poll: the end of the login, or nothing yet.
    async fn poll(&self, pending: &Pending) -> Result<Option<LoginState>, Failure> {
        let url = endpoint(&pending.metadata, "token_endpoint")?;
        let fields = [
            ("grant_type", grant_type::CIBA),
            ("auth_req_id", pending.auth_req_id.as_str()),
        ];
        let answer = self.post(url, &fields).await?;
        let said = exchange("Ask for the tokens", url, &fields, &answer);
        self.change(&pending.login, |login| {
            login.polls += 1;
            match login.exchanges.last_mut() {
                Some(last) if last.response_body == said.response_body => last.times += 1,
                _ => login.exchanges.push(said),
            }
        });
        let body = answer.json();
        if answer.status == 200 {
            return self
                .take_tokens(&pending.login, &pending.metadata, &body)
                .await
                .map(Some);
        }
        Ok(match text(&body, "error") {
            "authorization_pending" | "slow_down" => None,
            "access_denied" => Some(LoginState::Denied),
            "expired_token" => Some(LoginState::Expired),
            _ => Some(LoginState::Failed(Untrusted::line(&described(&body), 300))),
        })
    }

    async fn take_tokens(
        &self,
        login: &str,
        metadata: &Value,
        body: &Value,
    ) -> Result<LoginState, Failure> {
        let keys = self
            .caller
            .get(endpoint(metadata, "jwks_uri")?, &[])
            .await?;
        let jwks = JwkSet::parse(keys.body.as_bytes())
            .map_err(|error| Failure::new(format!("the server's keys: {error}")))?;
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &self.kept.client_id,
            now_seconds: u64::try_from(SystemClock.now().seconds()).unwrap_or_default(),
        };
        let access_token = text(body, "access_token");
        tokens::check_id_token(text(body, "id_token"), access_token, &jwks, &expected)
            .map_err(|sentence| Failure::new(format!("the ID token is refused: {sentence}")))?;
        let views = ["id_token", "access_token", "refresh_token"];
        let views = views.into_iter().filter_map(|name| match text(body, name) {
            "" => None,
            token => Some(view(name, token)),
        });
        let views: Vec<TokenView> = views.collect();
        self.change(login, |login| login.tokens = views);
        Ok(LoginState::Approved)
    }
}

fn view(name: &str, token: &str) -> TokenView {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let parts = tokens::unverified_parts(token);
    let parts = parts.map(|(header, claims)| (pretty(&header), pretty(&claims)));
    let decoded = parts
        .as_ref()
        .map(|(header, claims)| (header.as_str(), claims.as_str()));
    TokenView::new(name, token, decoded)
}

/// `error: error_description`.
pub fn described(body: &Value) -> String {
    match (text(body, "error"), text(body, "error_description")) {
        ("", _) => "the server's answer is none that the specification knows".to_owned(),
        (error, "") => error.to_owned(),
        (error, description) => format!("{error}: {description}"),
    }
}

fn exchange(purpose: &str, url: &str, fields: &[(&str, &str)], answer: &Answer) -> Exchange {
    let path = url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.path().to_owned());
    let sent: Vec<String> = form(fields).split('&').map(str::to_owned).collect();
    let pretty = serde_json::to_string_pretty(&answer.json()).unwrap_or_default();
    let line = format!("POST {path}");
    Exchange::new(purpose, (&line, &sent.join("\n")), (answer.status, &pretty))
}

#[cfg(test)]
mod tests {
    use super::basic;

    #[test]
    fn credentials_are_encoded_before_they_are_joined() {
        assert_eq!(basic("shop", "a:b c"), "Basic c2hvcDphJTNBYitj");
    }
}
