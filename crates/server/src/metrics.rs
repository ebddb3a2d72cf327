//! Figures for Prometheus: what is counted here, and how all of it is told.
//!
//! Labels have few values, all of them ours or the operator's: routes, codes, names of
//! scripts. Nothing that a client sends becomes one. Not here: where they are served
//! (durward-cli binds an address of their own), figures of scripts (durward-protocol adds
//! them up).

mod exposition;
pub mod table;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{Method, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use durward_model::script_figures::Durations;
use durward_protocol::{Error, token::GRANTS};

use crate::App;

/// What this node has counted since it started, beside scripts and the store.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// By method, route and status.
    requests: BTreeMap<(&'static str, String, u16), u64>,
    /// By method and route.
    durations: BTreeMap<(&'static str, String), Durations>,
    /// By grant type and outcome.
    tokens: BTreeMap<(&'static str, &'static str), u64>,
}

impl Metrics {
    /// A request was answered. `route` is the pattern that it met, if any.
    pub fn answered(&self, method: &Method, route: Option<&str>, status: u16, took: Duration) {
        let method = known_method(method);
        let route = route.unwrap_or("none");
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.count(|counts| {
            let request = (method, route.to_owned(), status);
            *counts.requests.entry(request).or_default() += 1;
            let durations = counts.durations.entry((method, route.to_owned()));
            durations.or_default().observe(took_us);
        });
    }

    /// The token endpoint answered a request for a grant of that type.
    pub fn token_answered(&self, grant_type: Option<&str>, refused: Option<&Error>) {
        let known = GRANTS.iter().find(|known| Some(**known) == grant_type);
        let outcome = match refused {
            None => "ok",
            Some(Error::Refused(refusal)) => refusal.code.as_str(),
            Some(Error::Fault(_)) => "server_error",
        };
        let grant = known.copied().unwrap_or("other");
        self.count(|counts| *counts.tokens.entry((grant, outcome)).or_default() += 1);
    }

    fn count<T>(&self, count: impl FnOnce(&mut Counts) -> T) -> T {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Anybody may make up a method.
pub(crate) fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

/// `GET /metrics` and nothing else: for a listener that the public cannot reach.
pub fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(scrape))
        .with_state(app.clone())
}

async fn scrape(State(app): State<Arc<App>>) -> Response {
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match text(&app) {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics could not be written");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Everything there is to tell, as Prometheus reads it.
///
/// # Errors
/// When it cannot be written as text, which nothing in it makes it.
pub fn text(app: &App) -> Result<String, std::fmt::Error> {
    exposition::write(table::rows(app))
}
