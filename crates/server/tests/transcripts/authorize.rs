//! `/authorize`: pages, answers, errors by page and by redirect.

use durward_testkit::{
    app::Site,
    flow::{native_request, web_request, with},
    users::ALICE_PASSWORD,
};

use crate::HERE;

const ROUTE: &str = "base/authorize";

#[tokio::test]
async fn a_login_page_is_shown_to_a_stranger() {
    let mut site = Site::new().await;
    site.open_with("/authorize", &web_request()).await;
    site.matches(HERE, ROUTE, "login_page");
}

#[tokio::test]
async fn a_posted_request_goes_on_as_a_get() {
    let mut site = Site::new().await;
    let path = site.path("/authorize");
    site.submit(&path, &web_request()).await;
    site.matches(HERE, ROUTE, "posted");
}

#[tokio::test]
async fn answers_in_each_response_mode() {
    let mut site = Site::new().await;
    site.world_login().await;
    for mode in ["query", "fragment", "form_post"] {
        site.open_with(
            "/authorize",
            &with(&web_request(), &[("response_mode", mode)]),
        )
        .await;
    }
    site.matches(HERE, ROUTE, "response_modes");
}

#[tokio::test]
async fn errors_that_no_client_may_hear_are_pages() {
    let mut site = Site::new().await;
    for others in [
        [("client_id", "<script>alert(1)</script>")],
        [("redirect_uri", "https://web.example.evil/cb")],
    ] {
        let answer = site
            .open_with("/authorize", &with(&web_request(), &others))
            .await;
        assert!(!answer.body.contains("<script>alert"));
    }
    let twice = site.path("/authorize?client_id=web&client_id=web&response_type=code");
    site.open(&twice).await;
    site.matches(HERE, ROUTE, "errors_by_page");
}

#[tokio::test]
async fn errors_for_the_client_are_redirects() {
    let mut site = Site::new().await;
    for others in [
        [("prompt", "none")],
        [("response_type", "token")],
        [("request", "a.b.c")],
        [("scope", "admin")],
    ] {
        site.open_with("/authorize", &with(&web_request(), &others))
            .await;
    }
    site.matches(HERE, ROUTE, "errors_by_redirect");
}

#[tokio::test]
async fn a_native_application_may_be_sent_back_to_its_port() {
    let mut site = Site::new().await;
    let page = site.open_with("/authorize", &native_request()).await;
    let id = page.interaction();
    let login = [
        ("decision", "login"),
        ("username", "alice"),
        ("password", ALICE_PASSWORD),
    ];
    let next = site.decide(&id, &login).await.location();
    site.open(&next).await;
    site.begin_transcript();
    site.decide(&id, &[("decision", "allow")]).await;
    site.matches(HERE, ROUTE, "native");
}

/// Steps that other transcripts begin with.
pub trait Walk {
    /// Alice logs in and allows the web application what it usually asks for.
    async fn world_login(&mut self);
}

impl Walk for Site {
    async fn world_login(&mut self) {
        let id = self
            .open_with("/authorize", &web_request())
            .await
            .interaction();
        let login = [
            ("decision", "login"),
            ("username", "alice"),
            ("password", ALICE_PASSWORD),
        ];
        let next = self.decide(&id, &login).await.location();
        self.open(&next).await;
        self.decide(&id, &[("decision", "allow")]).await;
        self.begin_transcript();
    }
}
