//! Attacks 33 to 42: dynamic registration and software statements.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use durward_model::configuration::{RegistrationMode, StatementIssuer, StatementValidation};
use durward_protocol::Code;
use durward_store::Kind;
use durward_testkit::{
    World,
    clients::{WEB, WEB_URI},
    clock::START,
    keys,
    registration::{From, NEW_URI, and, member, refused_with, statement, web_metadata},
};
use serde_json::{Value, json};

const DIRECTORY: &str = "https://directory.example";

async fn world() -> World {
    World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dcr_ssa_validation_configs = vec![StatementIssuer {
            issuers: vec![DIRECTORY.to_owned()],
            jwks: json!({ "keys": [keys::client_key().public_jwk()] }),
            one_time_use: true,
            ..StatementIssuer::default()
        }];
    })
    .await
}

fn claims() -> Value {
    json!({ "iss": DIRECTORY, "iat": START.seconds(), "exp": START.seconds() + 600, "jti": "1" })
}

fn with(statement: &str) -> Value {
    and(&web_metadata(), &json!({ "software_statement": statement }))
}

/// A token of this header, signed by nobody or with an HMAC of something public.
fn forged(header: &Value, claims: &Value, secret: Option<&[u8]>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(header), part(claims));
    let tag =
        secret.map(|secret| durward_jose::digest::sha256([secret, input.as_bytes()].concat()));
    let tag = tag
        .map(|tag| URL_SAFE_NO_PAD.encode(tag))
        .unwrap_or_default();
    format!("{input}.{tag}")
}

#[tokio::test]
async fn attack_33_statements_that_nobody_made_count_for_nothing() {
    let world = world().await;
    let key = keys::client_key();
    let public = serde_json::to_vec(key.public_jwk()).unwrap();
    let cases = [
        (
            "unsigned",
            forged(&json!({ "alg": "none" }), &claims(), None),
        ),
        ("wrong key", statement(keys::stranger_key(), &claims())),
        (
            "unknown issuer",
            statement(
                key,
                &and(&claims(), &json!({ "iss": "https://else.example" })),
            ),
        ),
        (
            "expired",
            statement(
                key,
                &and(&claims(), &json!({ "exp": START.seconds() - 60 })),
            ),
        ),
        (
            "HMAC with the public key",
            forged(&json!({ "alg": "HS256" }), &claims(), Some(&public)),
        ),
        (
            "our own issuer",
            statement(
                key,
                &and(&claims(), &json!({ "iss": "https://op.example" })),
            ),
        ),
    ];
    for (name, text) in cases {
        let outcome = world.register(&with(&text)).await;
        assert_eq!(
            refused_with(outcome),
            Code::InvalidSoftwareStatement,
            "{name}"
        );
    }
    let once = statement(key, &claims());
    let registered = world.register(&with(&once)).await.unwrap();
    assert_eq!(
        refused_with(world.register(&with(&once)).await),
        Code::InvalidSoftwareStatement,
        "replayed"
    );
    // Who registered with it may show it again.
    let id = json!({ "client_id": member(&registered, "client_id") });
    let again = and(&with(&once), &id);
    world
        .update_client(&From::owner(&registered), &again)
        .await
        .unwrap();
}

#[tokio::test]
async fn attack_34_members_cannot_contradict_the_statement() {
    let world = world().await;
    let stated = json!({
        "redirect_uris": ["https://stated.example/cb"], "jwks_uri": "https://stated.example/jwks",
    });
    let text = statement(keys::client_key(), &and(&claims(), &stated));
    let own_keys = json!({ "jwks": { "keys": [keys::stranger_key().public_jwk()] } });
    let told = world
        .register(&and(&with(&text), &own_keys))
        .await
        .unwrap()
        .members;
    assert_eq!(told["redirect_uris"], json!(["https://stated.example/cb"]));
    assert_eq!(told["jwks_uri"], "https://stated.example/jwks");
    assert!(!told.contains_key("jwks"), "no keys beside the statement's");
}

#[tokio::test]
async fn attack_35_nobody_gives_itself_an_administrators_scope_or_grant() {
    let world = world().await;
    let greedy = and(
        &web_metadata(),
        &json!({
            "scope": "openid https://jans.io/auth/ssa.admin admin",
            "grant_types": ["authorization_code", "client_credentials"],
        }),
    );
    let told = world.register(&greedy).await.unwrap().members;
    assert_eq!(told["scope"], "openid");
    assert_eq!(told["grant_types"], json!(["authorization_code"]));
    let public = and(
        &web_metadata(),
        &json!({ "token_endpoint_auth_method": "none", "client_secret": "a secret of my own choice" }),
    );
    let told = world.register(&public).await.unwrap();
    assert!(!told.members.contains_key("client_secret"));
    assert!(
        world
            .stored_client(&told)
            .await
            .client_secret_hash
            .is_none()
    );
}

#[tokio::test]
async fn attack_36_an_update_changes_no_identity_and_drops_nothing_required() {
    let world = world().await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let from = From::owner(&registered);
    let id = json!({ "client_id": member(&registered, "client_id") });
    let other = and(&web_metadata(), &json!({ "client_id": WEB }));
    assert_eq!(
        refused_with(world.update_client(&from, &other).await),
        Code::InvalidClientMetadata
    );
    assert_eq!(
        refused_with(world.update_client(&from, &id).await),
        Code::InvalidRedirectUri
    );
    assert!(world.read_client(&from).await.is_ok(), "nothing changed");
}

#[tokio::test]
async fn attack_37_another_clients_token_or_a_dead_one_opens_nothing() {
    let world = world().await;
    let one = world.register(&web_metadata()).await.unwrap();
    let two = world.register(&web_metadata()).await.unwrap();
    let crossed = From {
        client_id: Some(member(&one, "client_id")),
        ..From::owner(&two)
    };
    let by_hand = From {
        client_id: Some(WEB.to_owned()),
        ..From::owner(&two)
    };
    let nobody = From {
        client_id: Some("nobody".to_owned()),
        ..From::owner(&two)
    };
    for from in [crossed, by_hand, nobody] {
        assert_eq!(
            refused_with(world.read_client(&from).await),
            Code::InvalidToken
        );
        assert_eq!(
            refused_with(world.delete_client(&from).await),
            Code::InvalidToken
        );
    }
    world.delete_client(&From::owner(&one)).await.unwrap();
    assert_eq!(
        refused_with(world.read_client(&From::owner(&one)).await),
        Code::InvalidToken
    );
}

#[tokio::test]
async fn attack_38_a_listed_host_is_that_host_letter_by_letter() {
    let world = world().await;
    world
        .reconfigure(|c| {
            c.software_statement_validation_type = StatementValidation::JwksUri;
            c.software_statement_validation_claim_name = "keys_at".to_owned();
            c.software_statement_allowed_key_sources = vec!["directory.example".to_owned()];
        })
        .await;
    let stranger = keys::stranger_key();
    let set = json!({ "keys": [stranger.public_jwk()] }).to_string();
    for address in [
        "https://evil.directory.example/jwks",
        "https://directory.example.evil.test/jwks",
        "https://directory.example:8443/jwks",
        "https://directory.example@evil.test/jwks",
        "https://directoryXexample/jwks",
    ] {
        world.remote.publish(address, set.clone());
        let text = statement(stranger, &and(&claims(), &json!({ "keys_at": address })));
        let outcome = world.register(&with(&text)).await;
        assert_eq!(
            refused_with(outcome),
            Code::InvalidSoftwareStatement,
            "{address}"
        );
    }
    assert!(world.remote.fetched().is_empty(), "none was even asked");
}

#[tokio::test]
async fn attack_39_pages_of_a_client_are_addresses_and_nothing_else() {
    let world = world().await;
    for name in [
        "logo_uri",
        "tos_uri",
        "policy_uri",
        "client_uri",
        "logo_uri#fr",
    ] {
        for value in [
            "javascript:alert(1)",
            "data:text/html,<script>",
            "\"><script>",
        ] {
            let metadata = and(&web_metadata(), &json!({ name: value }));
            let outcome = world.register(&metadata).await;
            assert_eq!(
                refused_with(outcome),
                Code::InvalidClientMetadata,
                "{name} {value}"
            );
        }
    }
    assert!(world.remote.fetched().is_empty(), "none is ever fetched");
}

#[tokio::test]
async fn attack_40_one_source_registers_no_more_than_its_quota() {
    let world = world().await;
    world
        .reconfigure(|c| c.dynamic_registration_quota = 3)
        .await;
    let at = |address: &str| From {
        address: address.to_owned(),
        ..From::default()
    };
    let from = at("2001:db8::1");
    // Side by side as well as one after the other, and from anywhere in its network.
    let metadata = web_metadata();
    let (one, two) = tokio::join!(
        world.register_from(&from, &metadata),
        world.register_from(&from, &metadata)
    );
    assert!(one.is_ok() && two.is_ok());
    world
        .register_from(&at("2001:db8::ffff"), &metadata)
        .await
        .unwrap();
    let fourth = world.register_from(&at("2001:db8::2"), &metadata).await;
    assert_eq!(refused_with(fourth), Code::AccessDenied);
    assert!(
        world
            .register_from(&at("192.0.2.9"), &metadata)
            .await
            .is_ok()
    );
    world.clock.advance_seconds(86_400);
    assert!(world.register_from(&from, &metadata).await.is_ok());
}

#[tokio::test]
async fn attack_41_nobody_takes_the_name_or_address_of_a_known_application() {
    let world = world().await;
    for name in ["Web", "web", "  WEB "] {
        let outcome = world
            .register(&and(&web_metadata(), &json!({ "client_name": name })))
            .await;
        assert_eq!(
            refused_with(outcome),
            Code::InvalidClientMetadata,
            "{name:?}"
        );
        let outcome = world
            .register(&and(&web_metadata(), &json!({ "client_name#fr": name })))
            .await;
        assert_eq!(
            refused_with(outcome),
            Code::InvalidClientMetadata,
            "{name:?} in French"
        );
    }
    let outcome = world
        .register(&json!({ "redirect_uris": [NEW_URI, WEB_URI] }))
        .await;
    assert_eq!(refused_with(outcome), Code::InvalidRedirectUri);
    // What one dynamic client is called, another may be called too.
    world.register(&web_metadata()).await.unwrap();
    world.register(&web_metadata()).await.unwrap();
}

#[tokio::test]
async fn attack_42_a_script_cannot_give_what_the_server_does_not_have() {
    use durward_script::engine::Reply;
    let world = world().await;
    let before = world.count(Kind::Client).await;
    for (name, change) in [
        (
            "scope",
            json!({ "client.scopes": ["inum=made_up,ou=scopes,o=jans"] }),
        ),
        ("grant", json!({ "client.grantTypes": ["password"] })),
        (
            "redirect",
            json!({ "client.redirectUris": ["javascript:alert(1)"] }),
        ),
        (
            "method",
            json!({ "client.tokenEndpointAuthMethod": "made_up" }),
        ),
        ("type", json!({ "client.redirectUris": 7 })),
        ("id", json!({ "client.clientId": "" })),
    ] {
        let text = format!("widens {name}");
        world.engine.define_reply(&text, move |call| {
            let create = call.method == "createClient";
            Ok(Reply {
                result: json!(create),
                changes: change.as_object().unwrap().clone(),
            })
        });
        world
            .save_script_of("client_registration", "widens", 1, &text)
            .await
            .unwrap();
        let outcome = world.register(&web_metadata()).await;
        assert_eq!(refused_with(outcome), Code::InvalidClientMetadata, "{name}");
    }
    assert_eq!(world.count(Kind::Client).await, before);
}
