//! Which HTTP request, and which client in it, a script is called for.
//!
//! It is for records and travels beside the arguments: no rule may decide by it. Only which
//! of two versions on trial is asked goes by it, where nobody knows a client yet.

use std::{future::Future, sync::OnceLock};

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Where calls of scripts come from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    request_id: String,
    client_id: OnceLock<String>,
}

impl Origin {
    /// Of the request with that id, of which no client is known yet.
    pub fn new(request_id: &str) -> Self {
        Self {
            request_id: request_id.to_owned(),
            client_id: OnceLock::new(),
        }
    }

    /// Id of the request.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The client that asks, once it is known.
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.get().map(String::as_str)
    }
}

/// Runs what answers a request.
pub async fn within<F: Future>(origin: Origin, answering: F) -> F::Output {
    ORIGIN.scope(origin, answering).await
}

/// The client of the request at hand is known now. The first one counts; outside of a
/// request nothing happens.
pub fn client_is(client_id: &str) {
    let _ = ORIGIN.try_with(|origin| origin.client_id.set(client_id.to_owned()));
}

/// The request at hand, if there is one.
pub fn current() -> Option<Origin> {
    ORIGIN.try_with(Clone::clone).ok()
}
