//! Client assertions (RFC 7523 as RFC 10070 narrows it): each claim, each trick.

use std::sync::Arc;

use durward_jose::{Algorithm, SigningKey};
use durward_protocol::{Code, Error, client_auth};
use durward_testkit::{
    World,
    clients::{CIBA, SIGNER, WEB},
    clock::START,
    flow::{parameters, refusal},
    keys::{client_key, stranger_key},
    world::ISSUER,
};
use serde_json::{Value, json};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn claims() -> Value {
    json!({
        "iss": SIGNER,
        "sub": SIGNER,
        "aud": ISSUER,
        "jti": "jti-1",
        "iat": START.seconds(),
        "exp": START.seconds() + 60,
    })
}

fn changed(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

async fn present(world: &World, assertion: &str) -> Result<(), Error> {
    let request = parameters(&[
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
        ("client_id", SIGNER),
    ]);
    let client = client_auth::authenticate(&world.provider, None, &request).await?;
    assert_eq!(client.client_id.as_str(), SIGNER);
    Ok(())
}

async fn is_refused(world: &World, claims: &Value, why: &str) {
    let assertion = client_key().sign("JWT", claims).unwrap();
    assert_eq!(
        refusal(present(world, &assertion).await),
        Code::InvalidClient,
        "{why}"
    );
}

#[tokio::test]
async fn a_good_assertion_counts_exactly_once() {
    let world = World::new().await;
    let assertion = client_key().sign("JWT", &claims()).unwrap();
    present(&world, &assertion).await.unwrap();
    assert_eq!(
        refusal(present(&world, &assertion).await),
        Code::InvalidClient
    );
    // Signed anew under the same jti: still the same assertion.
    is_refused(
        &world,
        &changed("exp", json!(START.seconds() + 61)),
        "jti of another",
    )
    .await;
    let next = client_key().sign("client-authentication+jwt", &changed("jti", json!("jti-2")));
    present(&world, &next.unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_exactly_one_counts() {
    let world = Arc::new(World::new().await);
    let assertion = client_key().sign("JWT", &claims()).unwrap();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (world, assertion) = (world.clone(), assertion.clone());
            tokio::spawn(async move { present(&world, &assertion).await.is_ok() })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += usize::from(task.await.unwrap());
    }
    assert_eq!(accepted, 1);
}

#[tokio::test]
async fn replay_is_remembered_for_as_long_as_the_assertion_could_live() {
    let world = World::new().await;
    let longest = changed("exp", json!(START.seconds() + 3_600));
    let assertion = client_key().sign("JWT", &longest).unwrap();
    present(&world, &assertion).await.unwrap();
    for _ in 0..4 {
        world.clock.advance_seconds(902);
        world.store.sweep(world.provider.now().ms()).await.unwrap();
        assert_eq!(
            refusal(present(&world, &assertion).await),
            Code::InvalidClient
        );
    }
}

#[tokio::test]
async fn the_audience_is_the_issuer_alone() {
    let world = World::new().await;
    let token_endpoint = world.provider.live().configuration.endpoint("/token");
    for (aud, why) in [
        (json!(token_endpoint), "token endpoint"),
        (json!([ISSUER]), "array of one"),
        (json!([ISSUER, "https://evil.example"]), "array"),
        (json!(format!("{ISSUER}/")), "slash"),
        (json!("https://evil.example"), "another server"),
        (json!(1), "a number"),
    ] {
        is_refused(&world, &changed("aud", aud), why).await;
    }
}

#[tokio::test]
async fn old_clients_may_name_the_token_endpoint_where_configuration_says_so() {
    let world = World::configured(|configuration| {
        configuration.allow_token_endpoint_as_assertion_audience = true;
    })
    .await;
    let token_endpoint = world.provider.live().configuration.endpoint("/token");
    let assertion = client_key()
        .sign("JWT", &changed("aud", json!(token_endpoint)))
        .unwrap();
    present(&world, &assertion).await.unwrap();
    is_refused(
        &world,
        &changed("aud", json!("https://evil.example")),
        "another server",
    )
    .await;
}

#[tokio::test]
async fn missing_wrong_and_untimely_claims_are_refused() {
    let world = World::new().await;
    let now = START.seconds();
    for name in ["iss", "aud", "jti", "exp", "sub"] {
        is_refused(&world, &without(name), name).await;
    }
    for (name, value) in [
        ("iss", json!("other")),
        ("sub", json!(WEB)),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("exp", json!(now - 11)),
        ("exp", json!("soon")),
        ("exp", json!(now + 4_000)),
        ("iat", json!(now + 60)),
        ("nbf", json!(now + 60)),
    ] {
        is_refused(
            &world,
            &changed(name, value.clone()),
            &format!("{name}={value}"),
        )
        .await;
    }
}

#[tokio::test]
async fn only_the_clients_own_key_and_registered_algorithm_will_do() {
    let world = World::new().await;
    let stranger = stranger_key().sign("JWT", &claims()).unwrap();
    assert_eq!(
        refusal(present(&world, &stranger).await),
        Code::InvalidClient
    );
    let renamed = SigningKey::from_pkcs8(Algorithm::ES256, stranger_key().pkcs8()).unwrap();
    let renamed = renamed
        .with_kid(client_key().kid())
        .sign("JWT", &claims())
        .unwrap();
    assert_eq!(
        refusal(present(&world, &renamed).await),
        Code::InvalidClient
    );

    world
        .change_client(SIGNER, |client| {
            client.metadata.token_endpoint_auth_signing_alg = Some("PS256".to_owned());
        })
        .await;
    is_refused(
        &world,
        &claims(),
        "another algorithm than the registered one",
    )
    .await;
}

#[tokio::test]
async fn tokens_of_other_kinds_and_broken_ones_are_refused() {
    let world = World::new().await;
    for typ in ["at+jwt", "logout+jwt", "secevent+jwt"] {
        let assertion = client_key().sign(typ, &claims()).unwrap();
        assert_eq!(
            refusal(present(&world, &assertion).await),
            Code::InvalidClient,
            "{typ}"
        );
    }
    let good = client_key().sign("JWT", &claims()).unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).unwrap());
    for broken in [
        "x",
        "a.b.c",
        &good[..good.len() - 2],
        &unsigned,
        &format!("{good}.x"),
    ] {
        assert_eq!(
            refusal(present(&world, broken).await),
            Code::InvalidClient,
            "{broken}"
        );
    }
}

#[tokio::test]
async fn the_type_and_the_name_beside_the_assertion_must_agree() {
    let world = World::new().await;
    let assertion = client_key().sign("JWT", &claims()).unwrap();
    for (client_id, kind, code) in [
        (SIGNER, "", Code::InvalidRequest),
        (
            SIGNER,
            "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
            Code::InvalidRequest,
        ),
        (CIBA, JWT_BEARER, Code::InvalidClient),
    ] {
        let request = parameters(&[
            ("client_id", client_id),
            ("client_assertion_type", kind),
            ("client_assertion", &assertion),
        ]);
        let result = client_auth::authenticate(&world.provider, None, &request).await;
        assert_eq!(refusal(result), code, "{client_id} {kind}");
    }
    present(&world, &assertion).await.unwrap();
}
