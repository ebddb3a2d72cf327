//! A person at a browser without a screen: cookies, pages, forms.

use std::collections::BTreeMap;

use url::{Url, form_urlencoded};

use super::{
    caller::{Answer, Caller, form, read},
    home::{Credentials, REDIRECT_URI, password_of},
};

/// A browser of one person.
pub struct Visitor {
    caller: Caller,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Without cookies.
    pub fn new(caller: &Caller) -> Self {
        Self {
            caller: caller.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// With the cookies of another, as a browser that was closed and opened again.
    pub fn with_cookies(caller: &Caller, cookies: BTreeMap<String, String>) -> Self {
        Self {
            caller: caller.clone(),
            cookies,
        }
    }

    /// Cookies by name.
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }

    /// Opens an address; redirects are not followed.
    pub async fn open(&mut self, url: &str) -> reqwest::Result<Answer> {
        let request = self.caller.request(reqwest::Method::GET, url);
        let answer = read(request.header("cookie", self.cookie())).await?;
        self.keep(&answer);
        Ok(answer)
    }

    /// Presses a button of the form on a page.
    pub async fn press(
        &mut self,
        page: &Answer,
        decision: &str,
        typed: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let id = interaction_of(page);
        let mut fields = vec![
            ("csrf_token", id),
            ("request_id", id),
            ("decision", decision),
        ];
        fields.extend(typed);
        let url = self.caller.url(&format!("/interaction/{id}"));
        let request = form(self.caller.request(reqwest::Method::POST, &url), &fields)
            .header("cookie", self.cookie())
            .header("origin", self.caller.issuer());
        let answer = read(request).await?;
        self.keep(&answer);
        Ok(answer)
    }

    /// Logs in on a login page and goes on to the page behind it.
    pub async fn log_in(&mut self, page: &Answer, user: &str) -> reqwest::Result<Answer> {
        let password = password_of(user);
        let typed = [("username", user), ("password", password.as_str())];
        let answer = self.press(page, "login", &typed).await?;
        assert_eq!(answer.status, 303, "{answer:?}");
        let location = format!(
            "{}{}",
            self.caller.issuer(),
            answer.header("location").unwrap()
        );
        self.open(&location).await
    }

    /// A whole authorization: login, consent, code.
    pub async fn code_by_hand(
        &mut self,
        client: &Credentials,
        user: &str,
    ) -> reqwest::Result<String> {
        let page = self
            .open(&authorize_url(&self.caller, client, "login consent"))
            .await?;
        let page = self.log_in(&page, user).await?;
        assert!(page.body.contains("value=\"allow\""), "{page:?}");
        let answer = self.press(&page, "allow", &[]).await?;
        Ok(code_of(&answer))
    }

    /// A code without a page: the session and the consent are there.
    pub async fn code(&mut self, client: &Credentials) -> reqwest::Result<String> {
        let answer = self
            .open(&authorize_url(&self.caller, client, "none"))
            .await?;
        Ok(code_of(&answer))
    }

    /// A code with a consent on the way: the session is there.
    pub async fn code_with_consent(&mut self, client: &Credentials) -> reqwest::Result<String> {
        let page = self
            .open(&authorize_url(&self.caller, client, "consent"))
            .await?;
        let answer = self.press(&page, "allow", &[]).await?;
        Ok(code_of(&answer))
    }

    fn cookie(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// An authorization request of a client.
pub fn authorize_url(caller: &Caller, client: &Credentials, prompt: &str) -> String {
    authorize_url_for(caller, client, "openid profile", prompt)
}

/// The same for other scopes.
pub fn authorize_url_for(
    caller: &Caller,
    client: &Credentials,
    scope: &str,
    prompt: &str,
) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT_URI),
            ("scope", scope),
            ("state", "state-of-the-test"),
            ("prompt", prompt),
        ])
        .finish();
    caller.url(&format!("/authorize?{query}"))
}

/// The link that a notification holds.
pub fn approval_url(caller: &Caller, auth_req_id: &str) -> String {
    let redirect_uri = format!("{}/jans-auth/ciba/home.htm", caller.issuer());
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", "durward-ciba-approval"),
            ("response_type", "id_token"),
            ("redirect_uri", redirect_uri.as_str()),
            ("scope", "openid profile"),
            ("prompt", "consent"),
            ("auth_req_id", auth_req_id),
        ])
        .finish();
    caller.url(&format!("/authorize?{query}"))
}

/// The code of an authorization response by query.
pub fn code_of(answer: &Answer) -> String {
    let location = answer
        .header("location")
        .unwrap_or_else(|| panic!("no redirect: {answer:?}"));
    assert!(location.starts_with(REDIRECT_URI), "{location}");
    let url = Url::parse(location).unwrap();
    let find = |wanted: &str| {
        url.query_pairs()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    assert_eq!(
        find("state").as_deref(),
        Some("state-of-the-test"),
        "{location}"
    );
    find("code").unwrap_or_else(|| panic!("no code: {location}"))
}

/// Id of the interaction that a page's form answers.
fn interaction_of(page: &Answer) -> &str {
    let rest = page
        .body
        .split_once("name=\"csrf_token\" value=\"")
        .map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split('"').next())
        .unwrap_or_else(|| panic!("no form: {page:?}"))
}
