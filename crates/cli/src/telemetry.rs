//! One tracing set-up: lines for people or JSON for machines, and spans for a collector.

mod otlp;

use std::{io::IsTerminal as _, str::FromStr as _};

use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt as _, LevelFilter, filter_fn},
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

/// Starts logging to standard error and, where the bootstrap file says so, exporting spans,
/// to a collector that these `authorities` or those of the system vouch for. Must be called within the runtime.
///
/// # Errors
/// An address for spans that is none, a level that is none.
pub fn start(
    bootstrap: &Bootstrap,
    authorities: &[reqwest::Certificate],
) -> Result<Option<Exporter>, Failure> {
    let exporter = Exporter::start(&bootstrap.tracing, authorities)?;
    let mut layers: Vec<BoxedLayer> = vec![log_layer(&bootstrap.log)?];
    layers.extend(exporter.as_ref().map(|exporter| {
        let spans = filter_fn(|metadata| metadata.is_span() && metadata.target() == TRACE);
        exporter.layer().with_filter(spans).boxed()
    }));
    // A second start, as the demonstration does, changes nothing.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    Ok(exporter)
}

/// `log.level`. A word alone is a level: the library would take `inof` for the name of
/// something that is logged, and log nothing else.
fn levels(text: &str) -> Result<EnvFilter, Failure> {
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::new(format!("log.level in durward.toml: '{text}': {why}"))
            .hint("it is like info, or durward_protocol=debug,info")
    };
    for word in text.split(',') {
        let names_something = word.contains(['=', '[']);
        let is_level = !word.is_empty() && LevelFilter::from_str(word).is_ok();
        if !names_something && !is_level {
            return Err(wrong(&format!("'{word}' is no level")));
        }
    }
    EnvFilter::try_new(text).map_err(|error| wrong(&error))
}

fn log_layer(log: &Log) -> Result<BoxedLayer, Failure> {
    let levels = levels(&log.level)?;
    let filter = levels.and(filter_fn(|metadata| metadata.target() != TRACE));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    Ok(match log.format {
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
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_level_that_is_none_is_told() {
        for text in ["info", "OFF", "durward_protocol=debug,info"] {
            assert!(levels(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "inof",
            "debug;info",
            "warn, durward=trace",
            "durward=lots",
            "info,",
            "durward_protocol",
        ] {
            let failure = levels(text).unwrap_err();
            assert!(failure.message.contains("log.level"), "{}", failure.message);
            assert!(failure.hint.is_some(), "{text}");
        }
    }
}
