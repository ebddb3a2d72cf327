//! The token endpoint: one way for all grants (RFC 6749, section 3.2).
//!
//! parse → authenticate the client → may it use this grant → the grant's own
//! rule → one `apply` → tokens. A grant is a file in `token/` and a line in [`GRANTS`].

pub mod authorization_code;
pub mod ciba;
pub mod client_credentials;
pub mod issue;
pub mod refresh_token;

use durward_model::{Client, client::grant_type};

use crate::{
    Parameters, Provider, client_auth,
    error::{Code, Error},
};

pub use issue::TokenResponse;

/// Grant types that the endpoint knows, as discovery lists them.
pub const GRANTS: &[&str] = &[
    grant_type::AUTHORIZATION_CODE,
    grant_type::REFRESH_TOKEN,
    grant_type::CLIENT_CREDENTIALS,
    grant_type::CIBA,
];

/// Answers a token request.
///
/// # Errors
/// As RFC 6749 section 5.2 and the grant's own specification name them.
pub async fn answer(
    provider: &Provider,
    authorization: Option<&str>,
    parameters: &Parameters,
) -> Result<TokenResponse, Error> {
    let client = client_auth::authenticate(provider, authorization, parameters).await?;
    let grant_type = parameters.require("grant_type")?;
    let ciba = provider.live().configuration.has_feature("ciba");
    if !GRANTS.contains(&grant_type) || (grant_type == grant_type::CIBA && !ciba) {
        return Err(Code::UnsupportedGrantType.because("this grant_type is not supported"));
    }
    if !client.may_use(grant_type) {
        return Err(Code::UnauthorizedClient.because("the client may not use this grant_type"));
    }
    dispatch(provider, &client, grant_type, parameters).await
}

async fn dispatch(
    provider: &Provider,
    client: &Client,
    grant_type: &str,
    parameters: &Parameters,
) -> Result<TokenResponse, Error> {
    match grant_type {
        grant_type::AUTHORIZATION_CODE => {
            authorization_code::answer(provider, client, parameters).await
        }
        grant_type::REFRESH_TOKEN => refresh_token::answer(provider, client, parameters).await,
        grant_type::CLIENT_CREDENTIALS => {
            client_credentials::answer(provider, client, parameters).await
        }
        _ => ciba::answer(provider, client, parameters).await,
    }
}
