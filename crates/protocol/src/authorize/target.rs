//! Where answers go: a known client and one of its redirect URIs.
//!
//! Until both are sure, an error is shown on a page and nothing is sent
//! anywhere (RFC 6749, section 4.1.2.1).

use durward_model::{Client, ClientId, client::ApplicationType};
use durward_script::origin;
use url::Url;

use super::{Answer, ResponseMode};
use crate::{
    Parameters, Provider,
    error::{Code, Error, Refusal},
};

/// A verified place for answers.
#[derive(Debug, Clone)]
pub struct Target {
    /// Who asks.
    pub client: Client,
    /// Where answers go.
    pub redirect_uri: String,
    /// Did the request name it? The token request must then repeat it.
    pub named: bool,
    /// How.
    pub mode: ResponseMode,
    /// `state`, given back as it came.
    pub state: Option<String>,
    /// Our issuer identifier.
    pub issuer: String,
}

impl Target {
    /// Finds the client and checks its redirect URI.
    ///
    /// # Errors
    /// Shown on a page: `invalid_request`, `unauthorized_client`.
    pub async fn load(provider: &Provider, parameters: &Parameters) -> Result<Self, Error> {
        let client_id = ClientId::new(parameters.require("client_id")?);
        let found = provider.store.find_client(&client_id).await?;
        let client = found
            .map(|found| found.value)
            .filter(|client| client.is_live(provider.now()))
            .ok_or_else(|| {
                Code::UnauthorizedClient.because("no client is registered under this client_id")
            })?;
        origin::client_is(client.client_id.as_str());
        let requested = parameters.find("redirect_uri");
        let redirect_uri = choose(&client, requested)?;
        Ok(Self {
            client,
            redirect_uri,
            named: requested.is_some(),
            // An unknown mode is refused later, by query: the code flow's default.
            mode: ResponseMode::parse(parameters.find("response_mode"))
                .unwrap_or(ResponseMode::Query),
            state: parameters.find("state").map(str::to_owned),
            issuer: provider.live().configuration.issuer.clone(),
        })
    }

    /// An answer with these parameters, `state` and `iss`.
    pub fn answer(&self, parameters: Vec<(&'static str, String)>) -> Answer {
        let mut all = parameters;
        all.extend(self.state.iter().map(|state| ("state", state.clone())));
        all.push(("iss", self.issuer.clone()));
        Answer {
            redirect_uri: self.redirect_uri.clone(),
            mode: self.mode,
            parameters: all,
        }
    }

    /// An error answer.
    pub fn refuse(&self, refusal: &Refusal) -> Answer {
        self.answer(vec![
            ("error", refusal.code.as_str().to_owned()),
            ("error_description", refusal.description.clone()),
        ])
    }
}

impl ResponseMode {
    /// The mode of that name; the default without one.
    pub fn parse(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("query") => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some(_) => None,
        }
    }
}

fn choose(client: &Client, requested: Option<&str>) -> Result<String, Error> {
    let registered = &client.metadata.redirect_uris;
    match (requested, registered.as_slice()) {
        (Some(requested), _) => {
            let native = client.metadata.application_type == ApplicationType::Native;
            if registered
                .iter()
                .any(|known| matches(known, requested, native))
            {
                Ok(requested.to_owned())
            } else {
                Err(Code::InvalidRequest
                    .because("the redirect_uri is not registered for this client"))
            }
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(Code::InvalidRequest.because("the parameter 'redirect_uri' is missing")),
    }
}

/// Exact comparison of characters (RFC 9700, section 2.1). Native clients on a
/// loopback address may use any port (RFC 8252, section 7.3): only the port, only http,
/// only the addresses themselves.
fn matches(registered: &str, requested: &str, native: bool) -> bool {
    if registered == requested {
        return true;
    }
    native
        && match (
            loopback_without_port(registered),
            loopback_without_port(requested),
        ) {
            (Some(registered), Some(requested)) => registered == requested,
            _ => false,
        }
}

fn loopback_without_port(uri: &str) -> Option<(&'static str, &str)> {
    for host in ["127.0.0.1", "[::1]"] {
        let Some(rest) = uri
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_prefix(host))
        else {
            continue;
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (port, path) = rest.split_at(end);
        let digits = port.strip_prefix(':').unwrap_or(port);
        let plain = port.is_empty() || (port.starts_with(':') && !digits.is_empty());
        if plain && digits.bytes().all(|b| b.is_ascii_digit()) && Url::parse(uri).is_ok() {
            return Some((host, path));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_characters_match() {
        let registered = "https://app.example/cb";
        assert!(matches(registered, "https://app.example/cb", false));
        for other in [
            "https://app.example/cb/",
            "https://app.example/cb?x=1",
            "https://app.example/cb#",
            "https://APP.example/cb",
            "https://app.example:443/cb",
            "https://app.example.evil/cb",
            "https://app.example@evil/cb",
            "https://app.example/cb/../x",
            "https://app.example/%63b",
            "https://appXexample/cb",
            "https://app.example/cb\t",
            "https:\\\\app.example\\cb",
        ] {
            assert!(!matches(registered, other, false), "{other}");
            assert!(!matches(registered, other, true), "{other}");
        }
    }

    #[test]
    fn native_clients_may_choose_a_loopback_port_and_nothing_else() {
        let registered = "http://127.0.0.1/cb";
        assert!(matches(registered, "http://127.0.0.1:51004/cb", true));
        assert!(matches("http://[::1]:1/cb", "http://[::1]:2/cb", true));
        for other in [
            "http://127.0.0.1:51004/other",
            "http://127.0.0.1:80@evil/cb",
            "http://127.0.0.1.evil/cb",
            "https://127.0.0.1:51004/cb",
            "http://localhost:51004/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:x/cb",
            "http://[::1]:51004/cb",
        ] {
            assert!(!matches(registered, other, true), "{other}");
        }
        assert!(!matches(registered, "http://127.0.0.1:51004/cb", false));
    }
}
