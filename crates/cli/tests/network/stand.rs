//! A server that is administered from afar, and a user's profiles.

use std::path::PathBuf;

use serde_json::json;

use crate::support::{
    home::{Credentials, Home, Ran, durward, durward_with},
    server::Server,
};

/// Everything that the config API has scopes for.
pub const ALL: &str = "https://jans.io/oauth/config/scripts.write \
    https://jans.io/oauth/config/scripts.delete \
    https://jans.io/oauth/jans-auth-server/config/properties.write \
    https://jans.io/oauth/config/openid/clients.write \
    https://jans.io/oauth/config/openid/clients.delete \
    https://jans.io/oauth/config/scopes.readonly https://jans.io/oauth/config/user.write \
    https://jans.io/oauth/jans-auth-server/session.readonly \
    https://jans.io/oauth/jans-auth-server/session.delete https://jans.io/oauth/config/jwks.write";

/// A home whose server runs, and who administers it.
pub struct Stand {
    pub home: Home,
    pub client: Credentials,
    _server: Server,
}

impl Stand {
    /// Serves that home, and logs a client with all scopes in.
    pub fn new(home: Home) -> Self {
        let stand = Self::with_scope(home, ALL);
        stand.log_in(&stand.client).ok();
        stand
    }

    /// Serves that home, with a client that may have these scopes; nobody is logged in.
    pub fn with_scope(home: Home, scope: &str) -> Self {
        let client = administrator(&home, scope);
        let server = home.serve();
        Self {
            home,
            client,
            _server: server,
        }
    }

    /// The file with the profiles.
    pub fn profiles(&self) -> PathBuf {
        self.home.data().parent().unwrap().join("own/profiles.toml")
    }

    /// Logs in with a secret from standard input, under the default name.
    pub fn log_in(&self, client: &Credentials) -> Ran {
        let (url, profiles) = (self.home.issuer(), self.profiles());
        let arguments = [
            "login",
            "--url",
            &url,
            "--client-id",
            &client.id,
            "--client-secret-file",
            "-",
            "--profiles",
            profiles.to_str().unwrap(),
        ];
        durward_with(&arguments, &format!("{}\n", client.secret))
    }

    /// Runs a command over the network, with the default profile.
    pub fn there(&self, arguments: &[&str]) -> Ran {
        self.there_with(arguments, "")
    }

    /// The same with something on standard input.
    pub fn there_with(&self, arguments: &[&str], stdin: &str) -> Ran {
        let profiles = self.profiles();
        let mut all = arguments.to_vec();
        all.extend(["--profile", "default"]);
        all.extend(["--profiles", profiles.to_str().unwrap()]);
        durward_with(&all, stdin)
    }

    /// Runs a command that names the file of the profiles itself.
    pub fn with_profiles(&self, arguments: &[&str]) -> Ran {
        let profiles = self.profiles();
        let mut all = arguments.to_vec();
        all.extend(["--profiles", profiles.to_str().unwrap()]);
        durward(&all)
    }
}

/// A client that calls the config API with a secret.
pub fn administrator(home: &Home, scope: &str) -> Credentials {
    home.client(&json!({
        "client_name": "Pipeline", "grant_types": ["client_credentials"],
        "response_types": [], "scope": scope,
    }))
}
