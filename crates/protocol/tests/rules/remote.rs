//! Documents of others: how often they are asked for, what is believed, and
//! `jwks_uri` through client authentication.

use std::sync::Arc;

use durward_jose::{Algorithm, SigningKey};
use durward_protocol::{
    Code, Error, client_auth,
    remote::{self, CLIENT_KEYS, RemoteError, check_address},
};
use durward_testkit::{
    World,
    clients::SIGNER,
    flow::{parameters, refusal},
    keys::client_key,
    world::ISSUER,
};
use serde_json::json;

const KEYS_URI: &str = "https://signer.example/jwks";

async fn world() -> World {
    let world = World::new().await;
    world
        .change_client(SIGNER, |client| {
            client.metadata.jwks = None;
            client.metadata.jwks_uri = Some(KEYS_URI.to_owned());
        })
        .await;
    world
}

fn publish(world: &World, keys: &[&SigningKey]) {
    let keys: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
    world
        .remote
        .publish(KEYS_URI, json!({ "keys": keys }).to_string());
}

async fn authenticate(world: &World, key: &SigningKey, jti: &str) -> Result<(), Error> {
    let now = world.provider.now().seconds();
    let assertion = key
        .sign(
            "JWT",
            &json!({ "iss": SIGNER, "sub": SIGNER, "aud": ISSUER, "jti": jti, "iat": now, "exp": now + 60 }),
        )
        .unwrap();
    let request = parameters(&[
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &assertion),
    ]);
    client_auth::authenticate(&world.provider, None, &request)
        .await
        .map(drop)
}

fn fetches(world: &World) -> usize {
    world.remote.fetched().len()
}

#[tokio::test]
async fn a_published_key_authenticates_and_is_fetched_once() {
    let world = world().await;
    publish(&world, &[client_key()]);
    for jti in ["1", "2", "3"] {
        authenticate(&world, client_key(), jti).await.unwrap();
    }
    assert_eq!(world.remote.fetched(), [KEYS_URI]);
    world.clock.advance_seconds(CLIENT_KEYS.fresh_seconds);
    authenticate(&world, client_key(), "4").await.unwrap();
    assert_eq!(fetches(&world), 2);
}

#[tokio::test]
async fn a_rotated_key_is_found_at_once_when_the_last_fetch_is_a_while_ago() {
    let world = world().await;
    publish(&world, &[client_key()]);
    authenticate(&world, client_key(), "1").await.unwrap();
    let fresh = SigningKey::generate(Algorithm::ES256).unwrap();
    publish(&world, &[&fresh]);
    world.clock.advance_seconds(CLIENT_KEYS.pause_seconds);
    authenticate(&world, &fresh, "2").await.unwrap();
    // What is published no more vouches for nothing.
    let refused = refusal(authenticate(&world, client_key(), "3").await);
    assert_eq!(refused, Code::InvalidClient);
}

#[tokio::test]
async fn attack_31_a_storm_of_unknown_kids_is_one_fetch() {
    let world = world().await;
    publish(&world, &[client_key()]);
    authenticate(&world, client_key(), "0").await.unwrap();
    world.clock.advance_seconds(CLIENT_KEYS.pause_seconds);
    for attempt in 0..50 {
        let unknown = SigningKey::generate(Algorithm::ES256).unwrap();
        let refused = authenticate(&world, &unknown, &attempt.to_string()).await;
        assert_eq!(refusal(refused), Code::InvalidClient);
    }
    assert_eq!(
        fetches(&world),
        2,
        "the first one and one for all the others"
    );
}

#[tokio::test]
async fn attack_31_a_storm_at_once_is_one_fetch() {
    let world = Arc::new(world().await);
    publish(&world, &[client_key()]);
    let tasks: Vec<_> = (0..20)
        .map(|attempt| {
            let world = world.clone();
            tokio::spawn(
                async move { authenticate(&world, client_key(), &attempt.to_string()).await },
            )
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(fetches(&world), 1);
}

#[tokio::test]
async fn attack_31_a_dead_address_is_not_asked_again_for_a_while() {
    let world = world().await;
    for jti in ["1", "2", "3"] {
        let refused = refusal(authenticate(&world, client_key(), jti).await);
        assert_eq!(refused, Code::InvalidClient);
    }
    assert_eq!(fetches(&world), 1);
    publish(&world, &[client_key()]);
    world.clock.advance_seconds(CLIENT_KEYS.pause_seconds);
    authenticate(&world, client_key(), "4").await.unwrap();
    assert_eq!(fetches(&world), 2);
}

#[tokio::test]
async fn keys_outlive_their_address_for_a_while_only() {
    let world = world().await;
    publish(&world, &[client_key()]);
    authenticate(&world, client_key(), "1").await.unwrap();
    world.remote.withdraw(KEYS_URI);
    world.clock.advance_seconds(CLIENT_KEYS.stale_seconds - 1);
    authenticate(&world, client_key(), "2").await.unwrap();
    world.clock.advance_seconds(1);
    let refused = refusal(authenticate(&world, client_key(), "3").await);
    assert_eq!(refused, Code::InvalidClient);
}

#[tokio::test]
async fn documents_that_are_no_key_sets_vouch_for_nobody() {
    let private = json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] }).to_string();
    for document in [
        "",
        "[]",
        "{}",
        "<html>",
        r#"{"keys":1}"#,
        r#"{"keys":[],"keys":[]}"#,
        &private,
    ] {
        let world = world().await;
        world.remote.publish(KEYS_URI, document);
        let refused = refusal(authenticate(&world, client_key(), "1").await);
        assert_eq!(refused, Code::InvalidClient, "{document}");
    }
}

#[tokio::test]
async fn attack_29_an_address_that_was_never_allowed_is_not_even_tried() {
    let world = World::new().await;
    for address in [
        "http://signer.example/jwks",
        "file:///etc/passwd",
        "https://a@b.example/",
        "jwks",
    ] {
        let refused = remote::key_set(&world.provider, address, &CLIENT_KEYS).await;
        assert!(matches!(refused, Err(RemoteError::Address(_))), "{address}");
    }
    assert_eq!(fetches(&world), 0);
}

#[tokio::test]
async fn plain_http_needs_the_operators_word() {
    let world = World::configured(|configuration| {
        configuration.remote_document_http.allowed_private_hosts = vec!["127.0.0.1:9".to_owned()];
    })
    .await;
    let policy = world
        .provider
        .live()
        .configuration
        .remote_document_http
        .clone();
    assert!(check_address("http://127.0.0.1:9/jwks", &policy).is_ok());
    assert!(check_address("http://127.0.0.1:10/jwks", &policy).is_err());
    assert!(check_address("https://signer.example/jwks", &policy).is_ok());
}

#[tokio::test]
async fn a_flood_of_addresses_does_not_fill_the_memory() {
    let world = World::new().await;
    for number in 0..1_200 {
        let address = format!("https://{number}.example/");
        let _ = remote::text(&world.provider, &address, &CLIENT_KEYS).await;
    }
    // The last ones are remembered, the first one is not.
    let before = fetches(&world);
    let _ = remote::text(&world.provider, "https://1199.example/", &CLIENT_KEYS).await;
    assert_eq!(fetches(&world), before);
}

#[tokio::test]
async fn keys_do_not_live_longer_because_the_clock_was_set_back() {
    let world = world().await;
    publish(&world, &[client_key()]);
    authenticate(&world, client_key(), "1").await.unwrap();
    world.clock.advance_seconds(-24 * 3_600);
    let fresh = SigningKey::generate(Algorithm::ES256).unwrap();
    publish(&world, &[&fresh]);
    authenticate(&world, &fresh, "2").await.unwrap();
    let refused = refusal(authenticate(&world, client_key(), "3").await);
    assert_eq!(refused, Code::InvalidClient);
}
