//! `[metrics]` and `[tracing]` of `durward.toml`: where figures are served and spans sent.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Keys of both sections.
pub const KEYS: [&str; 7] = [
    "metrics",
    "bind",
    "tracing",
    "otlp_traces_endpoint",
    "service_name",
    "sample",
    "headers",
];

/// `[metrics]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address and port on which `/metrics` is served, in plain HTTP, without credentials;
    /// nowhere if absent.
    pub bind: Option<String>,
}

/// `[tracing]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tracing {
    /// Whole URL that spans are posted to (OTLP over HTTP, protobuf); nowhere if absent.
    pub otlp_traces_endpoint: Option<String>,
    /// `service.name` of the spans.
    pub service_name: String,
    /// Part of the traces that is sent, from 0 to 1, whatever callers ask for.
    pub sample: f64,
    /// Headers for the receiver, such as a key.
    pub headers: BTreeMap<String, String>,
}

impl Default for Tracing {
    fn default() -> Self {
        Self {
            otlp_traces_endpoint: None,
            service_name: "durward".to_owned(),
            sample: 1.0,
            headers: BTreeMap::new(),
        }
    }
}
