//! Rows of metrics as text that Prometheus reads.

use std::{collections::HashMap, fmt};

use durward_model::script_figures::{BOUNDS_US, Durations};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text::encode},
    metrics::{MetricType, exemplar::Exemplar},
    registry::Registry,
};

use super::table::{Kind, Rows, Value};

/// The text.
pub(super) fn write(rows: Vec<Rows>) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Snapshot(rows)));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

/// What there was to tell at one moment.
#[derive(Debug)]
struct Snapshot(Vec<Rows>);

impl Collector for Snapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for Rows { metric, rows } in &self.0 {
            let kind = match metric.kind {
                Kind::Counter => MetricType::Counter,
                Kind::Gauge => MetricType::Gauge,
                Kind::Histogram => MetricType::Histogram,
            };
            // The format adds it again.
            let name = metric.name.strip_suffix("_total").unwrap_or(metric.name);
            let mut encoder = encoder.encode_descriptor(name, metric.about, None, kind)?;
            for (values, value) in rows {
                if values.is_empty() {
                    tell(&mut encoder, metric.kind, value)?;
                    continue;
                }
                let names = metric.labels.iter().copied();
                let labels: Vec<(&str, &str)> =
                    names.zip(values.iter().map(String::as_str)).collect();
                tell(&mut encoder.encode_family(&labels)?, metric.kind, value)?;
            }
        }
        Ok(())
    }
}

fn tell(encoder: &mut MetricEncoder<'_>, kind: Kind, value: &Value) -> fmt::Result {
    let no_exemplar: Option<&Exemplar<NoLabelSet, f64>> = None;
    match value {
        Value::Count(count) if kind == Kind::Counter => encoder.encode_counter(count, no_exemplar),
        Value::Count(count) => encoder.encode_gauge(count),
        Value::Durations(durations) => {
            let no_exemplars: Option<&HashMap<usize, Exemplar<NoLabelSet, f64>>> = None;
            let (sum, count) = (seconds(durations.sum_us), durations.count());
            encoder.encode_histogram(sum, count, &classes(durations), no_exemplars)
        }
    }
}

/// Bounds in seconds, the last one endless, and how many are in each.
fn classes(durations: &Durations) -> Vec<(f64, u64)> {
    let bounds = BOUNDS_US.iter().map(|us| seconds(*us)).chain([f64::MAX]);
    bounds.zip(durations.counts).collect()
}

#[allow(clippy::cast_precision_loss)] // a microsecond in 285 years
fn seconds(us: u64) -> f64 {
    us as f64 / 1_000_000.0
}
