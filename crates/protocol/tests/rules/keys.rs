//! Signing keys: rotation with overlap, retirement, and keys under the wrong seal.

use durward_jose::{
    Algorithm, SealingKey, SealingKeys,
    jwe::{ContentEncryption, KeyManagement},
};
use durward_protocol::keyring::{self, Keyring, Overlap, encryption};
use durward_testkit::{
    World,
    clients::WEB,
    clock::START,
    header_of,
    keys::{sealing, signing_keys},
    request_objects::signed,
};
use serde_json::Value;

async fn rotate(world: &World, overlap: Overlap) -> String {
    let stored = world.store.list_signing_keys().await.unwrap();
    let now = world.provider.now();
    let (fresh, changes) =
        keyring::rotate(Algorithm::ES256, &stored, now, overlap, &sealing()).unwrap();
    world.store.apply(changes).await.unwrap();
    world.provider.reload().await.unwrap();
    fresh.kid
}

async fn world_with_es256() -> World {
    let world = World::new().await;
    world
        .change_client(WEB, |client| {
            client.metadata.access_token_signing_alg = Some("ES256".to_owned());
            "ES256".clone_into(&mut client.metadata.id_token_signed_response_alg);
        })
        .await;
    world
}

fn published(world: &World) -> Vec<String> {
    let jwks = world.provider.live().keys.jwks(world.provider.now());
    let keys = jwks["keys"].as_array().unwrap();
    let es256 = keys.iter().filter(|key| key["alg"] == "ES256");
    es256
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn signer(world: &World) -> String {
    header_of(&world.web_tokens().await.access_token)
        .kid
        .unwrap()
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_after_it_signed() {
    let world = world_with_es256().await;
    let old_kid = signer(&world).await;
    let old_token = world.web_tokens().await.access_token;
    let new_kid = rotate(
        &world,
        Overlap {
            before_seconds: 100,
            after_seconds: 1_000,
        },
    )
    .await;

    let both = published(&world);
    assert!(
        both.contains(&old_kid) && both.contains(&new_kid),
        "published ahead of its use"
    );
    world.clock.advance_ms(99_999);
    assert_eq!(signer(&world).await, old_kid);
    let last_of_old = world.web_tokens().await.access_token;
    world.clock.advance_ms(1);
    assert_eq!(signer(&world).await, new_kid);
    assert_eq!(published(&world).len(), 2);
    assert!(world.is_active(&old_token).await);
    assert!(
        world.is_active(&last_of_old).await,
        "signed a moment before the change"
    );

    world.clock.advance_ms(999_999);
    assert_eq!(published(&world).len(), 2);
    world.clock.advance_ms(1);
    assert_eq!(published(&world), [new_kid]);
}

#[tokio::test]
async fn a_key_that_was_taken_out_vouches_for_nothing_even_before_it_is_swept() {
    let world = world_with_es256().await;
    let leaked = world.web_tokens().await;
    rotate(
        &world,
        Overlap {
            before_seconds: 0,
            after_seconds: 0,
        },
    )
    .await;
    assert!(!world.is_active(&leaked.access_token).await);
    let live = world.provider.live();
    let now = world.provider.now();
    assert!(
        live.keys
            .verify(&leaked.id_token.unwrap(), &["JWT"], now)
            .is_err()
    );
    assert!(
        world
            .is_active(&world.web_tokens().await.access_token)
            .await
    );
}

#[tokio::test]
async fn two_rotations_in_a_row_never_leave_a_moment_without_a_signer() {
    let world = world_with_es256().await;
    let overlap = Overlap {
        before_seconds: 100,
        after_seconds: 400,
    };
    let first = signer(&world).await;
    let second = rotate(&world, overlap).await;
    world.clock.advance_seconds(50);
    let third = rotate(&world, overlap).await;
    let mut seen = Vec::new();
    for _ in 0..60 {
        let kid = signer(&world).await;
        assert!(
            published(&world).contains(&kid),
            "whatever signs is published"
        );
        if seen.last() != Some(&kid) {
            seen.push(kid);
        }
        world.clock.advance_seconds(10);
    }
    assert_eq!(seen, [first, second, third]);
}

#[tokio::test]
async fn the_jwks_holds_no_private_half() {
    let world = World::new().await;
    let jwks = world.provider.live().keys.jwks(world.provider.now());
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 6);
    for key in keys {
        let members = key.as_object().unwrap();
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(!members.contains_key(private), "{private}");
        }
        assert!(members.contains_key("kid"));
    }
    let of = |usage: &str| keys.iter().filter(|key| key["use"] == usage).count();
    assert_eq!((of("sig"), of("enc")), (4, 2));
    let sign = keys.iter().filter(|key| key["use"] == "sig");
    assert!(sign.into_iter().all(|key| key["alg"].is_string()));
}

#[tokio::test]
async fn a_missing_algorithm_is_a_fault_of_ours() {
    let world = World::new().await;
    let error = Keyring::default()
        .signer(Algorithm::RS256, world.provider.now())
        .unwrap_err();
    assert!(error.refusal().is_none());
}

#[tokio::test]
async fn keys_do_not_open_under_another_seal_nor_under_another_name() {
    let other: SealingKeys = SealingKey::from_bytes(&[8; 32]).unwrap().into();
    let keys = signing_keys();
    assert!(Keyring::open(keys.iter().cloned(), &other).is_err());
    let mut moved = keys[0].clone();
    moved.kid = "another".to_owned();
    assert!(Keyring::open([moved].into_iter(), &sealing()).is_err());
    assert!(Keyring::open(keys.iter().cloned(), &sealing()).is_ok());
}

/// What was encrypted for the key of yesterday still opens; nobody is told of it any more.
#[tokio::test]
async fn a_rotated_encryption_key_opens_on_for_a_while() {
    let world = World::new().await;
    world.give_web_a_key().await;
    let kind = KeyManagement::EcdhEs;
    let enc = ContentEncryption::A256Gcm;
    let object = |jti: &str| signed(&world.web_claims(&[("jti", Value::from(jti))]));
    let old = world.encrypted(object("1").as_bytes(), kind, enc);
    let stored = world.store.list_signing_keys().await.unwrap();
    world.clock.advance_seconds(1);
    let now = world.provider.now();
    let (fresh, changes) = encryption::rotate(kind, &stored, now, 100, &sealing()).unwrap();
    world.store.apply(changes).await.unwrap();
    world.provider.reload().await.unwrap();
    let jwks = world.provider.live().keys.jwks(now);
    let published = jwks["keys"].as_array().unwrap().iter();
    let curve: Vec<&Value> = published
        .filter(|key| key["use"] == "enc" && key["kty"] == "EC")
        .collect();
    assert_eq!(curve.len(), 1);
    assert_eq!(curve[0]["kid"], fresh.kid);
    let new = world.encrypted(object("2").as_bytes(), kind, enc);
    world.push(&[("request", &old)]).await.unwrap();
    world.push(&[("request", &new)]).await.unwrap();
    world.clock.advance_seconds(100);
    let later = world.encrypted(object("3").as_bytes(), kind, enc);
    assert!(world.push(&[("request", &old)]).await.is_err());
    world.push(&[("request", &later)]).await.unwrap();
}

#[tokio::test]
async fn a_key_signs_although_the_clock_was_set_back_before_it_began() {
    let now = START;
    let first = keyring::generate(Algorithm::ES256, now, now, &sealing()).unwrap();
    let next = now.plus_seconds(60);
    let second = keyring::generate(Algorithm::ES256, now, next, &sealing()).unwrap();
    let (first_kid, second_kid) = (first.kid.clone(), second.kid.clone());
    let keys = Keyring::open([second, first].into_iter(), &sealing()).unwrap();
    for (seconds, kid) in [
        (-24 * 3_600, &first_kid),
        (0, &first_kid),
        (60, &second_kid),
    ] {
        let signer = keys.signer(Algorithm::ES256, now.plus_seconds(seconds));
        assert_eq!(signer.unwrap().kid(), kid, "{seconds}");
    }
}
