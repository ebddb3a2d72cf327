//! Request objects (RFC 9101): by value and by reference, each claim, each trick.

use durward_jose::{
    base64url, digest,
    jwe::{ContentEncryption, KeyManagement},
};
use durward_protocol::{
    Code,
    authorize::{AuthorizeError, Step, Turn},
};
use durward_testkit::{
    World,
    clients::{OTHER, WEB, WEB_URI},
    flow::{browser, member, refusal_by_page, refusal_by_redirect, web_request},
    keys::{client_key, stranger_key},
    request_objects::signed,
};
use proptest::prelude::{ProptestConfig, any, proptest};
use serde_json::{Value, json};

const OBJECT_URI: &str = "https://web.example/object.jwt";

async fn world() -> World {
    let world = World::new().await;
    world.give_web_a_key().await;
    world
}

async fn carried(world: &World, object: &str) -> Result<Turn, AuthorizeError> {
    let request = [("client_id", WEB), ("request", object)];
    world.authorize(&mut browser(), &request).await
}

async fn is_refused(world: &World, object: &str, why: &str) {
    let refused = carried(world, object).await;
    assert_eq!(
        refusal_by_redirect(refused),
        Code::InvalidRequestObject,
        "{why}"
    );
}

async fn is_refused_with(world: &World, name: &str, value: Value) {
    let object = signed(&world.web_claims(&[(name, value.clone())]));
    is_refused(world, &object, &format!("{name}: {value}")).await;
}

#[tokio::test]
async fn a_signed_object_is_the_whole_request() {
    let world = world().await;
    let object = signed(&world.web_claims(&[]));
    let request = [("client_id", WEB), ("request", object.as_str())];
    let answer = world.walk(&mut browser(), &request).await.unwrap();
    assert_eq!(answer.redirect_uri, WEB_URI);
    assert_eq!(member(&answer, "state"), "state-1");
    let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
    let claims = durward_testkit::claims_of(tokens.id_token.as_deref().unwrap());
    assert_eq!(claims["nonce"], "nonce-1");
}

#[tokio::test]
async fn a_page_that_is_loaded_again_works_again() {
    let world = world().await;
    let object = signed(&world.web_claims(&[]));
    for _ in 0..2 {
        carried(&world, &object).await.unwrap();
    }
}

#[tokio::test]
async fn every_way_of_encrypting_opens() {
    let world = world().await;
    let object = signed(&world.web_claims(&[]));
    for alg in KeyManagement::ALL {
        for enc in ContentEncryption::ALL {
            let hidden = world.encrypted(object.as_bytes(), alg, enc);
            carried(&world, &hidden).await.unwrap();
        }
    }
}

/// Attack 26, CVE-2026-9793: everybody can encrypt.
#[tokio::test]
async fn attack_26_an_encrypted_object_with_unsigned_json_inside_is_refused() {
    let world = world().await;
    let claims = world.web_claims(&[]);
    let (alg, enc) = (KeyManagement::EcdhEs, ContentEncryption::A256Gcm);
    let payload = base64url::encode(claims.to_string());
    let none = base64url::encode(r#"{"alg":"none"}"#);
    for inside in [
        claims.to_string(),
        format!("{none}.{payload}."),
        format!("{none}.{payload}.AA"),
        world.encrypted(signed(&claims).as_bytes(), alg, enc),
        stranger_key().sign("JWT", &claims).unwrap(),
    ] {
        let hidden = world.encrypted(inside.as_bytes(), alg, enc);
        is_refused(&world, &hidden, &inside).await;
    }
    let hidden = world.encrypted(&[0xff, 0xfe], alg, enc);
    is_refused(&world, &hidden, "no text").await;
}

#[tokio::test]
async fn attack_21_algorithms_and_signatures() {
    let world = world().await;
    let claims = world.web_claims(&[]);
    let payload = base64url::encode(claims.to_string());
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"ES256","crit":["exp"]}"#,
        r#"{"alg":"ES256","b64":false}"#,
        r#"{"alg":"ES256","jku":"https://evil.example/"}"#,
        r#"{"alg":"ES256","jwk":{}}"#,
        r#"{"typ":"JWT"}"#,
    ] {
        let header = base64url::encode(header);
        is_refused(&world, &format!("{header}.{payload}.AAAA"), &header).await;
    }
    let unsigned = format!("{}.{payload}.", base64url::encode(r#"{"alg":"none"}"#));
    is_refused(&world, &unsigned, "unsigned").await;
    let stranger = stranger_key().sign("JWT", &claims).unwrap();
    is_refused(&world, &stranger, "somebody else's key").await;
    let mut changed = signed(&claims);
    changed.replace_range(..1, "f");
    is_refused(&world, &changed, "changed").await;
    for text in ["", "a", "a.b", "a.b.c", "a.b.c.d", "a.b.c.d.e"] {
        if !text.is_empty() {
            is_refused(&world, text, text).await;
        }
    }
    world
        .change_client(WEB, |client| {
            client.metadata.request_object_signing_alg = Some("PS256".to_owned());
        })
        .await;
    is_refused(
        &world,
        &signed(&claims),
        "another algorithm than registered",
    )
    .await;
}

#[tokio::test]
async fn a_token_of_another_kind_is_no_request_object() {
    let world = world().await;
    for (typ, good) in [
        ("JWT", true),
        ("oauth-authz-req+jwt", true),
        ("application/oauth-authz-req+jwt", true),
        ("at+jwt", false),
        ("client-authentication+jwt", false),
        ("logout+jwt", false),
        ("dpop+jwt", false),
    ] {
        let object = client_key().sign(typ, &world.web_claims(&[])).unwrap();
        assert_eq!(carried(&world, &object).await.is_ok(), good, "{typ}");
    }
    // Nor is a client assertion, by its subject.
    is_refused_with(&world, "sub", json!(WEB)).await;
}

#[tokio::test]
async fn each_claim_is_checked() {
    let world = world().await;
    let now = world.provider.now().seconds();
    for (name, value) in [
        ("iss", json!(OTHER)),
        ("iss", Value::Null),
        ("aud", json!("https://other.example")),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", json!(now + 4_000)),
        ("exp", json!("tomorrow")),
        ("exp", Value::Null),
        ("nbf", json!(now + 60)),
        ("nbf", json!(now - 3_700)),
        ("iat", json!(now + 60)),
        ("iat", json!(now - 3_700)),
        ("client_id", json!(OTHER)),
        ("client_id", Value::Null),
        ("client_id", json!(1)),
        ("jti", json!(1)),
        ("request", json!("a.b.c")),
        ("request_uri", json!(OBJECT_URI)),
        ("resource", json!([1])),
    ] {
        is_refused_with(&world, name, value).await;
    }
    let several = json!(["https://other.example", durward_testkit::world::ISSUER]);
    let object = signed(&world.web_claims(&[("aud", several), ("jti", Value::Null)]));
    carried(&world, &object).await.unwrap();
}

/// Attack 27: what stands outside of the object is not part of the request.
#[tokio::test]
async fn attack_27_parameters_outside_change_nothing() {
    let world = world().await;
    let object = signed(&world.web_claims(&[("state", Value::Null)]));
    let request = [
        ("client_id", WEB),
        ("request", object.as_str()),
        ("redirect_uri", "https://evil.example/cb"),
        ("response_type", "token"),
        ("scope", "openid email offline_access"),
        ("state", "from-outside"),
        ("prompt", "none"),
        ("resource", "https://evil.example/"),
    ];
    let answer = world.walk(&mut browser(), &request).await.unwrap();
    assert_eq!(answer.redirect_uri, WEB_URI);
    assert!(!answer.parameters.iter().any(|(name, _)| *name == "state"));
    let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
    assert_eq!(tokens.scope.to_string(), "openid profile");
}

#[tokio::test]
async fn attack_27_another_client_id_outside_is_refused() {
    let world = world().await;
    let object = signed(&world.web_claims(&[]));
    let request = [("client_id", OTHER), ("request", object.as_str())];
    let refused = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_redirect(refused), Code::InvalidRequestObject);
    let nobody = [("request", object.as_str())];
    let refused = world.authorize(&mut browser(), &nobody).await;
    assert_eq!(refusal_by_page(refused), Code::InvalidRequest);
}

#[tokio::test]
async fn an_error_goes_nowhere_that_is_not_registered() {
    let world = world().await;
    let request = [
        ("client_id", WEB),
        ("request", "a.b.c"),
        ("redirect_uri", "https://evil.example/cb"),
    ];
    let refused = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_page(refused), Code::InvalidRequestObject);
    let evil = signed(&world.web_claims(&[("redirect_uri", json!("https://evil.example/cb"))]));
    let refused = carried(&world, &evil).await;
    assert_eq!(refusal_by_page(refused), Code::InvalidRequest);
}

#[tokio::test]
async fn numbers_and_structures_arrive_as_they_were_written() {
    let world = world().await;
    let object = signed(&world.web_claims(&[("max_age", json!(3_600))]));
    assert!(matches!(
        carried(&world, &object).await.unwrap().step,
        Step::Login(_)
    ));
    for (name, value) in [
        ("max_age", json!([1])),
        ("max_age", json!(1.5)),
        ("scope", json!(["openid"])),
    ] {
        let object = signed(&world.web_claims(&[(name, value)]));
        let refused = carried(&world, &object).await;
        let code = refusal_by_redirect(refused);
        assert!(
            matches!(code, Code::InvalidRequest | Code::InvalidScope),
            "{name}: {code:?}"
        );
    }
}

#[tokio::test]
async fn a_client_or_server_may_demand_signatures() {
    let by_client = world().await;
    by_client
        .change_client(WEB, |client| {
            client.metadata.require_signed_request_object = true;
        })
        .await;
    let by_server =
        World::configured(|configuration| configuration.force_signed_request_object = true).await;
    by_server.give_web_a_key().await;
    for world in [by_client, by_server] {
        let plain = world.authorize(&mut browser(), &web_request()).await;
        assert_eq!(refusal_by_redirect(plain), Code::InvalidRequest);
        let object = signed(&world.web_claims(&[]));
        carried(&world, &object).await.unwrap();
    }
}

#[tokio::test]
async fn what_the_server_does_not_take_it_says() {
    let world = World::configured(|configuration| {
        configuration.request_parameter_supported = false;
        configuration.request_uri_parameter_supported = false;
    })
    .await;
    world.give_web_a_key().await;
    let object = signed(&world.web_claims(&[]));
    let refused = carried(&world, &object).await;
    assert_eq!(refusal_by_redirect(refused), Code::RequestNotSupported);
    let request = [("client_id", WEB), ("request_uri", OBJECT_URI)];
    let refused = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_redirect(refused), Code::RequestUriNotSupported);
    let pushed = durward_testkit::flow::refusal(world.push(&[("request", &object)]).await);
    assert_eq!(pushed, Code::RequestNotSupported);
}

async fn with_uris(uris: &[&str]) -> World {
    let world = world().await;
    let uris: Vec<String> = uris.iter().map(|&uri| uri.to_owned()).collect();
    world
        .change_client(WEB, |client| client.metadata.request_uris = uris)
        .await;
    world
}

async fn referred(world: &World, uri: &str) -> Result<Turn, AuthorizeError> {
    let request = [("client_id", WEB), ("request_uri", uri)];
    world.authorize(&mut browser(), &request).await
}

#[tokio::test]
async fn an_object_is_fetched_from_a_registered_address() {
    let world = with_uris(&[OBJECT_URI]).await;
    world
        .remote
        .publish(OBJECT_URI, signed(&world.web_claims(&[])));
    referred(&world, OBJECT_URI).await.unwrap();
    assert_eq!(world.remote.fetched(), [OBJECT_URI]);
    let both = [
        ("client_id", WEB),
        ("request_uri", OBJECT_URI),
        ("request", "a.b.c"),
    ];
    let refused = world.authorize(&mut browser(), &both).await;
    assert_eq!(refusal_by_redirect(refused), Code::InvalidRequest);
}

#[tokio::test]
async fn nothing_is_fetched_for_a_client_that_has_expired() {
    let world = with_uris(&[OBJECT_URI]).await;
    let object = signed(&world.web_claims(&[]));
    world.remote.publish(OBJECT_URI, object);
    let now = world.provider.now();
    world
        .change_client(WEB, |client| {
            client.registration.get_or_insert_default().expires_at = Some(now);
        })
        .await;
    let refused = referred(&world, OBJECT_URI).await;
    assert_eq!(refusal_by_page(refused), Code::UnauthorizedClient);
    assert!(world.remote.fetched().is_empty());
}

/// Attack 29 at this door: no address is fetched from because a browser named it.
#[tokio::test]
async fn attack_29_an_address_that_is_not_registered_is_not_fetched() {
    let world = with_uris(&[OBJECT_URI]).await;
    let long = format!("{OBJECT_URI}?{}", "x".repeat(600));
    for uri in [
        "https://evil.example/object.jwt",
        "https://web.example/object.jwt?x",
        "https://web.example/object.jwt#",
        "https://web.example/./object.jwt",
        "https://WEB.example/object.jwt",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "urn:ietf:params:oauth:request_uri",
        &long,
    ] {
        world.remote.publish(uri, signed(&world.web_claims(&[])));
        let refused = referred(&world, uri).await;
        assert_eq!(
            refusal_by_redirect(refused),
            Code::InvalidRequestUri,
            "{uri}"
        );
    }
    assert!(world.remote.fetched().is_empty());
}

#[tokio::test]
async fn what_is_at_an_address_is_what_its_fragment_says() {
    let world = World::new().await;
    world.give_web_a_key().await;
    let object = signed(&world.web_claims(&[]));
    let right = format!("{OBJECT_URI}#{}", digest::sha256_base64url(&object));
    let wrong = format!("{OBJECT_URI}#{}", digest::sha256_base64url("other"));
    world
        .change_client(WEB, |client| {
            client.metadata.request_uris = vec![right.clone(), wrong.clone()];
        })
        .await;
    world.remote.publish(OBJECT_URI, object);
    referred(&world, &right).await.unwrap();
    let refused = referred(&world, &wrong).await;
    assert_eq!(refusal_by_redirect(refused), Code::InvalidRequestUri);
}

#[tokio::test]
async fn nothing_or_nonsense_at_an_address_is_told_apart_from_a_bad_address() {
    let world = with_uris(&[OBJECT_URI]).await;
    let refused = referred(&world, OBJECT_URI).await;
    assert_eq!(refusal_by_redirect(refused), Code::InvalidRequestUri);
    world.clock.advance_seconds(10);
    world.remote.publish(OBJECT_URI, "<html>");
    let refused = referred(&world, OBJECT_URI).await;
    assert_eq!(refusal_by_redirect(refused), Code::InvalidRequestObject);
}

/// Attack 31 at this door.
#[tokio::test]
async fn attack_31_a_storm_of_visits_is_one_fetch() {
    let world = with_uris(&[OBJECT_URI]).await;
    for _ in 0..20 {
        let _ = referred(&world, OBJECT_URI).await;
    }
    assert_eq!(world.remote.fetched().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a client signs: its parameters come out as parameters of a form would, or
    /// it is refused; nothing panics, nothing is a fault.
    #[test]
    fn any_claims_are_a_request_or_a_refusal(
        name in "[a-z_]{1,16}",
        text in any::<String>(),
        number in any::<f64>(),
        junk in "[^\u{0}\u{fffd}]{0,60}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = world().await;
            for value in [json!(text), json!(number), json!([text]), json!({ "a": text }), json!(true)] {
                let object = signed(&world.web_claims(&[(&name, value)]));
                if let Err(error) = carried(&world, &object).await {
                    assert!(error.error.refusal().is_some(), "{}", error.error);
                }
            }
            if let Err(error) = carried(&world, &format!("{junk}.{junk}.{junk}")).await {
                assert!(error.error.refusal().is_some(), "{}", error.error);
            }
        });
    }
}
