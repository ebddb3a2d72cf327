//! Pushed authorization requests (RFC 9126): what may be pushed, by whom, and who may use
//! it how often.

use std::sync::Arc;

use durward_jose::jwe::{ContentEncryption, KeyManagement};
use durward_protocol::{Code, authorize::Step, par};
use durward_store::Kind;
use durward_testkit::{
    World,
    clients::{NATIVE, OTHER, OTHER_URI, SERVICE, WEB, WEB_URI, basic, secret},
    flow::{
        browser, interaction_of, member, native_request, parameters, refusal, refusal_by_page,
        refusal_by_redirect, web_request, with,
    },
    request_objects::signed,
};
use serde_json::json;

const URN: &str = "urn:ietf:params:oauth:request_uri:";

#[tokio::test]
async fn a_pushed_request_becomes_a_code() {
    let world = World::new().await;
    let pushed = world.push(&web_request()).await.unwrap();
    assert_eq!(pushed.expires_in, 60);
    assert_eq!(pushed.request_uri.len(), URN.len() + 43, "256 bits");
    let rows = world.store.fetch_all(Kind::PushedRequest).await.unwrap();
    let name = &pushed.request_uri[URN.len()..];
    assert!(
        !rows[0].body.contains(name) && rows[0].key != name,
        "only its hash is kept"
    );
    let request = [
        ("client_id", WEB),
        ("request_uri", pushed.request_uri.as_str()),
    ];
    let answer = world.walk(&mut browser(), &request).await.unwrap();
    assert_eq!(answer.redirect_uri, WEB_URI);
    assert_eq!(member(&answer, "state"), "state-1");
    world.exchange(&member(&answer, "code")).await.unwrap();
}

#[tokio::test]
async fn credentials_are_not_kept() {
    let world = World::new().await;
    let authorization = [("client_id", SERVICE), ("client_secret", &secret(SERVICE))];
    world
        .change_client(SERVICE, |client| {
            client
                .metadata
                .grant_types
                .push("authorization_code".to_owned());
            client.metadata.redirect_uris.push(WEB_URI.to_owned());
        })
        .await;
    let request = with(&web_request(), &authorization);
    let request = with(&request, &[("scope", "accounts")]);
    par::push(&world.provider, None, &parameters(&request))
        .await
        .unwrap();
    let rows = world.store.fetch_all(Kind::PushedRequest).await.unwrap();
    assert!(!rows[0].body.contains("secret"), "{}", rows[0].body);
}

#[tokio::test]
async fn who_pushes_is_the_client_whatever_the_form_says() {
    let world = World::new().await;
    let no_name = with(&web_request(), &[("client_id", "")]);
    assert!(world.push(&no_name).await.is_ok());
    let other = with(&web_request(), &[("client_id", OTHER)]);
    assert_eq!(refusal(world.push(&other).await), Code::InvalidClient);
    let unauthenticated = par::push(&world.provider, None, &parameters(&web_request())).await;
    assert_eq!(refusal(unauthenticated), Code::InvalidClient);
    let public = par::push(&world.provider, None, &parameters(&native_request())).await;
    assert!(public.is_ok(), "public clients name themselves: {NATIVE}");
}

#[tokio::test]
async fn everything_that_authorize_refuses_is_refused_at_once() {
    let world = World::new().await;
    for (name, value, code) in [
        ("redirect_uri", OTHER_URI, Code::InvalidRequest),
        (
            "redirect_uri",
            "https://web.example/cb#x",
            Code::InvalidRequest,
        ),
        ("response_type", "token", Code::UnsupportedResponseType),
        ("response_type", "", Code::InvalidRequest),
        ("response_mode", "smoke", Code::InvalidRequest),
        ("scope", "admin", Code::InvalidScope),
        ("prompt", "none login", Code::InvalidRequest),
        ("max_age", "-1", Code::InvalidRequest),
        ("code_challenge_method", "S256", Code::InvalidRequest),
        ("id_token_hint", "x", Code::InvalidRequest),
        ("registration", "{}", Code::RegistrationNotSupported),
        ("resource", "https://unknown.example/", Code::InvalidTarget),
        ("state", &"x".repeat(3_000), Code::InvalidRequest),
        (
            "request_uri",
            "https://web.example/object",
            Code::InvalidRequest,
        ),
        ("request_uri", &format!("{URN}x"), Code::InvalidRequest),
        ("request", "a.b.c", Code::InvalidRequestObject),
    ] {
        let request = with(&web_request(), &[(name, value)]);
        assert_eq!(refusal(world.push(&request).await), code, "{name}={value}");
    }
    assert_eq!(world.count(Kind::PushedRequest).await, 0);
}

#[tokio::test]
async fn attack_28_a_request_uri_works_once() {
    let world = World::new().await;
    let uri = world.push(&web_request()).await.unwrap().request_uri;
    let request = [("client_id", WEB), ("request_uri", uri.as_str())];
    world.authorize(&mut browser(), &request).await.unwrap();
    let again = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_page(again), Code::InvalidRequestUri);
}

#[tokio::test]
async fn attack_28_two_at_the_same_moment_get_one_page() {
    let world = Arc::new(World::new().await);
    let uri = world.push(&web_request()).await.unwrap().request_uri;
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (world, uri) = (world.clone(), uri.clone());
            tokio::spawn(async move {
                let request = [("client_id", WEB), ("request_uri", uri.as_str())];
                world.authorize(&mut browser(), &request).await.is_ok()
            })
        })
        .collect();
    let mut pages = 0;
    for task in tasks {
        pages += usize::from(task.await.unwrap());
    }
    assert_eq!(pages, 1);
}

#[tokio::test]
async fn attack_28_another_clients_request_uri_is_unknown_and_stays_usable() {
    let world = World::new().await;
    let uri = world.push(&web_request()).await.unwrap().request_uri;
    let stolen = [("client_id", OTHER), ("request_uri", uri.as_str())];
    let refused = world.authorize(&mut browser(), &stolen).await;
    assert_eq!(refusal_by_page(refused), Code::InvalidRequestUri);
    let nameless = [("request_uri", uri.as_str())];
    let refused = world.authorize(&mut browser(), &nameless).await;
    assert_eq!(refusal_by_page(refused), Code::InvalidRequest);
    let own = [("client_id", WEB), ("request_uri", uri.as_str())];
    assert!(world.authorize(&mut browser(), &own).await.is_ok());
}

#[tokio::test]
async fn attack_28_an_expired_request_uri_is_refused() {
    let world = World::new().await;
    world
        .change_client(WEB, |client| client.metadata.par_lifetime = Some(10))
        .await;
    let pushed = world.push(&web_request()).await.unwrap();
    assert_eq!(pushed.expires_in, 10);
    let request = [
        ("client_id", WEB),
        ("request_uri", pushed.request_uri.as_str()),
    ];
    world.clock.advance_seconds(10);
    let refused = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_page(refused), Code::InvalidRequestUri);
}

#[tokio::test]
async fn attack_28_guesses_are_refused() {
    let world = World::new().await;
    world.push(&web_request()).await.unwrap();
    for uri in [
        URN.to_owned(),
        format!("{URN}guess"),
        format!("{URN}{}", "A".repeat(43)),
        format!("{URN}%00"),
    ] {
        let request = [("client_id", WEB), ("request_uri", uri.as_str())];
        let refused = world.authorize(&mut browser(), &request).await;
        assert_eq!(refusal_by_page(refused), Code::InvalidRequestUri, "{uri}");
    }
}

/// Attack 58: what the browser carries beside the reference changes nothing.
#[tokio::test]
async fn attack_58_parameters_beside_the_reference_are_ignored() {
    let world = World::new().await;
    let uri = world.push(&web_request()).await.unwrap().request_uri;
    let tampered = [
        ("client_id", WEB),
        ("request_uri", uri.as_str()),
        ("redirect_uri", "https://evil.example/"),
        ("scope", "openid email"),
        ("state", "evil"),
        ("prompt", "none"),
        ("response_mode", "fragment"),
    ];
    let mut browser = browser();
    let turn = world.authorize(&mut browser, &tampered).await.unwrap();
    let Step::Login(login) = &turn.step else {
        panic!("{turn:?}");
    };
    assert_eq!(login.redirect_uri.as_deref(), Some(WEB_URI));
    let id = interaction_of(&turn);
    let alice = durward_testkit::users::ALICE_PASSWORD;
    world
        .log_in(&mut browser, &id, "alice", alice)
        .await
        .unwrap();
    let resumed =
        durward_protocol::authorize::interaction::decide(&world.provider, &id, &browser, true);
    let Step::Answer(answer) = resumed.await.unwrap().step else {
        panic!("no answer");
    };
    assert_eq!(member(&answer, "state"), "state-1");
    let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
    assert_eq!(tokens.scope.to_string(), "openid profile");
}

#[tokio::test]
async fn a_pushed_request_is_never_one_of_our_own_pages() {
    let world = World::new().await;
    let request = with(&web_request(), &[("auth_req_id", "x")]);
    let uri = world.push(&request).await.unwrap().request_uri;
    let request = [("client_id", WEB), ("request_uri", uri.as_str())];
    let answer = world.walk(&mut browser(), &request).await.unwrap();
    assert!(!member(&answer, "code").is_empty());
}

#[tokio::test]
async fn server_and_client_may_demand_pushing() {
    let by_client = World::new().await;
    by_client
        .change_client(WEB, |client| {
            client.metadata.require_pushed_authorization_requests = true;
        })
        .await;
    let by_server = World::configured(|configuration| configuration.require_par = true).await;
    for world in [by_client, by_server] {
        world.give_web_a_key().await;
        let plain = world.authorize(&mut browser(), &web_request()).await;
        assert_eq!(refusal_by_redirect(plain), Code::InvalidRequest);
        let object = signed(&world.web_claims(&[]));
        let by_value = [("client_id", WEB), ("request", object.as_str())];
        let by_value = world.authorize(&mut browser(), &by_value).await;
        assert_eq!(refusal_by_redirect(by_value), Code::InvalidRequest);
        let uri = world.push(&web_request()).await.unwrap().request_uri;
        let request = [("client_id", WEB), ("request_uri", uri.as_str())];
        world.walk(&mut browser(), &request).await.unwrap();
    }
}

#[tokio::test]
async fn an_object_can_be_pushed_signed_or_encrypted_once() {
    let world = World::new().await;
    world.give_web_a_key().await;
    let plain = signed(&world.web_claims(&[]));
    let pushed = world.push(&[("request", &plain)]).await.unwrap();
    let request = [
        ("client_id", WEB),
        ("request_uri", pushed.request_uri.as_str()),
    ];
    world.walk(&mut browser(), &request).await.unwrap();
    let again = world.push(&[("request", &plain)]).await;
    assert_eq!(
        refusal(again),
        Code::InvalidRequestObject,
        "its jti was seen"
    );
    let other = signed(&world.web_claims(&[("jti", json!("object-2"))]));
    let hidden = world.encrypted(
        other.as_bytes(),
        KeyManagement::EcdhEsA128Kw,
        ContentEncryption::A256CbcHs512,
    );
    assert!(world.push(&[("request", &hidden)]).await.is_ok());
}

#[tokio::test]
async fn an_object_pushed_for_another_client_is_refused() {
    let world = World::new().await;
    world.give_web_a_key().await;
    for (name, value) in [
        ("client_id", json!(OTHER)),
        ("client_id", json!(null)),
        ("iss", json!(OTHER)),
    ] {
        let object = signed(&world.web_claims(&[(name, value)]));
        let refused = world.push(&[("request", &object)]).await;
        assert_eq!(refusal(refused), Code::InvalidRequestObject, "{name}");
    }
}

#[tokio::test]
async fn a_client_that_must_sign_cannot_push_in_clear() {
    let world = World::new().await;
    world.give_web_a_key().await;
    world
        .change_client(WEB, |client| {
            client.metadata.require_signed_request_object = true;
        })
        .await;
    assert_eq!(
        refusal(world.push(&web_request()).await),
        Code::InvalidRequest
    );
    let object = signed(&world.web_claims(&[]));
    assert!(world.push(&[("request", &object)]).await.is_ok());
}

#[tokio::test]
async fn a_disabled_client_cannot_use_what_it_pushed() {
    let world = World::new().await;
    let uri = world.push(&web_request()).await.unwrap().request_uri;
    world
        .change_client(WEB, |client| client.disabled = true)
        .await;
    let request = [("client_id", WEB), ("request_uri", uri.as_str())];
    let refused = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_page(refused), Code::UnauthorizedClient);
    let authorization = basic(WEB);
    let pushed = par::push(
        &world.provider,
        Some(authorization.as_str()),
        &parameters(&web_request()),
    )
    .await;
    assert_eq!(refusal(pushed), Code::InvalidClient);
}
