//! A request id on every answer and every log line, and one line per request.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::App;

/// Header that carries the id.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request at hand; an error page shows it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Gives the request an id and logs how it ended. The query is not logged: it
/// may hold secrets.
pub async fn layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = app.provider.new_id();
    let span = tracing::info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        path = request.uri().path(),
    );
    request.extensions_mut().insert(RequestId(id.clone()));
    async move {
        let began = Instant::now();
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HEADER, value);
        }
        let duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), duration_us, "answered");
        response
    }
    .instrument(span)
    .await
}
