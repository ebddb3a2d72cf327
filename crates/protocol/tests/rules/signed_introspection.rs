//! Introspection answers as JWT (RFC 9701): what they say, for whom, and how they hide it.

use durward_jose::{
    JwkSet, TypRule, VerifyPolicy,
    jwe::{
        ContentEncryption, DecryptPolicy, DecryptionKey, KeyFamily, KeyManagement, decrypt,
        is_encrypted,
    },
    verify,
};
use durward_protocol::{Code, Error, introspection::signed, keyring::ALGORITHMS};
use durward_testkit::{
    World,
    clients::{OTHER, WEB, basic},
    flow::{parameters, refusal},
    world::ISSUER,
};
use serde_json::{Map, Value, json};

async fn asked(world: &World, token: &str) -> Result<String, Error> {
    let authorization = basic(OTHER);
    let request = parameters(&[("token", token)]);
    signed::answer(
        &world.provider,
        Some(authorization.as_str()).into(),
        &request,
    )
    .await
}

fn opened(world: &World, jwt: &str) -> Map<String, Value> {
    let jwks = world.provider.live().keys.jwks(world.provider.now());
    let keys = JwkSet::from_object(jwks.as_object().unwrap()).unwrap();
    let policy = VerifyPolicy {
        typ: TypRule::OneOf(&["token-introspection+jwt"]),
        ..VerifyPolicy::new(&ALGORITHMS)
    };
    verify(jwt, &keys, &policy).unwrap().claims
}

#[tokio::test]
async fn an_answer_is_signed_for_whoever_asks() {
    let world = World::new().await;
    let token = world.web_tokens().await.access_token;
    let claims = opened(&world, &asked(&world, &token).await.unwrap());
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], OTHER);
    assert_eq!(claims["iat"], world.provider.now().seconds());
    assert_eq!(claims["token_introspection"]["active"], true);
    assert_eq!(claims["token_introspection"]["client_id"], WEB);
    // It must not pass for an access token or an ID token.
    for name in ["sub", "exp", "scope", "client_id", "nonce"] {
        assert!(!claims.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn a_dead_token_is_inactive_and_nothing_else() {
    let world = World::new().await;
    let claims = opened(&world, &asked(&world, "unknown").await.unwrap());
    assert_eq!(claims["token_introspection"], json!({ "active": false }));
}

#[tokio::test]
async fn the_registered_algorithm_signs() {
    let world = World::new().await;
    for algorithm in ALGORITHMS {
        world
            .change_client(OTHER, |client| {
                client.metadata.introspection_signed_response_alg =
                    Some(algorithm.name().to_owned());
            })
            .await;
        let jwt = asked(&world, "unknown").await.unwrap();
        assert_eq!(durward_testkit::header_of(&jwt).alg, algorithm);
        opened(&world, &jwt);
    }
}

#[tokio::test]
async fn an_answer_is_encrypted_for_those_who_are_registered_so() {
    let world = World::new().await;
    let token = world.web_tokens().await.access_token;
    for (family, alg, enc) in [
        (KeyFamily::Rsa, KeyManagement::RsaOaep256, None),
        (
            KeyFamily::P256,
            KeyManagement::EcdhEs,
            Some(ContentEncryption::A256Gcm),
        ),
        (
            KeyFamily::P256,
            KeyManagement::EcdhEsA256Kw,
            Some(ContentEncryption::A256CbcHs512),
        ),
    ] {
        let key = DecryptionKey::generate(family).unwrap();
        world
            .change_client(OTHER, |client| {
                let metadata = &mut client.metadata;
                metadata.jwks = Some(json!({ "keys": [key.public().to_object()] }));
                metadata.introspection_encrypted_response_alg = Some(alg.name().to_owned());
                metadata.introspection_encrypted_response_enc =
                    enc.map(|enc| enc.name().to_owned());
            })
            .await;
        let jwe = asked(&world, &token).await.unwrap();
        assert!(is_encrypted(&jwe));
        let expected = [enc.unwrap_or(ContentEncryption::A128CbcHs256)];
        let policy = DecryptPolicy {
            key_managements: &[alg],
            content_encryptions: &expected,
            max_bytes: 64 * 1024,
        };
        let inside = decrypt(&jwe, std::iter::once(&key), &policy).unwrap();
        assert_eq!(inside.cty.as_deref(), Some("JWT"));
        let jwt = std::str::from_utf8(&inside.plaintext).unwrap();
        assert_eq!(opened(&world, jwt)["token_introspection"]["active"], true);
    }
}

#[tokio::test]
async fn what_cannot_be_encrypted_is_not_told_in_clear() {
    let world = World::new().await;
    let token = world.web_tokens().await.access_token;
    world
        .change_client(OTHER, |client| {
            client.metadata.introspection_encrypted_response_alg = Some("ECDH-ES".to_owned());
        })
        .await;
    let failed = asked(&world, &token).await.unwrap_err();
    assert!(failed.refusal().is_none(), "{failed}");
}

#[tokio::test]
async fn a_stranger_is_told_nothing() {
    let world = World::new().await;
    let request = parameters(&[("token", "x"), ("client_id", OTHER)]);
    let refused = signed::answer(&world.provider, None.into(), &request).await;
    assert_eq!(refusal(refused), Code::InvalidClient);
}
