//! The page of metrics against the metrics that there are.

use durward_server::metrics::table::METRICS;

use crate::repository::{assert_none, read};

const PAGE: &str = "docs/setup/watching.md";

#[test]
fn the_page_lists_every_metric_as_it_is() {
    let text = read(PAGE);
    let documented: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| `durward_"))
        .collect();
    let real: Vec<String> = METRICS
        .iter()
        .map(|metric| {
            let labels: Vec<String> = metric
                .labels
                .iter()
                .map(|label| format!("`{label}`"))
                .collect();
            format!(
                "| `{}` | {} | {} | {} |",
                metric.name,
                metric.kind.name(),
                labels.join(", "),
                metric.about
            )
        })
        .collect();
    let mut broken: Vec<String> = real
        .iter()
        .filter(|row| !documented.contains(&row.as_str()))
        .map(|row| format!("not on the page: {row}"))
        .collect();
    broken.extend(
        documented
            .iter()
            .filter(|row| !real.iter().any(|real| real == *row))
            .map(|row| format!("no such metric: {row}")),
    );
    assert_none(PAGE, &broken);
}
