//! Sending spans to a collector: OTLP over HTTP, in batches, beside everything else.
//!
//! A collector that is away costs spans, never a request.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tokio::runtime::Handle;
use tracing_subscriber::{Layer, Registry};

use crate::{bootstrap::Tracing, failure::Failure};

/// Longest time for one batch.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest answer of a collector that is read, bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Sends spans until it is closed.
#[derive(Debug)]
pub struct Exporter(SdkTracerProvider);

impl Exporter {
    /// Starts sending, if there is an address to send to; these `authorities` count beside
    /// those of the system.
    ///
    /// # Errors
    /// An address that is none, or a part that is none.
    pub fn start(
        tracing: &Tracing,
        authorities: &[reqwest::Certificate],
    ) -> Result<Option<Self>, Failure> {
        let Some(endpoint) = &tracing.otlp_traces_endpoint else {
            return Ok(None);
        };
        let wrong = |error: &dyn std::fmt::Display| {
            Failure::new(format!(
                "tracing.otlp_traces_endpoint '{endpoint}': {error}"
            ))
            .hint("like http://127.0.0.1:4318/v1/traces")
        };
        let url = url::Url::parse(endpoint).map_err(|error| wrong(&error))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(&"it is no http or https address"));
        }
        if !(0.0..=1.0).contains(&tracing.sample) {
            return Err(Failure::new("tracing.sample is from 0 to 1"));
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tls_certs_merge(authorities.iter().cloned())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| wrong(&error))?;
        let client = Client {
            client,
            runtime: Handle::current(),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(url.as_str())
            .with_timeout(TIMEOUT)
            .with_headers(tracing.headers.clone().into_iter().collect())
            .build()
            .map_err(|error| wrong(&error))?;
        let resource = Resource::builder_empty()
            .with_service_name(tracing.service_name.clone())
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            // By the trace's id alone: callers do not decide how much is kept.
            .with_sampler(Sampler::TraceIdRatioBased(tracing.sample))
            .with_resource(resource)
            .build();
        Ok(Some(Self(provider)))
    }

    /// Takes spans in.
    pub(super) fn layer(&self) -> impl Layer<Registry> + Send + Sync + use<> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("durward"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
    }

    /// Sends what still waits.
    pub async fn close(self) {
        let closed = tokio::task::spawn_blocking(move || self.0.shutdown()).await;
        if let Ok(Err(error)) = closed {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// The exporter waits on a thread of its own, outside of the runtime that sends.
#[derive(Debug)]
struct Client {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(send(client, request)).await?
    }
}

async fn send(
    client: reqwest::Client,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let mut answer = client.execute(request.try_into()?).await?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len().saturating_add(chunk.len()) > MAX_ANSWER_BYTES {
            return Err("the collector's answer is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response::builder().status(status).body(Bytes::from(body))?)
}
