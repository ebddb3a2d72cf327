//! The token endpoint: one way for all grants (RFC 6749, section 3.2).
//!
//! parse → authenticate the client → may it use this grant → the grant's own
//! rule → one `apply` → tokens. A grant is a file in `token/` and a line in [`GRANTS`].

pub mod authorization_code;
pub mod ciba;
pub mod client_credentials;
pub mod issue;
pub mod refresh_token;

use durward_model::client::grant_type;

use crate::{
    Parameters, Provider,
    authorization_details::Asking,
    client_auth,
    error::{Code, Error},
    visit::Caller,
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
pub async fn answer<'a>(
    provider: &Provider,
    caller: impl Into<Caller<'a>>,
    parameters: &Parameters,
) -> Result<TokenResponse, Error> {
    let caller = caller.into();
    let client = client_auth::authenticate(provider, caller, parameters).await?;
    let grant_type = parameters.require("grant_type")?;
    let ciba = provider.live().configuration.has_feature("ciba");
    if !GRANTS.contains(&grant_type) || (grant_type == grant_type::CIBA && !ciba) {
        return Err(Code::UnsupportedGrantType.because("this grant_type is not supported"));
    }
    if !client.may_use(grant_type) {
        return Err(Code::UnauthorizedClient.because("the client may not use this grant_type"));
    }
    let asking = Asking {
        provider,
        client: &client,
        user: None,
        parameters,
        visit: caller.visit,
        is_authorization: false,
    };
    dispatch(&asking, grant_type).await
}

async fn dispatch(asking: &Asking<'_>, grant_type: &str) -> Result<TokenResponse, Error> {
    match grant_type {
        grant_type::AUTHORIZATION_CODE => authorization_code::answer(asking).await,
        grant_type::REFRESH_TOKEN => refresh_token::answer(asking).await,
        grant_type::CLIENT_CREDENTIALS => client_credentials::answer(asking).await,
        _ => ciba::answer(asking).await,
    }
}
