//! Walking through CIBA: the client asks, the user answers, the client polls.

use durward_model::{CibaRequest, SecretHash};
use durward_protocol::{
    Error,
    authentication::Browser,
    authorize::{Step, interaction},
    ciba::{
        approval::ApprovalOutcome,
        request::{self, Acknowledgement},
    },
    token::TokenResponse,
};

use crate::{World, clients, flow, users};

/// The usual request.
pub fn ciba_request() -> flow::Pairs<'static> {
    vec![
        ("scope", "openid profile"),
        ("login_hint", "alice"),
        ("binding_message", "W4SCT"),
    ]
}

impl World {
    /// The CIBA client asks for a login.
    ///
    /// # Errors
    /// As the rule.
    pub async fn ask(&self, pairs: &[(&str, &str)]) -> Result<Acknowledgement, Error> {
        let authorization = clients::basic(clients::CIBA);
        request::answer(
            &self.provider,
            Some(authorization.as_str()),
            &flow::parameters(pairs),
        )
        .await
    }

    /// The usual request, accepted.
    pub async fn asked(&self) -> Acknowledgement {
        self.ask(&ciba_request()).await.unwrap()
    }

    /// The CIBA client polls.
    ///
    /// # Errors
    /// As the rule.
    pub async fn poll(&self, auth_req_id: &str) -> Result<TokenResponse, Error> {
        self.poll_as(clients::CIBA, auth_req_id).await
    }

    /// Any client polls.
    ///
    /// # Errors
    /// As the rule.
    pub async fn poll_as(
        &self,
        client_id: &str,
        auth_req_id: &str,
    ) -> Result<TokenResponse, Error> {
        let request = [
            ("grant_type", durward_model::client::grant_type::CIBA),
            ("auth_req_id", auth_req_id),
        ];
        self.token(Some(&clients::basic(client_id)), &request).await
    }

    /// The stored request.
    pub async fn stored_request(&self, auth_req_id: &str) -> Option<CibaRequest> {
        let hash = SecretHash::of(auth_req_id);
        self.store
            .find_ciba_request(&hash)
            .await
            .unwrap()
            .map(|found| found.value)
    }

    /// Alice follows the link of her notification, logs in where she must, and answers.
    ///
    /// # Errors
    /// As the rules.
    pub async fn answer_as_alice(
        &self,
        browser: &mut Browser,
        auth_req_id: &str,
        allowed: bool,
    ) -> Result<ApprovalOutcome, Error> {
        self.answer_as(
            browser,
            auth_req_id,
            ("alice", users::ALICE_PASSWORD),
            allowed,
        )
        .await
    }

    /// The same for anybody.
    ///
    /// # Errors
    /// As the rules.
    pub async fn answer_as(
        &self,
        browser: &mut Browser,
        auth_req_id: &str,
        (username, password): (&str, &str),
        allowed: bool,
    ) -> Result<ApprovalOutcome, Error> {
        let link = [("auth_req_id", auth_req_id)];
        let mut turn = self
            .authorize(browser, &link)
            .await
            .map_err(|error| error.error)?;
        for _ in 0..3 {
            turn = match turn.step {
                Step::Login(login) => {
                    self.log_in(browser, &login.interaction, username, password)
                        .await?;
                    let resumed =
                        interaction::resume(&self.provider, &login.interaction, browser).await;
                    resumed.map_err(|error| error.error)?
                }
                Step::Approval(page) => {
                    let id = page.interaction;
                    let decided = interaction::decide(&self.provider, &id, browser, allowed).await;
                    decided.map_err(|error| error.error)?
                }
                Step::Outcome(outcome) => return Ok(outcome),
                other => panic!("a page of another flow: {other:?}"),
            };
        }
        panic!("the pages never end");
    }
}
