//! Administrators: clients to which an operator gave scopes of the config API.

use durward_model::{
    Scope,
    client::{ClientMetadata, grant_type},
};

use crate::{World, clients::basic};

/// Id of the client that administers.
pub const ADMINISTRATOR: &str = "administrator";

/// Every scope for scripts.
pub const SCRIPT_SCOPES: &str = "https://jans.io/oauth/config/scripts.write \
     https://jans.io/oauth/config/scripts.delete";

/// Metadata of a client that may have this scope as itself.
pub fn administrator(scope: &str) -> ClientMetadata {
    ClientMetadata {
        grant_types: vec![grant_type::CLIENT_CREDENTIALS.to_owned()],
        scope: Scope::parse(scope),
        ..ClientMetadata::default()
    }
}

impl World {
    /// An access token with this scope, of a client that an operator gave it.
    pub async fn administers(&self, scope: &str) -> String {
        let id = format!("{ADMINISTRATOR}-{}", self.provider.new_id());
        self.add_client(&id, administrator(scope)).await;
        self.own_token(&id, scope).await
    }

    /// An access token of a client's own.
    pub async fn own_token(&self, client_id: &str, scope: &str) -> String {
        let request = [
            ("grant_type", grant_type::CLIENT_CREDENTIALS),
            ("scope", scope),
        ];
        let authorization = basic(client_id);
        let answer = self.token(Some(&authorization), &request).await;
        answer.unwrap().access_token
    }
}
