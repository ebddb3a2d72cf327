//! `client_credentials`: one request, one ES256 JWT. Also the load of the
//! server that only signs.

use std::net::SocketAddr;

use super::{Site, basic, member};
use crate::{
    failure::{Failure, Result},
    http::Connection,
    load::Walker,
};

/// A machine that wants a token again and again.
#[derive(Debug)]
pub struct Machine {
    connection: Connection,
    request: Vec<u8>,
    seen: bool,
}

impl Machine {
    /// One that asks `site`.
    pub fn at(site: Site) -> Self {
        Self::asking(site.address, site.token_path())
    }

    /// One that asks any server for a token at `path`.
    pub fn asking(address: SocketAddr, path: &str) -> Self {
        let form = "grant_type=client_credentials&scope=read";
        let (credentials, length) = (basic("machine"), form.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\
             {credentials}\r\n{form}"
        );
        Self {
            connection: Connection::to(address),
            request: request.into_bytes(),
            seen: false,
        }
    }
}

impl Walker for Machine {
    async fn walk(&mut self) -> Result<()> {
        let answer = self
            .connection
            .send(&self.request)
            .await?
            .expect(200, "client_credentials")?;
        if !self.seen {
            // Looked at once: the generator is not to be what is measured.
            let token = member(&answer, "access_token")?;
            let header = durward_jose::unverified_header(&token, 16 * 1024)?;
            if header.alg != durward_jose::Algorithm::ES256 {
                return Err(Failure::new("a token that is not signed with ES256"));
            }
            self.seen = true;
        }
        Ok(())
    }
}
