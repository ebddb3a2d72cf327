//! The person's side: the tap on the notification, signing in, the answer.

use durward_server::pages::field;

use super::{
    Walk,
    browser::{Browser, Page},
    form,
    login::Request,
};
use crate::{
    demo::{
        caller::text,
        setup::{ALICE, BOB, CLIENT_NAME, PASSWORD, Person},
    },
    failure::Failure,
};

const LOGIN: (&str, &str) = (field::DECISION, field::LOGIN);
const ALLOW: (&str, &str) = (field::DECISION, field::ALLOW);
const DENY: (&str, &str) = (field::DECISION, field::DENY);

impl Walk {
    /// Bob has the link, and an account, and still cannot answer for alice.
    pub(super) async fn somebody_else(&mut self, request: &Request) -> Result<(), Failure> {
        self.report.step("Somebody else taps the notification");
        let mut browser = Browser::new(self.caller.clone(), &self.issuer);
        let page = self.tap(&mut browser, request).await?;
        let page = self.sign_in(&mut browser, &page, &BOB).await?;
        let outcome = outcome_of(&page);
        self.report.same(
            "bob cannot answer for alice",
            "not_for_this_account",
            &outcome,
        );
        let asked = form::find_form(&page.html, ALLOW).is_some();
        self.report
            .check("he is not even asked", !asked, || page.html.clone());
        Ok(())
    }

    /// Alice signs in, compares, allows.
    pub(super) async fn approve(&mut self, request: &Request) -> Result<Browser, Failure> {
        self.report
            .step("Alice taps the notification, signs in and allows");
        let mut browser = Browser::new(self.caller.clone(), &self.issuer);
        let page = self.tap(&mut browser, request).await?;
        let page = self.sign_in(&mut browser, &page, &ALICE).await?;
        self.look_at_question(&page, request);
        let page = browser.press(&page, ALLOW, &[]).await?;
        self.show(&page);
        self.report
            .same("it is approved", "approved", &outcome_of(&page));
        let headline = form::headline(&page.html).unwrap_or_default();
        self.report
            .same("and the page says so", "Approved", &headline);

        let page = self.tap(&mut browser, request).await?;
        let outcome = outcome_of(&page);
        self.report.same(
            "nobody can answer a second time",
            "answered_before",
            &outcome,
        );
        Ok(browser)
    }

    /// A second request, which alice did not start.
    pub(super) async fn deny(&mut self, mut alice: Browser) -> Result<(), Failure> {
        let request = self
            .ask("Another login of alice, which she did not start")
            .await?;
        self.report.step("Alice taps the notification and denies");
        let page = self.tap(&mut alice, &request).await?;
        self.look_at_question(&page, &request);
        let page = alice.press(&page, DENY, &[]).await?;
        self.show(&page);
        self.report
            .same("it is denied", "denied", &outcome_of(&page));

        self.report.step("The client polls and gets nothing");
        let answer = self.poll_in_time(&request).await?;
        self.report
            .answered("access is denied", 400, "access_denied", &answer);
        let none = text(&answer.json(), "access_token").is_empty();
        self.report
            .check("there are no tokens", none, || answer.body.clone());
        Ok(())
    }

    async fn tap(&mut self, browser: &mut Browser, request: &Request) -> Result<Page, Failure> {
        let page = browser.open(&request.push.click_action).await?;
        self.show(&page);
        Ok(page)
    }

    async fn sign_in(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        person: &Person,
    ) -> Result<Page, Failure> {
        let asked = form::has_field(&page.html, field::PASSWORD);
        let headline = form::headline(&page.html).unwrap_or_default();
        self.report.check("the server asks who it is", asked, || {
            format!("the page says: {headline}")
        });
        let typed = [
            (field::USERNAME, person.username),
            (field::PASSWORD, PASSWORD),
        ];
        let page = browser.press(page, LOGIN, &typed).await?;
        self.show(&page);
        Ok(page)
    }

    fn look_at_question(&mut self, page: &Page, request: &Request) {
        let words = form::text_of_class(&page.html, "binding-message").unwrap_or_default();
        self.report.say(&format!("the page shows: {words}"));
        self.report
            .same("the words are those of the shop", &request.words, &words);
        let named = page.html.contains(CLIENT_NAME);
        self.report
            .check("the page says who asks", named, || page.html.clone());
    }

    fn show(&mut self, page: &Page) {
        let headline = form::headline(&page.html).unwrap_or_default();
        self.report.say(&page.trail.join("\n"));
        self.report.say(&format!("    page: {headline}"));
        self.report
            .same("the page is there", "200", &page.status.to_string());
    }
}

fn outcome_of(page: &Page) -> String {
    let found = page.url.query_pairs().find(|(name, _)| name == "outcome");
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
