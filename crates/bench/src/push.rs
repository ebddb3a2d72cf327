//! The push service that notifications are posted to: takes a message, answers
//! at once, and hands its link to the phone it is for.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use crate::failure::Result;

/// A message in the form of Firebase's legacy HTTP API, as far as it matters.
#[derive(Debug, Deserialize)]
struct Message {
    to: String,
    notification: Notification,
}

#[derive(Debug, Deserialize)]
struct Notification {
    click_action: String,
}

/// The phones that are switched on.
#[derive(Debug, Clone, Default)]
pub struct Pushes(Arc<Mutex<HashMap<String, UnboundedSender<String>>>>);

/// How long the push service takes to answer.
#[derive(Debug, Clone, Copy)]
struct Pause(Duration);

impl Pushes {
    /// Switches a phone on: links that are pushed to it from now on.
    pub fn device(&self, name: &str) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded_channel();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), sender);
        receiver
    }

    fn hand(&self, message: Message) -> StatusCode {
        let phones = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match phones
            .get(&message.to)
            .map(|phone| phone.send(message.notification.click_action))
        {
            Some(Ok(())) => StatusCode::OK,
            _ => StatusCode::NOT_FOUND,
        }
    }
}

/// Starts the service on the current runtime, on a free port of its own;
/// every answer takes `pause`.
///
/// # Errors
/// When no port is to be had.
pub async fn start(pushes: Pushes, pause: Duration) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/send", post(take))
        .with_state((pushes, Pause(pause)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn take(
    State((pushes, pause)): State<(Pushes, Pause)>,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let Ok(message) = serde_json::from_slice(&body) else {
        return (StatusCode::BAD_REQUEST, "{}");
    };
    if !pause.0.is_zero() {
        tokio::time::sleep(pause.0).await;
    }
    (pushes.hand(message), r#"{"success":1}"#)
}
