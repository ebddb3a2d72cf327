//! A pushed authorization request (RFC 9126): one request, one row, one `request_uri`.

use super::{Kind, SCOPE, Site, basic, encode, member, shop::REDIRECT_URI};
use crate::{failure::Result, http::Connection, load::Walker};

/// A shop that pushes request after request and lets nobody log in.
#[derive(Debug)]
pub struct Pusher {
    connection: Connection,
    path: &'static str,
    credentials: String,
    form: String,
}

impl Pusher {
    /// One at `site`.
    pub fn at(site: Site) -> Self {
        Self {
            connection: Connection::to(site.address),
            path: match site.kind {
                Kind::Durward => "/jans-auth/restv1/par",
                Kind::Peer => "/request",
            },
            credentials: basic("shop"),
            form: encode(&[
                ("response_type", "code"),
                ("client_id", "shop"),
                ("redirect_uri", REDIRECT_URI),
                ("scope", SCOPE),
                ("state", "1"),
                ("nonce", "1"),
                (
                    "code_challenge",
                    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                ),
                ("code_challenge_method", "S256"),
            ]),
        }
    }
}

impl Walker for Pusher {
    async fn walk(&mut self) -> Result<()> {
        let answer = self
            .connection
            .post(self.path, &self.credentials, &self.form)
            .await?
            .expect(201, "pushed request")?;
        member(&answer, "request_uri").map(drop)
    }
}
