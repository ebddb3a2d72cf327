//! The authorization-code flow with PKCE: login page, consent page, code, tokens.
//!
//! Each flow is a new browser, so each has a login and a consent.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{Kind, SCOPE, Site, basic, check_tokens, encode, interaction_of};
use crate::{
    browser::{Browser, redirect},
    failure::{Failure, Result},
    http::{Answer, Connection},
    load::Walker,
    prepared::PASSWORD,
};

/// The client's redirect URI.
pub const REDIRECT_URI: &str = "https://shop.example/cb";

/// Two elements of `authorization_details`, as the scripts of `prepared.rs` let them pass.
const DETAILS: &str = r#"[{"type":"payment_initiation","instructedAmount":{"currency":"EUR","amount":"123.50"},"creditorName":"Merchant A","creditorAccount":{"iban":"DE02100100109307118603"}},{"type":"account_access","actions":["list_accounts"],"locations":["https://bank.example/accounts"]}]"#;

/// A shop and one of its customers.
#[derive(Debug)]
pub struct Shop {
    site: Site,
    browser: Browser,
    back: Connection,
    credentials: String,
    user: String,
    /// `authorization_details`, if it asks for any.
    details: Option<&'static str>,
    flows: u64,
}

impl Shop {
    /// The shop that user `number` visits.
    pub fn at(site: Site, number: usize) -> Self {
        Self {
            site,
            browser: Browser::at(site.address),
            back: Connection::to(site.address),
            credentials: basic("shop"),
            user: format!("user-{number}"),
            details: None,
            flows: 0,
        }
    }

    /// The same, asking for two elements of `authorization_details` as well.
    pub fn with_details_at(site: Site, number: usize) -> Self {
        Self {
            details: Some(DETAILS),
            ..Self::at(site, number)
        }
    }

    /// Login and consent at Durward: two pages, two forms.
    async fn through_durward(&mut self, query: &str) -> Result<String> {
        let place = format!("/jans-auth/restv1/authorize?{query}");
        let page = self.browser.open(&place).await?.expect(200, "login page")?;
        let id = interaction_of(&page)?;
        let place = format!("/jans-auth/restv1/interaction/{id}");
        let answer = self
            .browser
            .press(&place, &durward_login(&id, &self.user))
            .await?;
        let page = self
            .browser
            .follow(answer, "login")
            .await?
            .expect(200, "consent page")?;
        let id = interaction_of(&page)?;
        let place = format!("/jans-auth/restv1/interaction/{id}");
        let mut form = durward_form(&id, "allow");
        if self.details.is_some() {
            form.push_str("&choose=details&detail_0=on&detail_1=on");
        }
        let answer = self.browser.press(&place, &form).await?;
        redirect(answer, "consent")
    }

    /// The same at oidc-provider, whose redirects pass `/auth/<uid>` after each form.
    async fn through_peer(&mut self, query: &str) -> Result<String> {
        let answer = self.browser.open(&format!("/auth?{query}")).await?;
        let place = redirect(answer, "authorize")?;
        self.browser.open(&place).await?.expect(200, "login page")?;
        let form = encode(&[
            ("prompt", "login"),
            ("login", &self.user),
            ("password", PASSWORD),
        ]);
        let answer = self.browser.press(&place, &form).await?;
        let answer = self.browser.follow(answer, "login").await?;
        let place = redirect(answer, "resume after login")?;
        self.browser
            .open(&place)
            .await?
            .expect(200, "consent page")?;
        let answer = self.browser.press(&place, "prompt=consent").await?;
        let answer = self.browser.follow(answer, "consent").await?;
        redirect(answer, "resume after consent")
    }

    async fn redeem(&mut self, location: &str, verifier: &str) -> Result<Answer> {
        let url = url::Url::parse(location)?;
        let code = url
            .query_pairs()
            .find(|(name, _)| name == "code")
            .map(|(_, value)| value);
        let code = code.ok_or_else(|| Failure::new(format!("no code in {location}")))?;
        let form = encode(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", verifier),
        ]);
        let path = self.site.token_path();
        self.back
            .post(path, &self.credentials, &form)
            .await?
            .expect(200, "code exchange")
    }
}

impl Walker for Shop {
    async fn walk(&mut self) -> Result<()> {
        self.flows += 1;
        self.browser.forget();
        let verifier = format!("{:-<44}", format!("{}-{}", self.user, self.flows));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let state = self.flows.to_string();
        let mut query = encode(&[
            ("response_type", "code"),
            ("client_id", "shop"),
            ("redirect_uri", REDIRECT_URI),
            ("scope", SCOPE),
            ("state", &state),
            ("nonce", &state),
            ("prompt", "consent"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        if let Some(details) = self.details {
            query.push('&');
            query.push_str(&encode(&[("authorization_details", details)]));
        }
        let location = match self.site.kind {
            Kind::Durward => self.through_durward(&query).await?,
            Kind::Peer => self.through_peer(&query).await?,
        };
        let tokens = self.redeem(&location, &verifier).await?;
        if self.details.is_some() && !tokens.text().contains("account_access") {
            return Err(Failure::new("tokens without what was asked for in detail"));
        }
        check_tokens(&tokens)
    }
}

/// A form of one of Durward's pages, without typed fields.
pub fn durward_form(id: &str, decision: &str) -> String {
    format!("csrf_token={id}&request_id={id}&decision={decision}")
}

/// Durward's login form.
pub fn durward_login(id: &str, user: &str) -> String {
    let typed = encode(&[("username", user), ("password", PASSWORD)]);
    format!("{}&{typed}", durward_form(id, "login"))
}
