//! Somebody who signs in to many applications and then leaves them all at once.

use std::time::{Duration, Instant};

use super::{Site, encode, interaction_of};
use crate::{
    browser::Browser,
    failure::{Failure, Result},
    walkers::shop::{durward_form, durward_login},
};

const BASE: &str = "/jans-auth/restv1";

/// Pages on the way to one code: login, consent, and one more would be too many.
const MAX_PAGES: usize = 3;

/// A person and the applications that they use.
#[derive(Debug)]
pub struct Leaver {
    browser: Browser,
    user: String,
    clients: Vec<String>,
}

impl Leaver {
    /// User `number` with these applications.
    pub fn at(site: Site, number: usize, clients: &[String]) -> Self {
        Self {
            browser: Browser::at(site.address),
            user: format!("user-{number}"),
            clients: clients.to_vec(),
        }
    }

    /// Signs in to all of them.
    ///
    /// # Errors
    /// A page that should not come.
    pub async fn sign_in(&mut self) -> Result<()> {
        self.browser.forget();
        for client in self.clients.clone() {
            let redirect_uri = format!("https://{client}.example/cb");
            let query = encode(&[
                ("response_type", "code"),
                ("client_id", &client),
                ("redirect_uri", &redirect_uri),
                ("scope", "openid profile"),
            ]);
            self.walk_to_code(&format!("{BASE}/authorize?{query}"))
                .await?;
        }
        Ok(())
    }

    async fn walk_to_code(&mut self, place: &str) -> Result<()> {
        let mut answer = self.browser.open(place).await?;
        for _ in 0..MAX_PAGES {
            if answer.status == 303 {
                let location = answer.location.clone().unwrap_or_default();
                if location.contains("code=") {
                    return Ok(());
                }
                answer = self.browser.follow(answer, "sign-in").await?;
                continue;
            }
            let id = interaction_of(&answer)?;
            let form = if answer.text().contains("name=\"password\"") {
                durward_login(&id, &self.user)
            } else {
                durward_form(&id, "allow")
            };
            let place = format!("{BASE}/interaction/{id}");
            answer = self.browser.press(&place, &form).await?;
        }
        let location = answer.location.unwrap_or_default();
        if location.contains("code=") {
            Ok(())
        } else {
            Err(Failure::new("signing in did not end in a code"))
        }
    }

    /// Says that it wants to leave, and does: how long the answer took in which the
    /// session ends and the page is made.
    ///
    /// # Errors
    /// A page that should not come.
    pub async fn leave(&mut self) -> Result<Duration> {
        let page = self.browser.open(&format!("{BASE}/end_session")).await?;
        let page = page.expect(200, "question")?;
        let text = page.text();
        let id = text
            .split_once("/end_session/")
            .and_then(|(_, rest)| rest.split('"').next())
            .ok_or_else(|| Failure::new("a logout without a question"))?;
        let form = durward_form(id, "logout");
        let place = format!("{BASE}/end_session/{id}");
        let began = Instant::now();
        let answer = self.browser.press(&place, &form).await?;
        let took = began.elapsed();
        answer.expect(200, "logout")?;
        Ok(took)
    }
}
