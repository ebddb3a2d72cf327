//! One tracing set-up: lines for people or JSON for machines, and spans for a collector.

mod otlp;

use std::io::IsTerminal as _;

use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt as _, filter_fn},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{
    bootstrap::{Bootstrap, Log, LogFormat},
    failure::Failure,
};
pub use otlp::Exporter;

/// Target of the spans that are exported, and of nothing else.
const TRACE: &str = "trace";

type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts logging to standard error and, where the bootstrap file says so, exporting spans.
/// Must be called within the runtime.
///
/// # Errors
/// An address for spans that is none.
pub fn start(bootstrap: &Bootstrap) -> Result<Option<Exporter>, Failure> {
    let exporter = Exporter::start(&bootstrap.tracing)?;
    let mut layers: Vec<BoxedLayer> = vec![log_layer(&bootstrap.log)];
    layers.extend(exporter.as_ref().map(|exporter| {
        let spans = filter_fn(|metadata| metadata.is_span() && metadata.target() == TRACE);
        exporter.layer().with_filter(spans).boxed()
    }));
    // A second start, as the demonstration does, changes nothing.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    Ok(exporter)
}

fn log_layer(log: &Log) -> BoxedLayer {
    let levels = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = levels.and(filter_fn(|metadata| metadata.target() != TRACE));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match log.format {
        LogFormat::Json => layer
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_filter(filter)
            .boxed(),
        LogFormat::Pretty => layer
            .compact()
            .with_target(false)
            .with_filter(filter)
            .boxed(),
    }
}
