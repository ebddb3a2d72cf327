//! Registration: what counts once, what is looked at before anything costs something, and what
//! becomes of secrets and twins afterwards.

use durward_jose::{Algorithm, SigningKey};
use durward_model::{
    Configuration,
    configuration::{RegistrationMode, StatementIssuer, StatementValidation, TrustedIssuer},
};
use durward_protocol::{
    Code,
    client_registration::{Registered, changed_client},
};
use durward_store::{Change, Kind};
use durward_testkit::{
    World,
    clock::START,
    keys,
    registration::{From, NEW_URI, and, member, refused_with, signed, statement, web_metadata},
    world::ISSUER,
};
use serde_json::{Map, Value, json};

const DIRECTORY: &str = "https://directory.example";
const KEYS: &str = "https://directory.example/jwks";
const DAY: i64 = 24 * 3_600;

async fn world(change: impl FnOnce(&mut Configuration)) -> World {
    World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        change(c);
    })
    .await
}

fn with(statement: &str) -> Value {
    and(&web_metadata(), &json!({ "software_statement": statement }))
}

/// A date with a fraction.
fn fraction(seconds: i64, fraction: &str) -> Value {
    serde_json::from_str(&format!("{seconds}.{fraction}")).unwrap()
}

/// RFC 7519 lets dates have fractions: nobody gets around the memory by writing one.
#[tokio::test]
async fn a_signed_request_counts_once_however_it_writes_its_end() {
    let key = keys::client_key();
    let world = world(|c| {
        c.dcr_signature_validation_jwks = json!({ "keys": [key.public_jwk()] }).to_string();
    })
    .await;
    let end = START.seconds() + 300;
    for (jti, exp) in [
        ("whole", json!(end)),
        ("half", fraction(end, "5")),
        ("float", fraction(end, "0")),
    ] {
        let jwt = signed(key, jti, &and(&web_metadata(), &json!({ "exp": exp })));
        world.register_signed(&jwt).await.unwrap();
        let again = world.register_signed(&jwt).await;
        assert_eq!(refused_with(again), Code::InvalidClientMetadata, "{exp}");
    }
    // The same `jti` of somebody else is another request.
    let other = and(&web_metadata(), &json!({ "iss": "software-2" }));
    world
        .register_signed(&signed(key, "whole", &other))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_statement_counts_once_as_long_as_it_lives() {
    let world = world(|c| {
        c.dcr_ssa_validation_configs = vec![StatementIssuer {
            issuers: vec![DIRECTORY.to_owned()],
            jwks: json!({ "keys": [keys::client_key().public_jwk()] }),
            one_time_use: true,
            ..StatementIssuer::default()
        }];
    })
    .await;
    let end = START.seconds() + 400 * DAY;
    let endless = json!({ "iss": DIRECTORY, "iat": START.seconds(), "jti": "1" });
    let fractional = and(&endless, &json!({ "jti": "2", "exp": fraction(end, "5") }));
    let statements = [endless, fractional].map(|claims| statement(keys::client_key(), &claims));
    for text in &statements {
        world.register(&with(text)).await.unwrap();
    }
    world.clock.advance_seconds(399 * DAY);
    let now = world.provider.now();
    world.store.sweep(now.ms()).await.unwrap();
    for text in &statements {
        let again = world.register(&with(text)).await;
        assert_eq!(refused_with(again), Code::InvalidSoftwareStatement);
    }
}

#[tokio::test]
async fn whom_a_statement_gave_keys_says_for_which_software_he_speaks() {
    let tpp = SigningKey::generate(Algorithm::ES256).unwrap();
    let world = world(|c| {
        c.dcr_ssa_validation_configs = vec![StatementIssuer {
            issuers: vec![DIRECTORY.to_owned()],
            jwks: json!({ "keys": [keys::client_key().public_jwk()] }),
            ..StatementIssuer::default()
        }];
    })
    .await;
    let endpoint = "https://keys.example/tpp";
    let set = json!({ "keys": [tpp.public_jwk()] });
    world.remote.publish(endpoint, set.to_string());
    let stated = json!({
        "iss": DIRECTORY, "iat": START.seconds(), "software_id": "software-1",
        "software_jwks_endpoint": endpoint,
    });
    let text = statement(keys::client_key(), &stated);
    let mut claims = json!({
        "aud": ISSUER, "jti": "1", "iat": START.seconds(), "exp": START.seconds() + 300,
        "redirect_uris": [NEW_URI], "software_statement": text,
    });
    let nobody = tpp.sign("JWT", &claims).unwrap();
    let refused = world.register_signed(&nobody).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
    claims["iss"] = json!("software-1");
    let named = tpp.sign("JWT", &claims).unwrap();
    world.register_signed(&named).await.unwrap();
}

/// Whoever is listed by host or thumbprint writes any `iss`: the name alone gives nothing.
#[tokio::test]
async fn what_an_issuer_gives_is_given_by_that_issuer_only() {
    let key = keys::client_key();
    let set = json!({ "keys": [key.public_jwk()] });
    let world = world(|c| {
        c.software_statement_validation_type = StatementValidation::JwksUri;
        c.software_statement_validation_claim_name = "keys".to_owned();
        c.software_statement_allowed_key_sources = vec!["directory.example".to_owned()];
        for issuer in [DIRECTORY, "https://bank.example", "bank"] {
            let trusted = TrustedIssuer {
                automatically_granted_scopes: vec!["tpp".to_owned()],
            };
            c.trusted_ssa_issuers.insert(issuer.to_owned(), trusted);
        }
    })
    .await;
    world.remote.publish(KEYS, set.to_string());
    let given = async |issuer: &str, keys: &Value| {
        let claims = json!({
            "iss": issuer, "iat": START.seconds(), "exp": START.seconds() + 600,
            "software_id": "s", "keys": keys,
        });
        let text = statement(key, &claims);
        let registered = world.register(&with(&text)).await.unwrap();
        let client = world.stored_client(&registered).await;
        let owner = client.registration.unwrap().owner;
        (client.metadata.scope.contains("tpp"), owner)
    };
    let owned = Some(format!("{DIRECTORY}#s"));
    assert_eq!(given(DIRECTORY, &json!(KEYS)).await, (true, owned));
    for issuer in ["https://bank.example", "bank"] {
        assert_eq!(given(issuer, &json!(KEYS)).await, (false, None), "{issuer}");
    }
    let thumbprint = key.public_jwk().key.thumbprint();
    world
        .reconfigure(|c| {
            c.software_statement_validation_type = StatementValidation::Jwks;
            c.software_statement_allowed_key_sources = vec![thumbprint];
        })
        .await;
    assert_eq!(given(DIRECTORY, &set).await, (false, None));
}

#[tokio::test]
async fn beyond_its_quota_nobody_makes_us_fetch_or_ask() {
    let world = world(|c| {
        c.dynamic_registration_quota = 1;
        c.dcr_ssa_validation_configs = vec![StatementIssuer {
            issuers: vec![DIRECTORY.to_owned()],
            jwks_uri: KEYS.to_owned(),
            ..StatementIssuer::default()
        }];
    })
    .await;
    world.register(&web_metadata()).await.unwrap();
    world.engine.always("yes", true);
    let kind = "client_registration";
    world.save_script_of(kind, "yes", 1, "yes").await.unwrap();
    let claims = json!({ "iss": DIRECTORY, "iat": START.seconds() });
    let text = statement(keys::client_key(), &claims);
    for metadata in [web_metadata(), with(&text)] {
        let refused = world.register(&metadata).await;
        assert_eq!(refused_with(refused), Code::AccessDenied);
    }
    assert!(world.remote.fetched().is_empty());
    assert!(world.engine.contexts().is_empty());
}

/// A world where equal registrations are one client, and metadata without a secret.
async fn shared() -> (World, Value) {
    let world = world(|c| c.dynamic_registration_deduplicate = true).await;
    let public = json!({ "token_endpoint_auth_method": "none" });
    (world, and(&web_metadata(), &public))
}

#[tokio::test]
async fn scripts_are_asked_about_an_equal_registration_too() {
    let (world, public) = shared().await;
    let first = world.register(&public).await.unwrap();
    let kind = "client_registration";
    world.engine.always("no", false);
    world.save_script_of(kind, "judge", 1, "no").await.unwrap();
    let refused = world.register(&public).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
    world.engine.always("yes", true);
    world.save_script_of(kind, "judge", 1, "yes").await.unwrap();
    let clients = world.count(Kind::Client).await;
    let second = world.register(&public).await.unwrap();
    assert_eq!(member(&first, "client_id"), member(&second, "client_id"));
    assert_eq!(world.count(Kind::Client).await, clients);
    let address = "register:address:192.0.2.1";
    let counted = world.store.find_throttle(address).await.unwrap().unwrap();
    assert_eq!(counted.failures, 1, "one client, counted once");
}

#[tokio::test]
async fn a_client_that_an_operator_changed_is_nobodys_twin() {
    let (world, public) = shared().await;
    let first = world.register(&public).await.unwrap();
    let id = durward_model::ClientId::new(member(&first, "client_id"));
    let before = world.store.find_client(&id).await.unwrap().unwrap();
    let more = json!({ "redirect_uris": [NEW_URI, "https://private.example/cb"] });
    let changed = and(&public, &more);
    let members: &Map<String, Value> = changed.as_object().unwrap();
    let changed = changed_client(&world.provider, &before, members, None).unwrap();
    let change = Change::replace(&before, &changed.client);
    world.store.apply(vec![change]).await.unwrap();
    let second = world.register(&public).await.unwrap();
    assert_ne!(member(&first, "client_id"), member(&second, "client_id"));
    assert_eq!(second.members["redirect_uris"], json!([NEW_URI]));
}

/// Nobody brings back, or sweeps away, what an operator switched off.
#[tokio::test]
async fn a_disabled_client_stays_and_is_nobodys_twin() {
    let (world, public) = shared().await;
    let first = world.register(&public).await.unwrap();
    let id = member(&first, "client_id");
    world
        .change_client(&id, |client| client.disabled = true)
        .await;
    let second = world.register(&public).await.unwrap();
    assert_ne!(id, member(&second, "client_id"));
    assert!(world.stored_client(&first).await.disabled);
}

#[tokio::test]
async fn a_secret_has_an_end_of_its_own() {
    let world = world(|c| c.dynamic_registration_secret_lifetime = 600).await;
    let by_key = json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": { "keys": [keys::client_key().public_jwk()] },
    });
    let end = async |registered: &Registered| {
        let client = world.stored_client(registered).await;
        client.registration.unwrap().secret_expires_at
    };
    let registered = world
        .register(&and(&web_metadata(), &by_key))
        .await
        .unwrap();
    assert_eq!(end(&registered).await, None, "there is no secret");
    let id = json!({ "client_id": member(&registered, "client_id") });
    // As it may stand in a row of earlier times.
    world
        .change_client(&member(&registered, "client_id"), |client| {
            let registration = client.registration.as_deref_mut().unwrap();
            registration.secret_expires_at = Some(START.plus_seconds(600));
        })
        .await;
    world.clock.advance_seconds(1_000);
    let by_secret = and(&and(&web_metadata(), &by_key), &id);
    let basic = json!({ "token_endpoint_auth_method": "client_secret_basic" });
    let by_secret = and(&by_secret, &basic);
    let owner = From::owner(&registered);
    let updated = world.update_client(&owner, &by_secret).await.unwrap();
    let fresh = world.provider.now().plus_seconds(600);
    assert_eq!(end(&updated).await, Some(fresh));
    assert_eq!(
        updated.members["client_secret_expires_at"],
        json!(fresh.seconds())
    );
    // It is the same secret, and ends when it was to end.
    world.clock.advance_seconds(10);
    let owner = From::owner(&updated);
    let kept = world.update_client(&owner, &by_secret).await.unwrap();
    assert!(!kept.members.contains_key("client_secret"));
    assert_eq!(end(&kept).await, Some(fresh));

    // An operator's new secret has a new end; without one there is none.
    let client_id = durward_model::ClientId::new(member(&kept, "client_id"));
    let before = world.store.find_client(&client_id).await.unwrap().unwrap();
    let changed = |members: &Value, secret: Option<&str>| {
        let members = members.as_object().unwrap();
        let secret = secret.map(str::to_owned);
        let changed = changed_client(&world.provider, &before, members, secret).unwrap();
        changed.client.registration.unwrap().secret_expires_at
    };
    let basic = and(&web_metadata(), &basic);
    let given = changed(&basic, Some("a secret of the operator's"));
    assert_eq!(given, Some(world.provider.now().plus_seconds(600)));
    assert_eq!(changed(&basic, None), Some(fresh), "the old one stays");
    assert_eq!(changed(&and(&web_metadata(), &by_key), None), None);
}
