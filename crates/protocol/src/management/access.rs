//! Who may administer: clients with an access token of this server whose scopes an operator
//! gave them.

use durward_model::{Scope, scope::is_management};

use super::{ManagementError, Request};
use crate::{error::Error, introspection};

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

/// Live configuration.
pub const PROPERTIES: Area = Area {
    read: "https://jans.io/oauth/jans-auth-server/config/properties.readonly",
    write: "https://jans.io/oauth/jans-auth-server/config/properties.write",
    delete: NOBODY,
};

/// Clients.
pub const CLIENTS: Area = Area {
    read: "https://jans.io/oauth/config/openid/clients.readonly",
    write: "https://jans.io/oauth/config/openid/clients.write",
    delete: "https://jans.io/oauth/config/openid/clients.delete",
};

/// Scopes that exist.
pub const SCOPES: Area = Area {
    read: "https://jans.io/oauth/config/scopes.readonly",
    write: NOBODY,
    delete: NOBODY,
};

/// People.
pub const USERS: Area = Area {
    read: "https://jans.io/oauth/config/user.readonly",
    write: "https://jans.io/oauth/config/user.write",
    delete: NOBODY,
};

/// Sessions.
pub const SESSIONS: Area = Area {
    read: "https://jans.io/oauth/jans-auth-server/session.readonly",
    write: NOBODY,
    delete: "https://jans.io/oauth/jans-auth-server/session.delete",
};

/// Keys of the server.
pub const KEYS: Area = Area {
    read: "https://jans.io/oauth/config/jwks.readonly",
    write: "https://jans.io/oauth/config/jwks.write",
    delete: NOBODY,
};

/// Where an area has nothing of a kind: no token has this scope, for it has a blank.
const NOBODY: &str = "nobody at all";

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
    /// What it may do.
    scope: Scope,
}

impl Caller {
    /// Nobody gives, takes over or takes away more power than his own.
    ///
    /// # Errors
    /// `Scope`, with the first scope of administration that the caller lacks.
    pub(super) fn check_covers(&self, scope: &Scope) -> Result<(), ManagementError> {
        let lacks = |token: &&str| is_management(token) && !self.scope.contains(token);
        match scope.iter().find(lacks) {
            None => Ok(()),
            Some(token) => Err(ManagementError::Scope(token.to_owned())),
        }
    }
}

/// Lets the caller in, or not: an access token of the client's own, for this server, of a
/// client that an operator added. A token that is bound to a client certificate comes in with
/// that one only (RFC 8705, section 3); a certificate alone opens nothing.
///
/// # Errors
/// `NoToken`, `invalid_token`, `insufficient_scope`.
pub(super) async fn authorize(
    request: &Request<'_>,
    area: Area,
    right: Right,
) -> Result<Caller, ManagementError> {
    let Some(bearer) = request.bearer else {
        return Err(ManagementError::NoToken);
    };
    let active = introspection::load_administrators(request.provider, bearer).await?;
    let needed = area.scope(right);
    let has = |scope: &str| active.scope.contains(scope);
    if has(needed) || (right == Right::Read && has(area.write)) {
        Ok(Caller {
            author: format!("client:{}", active.client_id),
            scope: active.scope,
        })
    } else {
        Err(ManagementError::Scope(needed.to_owned()))
    }
}

impl From<Error> for ManagementError {
    /// A refusal that is about what was sent is told like the others of that kind.
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) if refusal.code.status() == 400 => {
                Self::invalid("", refusal.description)
            }
            other => Self::Error(other),
        }
    }
}
