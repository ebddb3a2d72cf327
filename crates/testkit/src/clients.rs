//! The clients of every world: one of each kind.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_model::{
    Client, ClientId, Scope, SecretHash,
    client::{ApplicationType, AuthMethod, ClientMetadata, grant_type},
};
use serde_json::json;

use crate::{clock::START, keys};

/// Confidential web application, secret by Basic, code and refresh.
pub const WEB: &str = "web";
/// A second one, for mix-ups.
pub const OTHER: &str = "other";
/// Public native application, code and refresh, PKCE.
pub const NATIVE: &str = "native";
/// Confidential, CIBA in poll mode.
pub const CIBA: &str = "ciba";
/// Confidential service, secret in the form, client credentials.
pub const SERVICE: &str = "service";
/// Authenticates with assertions, client credentials.
pub const SIGNER: &str = "signer";
/// Every secret is this and the client's id.
pub const SECRET: &str = "secret-of-the-client-";

/// Redirect URI of the web application.
pub const WEB_URI: &str = "https://web.example/cb";
/// Redirect URI of the other web application.
pub const OTHER_URI: &str = "https://other.example/cb";
/// Redirect URI of the native application, to which any port may be added.
pub const NATIVE_URI: &str = "http://127.0.0.1/cb";

/// The client's secret.
pub fn secret(client_id: &str) -> String {
    format!("{SECRET}{client_id}")
}

/// `Authorization: Basic` of a client.
pub fn basic(client_id: &str) -> String {
    basic_with(client_id, &secret(client_id))
}

/// `Authorization: Basic` with any secret.
pub fn basic_with(client_id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client_id}:{secret}")))
}

/// A client of this metadata; those with a secret method have [`secret`].
pub fn client(client_id: &str, metadata: ClientMetadata) -> Client {
    let keyed = matches!(
        metadata.token_endpoint_auth_method,
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost
    );
    Client {
        client_id: ClientId::new(client_id),
        client_secret_hash: keyed.then(|| SecretHash::of(&secret(client_id))),
        issued_at: START,
        disabled: false,
        registration: None,
        metadata,
    }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

fn web(redirect_uri: &str) -> ClientMetadata {
    ClientMetadata {
        redirect_uris: texts(&[redirect_uri]),
        grant_types: texts(&[grant_type::AUTHORIZATION_CODE, grant_type::REFRESH_TOKEN]),
        scope: Scope::parse("openid profile email offline_access"),
        ..ClientMetadata::default()
    }
}

/// All of them.
pub fn all() -> Vec<Client> {
    let named = |name: &str| Some(name.to_owned());
    let native = ClientMetadata {
        client_name: named("Native"),
        application_type: ApplicationType::Native,
        token_endpoint_auth_method: AuthMethod::None,
        ..web(NATIVE_URI)
    };
    let ciba = ClientMetadata {
        client_name: named("Ciba Bank"),
        grant_types: texts(&[grant_type::CIBA, grant_type::REFRESH_TOKEN]),
        scope: Scope::parse("openid profile email"),
        backchannel_token_delivery_mode: named("poll"),
        jwks: Some(json!({ "keys": [keys::client_key().public_jwk()] })),
        ..ClientMetadata::default()
    };
    let service = ClientMetadata {
        client_name: named("Service"),
        grant_types: texts(&[grant_type::CLIENT_CREDENTIALS]),
        scope: Scope::parse("openid accounts payments"),
        token_endpoint_auth_method: AuthMethod::ClientSecretPost,
        ..ClientMetadata::default()
    };
    let signer = ClientMetadata {
        client_name: named("Signer"),
        token_endpoint_auth_method: AuthMethod::PrivateKeyJwt,
        token_endpoint_auth_signing_alg: named("ES256"),
        jwks: Some(json!({ "keys": [keys::client_key().public_jwk()] })),
        ..service.clone()
    };
    vec![
        client(
            WEB,
            ClientMetadata {
                client_name: named("Web"),
                ..web(WEB_URI)
            },
        ),
        client(
            OTHER,
            ClientMetadata {
                client_name: named("Other"),
                ..web(OTHER_URI)
            },
        ),
        client(NATIVE, native),
        client(CIBA, ciba),
        client(SERVICE, service),
        client(SIGNER, signer),
    ]
}
