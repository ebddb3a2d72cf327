//! Registration and its management: RFC 7591, RFC 7592, OpenID Registration 1.0.

use durward_jose::Algorithm;
use durward_model::{
    client::AuthMethod,
    configuration::RegistrationMode,
    registration::{Origin, TokenPolicy},
};
use durward_protocol::{Code, client_registration::access::TokenGrant};
use durward_store::Kind;
use durward_testkit::{
    World,
    flow::refusal,
    keys,
    registration::{From, NEW_URI, and, member, refused_with, web_metadata},
};
use serde_json::{Value, json};

async fn open() -> World {
    World::configured(|c| c.dynamic_registration_mode = RegistrationMode::Open).await
}

#[tokio::test]
async fn everything_registered_is_told() {
    let world = open().await;
    let metadata = json!({
        "client_name": "New", "client_name#fr": "Nouveau", "redirect_uris": [NEW_URI],
        "scope": "openid email", "software_id": "s-1", "contacts": ["a@new.example"],
        "initiate_login_uri": "https://new.example/login", "unknown_member": 7,
    });
    let told = world.register(&metadata).await.unwrap().members;
    for (name, value) in [
        ("client_name", json!("New")),
        ("client_name#fr", json!("Nouveau")),
        ("redirect_uris", json!([NEW_URI])),
        ("scope", json!("openid email")),
        ("software_id", json!("s-1")),
        ("contacts", json!(["a@new.example"])),
        ("initiate_login_uri", json!("https://new.example/login")),
        ("grant_types", json!(["authorization_code"])),
        ("response_types", json!(["code"])),
        ("application_type", json!("web")),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("id_token_signed_response_alg", json!("RS256")),
        ("client_secret_expires_at", json!(0)),
    ] {
        assert_eq!(told.get(name), Some(&value), "{name}");
    }
    assert!(!told.contains_key("unknown_member"));
    for name in [
        "client_id",
        "client_secret",
        "client_id_issued_at",
        "registration_access_token",
        "registration_client_uri",
    ] {
        assert!(told.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn no_secret_is_stored() {
    let world = open().await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let row = world.store.fetch_all(Kind::Client).await.unwrap();
    let rows: String = row.iter().map(|row| row.body.clone()).collect();
    for name in ["client_secret", "registration_access_token"] {
        assert!(!rows.contains(&member(&registered, name)), "{name}");
    }
}

#[tokio::test]
async fn modes_decide_who_registers() {
    let world = World::new().await;
    assert_eq!(
        refused_with(world.register(&web_metadata()).await),
        Code::InvalidToken
    );
    for (mode, code) in [
        (RegistrationMode::Off, Code::AccessDenied),
        (RegistrationMode::Mtls, Code::AccessDenied),
    ] {
        world
            .reconfigure(|c| c.dynamic_registration_mode = mode)
            .await;
        assert_eq!(refused_with(world.register(&web_metadata()).await), code);
    }
    world
        .reconfigure(|c| c.dynamic_registration_mode = RegistrationMode::Open)
        .await;
    assert!(world.register(&web_metadata()).await.is_ok());
    // A token that is not valid is not the same as none.
    let from = From {
        bearer: Some("made up".to_owned()),
        ..From::default()
    };
    let refused = world.register_from(&from, &web_metadata()).await;
    assert_eq!(refused_with(refused), Code::InvalidToken);
}

#[tokio::test]
async fn an_initial_access_token_has_a_budget_an_end_and_a_policy() {
    let world = World::new().await;
    let token = world
        .initial_access_token(TokenGrant {
            uses: 2,
            lifetime_seconds: 60,
            owner: Some("alice".to_owned()),
            policy: TokenPolicy {
                scope: Some("openid accounts".to_owned().into()),
                grant_types: Some(vec!["client_credentials".to_owned()]),
                client_lifetime: Some(600),
                ..TokenPolicy::default()
            },
        })
        .await;
    let from = From {
        bearer: Some(token),
        ..From::default()
    };
    let metadata = json!({
        "grant_types": ["client_credentials", "authorization_code"], "scope": "accounts payments",
    });
    let registered = world.register_from(&from, &metadata).await.unwrap();
    assert_eq!(
        registered.members["grant_types"],
        json!(["client_credentials"])
    );
    assert_eq!(registered.members["response_types"], json!([]));
    assert_eq!(registered.members["scope"], "accounts");
    let stored = world.stored_client(&registered).await;
    let registration = stored.registration.clone().unwrap();
    assert_eq!(registration.owner.as_deref(), Some("alice"));
    assert_eq!(
        registration.expires_at,
        Some(world.provider.now().plus_seconds(600))
    );
    world.register_from(&from, &metadata).await.unwrap();
    let third = world.register_from(&from, &metadata).await;
    assert_eq!(refused_with(third), Code::InvalidToken);

    let token = world
        .initial_access_token(TokenGrant {
            uses: 9,
            lifetime_seconds: 60,
            ..TokenGrant::default()
        })
        .await;
    world.clock.advance_seconds(60);
    let from = From {
        bearer: Some(token),
        ..From::default()
    };
    let late = world.register_from(&from, &web_metadata()).await;
    assert_eq!(refused_with(late), Code::InvalidToken);
}

#[tokio::test]
async fn metadata_that_no_rule_allows_is_refused() {
    let world = open().await;
    let key = keys::client_key().public_jwk();
    let long = "x".repeat(3_000);
    for (code, more) in [
        (Code::InvalidRedirectUri, json!({ "redirect_uris": [] })),
        (
            Code::InvalidRedirectUri,
            json!({ "redirect_uris": ["javascript:alert(1)"] }),
        ),
        (
            Code::InvalidRedirectUri,
            json!({ "redirect_uris": ["http://new.example/cb"] }),
        ),
        (
            Code::InvalidRedirectUri,
            json!({ "redirect_uris": ["https://new.example/cb#x"] }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "redirect_uris": "https://new.example/cb" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "jwks": { "keys": [key] }, "jwks_uri": "https://new.example/jwks" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "jwks_uri": "http://new.example/jwks" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "id_token_signed_response_alg": "none" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "userinfo_signed_response_alg": "RS256" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "token_endpoint_auth_method": "private_key_jwt" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "grant_types": ["password"] }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "response_types": ["token"] }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "response_types": ["code"], "grant_types": ["refresh_token"] }),
        ),
        (Code::InvalidClientMetadata, json!({ "scope": ["openid"] })),
        (Code::InvalidClientMetadata, json!({ "client_name": long })),
        (
            Code::InvalidClientMetadata,
            json!({ "client_name": "a\u{202e}b" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "client_name#not a language": "x" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "logo_uri": "javascript:alert(1)" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "initiate_login_uri": "http://new.example/" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "frontchannel_logout_uri": "https://other.example/" }),
        ),
        (Code::InvalidClientMetadata, json!({ "lifetime": -1 })),
        (
            Code::InvalidSoftwareStatement,
            json!({ "software_statement": "x" }),
        ),
        (
            Code::InvalidClientMetadata,
            json!({ "software_statement": 7 }),
        ),
    ] {
        let metadata = and(&web_metadata(), &more);
        assert_eq!(
            refused_with(world.register(&metadata).await),
            code,
            "{more}"
        );
    }
    assert!(world.count(Kind::Client).await == 6, "nothing was stored");
}

#[tokio::test]
async fn native_applications_have_schemes_of_their_own_and_loopback() {
    let world = open().await;
    for uri in ["com.new.app:/cb", "http://127.0.0.1/cb"] {
        let metadata = json!({
            "application_type": "native", "redirect_uris": [uri], "token_endpoint_auth_method": "none",
        });
        let told = world.register(&metadata).await.unwrap().members;
        assert!(!told.contains_key("client_secret"), "{uri}");
    }
}

#[tokio::test]
async fn the_sector_identifier_lists_every_redirect_uri() {
    let world = open().await;
    let address = "https://new.example/sector.json";
    let metadata = and(
        &web_metadata(),
        &json!({ "sector_identifier_uri": address }),
    );
    assert_eq!(
        refused_with(world.register(&metadata).await),
        Code::InvalidClientMetadata
    );
    world.clock.advance_seconds(60);
    world
        .remote
        .publish(address, json!(["https://new.example/other"]).to_string());
    assert_eq!(
        refused_with(world.register(&metadata).await),
        Code::InvalidClientMetadata
    );
    world.clock.advance_seconds(60);
    world
        .remote
        .publish(address, json!([NEW_URI, "x"]).to_string());
    let told = world.register(&metadata).await.unwrap();
    assert_eq!(member(&told, "sector_identifier_uri"), address);
}

#[tokio::test]
async fn negotiation_goes_downwards_and_says_so() {
    let world = open().await;
    let metadata = and(
        &web_metadata(),
        &json!({
            "scope": "openid admin", "grant_types": ["authorization_code", "client_credentials"],
            "response_types": ["code", "code id_token"], "access_token_lifetime": 99_999_999,
        }),
    );
    let registered = world.register(&metadata).await.unwrap();
    assert_eq!(registered.members["scope"], "openid");
    assert_eq!(
        registered.members["grant_types"],
        json!(["authorization_code"])
    );
    assert_eq!(registered.members["response_types"], json!(["code"]));
    assert_eq!(registered.members["access_token_lifetime"], 300);
    let stored = world.stored_client(&registered).await;
    let provenance = stored.registration.unwrap().provenance;
    assert_eq!(provenance["scope"], Origin::Policy);
    assert_eq!(provenance["client_name"], Origin::Request);
    assert_eq!(provenance["subject_type"], Origin::Default);
}

#[tokio::test]
async fn a_registration_is_read_replaced_and_deleted_by_its_token_only() {
    let world = open().await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let from = From::owner(&registered);
    let read = world.read_client(&from).await.unwrap();
    assert_eq!(read.members["client_name"], "New");
    assert_eq!(
        member(&read, "registration_access_token"),
        from.bearer.clone().unwrap()
    );
    assert!(
        !read.members.contains_key("client_secret"),
        "only its hash is known"
    );

    let changed = json!({
        "client_id": member(&registered, "client_id"), "redirect_uris": [NEW_URI], "scope": "openid",
    });
    let updated = world.update_client(&from, &changed).await.unwrap();
    assert!(
        !updated.members.contains_key("client_name"),
        "a full replacement"
    );
    assert_eq!(updated.members["scope"], "openid");
    assert_eq!(
        updated.members["client_id_issued_at"],
        registered.members["client_id_issued_at"]
    );
    // The old token is dead, the new one lives.
    assert_eq!(
        refused_with(world.read_client(&from).await),
        Code::InvalidToken
    );
    let from = From::owner(&updated);
    world.delete_client(&from).await.unwrap();
    assert_eq!(
        refused_with(world.read_client(&from).await),
        Code::InvalidToken
    );
    assert_eq!(
        refused_with(world.delete_client(&from).await),
        Code::InvalidToken
    );
}

#[tokio::test]
async fn an_update_cannot_hold_what_only_the_server_says() {
    let world = open().await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let id = member(&registered, "client_id");
    let secret = member(&registered, "client_secret");
    let good = and(&web_metadata(), &json!({ "client_id": id }));
    for more in [
        json!({ "registration_access_token": "x" }),
        json!({ "registration_client_uri": "https://x.example" }),
        json!({ "client_secret_expires_at": 0 }),
        json!({ "client_id_issued_at": 0 }),
        json!({ "client_secret": "chosen by the client itself" }),
        json!({ "client_id": Value::Null }),
    ] {
        let refused = world
            .update_client(&From::owner(&registered), &and(&good, &more))
            .await;
        assert_eq!(refused_with(refused), Code::InvalidClientMetadata, "{more}");
    }
    let same = and(&good, &json!({ "client_secret": secret }));
    world
        .update_client(&From::owner(&registered), &same)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_client_that_needs_a_secret_no_more_loses_it() {
    let world = open().await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let id = member(&registered, "client_id");
    let public = and(
        &web_metadata(),
        &json!({ "client_id": id, "token_endpoint_auth_method": "none" }),
    );
    let updated = world
        .update_client(&From::owner(&registered), &public)
        .await
        .unwrap();
    let stored = world.stored_client(&updated).await;
    assert_eq!(stored.metadata.token_endpoint_auth_method, AuthMethod::None);
    assert!(stored.client_secret_hash.is_none());
    let back = and(&web_metadata(), &json!({ "client_id": id }));
    let updated = world
        .update_client(&From::owner(&updated), &back)
        .await
        .unwrap();
    assert!(updated.members.contains_key("client_secret"), "a new one");
}

#[tokio::test]
async fn a_dynamic_client_ends() {
    let world = World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dynamic_registration_expiration_time = 600;
        c.dynamic_registration_secret_lifetime = 300;
    })
    .await;
    let shorter = and(&web_metadata(), &json!({ "lifetime": 60 }));
    let longer = and(&web_metadata(), &json!({ "lifetime": 6_000 }));
    let short = world.register(&shorter).await.unwrap();
    let long = world.register(&longer).await.unwrap();
    let now = world.provider.now();
    assert_eq!(
        long.members["client_secret_expires_at"],
        now.plus_seconds(300).seconds()
    );
    world.clock.advance_seconds(60);
    assert_eq!(
        refused_with(world.read_client(&From::owner(&short)).await),
        Code::InvalidToken
    );
    assert!(world.read_client(&From::owner(&long)).await.is_ok());
    world.clock.advance_seconds(540);
    assert_eq!(
        refused_with(world.read_client(&From::owner(&long)).await),
        Code::InvalidToken
    );
    let swept = world
        .store
        .sweep(world.provider.now().ms() + 1)
        .await
        .unwrap();
    assert!(swept >= 2);
}

#[tokio::test]
async fn equal_registrations_without_a_secret_are_one_client() {
    let world = World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dynamic_registration_deduplicate = true;
        c.dynamic_registration_expiration_time = 600;
    })
    .await;
    let public = and(
        &web_metadata(),
        &json!({ "token_endpoint_auth_method": "none" }),
    );
    let first = world.register(&public).await.unwrap();
    let second = world.register(&public).await.unwrap();
    assert_eq!(member(&first, "client_id"), member(&second, "client_id"));
    assert!(
        !second.members.contains_key("registration_access_token"),
        "the second is not told how to change the first"
    );
    let other = and(&public, &json!({ "client_name": "Else" }));
    let other = world.register(&other).await.unwrap();
    assert_ne!(member(&first, "client_id"), member(&other, "client_id"));
    let secret = world.register(&web_metadata()).await.unwrap();
    let again = world.register(&web_metadata()).await.unwrap();
    assert_ne!(member(&secret, "client_id"), member(&again, "client_id"));
    // One that has ended but is not swept yet is not in the way.
    world.clock.advance_seconds(600);
    let third = world.register(&public).await.unwrap();
    assert_ne!(member(&first, "client_id"), member(&third, "client_id"));
}

#[tokio::test]
async fn a_client_of_the_same_id_inherits_nothing() {
    use durward_testkit::clients::WEB;
    let world = World::new().await;
    let tokens = world.web_tokens().await;
    assert!(world.is_active(&tokens.access_token).await);
    world.clock.advance_seconds(2);
    let now = world.provider.now();
    world
        .change_client(WEB, |client| client.issued_at = now)
        .await;
    assert!(!world.is_active(&tokens.access_token).await);
    let refresh_token = tokens.refresh_token.unwrap();
    assert_eq!(
        refusal(world.refresh(&refresh_token).await),
        Code::InvalidGrant
    );
}

#[tokio::test]
async fn keys_of_every_supported_kind_register() {
    let world = open().await;
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA] {
        let key = durward_jose::SigningKey::generate(algorithm).unwrap();
        let metadata = and(
            &web_metadata(),
            &json!({
                "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [key.public_jwk()] },
                "token_endpoint_auth_signing_alg": algorithm.name(),
            }),
        );
        assert!(world.register(&metadata).await.is_ok(), "{algorithm}");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_a_trusted_client_and_some_consents_are_not_kept() {
    use durward_model::Registration;
    use durward_protocol::authorize::Step;
    use durward_testkit::{
        clients::{OTHER, WEB},
        flow::{browser, web_request},
    };
    let world = World::new().await;
    let remembered = |trusted, persist_authorizations| {
        Some(Box::new(Registration {
            trusted,
            persist_authorizations,
            ..Registration::default()
        }))
    };
    // Alice is logged in by another application; this one is new to her.
    let mut alice = browser();
    let other = durward_testkit::with(
        &web_request(),
        &[
            ("client_id", OTHER),
            ("redirect_uri", durward_testkit::clients::OTHER_URI),
        ],
    );
    world.walk(&mut alice, &other).await.unwrap();
    let turn = world.authorize(&mut alice, &web_request()).await.unwrap();
    assert!(matches!(turn.step, Step::Consent(_)), "an ordinary client");

    world
        .change_client(WEB, |client| client.registration = remembered(true, true))
        .await;
    let turn = world.authorize(&mut alice, &web_request()).await.unwrap();
    assert!(matches!(turn.step, Step::Answer(_)), "a trusted one");

    world
        .change_client(WEB, |client| client.registration = remembered(false, false))
        .await;
    world.walk(&mut alice, &web_request()).await.unwrap();
    let turn = world.authorize(&mut alice, &web_request()).await.unwrap();
    assert!(matches!(turn.step, Step::Consent(_)), "asked every time");
}
