//! Logging out: who may, what ends, who is told, and what a page's report means.

use durward_model::{
    LogoutNotice, Session,
    logout::{Channel, NoticeState},
};
use durward_protocol::{
    Code, Error,
    authentication::{Browser, find_session},
    logout::{
        self, Confirm, Step,
        delivery::{self, Outcome},
        page::{SignedOut, Visit},
        report,
    },
};
use durward_store::{Change, Entity as _, Kind};
use durward_testkit::{
    World, claims_of,
    clients::{OTHER, OTHER_URI, WEB},
    flow::{browser, member, parameters, refusal, web_request, with},
    header_of,
    users::ALICE,
    world::ISSUER,
};
use proptest::prelude::{
    ProptestConfig, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use serde_json::{Value, json};

const BACK: &str = "https://web.example/bye?tenant=1";
const FRAME: &str = "https://web.example/frame?x=1&y=\"</iframe>";
const OVER: &str = "https://web.example/over?from=logout";

/// Somebody who is logged in to the web application.
struct Party {
    world: World,
    browser: Browser,
    id_token: String,
    refresh_token: String,
    access_token: String,
}

impl Party {
    async fn new() -> Self {
        Self::with_scope("openid profile").await
    }

    async fn with_scope(scope: &str) -> Self {
        let world = World::new().await;
        world
            .change_client(WEB, |client| {
                client.metadata.post_logout_redirect_uris = vec![OVER.to_owned()];
            })
            .await;
        let mut browser = browser();
        let request = web_request();
        let answer = world
            .walk(&mut browser, &with(&request, &[("scope", scope)]))
            .await
            .unwrap();
        let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
        Self {
            world,
            browser,
            id_token: tokens.id_token.unwrap(),
            refresh_token: tokens.refresh_token.unwrap(),
            access_token: tokens.access_token,
        }
    }

    async fn channels(&self, front: Option<&str>, back: Option<&str>) {
        self.world
            .change_client(WEB, |client| {
                client.metadata.frontchannel_logout_uri = front.map(str::to_owned);
                client.metadata.backchannel_logout_uri = back.map(str::to_owned);
            })
            .await;
    }

    async fn begin(&self, pairs: &[(&str, &str)]) -> Result<Step, Error> {
        let visit = Visit::default();
        logout::begin(
            &self.world.provider,
            &parameters(pairs),
            &self.browser,
            &visit,
        )
        .await
    }

    /// Logs out with the ID token.
    async fn log_out(&self) -> SignedOut {
        done(
            self.begin(&[("id_token_hint", &self.id_token)])
                .await
                .unwrap(),
        )
    }

    async fn answer(&self, confirm: &Confirm, confirmed: bool) -> Result<Option<Step>, Error> {
        let mut browser = self.browser.clone();
        browser.browser_cookie = confirm.browser_cookie.clone().or(browser.browser_cookie);
        let visit = Visit::default();
        logout::answer(
            &self.world.provider,
            &confirm.interaction,
            &browser,
            confirmed,
            &visit,
        )
        .await
    }

    async fn is_logged_in(&self) -> bool {
        let found = find_session(&self.world.provider, &self.browser).await;
        found.unwrap().is_some()
    }

    async fn notices(&self) -> Vec<LogoutNotice> {
        let found = self.world.store.list_logout_notices().await.unwrap();
        found.into_iter().map(|found| found.value).collect()
    }

    async fn only_notice(&self, channel: Channel) -> LogoutNotice {
        let notices = self.notices().await;
        let mut found = notices
            .into_iter()
            .filter(|notice| notice.channel == channel);
        let notice = found.next().expect("a notice");
        assert!(found.next().is_none());
        notice
    }

    async fn claim(&self) -> Vec<delivery::Delivery> {
        delivery::claim(&self.world.provider, 10).await.unwrap()
    }

    async fn record(&self, outcome: Outcome) {
        let claimed = self.claim().await;
        assert_eq!(claimed.len(), 1);
        delivery::record(&self.world.provider, &claimed[0], &outcome)
            .await
            .unwrap();
    }
}

#[track_caller]
fn done(step: Step) -> SignedOut {
    match step {
        Step::SignedOut(done) => *done,
        Step::Confirm(_) => panic!("it asks"),
    }
}

#[track_caller]
fn question(step: Step) -> Confirm {
    match step {
        Step::Confirm(confirm) => *confirm,
        Step::SignedOut(_) => panic!("it does not ask"),
    }
}

#[tokio::test]
async fn an_id_token_of_the_session_ends_it_and_its_tokens() {
    let party = Party::new().await;
    let pairs = [
        ("id_token_hint", party.id_token.as_str()),
        ("post_logout_redirect_uri", OVER),
        ("state", "a b&c"),
        ("ui_locales", "de"),
    ];
    let done = done(party.begin(&pairs).await.unwrap());
    assert!(done.ended && done.goes_on_at_once());
    let expected = "https://web.example/over?from=logout&state=a+b%26c";
    assert_eq!(done.redirect.as_deref(), Some(expected));
    assert!(!party.is_logged_in().await);
    assert!(!party.world.is_active(&party.access_token).await);
    let refreshed = party.world.refresh(&party.refresh_token).await;
    assert_eq!(refusal(refreshed), Code::InvalidGrant);
    for kind in [Session::KIND, Kind::ClientSession, Kind::LogoutNotice] {
        assert_eq!(party.world.count(kind).await, 0, "{kind:?}");
    }
}

#[tokio::test]
async fn tokens_for_the_time_after_the_login_stay() {
    let party = Party::with_scope("openid offline_access").await;
    party.log_out().await;
    assert!(party.world.refresh(&party.refresh_token).await.is_ok());
}

#[tokio::test]
async fn an_expired_hint_still_counts() {
    let party = Party::new().await;
    party.world.clock.advance_seconds(4 * 3_600);
    assert!(party.log_out().await.ended);
}

#[tokio::test]
async fn a_hint_of_an_archived_key_still_counts_and_one_of_no_key_does_not() {
    let party = Party::new().await;
    let provider = &party.world.provider;
    let stored = provider.store.list_signing_keys().await.unwrap();
    let retired = stored.iter().map(|key| {
        let mut gone = key.value.clone();
        gone.published_until = Some(provider.now());
        Change::replace(key, &gone)
    });
    provider.store.apply(retired.collect()).await.unwrap();
    provider.reload().await.unwrap();
    let live = provider.live();
    let now = provider.now();
    assert!(live.keys.verify(&party.id_token, &["JWT"], now).is_err());
    assert!(party.log_out().await.ended);

    let party = Party::new().await;
    let provider = &party.world.provider;
    let stored = provider.store.list_signing_keys().await.unwrap();
    let gone = stored.iter().map(Change::remove);
    provider.store.apply(gone.collect()).await.unwrap();
    provider.reload().await.unwrap();
    let refused = party.begin(&[("id_token_hint", &party.id_token)]).await;
    assert_eq!(refusal(refused), Code::InvalidRequest);
}

/// Attack 59: a foreign site sends the browser here.
#[tokio::test]
async fn without_an_id_token_of_this_very_session_the_person_is_asked() {
    let party = Party::new().await;
    let elsewhere = party.world.web_tokens().await.id_token.unwrap();
    for pairs in [
        vec![],
        vec![("client_id", WEB)],
        vec![("client_id", WEB), ("post_logout_redirect_uri", OVER)],
        vec![("id_token_hint", elsewhere.as_str())],
        vec![
            ("id_token_hint", party.id_token.as_str()),
            ("logout_hint", "bob"),
        ],
        vec![
            ("id_token_hint", party.id_token.as_str()),
            ("sid", "another"),
        ],
        vec![("state", "only")],
    ] {
        let confirm = question(party.begin(&pairs).await.unwrap());
        assert_eq!(confirm.user.id.as_str(), ALICE);
        assert!(party.is_logged_in().await, "{pairs:?}");
    }
}

#[tokio::test]
async fn a_logout_hint_that_names_the_person_does_not_ask() {
    for hint in ["ALICE", ALICE] {
        let party = Party::new().await;
        let pairs = [
            ("id_token_hint", party.id_token.as_str()),
            ("logout_hint", hint),
        ];
        assert!(done(party.begin(&pairs).await.unwrap()).ended, "{hint}");
    }
}

#[tokio::test]
async fn the_question_is_answered_once_and_in_the_same_browser() {
    let party = Party::new().await;
    let pairs = [("client_id", WEB), ("post_logout_redirect_uri", OVER)];
    let stay = question(party.begin(&pairs).await.unwrap());
    assert!(party.answer(&stay, false).await.unwrap().is_none());
    assert!(party.is_logged_in().await);
    assert_eq!(
        refusal(party.answer(&stay, true).await),
        Code::InvalidRequest
    );

    let leave = question(party.begin(&pairs).await.unwrap());
    let mut stranger = browser();
    stranger.browser_cookie = Some("another".to_owned());
    let visit = Visit::default();
    let forged = logout::answer(
        &party.world.provider,
        &leave.interaction,
        &stranger,
        true,
        &visit,
    )
    .await;
    assert_eq!(refusal(forged), Code::InvalidRequest);
    assert!(party.is_logged_in().await);
    let done = done(party.answer(&leave, true).await.unwrap().unwrap());
    assert!(done.ended);
    assert_eq!(done.redirect.as_deref(), Some(OVER));
    assert!(!party.is_logged_in().await);
}

/// Attack 60, and the certification modules on bad, unregistered and changed redirects.
#[tokio::test]
async fn only_a_registered_address_is_gone_to() {
    let party = Party::new().await;
    let hint = ("id_token_hint", party.id_token.as_str());
    for uri in [
        "https://evil.example/",
        "https://web.example/over",
        "https://web.example/over?from=logout&more=1",
        "https://web.example/over?from=logout#x",
        "https://web.example/over?from=logout\r\nset-cookie:x",
        "javascript:alert(1)",
        OTHER_URI,
    ] {
        let refused = party
            .begin(&[hint, ("post_logout_redirect_uri", uri)])
            .await;
        assert_eq!(refusal(refused), Code::InvalidRequest, "{uri}");
        assert!(party.is_logged_in().await, "{uri}");
    }
    // Nobody answers for the address: the browser stays with us.
    let confirm = question(
        party
            .begin(&[("post_logout_redirect_uri", OVER)])
            .await
            .unwrap(),
    );
    let done = done(party.answer(&confirm, true).await.unwrap().unwrap());
    assert_eq!(done.redirect, None);
}

#[tokio::test]
async fn hints_that_are_not_ours_are_refused() {
    let party = Party::new().await;
    let (head, rest) = party.id_token.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let other_claims = "eyJzdWIiOiJhbGljZS1pbnVtIn0";
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for hint in [
        format!("{head}.{other_claims}.{signature}"),
        format!("{none}.{other_claims}."),
        "nonsense".to_owned(),
        party.access_token.clone(),
        "x".repeat(9_000),
    ] {
        let refused = party.begin(&[("id_token_hint", &hint)]).await;
        assert_eq!(refusal(refused), Code::InvalidRequest, "{hint}");
    }
    for (name, value) in [("client_id", OTHER), ("client_id", "nobody")] {
        let refused = party
            .begin(&[("id_token_hint", &party.id_token), (name, value)])
            .await;
        assert_eq!(refusal(refused), Code::InvalidRequest, "{value}");
    }
    assert_eq!(
        refusal(party.begin(&[("client_id", "nobody")]).await),
        Code::InvalidRequest
    );
    assert!(party.is_logged_in().await);
}

#[tokio::test]
async fn a_second_logout_ends_nothing_and_says_so() {
    let party = Party::new().await;
    assert!(party.log_out().await.ended);
    let pairs = [
        ("id_token_hint", party.id_token.as_str()),
        ("post_logout_redirect_uri", OVER),
    ];
    let again = done(party.begin(&pairs).await.unwrap());
    assert!(!again.ended && again.goes_on_at_once());
}

/// Attack 62: what was begun before a logout is worth nothing after it.
#[tokio::test]
async fn a_code_of_an_ended_session_is_worth_nothing() {
    let party = Party::new().await;
    let mut browser = party.browser.clone();
    let answer = party
        .world
        .walk(&mut browser, &web_request())
        .await
        .unwrap();
    party.log_out().await;
    let exchanged = party.world.exchange(&member(&answer, "code")).await;
    assert_eq!(refusal(exchanged), Code::InvalidGrant);
}

#[tokio::test]
async fn every_client_is_told_by_the_sid_that_it_knows() {
    let party = Party::new().await;
    let mut browser = party.browser.clone();
    let request = web_request();
    let other = with(
        &request,
        &[("client_id", OTHER), ("redirect_uri", OTHER_URI)],
    );
    party.world.walk(&mut browser, &other).await.unwrap();
    for id in [WEB, OTHER] {
        let uri = format!("https://{id}.example/bye");
        party
            .world
            .change_client(id, |client| {
                client.metadata.backchannel_logout_uri = Some(uri);
            })
            .await;
    }
    let sid = claims_of(&party.id_token)["sid"].clone();
    party.log_out().await;
    let deliveries = party.claim().await;
    assert_eq!(deliveries.len(), 2);
    let mut sids = Vec::new();
    for delivery in &deliveries {
        let claims = claims_of(&delivery.token);
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["sub"], ALICE);
        assert_eq!(claims["aud"], delivery.client_id());
        assert_eq!(
            claims["events"],
            json!({ "http://schemas.openid.net/event/backchannel-logout": {} })
        );
        assert_eq!(claims.get("nonce"), None);
        assert!(claims["exp"].as_i64() > claims["iat"].as_i64());
        assert!(claims["jti"].is_string());
        assert_eq!(
            header_of(&delivery.token).typ.as_deref(),
            Some("logout+jwt")
        );
        assert_eq!(
            delivery.uri,
            format!("https://{}.example/bye", delivery.client_id())
        );
        sids.push(claims["sid"].clone());
    }
    assert!(sids.contains(&sid));
    assert_ne!(sids[0], sids[1], "clients cannot compare notes");
}

/// Attack 62: a logout token passes for nothing else, and nothing else for it.
#[tokio::test]
async fn a_logout_token_is_no_id_token() {
    let party = Party::new().await;
    party.channels(None, Some(BACK)).await;
    party.log_out().await;
    let token = party.claim().await.remove(0).token;
    let refused = party.begin(&[("id_token_hint", &token)]).await;
    assert_eq!(refusal(refused), Code::InvalidRequest);
    let live = party.world.provider.live();
    let now = party.world.provider.now();
    assert!(live.keys.verify(&token, &["logout+jwt"], now).is_ok());
    assert!(
        live.keys
            .verify(&party.id_token, &["logout+jwt"], now)
            .is_err()
    );
}

#[tokio::test]
async fn a_delivery_is_made_once_while_it_is_under_way() {
    let party = Party::new().await;
    party.channels(None, Some(BACK)).await;
    party.log_out().await;
    let first = party.claim().await;
    assert_eq!(first.len(), 1);
    assert!(party.claim().await.is_empty(), "claimed");
    // The node that had claimed it died: another takes it over, later.
    party.world.clock.advance_seconds(120);
    let second = party.claim().await;
    assert_eq!(second.len(), 1);
    assert_ne!(first[0].token, second[0].token);
    delivery::record(&party.world.provider, &second[0], &Outcome::Answered(204))
        .await
        .unwrap();
    // The dead one wakes up: what it saw is too late.
    delivery::record(&party.world.provider, &first[0], &Outcome::Answered(500))
        .await
        .unwrap();
    assert!(matches!(
        party.only_notice(Channel::Back).await.state,
        NoticeState::Told { .. }
    ));
    party.world.clock.advance_seconds(86_400);
    assert!(party.claim().await.is_empty());
}

#[tokio::test]
async fn answers_mean_done_never_or_later() {
    for (outcome, expected) in [
        (Outcome::Answered(200), "told"),
        (Outcome::Answered(204), "told"),
        (Outcome::Answered(400), "failed"),
        (Outcome::Answered(404), "failed"),
        (Outcome::Answered(302), "waiting"),
        (Outcome::Answered(429), "waiting"),
        (Outcome::Answered(503), "waiting"),
        (Outcome::NotReached("no connection".to_owned()), "waiting"),
    ] {
        let party = Party::new().await;
        party.channels(None, Some(BACK)).await;
        party.log_out().await;
        party.record(outcome.clone()).await;
        let state = party.only_notice(Channel::Back).await.state;
        let state: Value = serde_json::to_value(state).unwrap();
        assert_eq!(state["state"], expected, "{outcome:?}");
    }
}

#[tokio::test]
async fn deliveries_are_tried_again_with_growing_pauses_and_then_given_up() {
    let party = Party::new().await;
    party.channels(None, Some(BACK)).await;
    party.log_out().await;
    for pause in [5, 20, 80, 320, 1_280] {
        party.record(Outcome::Answered(500)).await;
        assert!(party.claim().await.is_empty());
        party.world.clock.advance_seconds(pause - 1);
        assert!(party.claim().await.is_empty(), "{pause}");
        party.world.clock.advance_seconds(1);
    }
    party.record(Outcome::Answered(500)).await;
    match party.only_notice(Channel::Back).await.state {
        NoticeState::Failed { reason, .. } => {
            assert_eq!(
                reason,
                "given up after 6 deliveries: the client answered 500"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_frame_has_iss_and_sid_only_where_they_are_wanted() {
    let party = Party::new().await;
    party.channels(Some(FRAME), None).await;
    let plain = party.log_out().await;
    assert_eq!(plain.frames.len(), 1);
    assert_eq!(
        plain.frames[0].uri,
        "https://web.example/frame?x=1&y=%22%3C/iframe%3E"
    );

    let party = Party::new().await;
    party.channels(Some(FRAME), None).await;
    party
        .world
        .change_client(WEB, |client| {
            client.metadata.frontchannel_logout_session_required = true;
        })
        .await;
    let sid = claims_of(&party.id_token)["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    let done = party.log_out().await;
    let uri = &done.frames[0].uri;
    assert!(uri.starts_with("https://web.example/frame?x=1&y="), "{uri}");
    assert!(uri.ends_with(&format!("&sid={sid}")), "{uri}");
    assert!(uri.contains("&iss=https%3A%2F%2F"), "{uri}");
    assert!(!done.goes_on_at_once());
}

#[tokio::test]
async fn a_frame_that_loaded_needs_no_token() {
    let party = Party::new().await;
    party.channels(Some(FRAME), Some(BACK)).await;
    let done = party.log_out().await;
    assert!(party.claim().await.is_empty(), "the page comes first");
    let told = [done.frames[0].notice.as_str(), "unknown"];
    report::take(&party.world.provider, "not the secret", &told)
        .await
        .unwrap();
    assert!(matches!(
        party.only_notice(Channel::Front).await.state,
        NoticeState::Waiting { .. }
    ));
    report::take(&party.world.provider, &done.report, &told)
        .await
        .unwrap();
    assert!(matches!(
        party.only_notice(Channel::Front).await.state,
        NoticeState::Told { .. }
    ));
    assert_eq!(
        party.only_notice(Channel::BackIfFrontFails).await.state,
        NoticeState::NotNeeded
    );
    // Only the first report counts.
    report::take(&party.world.provider, &done.report, &[])
        .await
        .unwrap();
    party.world.clock.advance_seconds(3_600);
    assert!(party.claim().await.is_empty());
}

#[tokio::test]
async fn a_frame_that_did_not_load_is_followed_by_a_token() {
    let party = Party::new().await;
    party.channels(Some(FRAME), Some(BACK)).await;
    let done = party.log_out().await;
    report::take(&party.world.provider, &done.report, &[])
        .await
        .unwrap();
    assert!(matches!(
        party.only_notice(Channel::Front).await.state,
        NoticeState::Failed { .. }
    ));
    // A second report that says otherwise comes too late.
    let told = [done.frames[0].notice.as_str()];
    report::take(&party.world.provider, &done.report, &told)
        .await
        .unwrap();
    assert_eq!(party.claim().await.len(), 1, "at once");
}

#[tokio::test]
async fn a_page_that_never_reports_is_followed_by_a_token_too() {
    let party = Party::new().await;
    party.channels(Some(FRAME), Some(BACK)).await;
    party.log_out().await;
    party.world.clock.advance_seconds(9);
    assert!(party.claim().await.is_empty());
    party.world.clock.advance_seconds(1);
    assert_eq!(party.claim().await.len(), 1);
}

#[tokio::test]
async fn another_user_in_the_same_browser_ends_the_first_ones_session() {
    let party = Party::new().await;
    party.channels(None, Some(BACK)).await;
    let mut browser = party.browser.clone();
    let request = web_request();
    let again = with(&request, &[("prompt", "login")]);
    let turn = party.world.authorize(&mut browser, &again).await.unwrap();
    let id = durward_testkit::flow::interaction_of(&turn);
    party
        .world
        .log_in(
            &mut browser,
            &id,
            "bob",
            durward_testkit::users::BOB_PASSWORD,
        )
        .await
        .unwrap();
    assert!(!party.is_logged_in().await);
    assert_eq!(party.claim().await.len(), 1, "Alice's clients hear of it");
    assert!(!party.world.is_active(&party.access_token).await);
}

#[tokio::test]
async fn the_same_user_logging_in_again_keeps_the_clients() {
    let party = Party::new().await;
    party.channels(None, Some(BACK)).await;
    let mut browser = party.browser.clone();
    let request = web_request();
    let again = with(&request, &[("prompt", "login")]);
    party.world.walk(&mut browser, &again).await.unwrap();
    assert_ne!(browser.session_cookie, party.browser.session_cookie);
    assert!(party.claim().await.is_empty(), "nobody has logged out");
    assert!(party.world.is_active(&party.access_token).await);
    // The ID token of before still speaks for the session.
    let later = Party { browser, ..party };
    assert!(later.log_out().await.ended);
    assert_eq!(later.claim().await.len(), 1);
}

#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_does_not() {
    let world = World::configured(|configuration| {
        configuration.session_id_unused_lifetime = 1_000;
        configuration.session_id_lifetime = 2_500;
    })
    .await;
    let mut browser = browser();
    world.walk(&mut browser, &web_request()).await.unwrap();
    for _ in 0..2 {
        world.clock.advance_seconds(900);
        world.walk(&mut browser, &web_request()).await.unwrap();
    }
    let is_there = async |browser: &Browser| {
        let found = find_session(&world.provider, browser).await;
        found.unwrap().is_some()
    };
    assert!(is_there(&browser).await, "used");
    world.clock.advance_seconds(701);
    assert!(!is_there(&browser).await, "too old, however busy");

    let mut lazy = durward_testkit::flow::browser();
    world.walk(&mut lazy, &web_request()).await.unwrap();
    world.clock.advance_seconds(1_000);
    assert!(!is_there(&lazy).await, "idle");
}

#[tokio::test]
async fn a_script_is_asked_once_there_is_a_page_or_always() {
    let party = Party::new().await;
    party.world.engine.always("page", "<p>Bye</p>");
    party
        .world
        .save_script_of("end_session", "page", 1, "page")
        .await
        .unwrap();
    let pairs = [
        ("id_token_hint", party.id_token.as_str()),
        ("post_logout_redirect_uri", OVER),
    ];
    let first = done(party.begin(&pairs).await.unwrap());
    assert_eq!(first.script, None, "nothing to see");
    assert!(party.world.engine.contexts().is_empty());

    let party = Party::new().await;
    party.world.engine.always("page", "<p>Bye</p>");
    party
        .world
        .save_script_of("end_session", "page", 1, "page")
        .await
        .unwrap();
    party
        .world
        .reconfigure(|configuration| configuration.always_call_end_session_script = true)
        .await;
    let pairs = [
        ("id_token_hint", party.id_token.as_str()),
        ("post_logout_redirect_uri", OVER),
        ("state", "s"),
    ];
    let shown = done(party.begin(&pairs).await.unwrap());
    assert_eq!(
        shown.script.as_ref().unwrap().html.as_deref(),
        Some("<p>Bye</p>")
    );
    let context = &party.world.engine.contexts()[0].1;
    let expected = "https://web.example/over?from=logout&state=s";
    assert_eq!(context["postLogoutRedirectUri"], expected, "state once");
    assert_eq!(context["sessionId"]["userDn"], ALICE);
    assert_eq!(
        context["clients"],
        json!([{ "clientId": WEB, "clientName": "Web" }])
    );
    assert_eq!(context["httpRequest"]["parameters"]["state"], "s");
    assert!(
        context.to_string().find(&party.id_token).is_none(),
        "no token leaves"
    );
}

#[tokio::test]
async fn scripts_are_asked_in_level_order_up_to_the_first_page() {
    let party = Party::new().await;
    party.channels(Some(FRAME), None).await;
    let engine = &party.world.engine;
    engine.always("blank", "  ");
    engine.always("none", Value::Null);
    engine.always_fails("broken", durward_testkit::engine::raised("no"));
    engine.always("page", "<p>Bye</p>");
    engine.always("late", "<p>Never</p>");
    for (level, name) in ["blank", "none", "broken", "page", "late"]
        .iter()
        .enumerate()
    {
        let level = i32::try_from(level).unwrap();
        party
            .world
            .save_script_of("end_session", name, level, name)
            .await
            .unwrap();
    }
    let shown = party.log_out().await;
    assert_eq!(shown.script.unwrap().script.name, "page");
    let asked: Vec<String> = engine
        .contexts()
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert_eq!(asked, ["blank", "none", "broken", "page"]);
    assert!(!party.is_logged_in().await, "whatever the scripts say");
}

/// Whatever is sent: nobody is logged out whom nobody vouched for, and nobody is sent
/// anywhere that is not registered.
#[test]
fn no_request_logs_anybody_out_or_sends_them_away_by_chance() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let party = runtime.block_on(Party::new());
    let words = prop::sample::select(vec![
        WEB.to_owned(),
        OTHER.to_owned(),
        OVER.to_owned(),
        ALICE.to_owned(),
        "alice".to_owned(),
        party.access_token.clone(),
        party.id_token[..party.id_token.len() - 1].to_owned(),
        format!("{}.", party.id_token),
    ]);
    let names = prop::sample::select(vec![
        "id_token_hint",
        "client_id",
        "post_logout_redirect_uri",
        "logout_hint",
        "sid",
        "state",
        "ui_locales",
        "decision",
    ]);
    let value = prop_oneof![words, any::<String>()];
    let request = prop::collection::btree_map(names, value, 0..6);
    proptest!(ProptestConfig::with_cases(128), |(request in request)| {
        let pairs: Vec<(&str, &str)> = request.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let Ok(parsed) = durward_protocol::Parameters::parse(&text) else { return Ok(()) };
        let visit = Visit::default();
        let began = runtime.block_on(logout::begin(&party.world.provider, &parsed, &party.browser, &visit));
        prop_assert!(!matches!(began, Ok(Step::SignedOut(_))), "{:?}", pairs);
        prop_assert!(runtime.block_on(party.is_logged_in()), "{:?}", pairs);
        if let Ok(Step::Confirm(confirm)) = began {
            prop_assert_eq!(confirm.user.id.as_str(), ALICE);
        }
    });
}
