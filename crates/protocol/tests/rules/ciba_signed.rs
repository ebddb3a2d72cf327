//! Signed authentication requests (CIBA Core 1.0, section 7.1.1).

use durward_jose::jwe::{ContentEncryption, KeyManagement};
use durward_protocol::Code;
use durward_testkit::{
    World,
    ciba::ciba_request,
    clients::{CIBA, OTHER},
    flow::refusal,
    keys::stranger_key,
    request_objects::{claims, signed},
};
use serde_json::{Value, json};

fn asked(world: &World) -> Value {
    claims(CIBA, &ciba_request(), world.provider.now().seconds())
}

async fn is_refused(world: &World, others: &[(&str, &str)], why: &str) {
    let refused = world.ask(others).await;
    assert_eq!(refusal(refused), Code::InvalidRequest, "{why}");
}

#[tokio::test]
async fn a_signed_request_is_asked_as_it_says() {
    let world = World::new().await;
    let ack = world
        .ask(&[("request", &signed(&asked(&world)))])
        .await
        .unwrap();
    let stored = world.stored_request(&ack.auth_req_id).await.unwrap();
    assert_eq!(stored.binding_message.as_deref(), Some("W4SCT"));
    assert_eq!(stored.scope.to_string(), "openid profile");
}

#[tokio::test]
async fn a_signed_request_counts_once() {
    let world = World::new().await;
    let object = signed(&asked(&world));
    world.ask(&[("request", &object)]).await.unwrap();
    is_refused(&world, &[("request", &object)], "replayed").await;
}

#[tokio::test]
async fn attack_51_a_signed_request_without_one_of_its_claims_is_refused() {
    let world = World::new().await;
    for name in ["iss", "aud", "exp", "iat", "nbf", "jti"] {
        let mut claims = asked(&world);
        claims.as_object_mut().unwrap().remove(name);
        is_refused(&world, &[("request", &signed(&claims))], name).await;
    }
    let now = world.provider.now().seconds();
    for (name, value) in [
        ("iss", json!(OTHER)),
        ("aud", json!("https://other.example")),
        ("exp", json!(now - 60)),
        ("exp", json!(now + 4_000)),
        ("nbf", json!(now + 60)),
        ("nbf", json!(now - 3_700)),
        ("iat", json!(now + 60)),
        ("client_id", json!(OTHER)),
        ("sub", json!(CIBA)),
        ("request", json!("a.b.c")),
    ] {
        let mut claims = asked(&world);
        claims[name] = value;
        is_refused(&world, &[("request", &signed(&claims))], name).await;
    }
}

#[tokio::test]
async fn attack_51_nothing_stands_beside_a_signed_request() {
    let world = World::new().await;
    let object = signed(&asked(&world));
    for (name, value) in [
        ("scope", "openid"),
        ("binding_message", "other"),
        ("login_hint", "bob"),
        ("x", "y"),
    ] {
        is_refused(&world, &[("request", &object), (name, value)], name).await;
    }
    assert!(
        world
            .ask(&[("request", &object), ("client_id", CIBA)])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn attack_51_a_client_that_signs_cannot_be_made_not_to() {
    let world = World::new().await;
    world
        .change_client(CIBA, |client| {
            client
                .metadata
                .backchannel_authentication_request_signing_alg = Some("ES256".to_owned());
        })
        .await;
    is_refused(&world, &ciba_request(), "unsigned").await;
    let object = signed(&asked(&world));
    assert!(world.ask(&[("request", &object)]).await.is_ok());
    world
        .change_client(CIBA, |client| {
            client
                .metadata
                .backchannel_authentication_request_signing_alg = Some("PS256".to_owned());
        })
        .await;
    let object = signed(&asked(&world));
    is_refused(&world, &[("request", &object)], "another algorithm").await;
}

#[tokio::test]
async fn somebody_elses_signature_encryption_and_references_are_refused() {
    let world = World::new().await;
    let claims = asked(&world);
    let stranger = stranger_key().sign("JWT", &claims).unwrap();
    is_refused(&world, &[("request", &stranger)], "stranger").await;
    let hidden = world.encrypted(
        signed(&claims).as_bytes(),
        KeyManagement::EcdhEs,
        ContentEncryption::A128Gcm,
    );
    is_refused(&world, &[("request", &hidden)], "encrypted").await;
    is_refused(
        &world,
        &[("request_uri", "https://ciba.example/")],
        "reference",
    )
    .await;
}
