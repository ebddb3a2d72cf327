//! Who may administer: clients with an access token of this server whose scopes an operator
//! gave them.

use durward_model::ClientId;

use super::{ManagementError, Request};
use crate::{
    client_registration::ClientCertificate,
    error::{Code, Error},
    introspection,
};

/// What a caller shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Presented<'a> {
    /// `Authorization: Bearer`; empty text for credentials of another kind.
    pub bearer: Option<&'a str>,
    /// The connection's client certificate. What it opens is decided in [`authorize`].
    pub certificate: Option<&'a ClientCertificate>,
}

/// Scopes of a part of the API, by what they allow. Whoever may write may read.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// Looking.
    pub read: &'static str,
    /// Making and changing.
    pub write: &'static str,
    /// Taking away.
    pub delete: &'static str,
}

/// Scripts.
pub const SCRIPTS: Area = Area {
    read: "https://jans.io/oauth/config/scripts.readonly",
    write: "https://jans.io/oauth/config/scripts.write",
    delete: "https://jans.io/oauth/config/scripts.delete",
};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Look.
    Read,
    /// Make or change.
    Write,
    /// Take away.
    Delete,
}

impl Area {
    const fn scope(self, right: Right) -> &'static str {
        match right {
            Right::Read => self.read,
            Right::Write => self.write,
            Right::Delete => self.delete,
        }
    }
}

/// A caller who may do what was asked for.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is, for histories and logs: `client:` and its id.
    pub author: String,
}

/// Lets the caller in, or not: an access token of the client's own, for this server, of a
/// client that an operator added. A client certificate alone opens nothing yet; this is where
/// it would, and where a token that is bound to one is compared with it.
///
/// # Errors
/// `NoToken`, `invalid_token`, `insufficient_scope`.
pub(super) async fn authorize(
    request: &Request<'_>,
    area: Area,
    right: Right,
) -> Result<Caller, ManagementError> {
    let provider = request.provider;
    let Some(bearer) = request.presented.bearer else {
        return Err(ManagementError::NoToken);
    };
    let invalid = || Code::InvalidToken.because("the access token is not valid");
    let active = introspection::find_active(provider, bearer).await?;
    let active = active
        .filter(|active| active.is_for(&provider.live().configuration.issuer))
        .filter(|active| active.user_id.is_none() && active.grant.is_none())
        .ok_or_else(invalid)?;
    let client_id = ClientId::new(&active.client_id);
    let client = provider.store.find_client(&client_id).await?;
    // A token is issued without these scopes to whoever registered itself; should one be about,
    // from whenever, it opens nothing either.
    if client.is_none_or(|client| client.registration.is_some()) {
        return Err(invalid().into());
    }
    let needed = area.scope(right);
    let has = |scope: &str| active.scope.contains(scope);
    if has(needed) || (right == Right::Read && has(area.write)) {
        Ok(Caller {
            author: format!("client:{client_id}"),
        })
    } else {
        Err(ManagementError::Scope(needed))
    }
}

impl From<Error> for ManagementError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
