//! What the token endpoint is measured against: an axum handler that signs one
//! ES256 JWT and does nothing else. A process of its own, as the server is.

use std::sync::Arc;

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::post};
use durward_jose::{Algorithm, SigningKey};
use serde::Serialize;
use serde_json::json;
use tokio::net::TcpListener;

use crate::failure::Result;

#[derive(Debug, Serialize)]
struct Claims {
    iss: &'static str,
    aud: &'static str,
    sub: &'static str,
    client_id: &'static str,
    iat: i64,
    exp: i64,
    jti: &'static str,
    scope: &'static str,
}

#[derive(Debug, Serialize)]
struct Answer {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: &'static str,
}

/// Claims of the size that Durward's are of.
const CLAIMS: Claims = Claims {
    iss: "http://127.0.0.1:38080",
    aud: "http://127.0.0.1:38080",
    sub: "machine",
    client_id: "machine",
    iat: 1_800_000_000,
    exp: 1_800_000_300,
    jti: "vW5sG1rVxB0C3d9QmLz8Tw",
    scope: "read",
};

/// Prints its address and serves until it is killed.
///
/// # Errors
/// When it cannot listen.
pub async fn serve() -> Result<()> {
    let key = Arc::new(SigningKey::generate(Algorithm::ES256)?);
    let router = Router::new().route("/token", post(sign)).with_state(key);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!(
        "{}",
        json!({ "issuer": format!("http://{}", listener.local_addr()?) })
    );
    Ok(axum::serve(listener, router).await?)
}

async fn sign(State(key): State<Arc<SigningKey>>) -> impl IntoResponse {
    let access_token = key.sign("at+jwt", &CLAIMS).unwrap_or_default();
    let answer = Answer {
        access_token,
        token_type: "Bearer",
        expires_in: 300,
        scope: "read",
    };
    let body = serde_json::to_vec(&answer).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], body)
}
