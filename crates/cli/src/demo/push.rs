//! The push receiver: takes what a notification script would send to Firebase
//! Cloud Messaging's legacy address, and keeps it for the phone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use durward_jose::digest::constant_time_eq;
use durward_model::Clock as _;
use serde_json::{Value, json};
use url::Url;

use super::{
    caller::text,
    pages::{NotificationState, PhoneFeed, PhoneNotification},
    setup::{PEOPLE, unique},
};
use crate::system::SystemClock;

/// Largest message, bytes.
const MAX_BYTES: usize = 64 * 1024;

/// Messages kept.
const KEPT: usize = 50;

/// Title of a notification that has none.
const NO_TITLE: &str = "Login request";

/// A message as it arrived.
#[derive(Debug, Clone)]
pub struct Push {
    /// The device it is for.
    pub to: String,
    /// The whole message.
    pub message: Value,
    /// Where a tap leads.
    pub click_action: String,
    card: PhoneNotification,
}

impl Push {
    fn read(message: Value) -> Self {
        let notification = message.get("notification").unwrap_or(&Value::Null);
        let elsewhere = message.get("data").unwrap_or(&Value::Null);
        let find = |name| match text(notification, name) {
            "" => text(elsewhere, name),
            found => found,
        };
        let (title, body, click_action) = (find("title"), find("body"), find("click_action"));
        let title = if title.is_empty() { NO_TITLE } else { title };
        let body = Some(body).filter(|body| !body.is_empty());
        let now_ms = u64::try_from(SystemClock.now().ms()).unwrap_or_default();
        let card = PhoneNotification::new(&unique(), title, body, click_action, now_ms);
        let (to, click_action) = (text(&message, "to").to_owned(), click_action.to_owned());
        Self {
            to,
            message,
            click_action,
            card,
        }
    }

    /// A part of the notification: `title`, `body`.
    pub fn part(&self, name: &str) -> &str {
        self.message
            .get("notification")
            .map(|part| text(part, name))
            .unwrap_or_default()
    }

    /// The request that a tap would answer.
    pub fn auth_req_id(&self) -> Option<String> {
        let url = Url::parse(&self.click_action).ok()?;
        let found = url.query_pairs().find(|(name, _)| name == "auth_req_id");
        found.map(|(_, value)| value.into_owned())
    }
}

/// What has arrived, oldest first.
#[derive(Debug)]
pub struct Inbox {
    key: String,
    arrived: Mutex<Arrived>,
}

#[derive(Debug, Default)]
struct Arrived {
    pushes: VecDeque<Push>,
    refusals: Vec<String>,
}

impl Inbox {
    /// An empty one that takes messages with this key.
    pub fn new(key: &str) -> Arc<Self> {
        Arc::new(Self {
            key: key.to_owned(),
            arrived: Mutex::default(),
        })
    }

    fn arrived(&self) -> MutexGuard<'_, Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes out everything that arrived, and why other messages were refused.
    pub fn take(&self) -> (Vec<Push>, Vec<String>) {
        let arrived = std::mem::take(&mut *self.arrived());
        (arrived.pushes.into(), arrived.refusals)
    }

    /// The cards of a device, newest first.
    pub fn feed(&self, device: &str) -> PhoneFeed {
        let arrived = self.arrived();
        let cards = arrived.pushes.iter().rev().filter(|push| push.to == device);
        PhoneFeed {
            notifications: cards.map(|push| push.card.clone()).collect(),
        }
    }

    /// Says on its card what became of a request.
    pub fn settle(&self, auth_req_id: &str, state: NotificationState) {
        for push in &mut self.arrived().pushes {
            if push.auth_req_id().as_deref() == Some(auth_req_id) {
                push.card.state = state;
            }
        }
    }

    /// Takes a message or says why not: status and answer, as Google's.
    fn receive(&self, authorization: Option<&str>, body: &[u8]) -> (StatusCode, Value) {
        let key = authorization
            .and_then(|value| value.strip_prefix("key="))
            .unwrap_or_default();
        if !constant_time_eq(key.as_bytes(), self.key.as_bytes()) {
            return self.refuse(
                StatusCode::UNAUTHORIZED,
                "the Authorization header has not our key",
            );
        }
        let Ok(message @ Value::Object(_)) = serde_json::from_slice(body) else {
            return self.refuse(StatusCode::BAD_REQUEST, "the body is not a JSON object");
        };
        let push = Push::read(message);
        if push.to.is_empty() {
            return self.refuse(
                StatusCode::BAD_REQUEST,
                "the message names no device in 'to'",
            );
        }
        if !PEOPLE.iter().any(|person| person.device == push.to) {
            let reason = format!("no device is registered as '{}'", push.to);
            self.arrived().refusals.push(reason);
            return (
                StatusCode::OK,
                answer(&json!({ "error": "NotRegistered" }), false),
            );
        }
        let id = json!({ "message_id": format!("0:{}", push.card.id) });
        let mut arrived = self.arrived();
        arrived.pushes.push_back(push);
        if arrived.pushes.len() > KEPT {
            arrived.pushes.pop_front();
        }
        (StatusCode::OK, answer(&id, true))
    }

    fn refuse(&self, status: StatusCode, reason: &str) -> (StatusCode, Value) {
        let mut arrived = self.arrived();
        if arrived.refusals.len() < KEPT {
            arrived.refusals.push(reason.to_owned());
        }
        (status, json!({ "error": reason }))
    }
}

fn answer(result: &Value, sent: bool) -> Value {
    json!({
        "multicast_id": SystemClock.now().ms(),
        "success": i32::from(sent),
        "failure": i32::from(!sent),
        "canonical_ids": 0,
        "results": [result],
    })
}

/// The receiver's one route.
pub fn router(inbox: Arc<Inbox>) -> Router {
    Router::new()
        .route("/fcm/send", post(receive))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(inbox)
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let (status, answer) = inbox.receive(authorization, &body);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, answer.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::demo::setup::{ALICE, BOB};

    fn message(to: &str) -> String {
        json!({ "to": to, "notification": {
            "title": "Corner Shop",
            "body": "Words to compare: red fox 7",
            "click_action": "http://localhost:1/authorize?auth_req_id=a%2Bb&x=1",
        }})
        .to_string()
    }

    #[test]
    fn a_message_with_the_key_reaches_its_phone_only() {
        let inbox = Inbox::new("the key");
        let (status, answer) = inbox.receive(Some("key=the key"), message(ALICE.device).as_bytes());
        assert_eq!((status, &answer["success"]), (StatusCode::OK, &json!(1)));
        assert_eq!(inbox.feed(BOB.device).notifications.len(), 0);
        let cards = inbox.feed(ALICE.device).notifications;
        assert_eq!(cards[0].client_name, "Corner Shop");
        assert_eq!(
            cards[0].binding_message.as_deref(),
            Some("Words to compare: red fox 7")
        );
        inbox.settle("a+b", NotificationState::Approved);
        assert_eq!(
            inbox.feed(ALICE.device).notifications[0].state,
            NotificationState::Approved
        );
    }

    #[test]
    fn other_messages_are_refused_as_google_does() {
        let inbox = Inbox::new("the key");
        let good = message(ALICE.device);
        for authorization in [
            None,
            Some("key="),
            Some("key=the kez"),
            Some("Bearer the key"),
        ] {
            assert_eq!(
                inbox.receive(authorization, good.as_bytes()).0,
                StatusCode::UNAUTHORIZED
            );
        }
        let key = Some("key=the key");
        assert_eq!(inbox.receive(key, b"[]").0, StatusCode::BAD_REQUEST);
        assert_eq!(inbox.receive(key, b"{}").0, StatusCode::BAD_REQUEST);
        let (status, answer) = inbox.receive(key, message("nobody").as_bytes());
        assert_eq!((status, &answer["failure"]), (StatusCode::OK, &json!(1)));
        let (pushes, refusals) = inbox.take();
        assert_eq!((pushes.len(), refusals.len()), (0, 7));
    }
}
