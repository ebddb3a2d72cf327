//! Authorization requests: what is told by page, what by redirect, and where to.

use durward_model::client::ApplicationType;
use durward_protocol::{Code, authorize::ResponseMode};
use durward_testkit::{
    World,
    clients::{NATIVE, OTHER, OTHER_URI, WEB, WEB_URI},
    flow::{
        browser, member, native_request, refusal_by_page, refusal_by_redirect, web_request, with,
    },
    world::ISSUER,
};

/// Redirect URIs that look like the registered one (attacks 1 to 7 and 10).
const LOOKALIKES: &[&str] = &[
    "https://web.example.evil/cb",
    "https://evil.web.example/cb",
    "https://web.example@evil.example/cb",
    "https://web.example:443/cb",
    "https://web.example:80@evil.example/cb",
    "https://web.example/cb/../evil",
    "https://web.example/cb/..;/evil",
    "https://web.example/cb%2f..%2fevil",
    "https://web.example/cb%252f",
    "https://web.example\\@evil.example/cb",
    "https:\\\\web.example\\cb",
    "https://web.example/cb\t",
    " https://web.example/cb",
    "https://WEB.example/cb",
    "HTTPS://web.example/cb",
    "https://webxexample/cb",
    "https://web.example/CB",
    "https://web.example/cb?",
    "https://web.example/cb?a=b",
    "https://web.example/cb#",
    "https://web.example/cb#fragment",
    "https://web.example/cbx",
    "https://web.example/",
    "https://web.example",
    "http://web.example/cb",
    "//web.example/cb",
    "javascript:alert(1)//https://web.example/cb",
    "data:text/html,https://web.example/cb",
    "https://*.example/cb",
    "http://127.0.0.1/cb",
    OTHER_URI,
];

#[tokio::test]
async fn nothing_is_sent_to_a_redirect_uri_that_only_looks_registered() {
    let world = World::new().await;
    for uri in LOOKALIKES {
        let request = with(&web_request(), &[("redirect_uri", uri)]);
        let result = world.authorize(&mut browser(), &request).await;
        assert_eq!(refusal_by_page(result), Code::InvalidRequest, "{uri}");
    }
}

#[tokio::test]
async fn only_native_clients_choose_a_loopback_port_and_nothing_but_the_port() {
    let world = World::new().await;
    for uri in [
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1:65535/cb",
        "http://127.0.0.1/cb",
    ] {
        let request = with(&native_request(), &[("redirect_uri", uri)]);
        assert!(
            world.authorize(&mut browser(), &request).await.is_ok(),
            "{uri}"
        );
    }
    let refused = [
        "http://127.0.0.1:80@evil.example/cb",
        "http://localhost:80@evil.example/cb",
        "http://localhost:51004/cb",
        "http://127.0.0.2:51004/cb",
        "http://[::1]:51004/cb",
        "http://127.0.0.1.evil.example:51004/cb",
        "http://127.0.0.1:51004/cb/x",
        "http://127.0.0.1:51004/cb?x",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:+80/cb",
        "https://127.0.0.1:51004/cb",
    ];
    for uri in refused {
        let request = with(&native_request(), &[("redirect_uri", uri)]);
        let result = world.authorize(&mut browser(), &request).await;
        assert_eq!(refusal_by_page(result), Code::InvalidRequest, "{uri}");
    }
    world
        .change_client(NATIVE, |client| {
            client.metadata.application_type = ApplicationType::Web;
        })
        .await;
    assert!(
        world
            .authorize(&mut browser(), &native_request())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn an_unknown_or_disabled_client_is_told_by_page() {
    let world = World::new().await;
    let unknown = with(&web_request(), &[("client_id", "nobody")]);
    assert_eq!(
        refusal_by_page(world.authorize(&mut browser(), &unknown).await),
        Code::UnauthorizedClient
    );
    let none = with(&web_request(), &[("client_id", "")]);
    assert_eq!(
        refusal_by_page(world.authorize(&mut browser(), &none).await),
        Code::InvalidRequest
    );
    world
        .change_client(WEB, |client| client.disabled = true)
        .await;
    let disabled = world.authorize(&mut browser(), &web_request()).await;
    assert_eq!(refusal_by_page(disabled), Code::UnauthorizedClient);
}

#[tokio::test]
async fn with_several_redirect_uris_one_must_be_named() {
    let world = World::new().await;
    let unnamed = with(&web_request(), &[("redirect_uri", "")]);
    let answer = world.walk(&mut browser(), &unnamed).await.unwrap();
    assert_eq!(answer.redirect_uri, WEB_URI);
    world
        .change_client(WEB, |client| {
            client
                .metadata
                .redirect_uris
                .push("https://web.example/two".to_owned());
        })
        .await;
    let result = world.authorize(&mut browser(), &unnamed).await;
    assert_eq!(refusal_by_page(result), Code::InvalidRequest);
}

#[tokio::test]
async fn the_rest_is_told_by_redirect_with_state_and_issuer() {
    let world = World::new().await;
    for (name, value, code) in [
        ("response_type", "", Code::InvalidRequest),
        ("response_type", "token", Code::UnsupportedResponseType),
        (
            "response_type",
            "code id_token",
            Code::UnsupportedResponseType,
        ),
        ("response_type", "none", Code::UnsupportedResponseType),
        ("response_mode", "jwt", Code::InvalidRequest),
        ("scope", "", Code::InvalidScope),
        ("scope", "admin", Code::InvalidScope),
        ("scope", "open\"id", Code::InvalidScope),
        ("prompt", "create", Code::InvalidRequest),
        ("prompt", "none login", Code::InvalidRequest),
        ("max_age", "-1", Code::InvalidRequest),
        ("max_age", "soon", Code::InvalidRequest),
        ("request", "a.b.c", Code::InvalidRequestObject),
        (
            "request_uri",
            "https://evil.example/",
            Code::InvalidRequestUri,
        ),
        ("registration", "{}", Code::RegistrationNotSupported),
        ("id_token_hint", "a.b.c", Code::InvalidRequest),
        ("code_challenge_method", "S256", Code::InvalidRequest),
    ] {
        let request = with(&web_request(), &[(name, value)]);
        let error = world.authorize(&mut browser(), &request).await.unwrap_err();
        let target = error
            .target
            .unwrap_or_else(|| panic!("{name}={value}: by page"));
        let refused = error.error.refusal().unwrap().clone();
        assert_eq!(refused.code, code, "{name}={value}");
        let answer = target.refuse(&refused);
        assert_eq!(answer.redirect_uri, WEB_URI);
        assert_eq!(member(&answer, "error"), code.as_str());
        assert_eq!(member(&answer, "state"), "state-1");
        assert_eq!(member(&answer, "iss"), ISSUER);
    }
}

#[tokio::test]
async fn overlong_state_and_nonce_are_refused() {
    let world = World::new().await;
    let long = "x".repeat(2_049);
    for name in ["state", "nonce"] {
        let request = with(&web_request(), &[(name, &long)]);
        let result = world.authorize(&mut browser(), &request).await;
        assert_eq!(refusal_by_redirect(result), Code::InvalidRequest);
    }
}

#[tokio::test]
async fn a_client_without_the_grant_cannot_begin() {
    let world = World::new().await;
    world
        .change_client(WEB, |client| client.metadata.grant_types.clear())
        .await;
    let result = world.authorize(&mut browser(), &web_request()).await;
    assert_eq!(refusal_by_redirect(result), Code::UnauthorizedClient);
}

#[tokio::test]
async fn unknown_scopes_are_left_out_and_openid_never_is() {
    let world = World::new().await;
    let tokens = world
        .web_tokens_for(&[("scope", "openid admin email")])
        .await;
    assert_eq!(tokens.scope.to_string(), "openid email");
    world
        .change_client(WEB, |client| {
            client.metadata.scope = durward_model::Scope::parse("profile");
        })
        .await;
    let result = world.authorize(&mut browser(), &web_request()).await;
    assert_eq!(refusal_by_redirect(result), Code::InvalidScope);
}

#[tokio::test]
async fn answers_go_in_the_mode_that_was_asked_for() {
    let world = World::new().await;
    for (name, mode) in [
        ("", ResponseMode::Query),
        ("query", ResponseMode::Query),
        ("fragment", ResponseMode::Fragment),
        ("form_post", ResponseMode::FormPost),
    ] {
        let request = with(&web_request(), &[("response_mode", name)]);
        let answer = world.walk(&mut browser(), &request).await.unwrap();
        assert_eq!(answer.mode, mode);
        let error = world
            .authorize(&mut browser(), &with(&request, &[("prompt", "none")]))
            .await;
        assert_eq!(
            error.unwrap_err().target.unwrap().mode,
            mode,
            "errors take the same way"
        );
    }
}

#[tokio::test]
async fn a_state_of_markup_comes_back_as_it_was() {
    let world = World::new().await;
    let state = "\"><script>alert(1)</script>&iss=https://evil.example\r\nX: y";
    let answer = world
        .walk(&mut browser(), &with(&web_request(), &[("state", state)]))
        .await
        .unwrap();
    assert_eq!(member(&answer, "state"), state);
    assert_eq!(
        answer
            .parameters
            .iter()
            .filter(|(name, _)| *name == "iss")
            .count(),
        1
    );
}

#[tokio::test]
async fn two_clients_never_share_a_redirect_uri_by_accident() {
    let world = World::new().await;
    let request = with(&web_request(), &[("client_id", OTHER)]);
    let result = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_page(result), Code::InvalidRequest);
}
