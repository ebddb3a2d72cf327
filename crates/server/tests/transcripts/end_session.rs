//! `/end_session`: what the certification suites of RP-initiated, front-channel and
//! back-channel logout try, by the names of their modules, and attacks 59 to 61.

use axum::http::{Method, StatusCode, header};
use durward_protocol::logout::delivery;
use durward_testkit::{
    app::{Answer, Site},
    clients::WEB,
    flow::web_request,
};

use crate::{HERE, authorize::Walk as _};

const ROUTE: &str = "base/end_session";
const OVER: &str = "https://web.example/over";
const FRAME: &str = "https://web.example/frame?x=1&y=\"></iframe><script>alert(1)</script>";

/// Somebody who is logged in to the web application, and the ID token that it got.
struct Guest {
    site: Site,
    id_token: String,
}

impl Guest {
    async fn new() -> Self {
        let mut site = Site::new().await;
        site.world
            .change_client(WEB, |client| {
                client.metadata.post_logout_redirect_uris = vec![OVER.to_owned()];
            })
            .await;
        site.world_login().await;
        let answer = site.open_with("/authorize", &web_request()).await;
        let tokens = site
            .world
            .exchange(&answer.parameter("code"))
            .await
            .unwrap();
        site.begin_transcript();
        Self {
            site,
            id_token: tokens.id_token.unwrap(),
        }
    }

    /// The same with a frame to load.
    async fn with_frame() -> Self {
        let guest = Self::new().await;
        guest
            .site
            .world
            .change_client(WEB, |client| {
                client.metadata.frontchannel_logout_uri = Some(FRAME.to_owned());
                client.metadata.frontchannel_logout_session_required = true;
            })
            .await;
        guest
    }

    async fn end(&mut self, pairs: &[(&str, &str)]) -> Answer {
        let id_token = self.id_token.clone();
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (*name, if *value == "HINT" { &id_token } else { *value }))
            .collect();
        self.site.open_with("/end_session", &pairs).await
    }

    async fn is_logged_in(&mut self) -> bool {
        let answer = self
            .site
            .open_with(
                "/authorize",
                &durward_testkit::flow::with(&web_request(), &[("prompt", "none")]),
            )
            .await;
        answer.location().contains("code=")
    }

    /// The address that the page's form posts to.
    fn question(answer: &Answer) -> (String, String) {
        let begin = answer.body.find("action=\"").expect("a form") + "action=\"".len();
        let action = &answer.body[begin..];
        let action = action[..action.find('"').unwrap()].to_owned();
        let id = action.rsplit('/').next().unwrap().to_owned();
        (action, id)
    }

    async fn decide(&mut self, question: &(String, String), decision: &str) -> Answer {
        let pairs = [("csrf_token", question.1.as_str()), ("decision", decision)];
        self.site.submit(&question.0, &pairs).await
    }
}

#[tokio::test]
async fn rp_initiated_logout() {
    let mut guest = Guest::new().await;
    let answer = guest
        .end(&[
            ("id_token_hint", "HINT"),
            ("post_logout_redirect_uri", OVER),
            ("state", "s-1"),
        ])
        .await;
    assert_eq!(answer.location(), "https://web.example/over?state=s-1");
    guest.site.matches(HERE, ROUTE, "rp_initiated_logout");
    assert!(!guest.is_logged_in().await);
}

#[tokio::test]
async fn rp_initiated_logout_by_post() {
    let mut guest = Guest::new().await;
    let path = guest.site.path("/end_session");
    let pairs = [("client_id", WEB), ("state", "a b")];
    let answer = guest.site.submit(&path, &pairs).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    guest.site.matches(HERE, ROUTE, "by_post");
}

#[tokio::test]
async fn rp_initiated_logout_no_params() {
    let mut guest = Guest::new().await;
    let page = guest.end(&[]).await;
    let question = Guest::question(&page);
    assert!(
        guest.is_logged_in().await,
        "attack 59: nothing happens without the person"
    );
    guest.site.begin_transcript();
    guest.end(&[]).await;
    let page = guest.decide(&question, "logout").await;
    assert!(page.body.contains("You are signed out"));
    guest.site.matches(HERE, ROUTE, "no_params");
    assert!(!guest.is_logged_in().await);
}

#[tokio::test]
async fn rp_initiated_logout_only_state() {
    let mut guest = Guest::new().await;
    let page = guest.end(&[("state", "lonely")]).await;
    assert!(page.body.contains("Sign out?"));
    assert!(!page.body.contains("lonely"));
}

#[tokio::test]
async fn rp_initiated_logout_no_post_logout_redirect_uri() {
    let mut guest = Guest::new().await;
    let page = guest
        .end(&[("id_token_hint", "HINT"), ("state", "s")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("You are signed out"));
    guest.site.matches(HERE, ROUTE, "no_redirect");
}

#[tokio::test]
async fn rp_initiated_logout_no_id_token_hint() {
    let mut guest = Guest::new().await;
    let page = guest
        .end(&[("post_logout_redirect_uri", OVER), ("state", "s")])
        .await;
    let answer = guest.decide(&Guest::question(&page), "logout").await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "nobody vouches for the address"
    );
    guest.site.matches(HERE, ROUTE, "no_hint");
}

#[tokio::test]
async fn rp_initiated_logout_bad_id_token_hint() {
    let mut guest = Guest::new().await;
    for hint in [
        "bad",
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZS1pbnVtIn0.",
    ] {
        let answer = guest
            .end(&[("id_token_hint", hint), ("post_logout_redirect_uri", OVER)])
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    guest.site.matches(HERE, ROUTE, "bad_hint");
    assert!(guest.is_logged_in().await);
}

#[tokio::test]
async fn rp_initiated_logout_modified_id_token_hint() {
    let mut guest = Guest::new().await;
    let mut parts: Vec<String> = guest.id_token.split('.').map(str::to_owned).collect();
    parts[1].insert(10, 'A');
    let answer = guest
        .end(&[
            ("id_token_hint", &parts.join(".")),
            ("post_logout_redirect_uri", OVER),
        ])
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(guest.is_logged_in().await);
}

#[tokio::test]
async fn rp_initiated_logout_expired_id_token_hint() {
    let mut guest = Guest::new().await;
    guest.site.world.clock.advance_seconds(2 * 3_600);
    let answer = guest
        .end(&[
            ("id_token_hint", "HINT"),
            ("post_logout_redirect_uri", OVER),
        ])
        .await;
    assert_eq!(answer.location(), OVER);
}

/// Attack 60.
#[tokio::test]
async fn rp_initiated_logout_bad_post_logout_redirect_uri() {
    let mut guest = Guest::new().await;
    for uri in [
        "https://evil.example/",
        "https://web.example/over?added=query",
        "https://web.example/over/",
        "https://web.example/over\r\nlocation: https://evil.example/",
    ] {
        let answer = guest
            .end(&[("id_token_hint", "HINT"), ("post_logout_redirect_uri", uri)])
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}");
        assert!(answer.headers.get(header::LOCATION).is_none());
    }
    guest.site.matches(HERE, ROUTE, "bad_redirect");
    assert!(guest.is_logged_in().await);
}

#[tokio::test]
async fn a_program_gets_json() {
    let mut guest = Guest::new().await;
    let path = guest.site.path("/end_session?id_token_hint=bad");
    let accept = [("accept", "application/json".to_owned())];
    let answer = guest.site.exchange(Method::GET, &path, &accept, None).await;
    assert_eq!(answer.text("error"), "invalid_request");
    guest.site.matches(HERE, ROUTE, "json_error");
}

#[tokio::test]
async fn somebody_who_stays_is_still_logged_in() {
    let mut guest = Guest::new().await;
    let question = Guest::question(&guest.end(&[]).await);
    let page = guest.decide(&question, "stay").await;
    assert!(page.body.contains("still signed in"));
    guest.site.begin_transcript();
    let again = guest.decide(&question, "logout").await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "answered once");
    guest.site.matches(HERE, ROUTE, "answered_before");
    assert!(guest.is_logged_in().await);
}

/// Attack 59: a foreign page posts our form.
#[tokio::test]
async fn a_forged_answer_is_refused() {
    let mut guest = Guest::new().await;
    let (path, id) = Guest::question(&guest.end(&[]).await);
    let form = format!("csrf_token={id}&decision=logout");
    let origin = [("origin", "https://evil.example".to_owned())];
    let forged = guest
        .site
        .exchange(Method::POST, &path, &origin, Some(&form))
        .await;
    assert_eq!(forged.status, StatusCode::BAD_REQUEST);
    assert!(guest.is_logged_in().await);
}

#[tokio::test]
async fn nobody_to_log_out() {
    let mut guest = Guest::new().await;
    guest.site.forget_cookies();
    let page = guest.end(&[("id_token_hint", "HINT")]).await;
    assert!(
        page.body.contains("You were not signed in"),
        "never a false success"
    );
    guest.site.matches(HERE, ROUTE, "nobody");
}

/// Attack 61: what a client registered cannot leave its attribute or its policy.
#[tokio::test]
async fn frontchannel_rp_initiated_logout() {
    let mut guest = Guest::with_frame().await;
    let page = guest
        .end(&[
            ("id_token_hint", "HINT"),
            ("post_logout_redirect_uri", OVER),
            ("state", "s"),
        ])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.body.matches("<iframe").count(), 1);
    assert!(!page.body.contains("<script>"), "{}", page.body);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(
        policy.contains("frame-src https://web.example;"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    guest.site.matches(HERE, ROUTE, "frontchannel");
}

#[tokio::test]
async fn the_page_reports_what_it_saw() {
    let mut guest = Guest::with_frame().await;
    let page = guest.end(&[("id_token_hint", "HINT")]).await;
    let begin = page.body.find("data-report=\"").unwrap() + "data-report=\"".len();
    let report = &page.body[begin..];
    let report = report[..report.find('"').unwrap()].to_owned();
    guest.site.begin_transcript();
    let answer = guest.site.submit(&report, &[("told", "unknown")]).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let wrong = guest.site.path("/end_session/report/guessed");
    guest.site.submit(&wrong, &[("told", "x")]).await;
    guest
        .site
        .exchange(
            Method::POST,
            &report,
            &[("content-type", "text/plain".to_owned())],
            Some("x"),
        )
        .await;
    guest
        .site
        .matches(HERE, "base/end_session/report", "reports");
}

/// Attack 61: a script's page runs under our policy, with each frame once.
#[tokio::test]
async fn a_page_of_a_script() {
    let mut guest = Guest::with_frame().await;
    let page = "<!doctype html><title>Bye</title><script>alert(1)</script><p>Bye</p>\
                <iframe src=\"https://evil.example/beacon\"></iframe><base href=\"https://evil.example/\">";
    guest.site.world.engine.always("page", page);
    guest
        .site
        .world
        .save_script_of("end_session", "page", 1, "page")
        .await
        .unwrap();
    let page = guest.end(&[("id_token_hint", "HINT")]).await;
    assert!(page.body.contains("<p>Bye</p>"));
    assert!(!page.body.contains("evil.example"), "{}", page.body);
    assert_eq!(page.body.matches("<iframe").count(), 1);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("script-src 'nonce-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    guest.site.matches(HERE, ROUTE, "script_page");
}

#[tokio::test]
async fn backchannel_rp_initiated_logout() {
    let mut guest = Guest::new().await;
    guest
        .site
        .world
        .change_client(WEB, |client| {
            client.metadata.backchannel_logout_uri = Some("https://web.example/bye".to_owned());
            client.metadata.backchannel_logout_session_required = true;
        })
        .await;
    let sid = durward_testkit::claims_of(&guest.id_token)["sid"].clone();
    let answer = guest
        .end(&[
            ("id_token_hint", "HINT"),
            ("post_logout_redirect_uri", OVER),
        ])
        .await;
    assert_eq!(answer.location(), OVER, "no frame to wait for");
    let deliveries = delivery::claim(&guest.site.world.provider, 10)
        .await
        .unwrap();
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].uri, "https://web.example/bye");
    assert_eq!(durward_testkit::claims_of(&deliveries[0].token)["sid"], sid);
}
