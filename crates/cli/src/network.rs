//! A server's config API over the network: where it is, who calls, one request at a time.
//!
//! Not here: what the commands ask for, and where a connection's settings are kept between
//! commands (`network/profile.rs`).

pub mod call;
pub mod listing;
pub mod profile;
pub mod refusal;
pub mod scripts;
pub mod token;
pub mod told;
pub mod transport;

use std::{path::PathBuf, sync::Arc};

use tokio::sync::Mutex;
use url::Url;

use crate::failure::Failure;

pub use call::{Answer, Call};
use token::TokenSource;
pub use token::{Grant, Token};
use transport::Transport;

/// Where Jans has its config API.
pub const API: &str = "/jans-config-api/api/v1";

/// Where a server is, and as whom it is called.
#[derive(Debug, Clone)]
pub struct Target {
    /// The issuer: scheme, host and port.
    pub url: String,
    /// PEM file with the only authorities that may vouch for the server; those of the
    /// system without one.
    pub ca_file: Option<PathBuf>,
    /// Shown where the server asks for a certificate.
    pub certificate: Option<ClientCertificate>,
    /// How to come by an access token.
    pub grant: Grant,
    /// Ask for these scopes only; for all that the client has where it is empty.
    pub scope: String,
    /// An access token from an earlier time.
    pub kept: Option<Token>,
}

/// PEM files of a client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, and those between it and an authority.
    pub cert_file: PathBuf,
    /// Its key.
    pub key_file: PathBuf,
}

/// What is done with a new access token, so that the next command has it.
pub type Keep = Arc<dyn Fn(&Token) -> Result<(), Failure> + Send + Sync>;

/// A server's config API. The access token is fetched with the first request that needs one.
pub struct Connection {
    transport: Transport,
    source: TokenSource,
    api: Url,
    token: Mutex<Option<Token>>,
    keep: Option<Keep>,
}

impl Connection {
    /// Finds the server, and looks whether it is the one that is meant (OpenID Connect
    /// Discovery 1.0, section 4.3).
    ///
    /// # Errors
    /// An address that is none or not secure, files that do not hold what they should, a
    /// server that does not answer, is not trusted or calls itself something else.
    pub async fn open(target: Target, keep: Option<Keep>) -> Result<Self, Failure> {
        let issuer = transport::server_url(&target.url)?;
        let transport = Transport::new(&target, &issuer)?;
        let endpoints = transport.discover(&issuer).await?;
        let api = endpoints.api(&issuer, target.certificate.is_some())?;
        Ok(Self {
            source: TokenSource::new(&target, endpoints),
            transport,
            api,
            token: Mutex::new(target.kept),
            keep,
        })
    }

    /// Sends a request. A kept access token that the server does not take any more is
    /// replaced once.
    ///
    /// # Errors
    /// The server cannot be reached, or lets this caller not in (401) or not do this (403).
    /// Any other answer is one: see [`Answer::accepted`].
    pub async fn request(&self, call: &Call) -> Result<Answer, Failure> {
        let (token, is_fresh) = self.token(None).await?;
        let answer = self.send(call, &token).await?;
        if answer.status != 401 || is_fresh || !self.source.can_renew() {
            return refusal::check_access(answer);
        }
        let (token, _) = self.token(Some(&token)).await?;
        refusal::check_access(self.send(call, &token).await?)
    }

    /// The access token that requests go with, for whoever wants to know that the server
    /// gives one. `unwanted` is one that it did not take.
    ///
    /// # Errors
    /// The server gives none.
    pub async fn token(&self, unwanted: Option<&Token>) -> Result<(Token, bool), Failure> {
        let mut held = self.token.lock().await;
        let usable = held
            .as_ref()
            .filter(|token| unwanted != Some(token) && !token.is_over());
        if let Some(token) = usable {
            return Ok((token.clone(), false));
        }
        let token = self.source.fetch(&self.transport).await?;
        if let Some(keep) = &self.keep {
            keep(&token)?;
        }
        *held = Some(token.clone());
        Ok((token, true))
    }

    /// Makes what was issued worthless (RFC 7009).
    ///
    /// # Errors
    /// The server does not do it.
    pub async fn revoke(&self) -> Result<(), Failure> {
        let held = self.token.lock().await.take();
        match held {
            Some(token) => self.source.revoke(&self.transport, &token).await,
            None => Ok(()),
        }
    }

    async fn send(&self, call: &Call, token: &Token) -> Result<Answer, Failure> {
        let request = call.with(&self.transport.http, &self.api)?;
        let request = request.bearer_auth(&token.access_token);
        self.transport.send(request).await
    }
}
