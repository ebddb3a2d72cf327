//! A request id on every answer and every log line, and one line per request.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use durward_script::origin::{self, Origin};
use tracing::Instrument as _;

use crate::{App, spans};

/// Header that carries the id.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request at hand; an error page shows it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Gives the request an id, and logs, counts and traces how it ended. Of its address only
/// the route is told: query and path may hold secrets.
pub async fn layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = app.provider.new_id();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map(|route| route.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        request_id = id,
        %method,
        path = route.as_deref().unwrap_or_else(|| request.uri().path()),
    );
    let trace = spans::of_request(&request, route.as_deref(), &id);
    let (traced, origin) = (trace.clone(), Origin::new(&id));
    request.extensions_mut().insert(RequestId(id.clone()));
    let answering = async move {
        let began = Instant::now();
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HEADER, value);
        }
        let (took, status) = (began.elapsed(), response.status().as_u16());
        let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(status, duration_us, "answered");
        app.metrics
            .answered(&method, route.as_deref(), status, took);
        spans::answered(&traced, status);
        response
    };
    origin::within(origin, answering.instrument(span))
        .instrument(trace)
        .await
}
