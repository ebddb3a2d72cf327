//! Spans for tracing across services: one for each request, under the caller's trace if it
//! names one (W3C Trace Context, section 3).
//!
//! Spans of the target `trace` are for an exporter alone, and what is to be exported is in
//! them: no log has them, and without an exporter there are none. Spans of calls of scripts
//! and of their host calls are made where those are. Not here: the exporter (durward-cli).

use axum::{extract::Request, http::HeaderName};
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::metrics::known_method;

/// The span of a request that met a route of this pattern, if any.
pub fn of_request(request: &Request, route: Option<&str>, id: &str) -> Span {
    let method = known_method(request.method());
    let span = tracing::info_span!(
        target: "trace",
        "request",
        otel.name = %format_args!("{method} {}", route.unwrap_or_default()).to_string().trim_end(),
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        durward.request_id = id,
    );
    if !span.is_disabled() {
        let context = TraceContextPropagator::new().extract(&Headers(request));
        // Fails only where nothing is exported.
        let _ = span.set_parent(context);
    }
    span
}

/// The request was answered so.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "error");
    }
}

struct Headers<'a>(&'a Request);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.headers().get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.headers().keys().map(HeaderName::as_str).collect()
    }
}
