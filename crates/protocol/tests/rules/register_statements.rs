//! Software statements and signed requests (RFC 7591, section 2.3).

use durward_jose::{Algorithm, SigningKey};
use durward_model::{
    Configuration,
    configuration::{RegistrationMode, StatementIssuer, StatementValidation, TrustedIssuer},
    registration::Origin,
};
use durward_protocol::Code;
use durward_testkit::{
    World,
    clock::START,
    keys,
    registration::{From, NEW_URI, and, member, refused_with, signed, statement, web_metadata},
    world::ISSUER,
};
use serde_json::{Value, json};

const DIRECTORY: &str = "https://directory.example";
const KEYS: &str = "https://directory.example/jwks";

fn issuer() -> StatementIssuer {
    StatementIssuer {
        issuers: vec![DIRECTORY.to_owned()],
        jwks: json!({ "keys": [keys::client_key().public_jwk()] }),
        ..StatementIssuer::default()
    }
}

async fn world(change: impl FnOnce(&mut Configuration)) -> World {
    World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dcr_ssa_validation_configs = vec![issuer()];
        change(c);
    })
    .await
}

fn claims() -> Value {
    json!({
        "iss": DIRECTORY, "iat": START.seconds(), "exp": START.seconds() + 600, "jti": "1",
        "client_name": "Stated", "software_id": "software-1",
    })
}

fn with(statement: &str) -> Value {
    and(&web_metadata(), &json!({ "software_statement": statement }))
}

#[tokio::test]
async fn claims_of_a_statement_take_precedence_and_it_is_kept_verbatim() {
    let world = world(|_| {}).await;
    let text = statement(keys::client_key(), &claims());
    let metadata = and(&with(&text), &json!({ "client_name#fr": "Autre" }));
    let registered = world.register(&metadata).await.unwrap();
    assert_eq!(registered.members["client_name"], "Stated");
    assert!(
        !registered.members.contains_key("client_name#fr"),
        "no other name beside it"
    );
    assert_eq!(registered.members["software_id"], "software-1");
    assert_eq!(member(&registered, "software_statement"), text);
    let registration = world.stored_client(&registered).await.registration.unwrap();
    assert_eq!(registration.provenance["client_name"], Origin::Statement);
    assert_eq!(
        registration.owner.as_deref(),
        Some("https://directory.example#software-1")
    );

    // On update too, and it cannot be left out.
    let id = json!({ "client_id": member(&registered, "client_id"), "client_name": "Mine" });
    let from = From::owner(&registered);
    let without = and(&web_metadata(), &id);
    assert_eq!(
        refused_with(world.update_client(&from, &without).await),
        Code::InvalidSoftwareStatement
    );
    // A client does not become other software.
    for other in [
        json!({ "software_id": "software-2", "jti": "2" }),
        json!({ "software_id": null, "jti": "3" }),
    ] {
        let other = statement(keys::client_key(), &and(&claims(), &other));
        let outcome = world.update_client(&from, &and(&with(&other), &id)).await;
        assert_eq!(refused_with(outcome), Code::InvalidSoftwareStatement);
    }
    let newer = statement(
        keys::client_key(),
        &and(&claims(), &json!({ "jti": "4", "client_name": "Newer" })),
    );
    let updated = world
        .update_client(&from, &and(&with(&newer), &id))
        .await
        .unwrap();
    assert_eq!(updated.members["client_name"], "Newer");
}

#[tokio::test]
async fn an_issuer_gives_scopes_and_may_be_held_to_claims() {
    let world = world(|c| {
        c.dcr_ssa_validation_configs = vec![StatementIssuer {
            scopes: vec!["accounts".to_owned()],
            allowed_claims: vec!["software_id".to_owned()],
            algorithms: vec!["ES256".to_owned()],
            ..issuer()
        }];
        c.trusted_ssa_issuers.insert(
            DIRECTORY.to_owned(),
            TrustedIssuer {
                automatically_granted_scopes: vec!["tpp".to_owned()],
            },
        );
    })
    .await;
    let text = statement(keys::client_key(), &claims());
    let metadata = and(
        &with(&text),
        &json!({ "scope": "openid accounts payments" }),
    );
    let told = world.register(&metadata).await.unwrap().members;
    assert_eq!(told["scope"], "openid accounts tpp");
    assert_eq!(told["client_name"], "New", "not among the allowed claims");
    assert_eq!(told["software_id"], "software-1");
}

#[tokio::test]
async fn a_genuine_statement_of_somebody_who_is_not_wanted_is_unapproved() {
    let world = world(|c| {
        c.trusted_ssa_issuers
            .insert("https://else.example".to_owned(), TrustedIssuer::default());
    })
    .await;
    let text = statement(keys::client_key(), &claims());
    assert_eq!(
        refused_with(world.register(&with(&text)).await),
        Code::UnapprovedSoftwareStatement
    );
    world.reconfigure(|c| c.trusted_ssa_issuers.clear()).await;
    let revoked = and(&claims(), &json!({ "org_status": "Revoked" }));
    let text = statement(keys::client_key(), &revoked);
    assert_eq!(
        refused_with(world.register(&with(&text)).await),
        Code::UnapprovedSoftwareStatement
    );
}

#[tokio::test]
async fn keys_come_from_an_address_or_from_discovery() {
    let world = world(|c| {
        c.dcr_ssa_validation_configs = vec![StatementIssuer {
            jwks: Value::Null,
            jwks_uri: KEYS.to_owned(),
            ..issuer()
        }];
    })
    .await;
    let text = statement(keys::client_key(), &claims());
    let set = json!({ "keys": [keys::client_key().public_jwk()] }).to_string();
    world.remote.publish(KEYS, set);
    world.register(&with(&text)).await.unwrap();
    let discovery = "https://directory.example/.well-known/openid-configuration";
    world
        .reconfigure(|c| {
            c.dcr_ssa_validation_configs = vec![StatementIssuer {
                jwks: Value::Null,
                configuration_endpoint: discovery.to_owned(),
                ..issuer()
            }];
        })
        .await;
    let document = json!({ "issuer": DIRECTORY, "jwks_uri": KEYS });
    world.remote.publish(discovery, document.to_string());
    world.register(&with(&text)).await.unwrap();
    world.clock.advance_seconds(4_000);
    let foreign = json!({ "issuer": "https://else.example", "jwks_uri": KEYS });
    world.remote.publish(discovery, foreign.to_string());
    assert_eq!(
        refused_with(world.register(&with(&text)).await),
        Code::InvalidSoftwareStatement
    );
}

#[tokio::test]
async fn keys_that_a_statement_names_count_only_where_they_are_listed() {
    let world = world(|c| {
        c.software_statement_validation_type = StatementValidation::JwksUri;
        c.software_statement_validation_claim_name = "keys_at".to_owned();
    })
    .await;
    let key = keys::client_key();
    let set = json!({ "keys": [key.public_jwk()] });
    world.remote.publish(KEYS, set.to_string());
    let text = statement(key, &and(&claims(), &json!({ "keys_at": KEYS })));
    let refused = |outcome| assert_eq!(refused_with(outcome), Code::InvalidSoftwareStatement);
    refused(world.register(&with(&text)).await);
    let allow = |name: &'static str| {
        move |c: &mut Configuration| {
            c.software_statement_allowed_key_sources = vec![name.to_owned()];
        }
    };
    world.reconfigure(allow("directory.example")).await;
    world.register(&with(&text)).await.unwrap();

    world
        .reconfigure(|c| {
            c.software_statement_validation_type = StatementValidation::Jwks;
            c.software_statement_validation_claim_name = "keys".to_owned();
        })
        .await;
    let text = statement(key, &and(&claims(), &json!({ "keys": set })));
    refused(world.register(&with(&text)).await);
    let thumbprint = key.public_jwk().key.thumbprint();
    world
        .reconfigure(move |c| c.software_statement_allowed_key_sources = vec![thumbprint])
        .await;
    world.register(&with(&text)).await.unwrap();
}

#[tokio::test]
async fn nobodys_statement_counts_only_in_tests() {
    let world = world(|c| c.software_statement_validation_type = StatementValidation::None).await;
    let text = statement(keys::stranger_key(), &claims());
    assert_eq!(
        refused_with(world.register(&with(&text)).await),
        Code::InvalidSoftwareStatement
    );
    world
        .reconfigure(|c| c.software_statement_unsigned_for_tests = true)
        .await;
    world.register(&with(&text)).await.unwrap();
}

#[tokio::test]
async fn a_signed_request_is_checked_with_the_keys_of_its_statement() {
    let world = world(|_| {}).await;
    let tpp = SigningKey::generate(Algorithm::ES256).unwrap();
    let endpoint = "https://keys.example/tpp";
    world
        .remote
        .publish(endpoint, json!({ "keys": [tpp.public_jwk()] }).to_string());
    let stated = and(&claims(), &json!({ "software_jwks_endpoint": endpoint }));
    let text = statement(keys::client_key(), &stated);
    let members = with(&text);
    let registered = world
        .register_signed(&signed(&tpp, "a", &members))
        .await
        .unwrap();
    assert_eq!(registered.members["client_name"], "Stated");
    assert_eq!(registered.members["redirect_uris"], json!([NEW_URI]));
    let refused = |outcome| assert_eq!(refused_with(outcome), Code::InvalidClientMetadata);
    // Again, by somebody else, by another software, for somebody else, without an end.
    refused(world.register_signed(&signed(&tpp, "a", &members)).await);
    refused(
        world
            .register_signed(&signed(keys::stranger_key(), "b", &members))
            .await,
    );
    for (jti, wrong) in [
        ("c", json!({ "iss": "software-2" })),
        ("d", json!({ "aud": "https://else.example" })),
        ("e", json!({ "exp": Value::Null })),
        ("f", json!({ "exp": START.seconds() - 60 })),
    ] {
        refused(
            world
                .register_signed(&signed(&tpp, jti, &and(&members, &wrong)))
                .await,
        );
    }
}

#[tokio::test]
async fn signed_requests_have_keys_in_jans_order_and_may_be_demanded() {
    let key = keys::client_key();
    let world = world(|c| {
        c.dcr_signature_validation_enabled = true;
        c.dcr_signature_validation_jwks = json!({ "keys": [key.public_jwk()] }).to_string();
    })
    .await;
    assert_eq!(
        refused_with(world.register(&web_metadata()).await),
        Code::InvalidClientMetadata
    );
    world
        .register_signed(&signed(key, "1", &web_metadata()))
        .await
        .unwrap();
    // An address that is configured comes before a set that is.
    world
        .reconfigure(|c| c.dcr_signature_validation_jwks_uri = KEYS.to_owned())
        .await;
    let other = keys::stranger_key();
    world
        .remote
        .publish(KEYS, json!({ "keys": [other.public_jwk()] }).to_string());
    assert_eq!(
        refused_with(
            world
                .register_signed(&signed(key, "2", &web_metadata()))
                .await
        ),
        Code::InvalidClientMetadata
    );
    world
        .register_signed(&signed(other, "3", &web_metadata()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_statement_is_for_us_and_not_older_than_allowed() {
    let world = world(|c| c.software_statement_max_age = 60).await;
    for (wanted, more) in [
        (true, json!({ "aud": ISSUER })),
        (true, json!({ "aud": [ISSUER, "https://else.example"] })),
        (false, json!({ "aud": "https://else.example" })),
        (false, json!({ "iat": START.seconds() - 61 })),
        (false, json!({ "iat": Value::Null })),
    ] {
        let mut all = and(&claims(), &more);
        all.as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        let text = statement(keys::client_key(), &all);
        let outcome = world.register(&with(&text)).await;
        if wanted {
            assert!(outcome.is_ok(), "{more}");
        } else {
            assert_eq!(
                refused_with(outcome),
                Code::InvalidSoftwareStatement,
                "{more}"
            );
        }
    }
}

/// Open Banking: the request says `private_key_jwt` and nothing of keys; the statement says
/// where the software has them.
#[tokio::test]
async fn a_client_without_keys_has_those_of_its_software() {
    let world = world(|_| {}).await;
    let said = json!({ "software_jwks_endpoint": "https://directory.example/software-1.jwks" });
    let text = statement(keys::client_key(), &and(&claims(), &said));
    let by_key = json!({ "token_endpoint_auth_method": "private_key_jwt" });
    let metadata = and(&with(&text), &by_key);
    let registered = world.register(&metadata).await.unwrap();
    assert_eq!(
        member(&registered, "jwks_uri"),
        said["software_jwks_endpoint"]
    );
    let registration = world.stored_client(&registered).await.registration.unwrap();
    assert_eq!(registration.provenance["jwks_uri"], Origin::Statement);

    // Keys of its own stay, and a secret needs none.
    let own = json!({ "jwks": { "keys": [keys::client_key().public_jwk()] } });
    let registered = world.register(&and(&metadata, &own)).await.unwrap();
    assert!(!registered.members.contains_key("jwks_uri"));
    let registered = world.register(&with(&text)).await.unwrap();
    assert!(!registered.members.contains_key("jwks_uri"));

    // What is not fit for a client is refused as if the client had asked for it.
    let said = json!({ "software_jwks_endpoint": "http://directory.example/software-1.jwks" });
    let text = statement(keys::client_key(), &and(&claims(), &said));
    let outcome = world.register(&and(&with(&text), &by_key)).await;
    assert_eq!(refused_with(outcome), Code::InvalidClientMetadata);
}
