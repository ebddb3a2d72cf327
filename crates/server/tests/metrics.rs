//! A scrape, read as Prometheus reads it: nothing but the documented metrics, and nothing in
//! them that a client made up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::http::Method;
use durward_protocol::{
    script_files::{location, watching::FileWatcher},
    script_keeping::{Draft, Which},
};
use durward_server::metrics::{
    self,
    table::{Kind, METRICS},
};
use durward_testkit::{app::Site, ciba::ciba_request};

/// A sample: its labels and its value.
type Sample = (BTreeMap<String, String>, f64);

/// Samples by name, of text that holds to the format to the letter.
fn parse(text: &str) -> BTreeMap<String, Vec<Sample>> {
    let body = text.strip_suffix("# EOF\n").expect("the end is marked");
    let mut samples: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for line in body.lines().filter(|line| !line.starts_with("# ")) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = match series.split_once('{') {
            Some((name, labels)) => (name, labels.strip_suffix('}').unwrap()),
            None => (series, ""),
        };
        let labels = labels.split("\",").filter(|label| !label.is_empty());
        let labels = labels.map(|label| {
            let (name, value) = label.split_once("=\"").unwrap();
            let value = value.strip_suffix('"').unwrap_or(value);
            (name.to_owned(), value.to_owned())
        });
        let sample = (labels.collect(), value.parse().unwrap());
        samples.entry(name.to_owned()).or_default().push(sample);
    }
    samples
}

fn value(samples: &BTreeMap<String, Vec<Sample>>, name: &str, labels: &[(&str, &str)]) -> f64 {
    let wanted = labels
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect::<BTreeMap<_, _>>();
    let found = samples[name].iter().find(|(labels, _)| *labels == wanted);
    found
        .unwrap_or_else(|| panic!("no {name} {wanted:?}: {:?}", samples[name]))
        .1
}

async fn busy_site() -> Site {
    let mut site = Site::new().await;
    site.world.engine.always("notify", true);
    site.world.save_script("push", 1, "notify").await.unwrap();
    site.world.ask(&ciba_request()).await.unwrap();
    let wrong = [("grant_type", "password"), ("client_id", "x")];
    site.post("/token", None, &wrong).await;
    let made_up = [("grant_type", "made-up-by-a-client"), ("client_id", "x")];
    site.post("/token", None, &made_up).await;
    site.get("/made-up-by-a-client", None).await;
    let method = Method::from_bytes(b"MADEUP").unwrap();
    site.exchange(method, "/health/live", &[], None).await;
    site.get("/health/live", None).await;
    site
}

#[tokio::test]
async fn a_scrape_counts_what_happened() {
    let site = busy_site().await;
    let samples = parse(&metrics::text(&site.app).unwrap());
    let requests = "durward_http_requests_total";
    let live = [
        ("method", "GET"),
        ("route", "/health/live"),
        ("status", "200"),
    ];
    assert!((value(&samples, requests, &live) - 1.0).abs() < f64::EPSILON);
    let none = [("method", "GET"), ("route", "none"), ("status", "404")];
    assert!((value(&samples, requests, &none) - 1.0).abs() < f64::EPSILON);
    let other = [
        ("method", "other"),
        ("route", "/health/live"),
        ("status", "405"),
    ];
    assert!((value(&samples, requests, &other) - 1.0).abs() < f64::EPSILON);
    let tokens = [("grant_type", "other"), ("outcome", "invalid_client")];
    assert!((value(&samples, "durward_token_requests_total", &tokens) - 2.0).abs() < f64::EPSILON);
    let applied = value(
        &samples,
        "durward_store_changes_total",
        &[("outcome", "applied")],
    );
    let commits = value(&samples, "durward_store_commits_total", &[]);
    assert!(applied >= commits && commits >= 1.0, "{applied} {commits}");
    let push = [("script", "push"), ("type", "ciba_end_user_notification")];
    assert!((value(&samples, "durward_script_serves", &push) - 1.0).abs() < f64::EPSILON);
    // Classes grow, and the last one is all.
    let live = [("method", "GET"), ("route", "/health/live")];
    let classes: Vec<f64> = samples["durward_http_request_duration_seconds_bucket"]
        .iter()
        .filter(|(labels, _)| live.iter().all(|(name, value)| labels[*name] == *value))
        .map(|(_, count)| *count)
        .collect();
    assert!(classes.is_sorted(), "{classes:?}");
    let count = value(
        &samples,
        "durward_http_request_duration_seconds_count",
        &live,
    );
    assert!((classes.last().unwrap() - count).abs() < f64::EPSILON);
}

#[tokio::test]
async fn how_the_file_of_a_script_stands_is_a_figure() {
    let site = Site::new().await;
    let world = &site.world;
    world.engine.always("good", true);
    world.files.write("push.py", "good");
    let draft = Draft {
        name: "push".to_owned(),
        script_type: "ciba_end_user_notification".to_owned(),
        enabled: true,
        module_properties: location::in_file("push.py").into(),
        ..Draft::default()
    };
    world.keeper().save(draft).await.unwrap();
    let watcher = FileWatcher::new(world.provider.clone(), Arc::new(world.engine.clone()));
    watcher.tick().await;
    let states = || {
        let samples = parse(&metrics::text(&site.app).unwrap());
        ["current", "broken", "differs"].map(|state| {
            let labels = [("script", "push"), ("state", state)];
            value(&samples, "durward_script_file", &labels) > 0.5
        })
    };
    assert_eq!(states(), [true, false, false]);
    world.files.remove("push.py");
    watcher.tick().await;
    watcher.tick().await;
    assert_eq!(states(), [false, true, false]);
}

#[tokio::test]
async fn a_scrape_has_the_documented_metrics_and_labels_alone() {
    let site = busy_site().await;
    let text = metrics::text(&site.app).unwrap();
    assert!(!text.contains("made-up"), "{text}");
    let told: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .map(|(name, _)| name)
        .collect();
    let documented: BTreeSet<&str> = METRICS
        .iter()
        .map(|metric| metric.name.strip_suffix("_total").unwrap_or(metric.name))
        .collect();
    assert_eq!(told, documented);
    for (name, samples) in parse(&text) {
        let metric = METRICS
            .iter()
            .find(|metric| match metric.kind {
                Kind::Histogram => name.starts_with(metric.name),
                Kind::Counter | Kind::Gauge => name == metric.name,
            })
            .unwrap_or_else(|| panic!("{name} is not in the table"));
        let wanted: BTreeSet<&str> = metric.labels.iter().copied().collect();
        for (labels, _) in samples {
            let names = labels.keys().map(String::as_str);
            let names: BTreeSet<&str> = names.filter(|name| *name != "le").collect();
            assert_eq!(names, wanted, "{name}");
        }
    }
}

#[tokio::test]
async fn trials_of_scripts_are_counted() {
    let site = Site::new().await;
    let world = &site.world;
    world.engine.always("one", true);
    world.engine.always("two", false);
    world.save_script("push", 1, "one").await.unwrap();
    world.shadow("push", "two").await;
    world.ask(&ciba_request()).await.unwrap();
    world.tried("push").await;
    let samples = parse(&metrics::text(&site.app).unwrap());
    let count = |name: &str, labels: &[(&str, &str)]| {
        let found = value(&samples, &format!("durward_{name}"), labels);
        assert!((found - 1.0).abs() < f64::EPSILON, "{name}: {found}");
    };
    let script = ("script", "push");
    count("script_candidate", &[script, ("stage", "shadow")]);
    let calls = [script, ("stage", "shadow"), ("outcome", "ok")];
    count("script_candidate_calls_total", &calls);
    let differs = [script, ("method", "notifyEndUser"), ("what", "outcome")];
    count("script_shadow_differences_total", &differs);
    world.keeper().unstage(Which::Name("push")).await.unwrap();
    world.loader.refresh().await.unwrap();
    let samples = parse(&metrics::text(&site.app).unwrap());
    let ended = [script, ("outcome", "unstaged")];
    let found = value(&samples, "durward_script_trials_ended_total", &ended);
    assert!((found - 1.0).abs() < f64::EPSILON);
    assert!(!samples.contains_key("durward_script_candidate"));
}
