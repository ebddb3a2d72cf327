//! Every metric, once: name, kind, labels, meaning. The page of documentation is compared
//! with this list, and so is what a scrape gets.

use std::collections::HashMap;

use durward_model::{ScriptFigures, script_figures::Durations};
use durward_protocol::script_files::FileState;
use durward_script::{LoadedScript, engine::Workers};

use crate::App;

/// A metric.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it measures in.
    pub kind: Kind,
    /// Names of its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub about: &'static str,
}

/// Kind of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Seconds in classes.
    Histogram,
}

impl Kind {
    /// As documentation has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What a row of a metric says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    Count(u64),
    Durations(Durations),
}

/// Rows of one metric.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) metric: &'static Metric,
    pub(super) rows: Vec<(Vec<String>, Value)>,
}

macro_rules! metrics {
    ($($name:ident = $text:literal $kind:ident [$($label:literal),*] $about:literal;)+) => {
        $(const $name: &Metric = &Metric {
            name: $text,
            kind: Kind::$kind,
            labels: &[$($label),*],
            about: $about,
        };)+

        /// Every metric.
        pub const METRICS: &[&Metric] = &[$($name),+];
    };
}

metrics! {
    HTTP_REQUESTS = "durward_http_requests_total" Counter ["method", "route", "status"]
        "HTTP requests answered; the route is its pattern, or none";
    HTTP_DURATIONS = "durward_http_request_duration_seconds" Histogram ["method", "route"]
        "time from a request's headers to its answer";
    TOKENS = "durward_token_requests_total" Counter ["grant_type", "outcome"]
        "answers of the token endpoint: ok, or the error code";
    STORE_COMMITS = "durward_store_commits_total" Counter []
        "transactions that this node committed";
    STORE_CHANGES = "durward_store_changes_total" Counter ["outcome"]
        "lists of changes by what came of them: applied, conflict, fault";
    SCRIPT_SERVES = "durward_script_serves" Gauge ["script", "type"]
        "1 for an enabled script that can be called, 0 for one that never loaded";
    SCRIPT_FILES = "durward_script_file" Gauge ["script", "state"]
        "1 for how an enabled script's file stands on this node: current, broken, differs";
    SCRIPT_CALLS = "durward_script_calls_total" Counter ["script", "method", "verdict"]
        "calls by what was answered; failed is a verdict too";
    SCRIPT_FAILURES = "durward_script_failures_total" Counter ["script", "kind"]
        "calls that failed: raised, timedOut, exhausted, crashed, missing, refused";
    SCRIPT_DURATIONS = "durward_script_call_duration_seconds" Histogram ["script"]
        "time from the question to the answer, waiting for a worker included";
    SCRIPT_HOST_CALLS = "durward_script_host_calls_total" Counter ["script", "service", "outcome"]
        "what scripts asked the server for, answered or refused";
    SCRIPT_WORKERS_LOST = "durward_script_workers_lost_total" Counter ["script"]
        "workers that were killed, or died, in the middle of a call";
    SCRIPT_WORKERS = "durward_script_workers" Gauge ["script"]
        "workers that there are";
    SCRIPT_MEMORY = "durward_script_worker_memory_bytes" Gauge ["script"]
        "resident memory of its worker processes; pages shared with the template count in each";
    SCRIPT_PEAK_MEMORY = "durward_script_worker_peak_memory_bytes" Gauge ["script"]
        "the most that one of its worker processes has had";
    SCRIPT_CANDIDATES = "durward_script_candidate" Gauge ["script", "stage"]
        "1 for a script of which a version is on trial, as shadow or canary";
    SCRIPT_CANDIDATE_CALLS = "durward_script_candidate_calls_total" Counter ["script", "stage", "outcome"]
        "calls of versions on trial: ok, failed";
    SCRIPT_SHADOW_DIFFERENCES = "durward_script_shadow_differences_total" Counter ["script", "method", "what"]
        "calls that a shadow did otherwise: outcome, changes, hostCalls";
    SCRIPT_SHADOWS_DROPPED = "durward_script_shadows_dropped_total" Counter ["script"]
        "calls that a shadow was not asked, because too many waited";
    SCRIPT_TRIALS_ENDED = "durward_script_trials_ended_total" Counter ["script", "outcome"]
        "trials that this node ended: promoted, rolledBack, unstaged, superseded";
    JVM_MEMORY = "durward_jvm_memory_bytes" Gauge []
        "resident memory of the JVM that runs scripts; 0 without one";
}

/// What there is to tell now.
pub(super) fn rows(app: &App) -> Vec<Rows> {
    let mut told = counted(app);
    let store = app.provider.store.figures();
    told.push(one(STORE_COMMITS, store.commits));
    let changes = [
        ("applied", store.applied),
        ("conflict", store.conflicts),
        ("fault", store.faults),
    ];
    let changes = changes.map(|(outcome, count)| (vec![outcome.to_owned()], Value::Count(count)));
    told.push(Rows {
        metric: STORE_CHANGES,
        rows: changes.into(),
    });
    of_scripts(app, &mut told);
    told
}

fn counted(app: &App) -> Vec<Rows> {
    app.metrics.count(|counts| {
        let requests = counts
            .requests
            .iter()
            .map(|((method, route, status), count)| {
                let labels = vec![(*method).to_owned(), route.clone(), status.to_string()];
                (labels, Value::Count(*count))
            });
        let durations = counts.durations.iter().map(|((method, route), durations)| {
            let labels = vec![(*method).to_owned(), route.clone()];
            (labels, Value::Durations(*durations))
        });
        let tokens = counts.tokens.iter().map(|((grant, outcome), count)| {
            let labels = vec![(*grant).to_owned(), (*outcome).to_owned()];
            (labels, Value::Count(*count))
        });
        vec![
            Rows {
                metric: HTTP_REQUESTS,
                rows: requests.collect(),
            },
            Rows {
                metric: HTTP_DURATIONS,
                rows: durations.collect(),
            },
            Rows {
                metric: TOKENS,
                rows: tokens.collect(),
            },
        ]
    })
}

fn one(metric: &'static Metric, count: u64) -> Rows {
    Rows {
        metric,
        rows: vec![(Vec::new(), Value::Count(count))],
    }
}

fn of_scripts(app: &App, told: &mut Vec<Rows>) {
    let figures: HashMap<String, ScriptFigures> = app
        .provider
        .scripts
        .figures()
        .into_iter()
        .map(|figures| (figures.inum.as_str().to_owned(), figures))
        .collect();
    let mut scripts = app.provider.scripts.all();
    scripts.sort_by(|a, b| a.info.name.cmp(&b.info.name));
    let mut table = ScriptRows::default();
    for script in &scripts {
        table.add_workers(script);
        table.add_trial(script);
        if let Some(figures) = figures.get(&script.info.inum) {
            table.add_figures(&script.info.name, figures);
        }
    }
    for (name, now) in app.provider.script_files.states() {
        for state in FileState::ALL {
            table.add(
                SCRIPT_FILES,
                &[&name, state.name()],
                u64::from(state == now),
            );
        }
    }
    for ((name, outcome), count) in app.provider.scripts.trials().ended() {
        table.add(SCRIPT_TRIALS_ENDED, &[&name, outcome.name()], count);
    }
    let jvm = table.jvm_bytes;
    told.extend(table.into_rows());
    told.push(one(JVM_MEMORY, jvm));
}

#[derive(Default)]
struct ScriptRows {
    rows: Vec<(&'static Metric, Vec<String>, Value)>,
    jvm_bytes: u64,
}

impl ScriptRows {
    fn add(&mut self, metric: &'static Metric, labels: &[&str], count: u64) {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        self.rows.push((metric, labels, Value::Count(count)));
    }

    fn add_workers(&mut self, script: &LoadedScript) {
        let (name, script_type) = (&*script.info.name, &*script.info.script_type);
        let serves = u64::from(script.program.is_ok());
        self.add(SCRIPT_SERVES, &[name, script_type], serves);
        let workers = script
            .program
            .as_ref()
            .map_or_else(|_| Workers::default(), |program| program.workers());
        self.add(SCRIPT_WORKERS, &[name], workers.count);
        if workers.shared {
            self.jvm_bytes = self.jvm_bytes.max(workers.resident_bytes);
        } else {
            self.add(SCRIPT_MEMORY, &[name], workers.resident_bytes);
            self.add(SCRIPT_PEAK_MEMORY, &[name], workers.peak_bytes);
        }
    }

    fn add_trial(&mut self, script: &LoadedScript) {
        let Some((_, trial)) = script.candidate() else {
            return;
        };
        let (name, stage) = (&*script.info.name, trial.candidate.stage.name());
        let figures = trial.since_start();
        let tried = figures.tried;
        self.add(SCRIPT_CANDIDATES, &[name, stage], 1);
        for (outcome, count) in [
            ("ok", tried.calls.saturating_sub(tried.failed)),
            ("failed", tried.failed),
        ] {
            self.add(SCRIPT_CANDIDATE_CALLS, &[name, stage, outcome], count);
        }
        for (method, kinds) in &figures.differences {
            for (what, count) in kinds {
                self.add(SCRIPT_SHADOW_DIFFERENCES, &[name, method, what], *count);
            }
        }
        if trial.is_shadow() {
            self.add(SCRIPT_SHADOWS_DROPPED, &[name], figures.dropped);
        }
    }

    fn add_figures(&mut self, name: &str, figures: &ScriptFigures) {
        for (method, verdicts) in &figures.verdicts {
            for (verdict, count) in verdicts {
                self.add(SCRIPT_CALLS, &[name, method, verdict], *count);
            }
        }
        for (kind, count) in &figures.failures {
            self.add(SCRIPT_FAILURES, &[name, kind], *count);
        }
        for (service, calls) in &figures.host_calls {
            self.add(
                SCRIPT_HOST_CALLS,
                &[name, service, "answered"],
                calls.answered,
            );
            self.add(
                SCRIPT_HOST_CALLS,
                &[name, service, "refused"],
                calls.refused,
            );
        }
        self.add(SCRIPT_WORKERS_LOST, &[name], figures.kills);
        let durations = Value::Durations(figures.durations);
        let labels = vec![name.to_owned()];
        self.rows.push((SCRIPT_DURATIONS, labels, durations));
    }

    /// By metric: all rows of one stand together.
    fn into_rows(self) -> Vec<Rows> {
        let mut by_metric: Vec<Rows> = METRICS
            .iter()
            .filter(|metric| metric.name.starts_with("durward_script"))
            .map(|metric| Rows {
                metric,
                rows: Vec::new(),
            })
            .collect();
        for (metric, labels, value) in self.rows {
            let rows = by_metric.iter_mut().find(|rows| rows.metric == metric);
            if let Some(rows) = rows {
                rows.rows.push((labels, value));
            }
        }
        by_metric
    }
}
