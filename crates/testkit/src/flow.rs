//! Walking through the code flow as a browser and a client would.

use durward_protocol::{
    Code, Error, Parameters,
    authentication::Browser,
    authorize::{self, Answer, AuthorizeError, Step, Turn, interaction},
    introspection, revocation,
    token::{self, TokenResponse},
};
use serde_json::Value;
use url::form_urlencoded;

use crate::{World, clients, users};

/// Name and value of parameters.
pub type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// `code_verifier` of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its `code_challenge`.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The usual request of the web application.
pub fn web_request() -> Pairs<'static> {
    vec![
        ("client_id", clients::WEB),
        ("redirect_uri", clients::WEB_URI),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "state-1"),
        ("nonce", "nonce-1"),
    ]
}

/// The usual request of the native application.
pub fn native_request() -> Pairs<'static> {
    vec![
        ("client_id", clients::NATIVE),
        ("redirect_uri", "http://127.0.0.1:51004/cb"),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// `pairs` with others in place of or besides them; an empty value takes one away.
pub fn with<'a>(pairs: &[(&'a str, &'a str)], others: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let kept = pairs
        .iter()
        .filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
    kept.chain(others)
        .copied()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Parameters as a request would bring them.
pub fn parameters(pairs: &[(&str, &str)]) -> Parameters {
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    Parameters::parse(&text).unwrap()
}

/// A new browser.
pub fn browser() -> Browser {
    Browser {
        address: "192.0.2.1".to_owned(),
        ..Browser::default()
    }
}

/// The code of a refusal.
#[track_caller]
pub fn refusal<T>(result: Result<T, Error>) -> Code {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => {
            error
                .refusal()
                .unwrap_or_else(|| panic!("not a refusal: {error}"))
                .code
        }
    }
}

/// The code of a refusal that is told by redirect.
#[track_caller]
pub fn refusal_by_redirect<T>(result: Result<T, AuthorizeError>) -> Code {
    let error = result.err().expect("it was not refused");
    assert!(error.target.is_some(), "told by page: {}", error.error);
    refusal::<()>(Err(error.error))
}

/// The code of a refusal that is told by page: nothing goes to any client.
#[track_caller]
pub fn refusal_by_page<T>(result: Result<T, AuthorizeError>) -> Code {
    let error = result.err().expect("it was not refused");
    assert!(error.target.is_none(), "told by redirect: {}", error.error);
    refusal::<()>(Err(error.error))
}

/// A parameter of an answer; it must be there.
#[track_caller]
pub fn member(answer: &Answer, name: &str) -> String {
    let found = answer.parameters.iter().find(|(known, _)| *known == name);
    found
        .unwrap_or_else(|| panic!("the answer has no {name}: {answer:?}"))
        .1
        .clone()
}

/// The interaction of a page.
#[track_caller]
pub fn interaction_of(turn: &Turn) -> String {
    match &turn.step {
        Step::Login(login) => login.interaction.clone(),
        Step::Consent(consent) => consent.interaction.clone(),
        Step::Approval(approval) => approval.interaction.clone(),
        other => panic!("not a page: {other:?}"),
    }
}

impl World {
    /// Sends a browser to the authorization endpoint.
    ///
    /// # Errors
    /// As the rule.
    pub async fn authorize(
        &self,
        browser: &mut Browser,
        pairs: &[(&str, &str)],
    ) -> Result<Turn, AuthorizeError> {
        let turn = authorize::begin(&self.provider, &parameters(pairs), browser).await?;
        if let Some(cookie) = &turn.browser_cookie {
            browser.browser_cookie = Some(cookie.clone());
        }
        Ok(turn)
    }

    /// Gives a password on a login page.
    ///
    /// # Errors
    /// As the rule.
    pub async fn log_in(
        &self,
        browser: &mut Browser,
        interaction: &str,
        username: &str,
        password: &str,
    ) -> Result<(), Error> {
        let cookie =
            interaction::login(&self.provider, interaction, browser, username, password).await?;
        browser.session_cookie = Some(cookie);
        Ok(())
    }

    /// Answers every page as Alice who allows everything, up to the answer.
    ///
    /// # Errors
    /// As the rules.
    pub async fn walk(
        &self,
        browser: &mut Browser,
        pairs: &[(&str, &str)],
    ) -> Result<Answer, AuthorizeError> {
        let mut turn = self.authorize(browser, pairs).await?;
        for _ in 0..4 {
            turn = match turn.step {
                Step::Login(login) => {
                    let id = login.interaction;
                    self.log_in(browser, &id, "alice", users::ALICE_PASSWORD)
                        .await?;
                    interaction::resume(&self.provider, &id, browser).await?
                }
                Step::Consent(consent) => {
                    interaction::decide(&self.provider, &consent.interaction, browser, true).await?
                }
                Step::Answer(answer) => return Ok(answer),
                other => panic!("a page of another flow: {other:?}"),
            };
        }
        panic!("the pages never end");
    }

    /// A browser in which Alice has logged in and allowed the web application `openid profile`.
    pub async fn alices_browser(&self) -> Browser {
        let mut browser = browser();
        self.walk(&mut browser, &web_request()).await.unwrap();
        browser
    }

    /// A code for a request that Alice allows in a new browser.
    pub async fn code_for(&self, pairs: &[(&str, &str)]) -> String {
        member(&self.walk(&mut browser(), pairs).await.unwrap(), "code")
    }

    /// A token request.
    ///
    /// # Errors
    /// As the rule.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        pairs: &[(&str, &str)],
    ) -> Result<TokenResponse, Error> {
        token::answer(&self.provider, authorization, &parameters(pairs)).await
    }

    /// The web application exchanges a code.
    ///
    /// # Errors
    /// As the rule.
    pub async fn exchange(&self, code: &str) -> Result<TokenResponse, Error> {
        let request = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", clients::WEB_URI),
        ];
        self.token(Some(&clients::basic(clients::WEB)), &request)
            .await
    }

    /// The web application refreshes.
    ///
    /// # Errors
    /// As the rule.
    pub async fn refresh(&self, refresh_token: &str) -> Result<TokenResponse, Error> {
        let request = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ];
        self.token(Some(&clients::basic(clients::WEB)), &request)
            .await
    }

    /// Tokens of Alice for the web application, by the whole flow.
    pub async fn web_tokens(&self) -> TokenResponse {
        self.web_tokens_for(&[]).await
    }

    /// The same with a changed request.
    pub async fn web_tokens_for(&self, others: &[(&str, &str)]) -> TokenResponse {
        let request = web_request();
        let code = self.code_for(&with(&request, others)).await;
        self.exchange(&code).await.unwrap()
    }

    /// What introspection by the web application says of a token.
    pub async fn introspect(&self, token: &str) -> Value {
        self.introspect_as(clients::WEB, token).await
    }

    /// What introspection by any client with a secret says of a token.
    pub async fn introspect_as(&self, client_id: &str, token: &str) -> Value {
        serde_json::from_str(&self.introspection_text(client_id, token).await).unwrap()
    }

    /// The same to the letter.
    pub async fn introspection_text(&self, client_id: &str, token: &str) -> String {
        let request = parameters(&[("token", token)]);
        let authorization = clients::basic(client_id);
        let told = introspection::answer(&self.provider, Some(authorization.as_str()), &request)
            .await
            .unwrap();
        serde_json::to_string(&told).unwrap()
    }

    /// Is an access token good?
    pub async fn is_active(&self, token: &str) -> bool {
        self.introspect(token).await["active"] == true
    }

    /// A client revokes a token.
    ///
    /// # Errors
    /// As the rule.
    pub async fn revoke(&self, client_id: &str, token: &str) -> Result<(), Error> {
        let authorization = clients::basic(client_id);
        revocation::answer(
            &self.provider,
            Some(authorization.as_str()),
            &parameters(&[("token", token)]),
        )
        .await
    }
}
