//! A client that registers itself (RFC 7591), again and again, and is somebody else each time.

use serde_json::json;

use super::{Kind, SCOPE, Site, member};
use crate::{failure::Result, http::Connection, load::Walker};

/// Who registers.
#[derive(Debug)]
pub struct Applicant {
    connection: Connection,
    request: Vec<u8>,
}

impl Applicant {
    /// One at `site`.
    pub fn at(site: Site) -> Self {
        let path = match site.kind {
            Kind::Durward => "/jans-auth/restv1/register",
            Kind::Peer => "/reg",
        };
        let metadata = json!({
            "client_name": "Applicant",
            "redirect_uris": ["https://applicant.example/cb"],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic",
            "id_token_signed_response_alg": "ES256",
            "scope": SCOPE,
        })
        .to_string();
        let (address, length) = (site.address, metadata.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{metadata}"
        );
        Self {
            connection: Connection::to(address),
            request: request.into_bytes(),
        }
    }
}

impl Walker for Applicant {
    async fn walk(&mut self) -> Result<()> {
        let answer = self.connection.send(&self.request).await?;
        let answer = answer.expect(201, "registration")?;
        member(&answer, "client_id").map(drop)
    }
}
