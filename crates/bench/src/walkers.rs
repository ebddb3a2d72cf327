//! The flows, as both servers are asked for them: a machine that wants a
//! token, a shop's login with PKCE, a till's login on the customer's phone.
//!
//! Every answer is checked: a wrong one ends the measurement. Clients and
//! users are those of `prepared.rs` and of `peer/peer.mjs`.

pub mod applicant;
pub mod leaver;
pub mod machine;
pub mod pusher;
pub mod shop;
pub mod till;

use std::net::SocketAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    failure::{Failure, Result},
    http::Answer,
};

/// Secret of every client at both servers.
pub const SECRET: &str = "durward-bench-secret-of-every-client";

/// What shop and till ask for.
pub const SCOPE: &str = "openid profile email";

/// Which server is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ours.
    Durward,
    /// oidc-provider.
    Peer,
}

/// A server under load.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// Where.
    pub address: SocketAddr,
    /// Which.
    pub kind: Kind,
}

impl Site {
    /// Path of the token endpoint.
    pub fn token_path(self) -> &'static str {
        match self.kind {
            Kind::Durward => "/jans-auth/restv1/token",
            Kind::Peer => "/token",
        }
    }
}

/// Header line of HTTP Basic.
pub fn basic(client_id: &str) -> String {
    format!(
        "authorization: Basic {}\r\n",
        STANDARD.encode(format!("{client_id}:{SECRET}"))
    )
}

/// A form or query of these pairs.
pub fn encode(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// A member of a JSON answer that is text.
///
/// # Errors
/// When it is not there.
pub fn member(answer: &Answer, name: &str) -> Result<String> {
    let value: serde_json::Value = serde_json::from_slice(&answer.body)?;
    let text = value.get(name).and_then(serde_json::Value::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| Failure::new(format!("an answer without '{name}'")))
}

/// Fails unless the answer holds an ID token and an access token.
///
/// # Errors
/// When one is missing.
pub fn check_tokens(answer: &Answer) -> Result<()> {
    member(answer, "access_token")?;
    let id_token = member(answer, "id_token")?;
    if id_token.split('.').count() == 3 {
        Ok(())
    } else {
        Err(Failure::new("an ID token in a strange form"))
    }
}

/// The path segment after `/interaction/` in a page.
///
/// # Errors
/// When the page is not of an interaction.
pub fn interaction_of(page: &Answer) -> Result<String> {
    let html = page.text();
    let id = html
        .split_once("/interaction/")
        .and_then(|(_, rest)| rest.split(['"', '/', '?', '#']).next());
    id.filter(|id| !id.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("a page that belongs to no interaction"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer {
            body: body.as_bytes().to_vec(),
            ..Answer::default()
        }
    }

    #[test]
    fn interactions_are_found_in_pages() {
        let page = answer(r#"<form action="/jans-auth/restv1/interaction/a1b2" method="post">"#);
        assert_eq!(interaction_of(&page).unwrap(), "a1b2");
        assert!(interaction_of(&answer("<h1>gone</h1>")).is_err());
    }

    #[test]
    fn answers_without_tokens_are_noticed() {
        assert!(check_tokens(&answer(r#"{"access_token":"a","id_token":"a.b.c"}"#)).is_ok());
        assert!(check_tokens(&answer(r#"{"access_token":"a"}"#)).is_err());
        assert!(check_tokens(&answer(r#"{"access_token":"a","id_token":"opaque"}"#)).is_err());
    }

    #[test]
    fn pairs_are_encoded() {
        assert_eq!(
            encode(&[("scope", "a b"), ("u", "x&y")]),
            "scope=a+b&u=x%26y"
        );
    }
}
