//! Clients that register themselves: metadata on requests, resources, answers and
//! `authorization_details`.

use durward_jose::jwe::{DecryptionKey, KeyFamily};
use durward_model::{configuration::RegistrationMode, registration::Registration};
use durward_protocol::{Code, authorize::Step};
use durward_testkit::{
    World,
    clients::{SERVICE, WEB},
    details::{PAY, array, detailed},
    flow::{refusal_by_redirect, web_request, with},
    keys::client_key,
    registration::{From, and, refused_with, web_metadata},
};
use serde_json::{Value, json};

const RESOURCE: &str = "https://rs.new.example/";

async fn open() -> World {
    let world = World::with_details().await;
    world
        .reconfigure(|c| c.dynamic_registration_mode = RegistrationMode::Open)
        .await;
    world
}

fn everything() -> Value {
    let encryption = DecryptionKey::generate(KeyFamily::P256).unwrap();
    json!({
        "jwks": { "keys": [client_key().public_jwk(), encryption.public().to_object()] },
        "authorization_details_types": ["payment"],
        "resource_identifiers": [RESOURCE],
        "resources": ["https://rs.example/"],
        "require_pushed_authorization_requests": true,
        "par_lifetime": 30,
        "require_signed_request_object": true,
        "request_object_signing_alg": "PS256",
        "request_object_encryption_alg": "ECDH-ES",
        "request_object_encryption_enc": "A256GCM",
        "request_uris": ["https://new.example/request"],
        "backchannel_authentication_request_signing_alg": "ES256",
        "introspection_signed_response_alg": "ES256",
        "introspection_encrypted_response_alg": "ECDH-ES",
        "introspection_encrypted_response_enc": "A256GCM",
    })
}

#[tokio::test]
async fn metadata_on_requests_and_answers_is_told_as_registered() {
    let world = open().await;
    let asked = everything();
    let metadata = and(&web_metadata(), &asked);
    let registered = world.register(&metadata).await.unwrap();
    for (name, value) in asked.as_object().unwrap() {
        assert_eq!(registered.members.get(name), Some(value), "{name}");
    }
    let owner = From::owner(&registered);
    let read = world.read_client(&owner).await.unwrap();
    for (name, value) in asked.as_object().unwrap() {
        assert_eq!(read.members.get(name), Some(value), "{name}");
    }
    let stored = world.stored_client(&registered).await;
    assert!(stored.metadata.require_signed_request_object);
    assert_eq!(stored.metadata.resource_identifiers, [RESOURCE]);
    assert!(
        stored.metadata.more.is_empty(),
        "{:?}",
        stored.metadata.more
    );
}

#[tokio::test]
async fn metadata_on_requests_and_answers_is_checked() {
    let world = open().await;
    for bad in [
        json!({ "authorization_details_types": "payment" }),
        json!({ "resource_identifiers": ["rs"] }),
        json!({ "resource_identifiers": [""] }),
        json!({ "resource_identifiers": ["https://bank.example/#a"] }),
        json!({ "resources": ["https://rs.example/#x"] }),
        json!({ "resources": vec!["https://rs.example/"; 65] }),
        json!({ "require_pushed_authorization_requests": "yes" }),
        json!({ "require_signed_request_object": true }),
        json!({ "request_object_signing_alg": "none", "jwks_uri": "https://new.example/jwks" }),
        json!({ "request_object_encryption_enc": "A256GCM" }),
        json!({ "request_uris": ["http://new.example/request"] }),
        json!({ "introspection_signed_response_alg": "HS256" }),
        json!({ "introspection_encrypted_response_alg": "ECDH-ES" }),
    ] {
        let refused = world.register(&and(&web_metadata(), &bad)).await;
        assert!(refused.is_err(), "{bad}");
        assert_eq!(refused_with(refused), Code::InvalidClientMetadata, "{bad}");
    }
}

#[tokio::test]
async fn types_that_nobody_vets_are_left_out_and_lifetimes_get_shorter() {
    let world = open().await;
    let asked =
        json!({ "authorization_details_types": ["gold", "payment"], "par_lifetime": 99_999 });
    let told = world
        .register(&and(&web_metadata(), &asked))
        .await
        .unwrap()
        .members;
    assert_eq!(told["authorization_details_types"], json!(["payment"]));
    let usual = world.provider.live().configuration.par_lifetime;
    assert_eq!(told["par_lifetime"], json!(usual));
}

#[tokio::test]
async fn attack_35_nobody_registers_as_the_resource_server_of_somebody_else() {
    let world = open().await;
    world
        .change_client(SERVICE, |client| {
            client.metadata.resource_identifiers = vec!["https://api.bank.example/".to_owned()];
        })
        .await;
    world
        .reconfigure(|c| c.resources_supported = vec!["https://rs.example/".to_owned()])
        .await;
    let issuer = world.provider.live().configuration.issuer.clone();
    for name in ["https://api.bank.example/", "https://rs.example/", &issuer] {
        let asked = and(
            &web_metadata(),
            &json!({ "resource_identifiers": [RESOURCE, name] }),
        );
        let refused = world.register(&asked).await;
        assert_eq!(refused_with(refused), Code::InvalidClientMetadata, "{name}");
    }
    let own = and(
        &web_metadata(),
        &json!({ "resource_identifiers": [RESOURCE] }),
    );
    let registered = world.register(&own).await.unwrap();
    let owner = From::owner(&registered);
    let id = registered.members["client_id"].clone();
    let update = and(
        &own,
        &json!({ "client_id": id, "resource_identifiers": ["https://api.bank.example/"] }),
    );
    let refused = world.update_client(&owner, &update).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
}

#[tokio::test]
async fn trust_in_a_client_is_no_consent_to_a_payment() {
    let world = World::with_details().await;
    let registration = Registration {
        trusted: true,
        ..Registration::default()
    };
    world
        .change_client(WEB, |client| {
            client.registration = Some(Box::new(registration));
        })
        .await;
    let mut alice = world.alices_browser().await;
    let turn = world.authorize(&mut alice, &web_request()).await.unwrap();
    assert!(matches!(turn.step, Step::Answer(_)), "{:?}", turn.step);
    let details = array(&[PAY]);
    let asked = detailed(&details, &[]);
    let turn = world.authorize(&mut alice, &asked).await.unwrap();
    assert!(matches!(turn.step, Step::Consent(_)), "{:?}", turn.step);
    let silent = with(&asked, &[("prompt", "none")]);
    let refused = world.authorize(&mut alice, &silent).await;
    assert_eq!(refusal_by_redirect(refused), Code::ConsentRequired);
}
