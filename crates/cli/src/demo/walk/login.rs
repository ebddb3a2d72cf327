//! The client's side of a login: asking, the push that follows, polling.

use std::time::Duration;

use durward_model::client::grant_type;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use super::Walk;
use crate::{
    demo::{
        caller::{Answer, text},
        push::Push,
        setup::{ALICE, CLIENT_NAME, SCOPE},
        web::new_words,
    },
    failure::Failure,
};

/// Characters that 160 bits take in base64url (CIBA Core 1.0, section 7.3).
const LEAST_ID_CHARS: usize = 27;

/// A request under way.
pub struct Request {
    /// Its id.
    pub auth_req_id: String,
    /// The words to compare.
    pub words: String,
    /// What arrived at the phone.
    pub push: Push,
    /// When the next poll is due.
    due: std::cell::Cell<Instant>,
}

impl Walk {
    /// Asks for a login and looks at the push.
    pub(super) async fn ask(&mut self, title: &str) -> Result<Request, Failure> {
        self.report.step(title);
        let words = new_words();
        let fields = [
            ("scope", SCOPE),
            ("login_hint", ALICE.username),
            ("binding_message", words.as_str()),
        ];
        let answer = self
            .client_post("backchannel_authentication_endpoint", &fields)
            .await?;
        let body = answer.json();
        let auth_req_id = text(&body, "auth_req_id").to_owned();
        self.report
            .answered("the request is accepted", 200, "", &answer);
        self.report.check(
            "auth_req_id cannot be guessed",
            auth_req_id.len() >= LEAST_ID_CHARS,
            || format!("{} characters", auth_req_id.len()),
        );
        self.no_store(&answer);
        let number = |name| body.get(name).and_then(Value::as_u64).unwrap_or_default();
        self.report
            .same("the interval is ours", "1", &number("interval").to_string());
        self.report
            .check("it expires", number("expires_in") > 0, || body.to_string());

        self.report.step("The phone rings");
        let push = self.push(&auth_req_id, &words)?;
        let due = std::cell::Cell::new(Instant::now());
        Ok(Request {
            auth_req_id,
            words,
            push,
            due,
        })
    }

    fn push(&mut self, auth_req_id: &str, words: &str) -> Result<Push, Failure> {
        let (pushes, refusals) = self.inbox.take();
        for push in &pushes {
            self.report
                .say("the push as the receiver got it, with the right key:");
            self.report.json(&push.message);
        }
        self.report.check(
            "exactly one push arrived",
            pushes.len() == 1 && refusals.is_empty(),
            || format!("{} arrived; refused: {}", pushes.len(), refusals.join(", ")),
        );
        let Some(push) = pushes.into_iter().next_back() else {
            return Err(Failure::new(
                "without a push nobody can answer: see the script's log",
            ));
        };
        self.report
            .same("it is for the device of alice", ALICE.device, &push.to);
        let named = push.auth_req_id().unwrap_or_default();
        self.report
            .same("its link names this request", auth_req_id, &named);
        let local = push
            .click_action
            .starts_with(&self.endpoint("authorization_endpoint")?);
        self.report
            .check("its link leads to our server", local, || {
                push.click_action.clone()
            });
        if self.script.shows_words() {
            let body = push.part("body").to_owned();
            self.report.check(
                "it shows the words to compare",
                body.contains(words),
                || body.clone(),
            );
            self.report
                .same("it says who asks", CLIENT_NAME, push.part("title"));
        }
        Ok(push)
    }

    /// Answers with secrets are for nobody's cache (RFC 6749, section 5.1).
    pub(super) fn no_store(&mut self, answer: &Answer) {
        let got = answer
            .header("cache-control")
            .unwrap_or_default()
            .to_owned();
        self.report.check(
            "nobody may keep the answer",
            got.contains("no-store"),
            || got.clone(),
        );
    }

    /// A first poll, and one that comes too early.
    pub(super) async fn poll_too_early(&mut self, request: &Request) -> Result<(), Failure> {
        self.report
            .step("The client polls while nobody has answered");
        let answer = self.poll(request).await?;
        self.report
            .answered("it has to wait", 400, "authorization_pending", &answer);
        let answer = self.poll(request).await?;
        self.report
            .answered("at once again is too early", 400, "slow_down", &answer);
        self.report
            .say("from now on the interval is 6 seconds: 5 more than before");
        request.due.set(Instant::now() + Duration::from_secs(6));
        Ok(())
    }

    /// A poll when it is due.
    pub(super) async fn poll_in_time(&mut self, request: &Request) -> Result<Answer, Failure> {
        let due = request.due.get();
        let wait = due.saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            self.report.say(&format!(
                "waiting {:.1} s, as the interval demands",
                wait.as_secs_f64()
            ));
            sleep_until(due).await;
        }
        self.poll(request).await
    }

    /// A poll right now.
    pub(super) async fn poll(&mut self, request: &Request) -> Result<Answer, Failure> {
        let fields = [
            ("grant_type", grant_type::CIBA),
            ("auth_req_id", request.auth_req_id.as_str()),
        ];
        self.report.hide(&request.auth_req_id);
        self.client_post("token_endpoint", &fields).await
    }
}
