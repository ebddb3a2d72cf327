//! Client metadata on requests, keys and answers: what can be registered.

use durward_jose::jwe::{DecryptionKey, KeyFamily};
use durward_model::client::ClientMetadata;
use durward_protocol::{Code, client_registration::check};
use durward_testkit::{World, clients::WEB_URI, keys::client_key};
use serde_json::{Value, json};

fn metadata(others: &Value) -> ClientMetadata {
    let mut all = json!({ "redirect_uris": [WEB_URI], "scope": "openid" });
    for (name, value) in others.as_object().unwrap() {
        all[name] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

#[tokio::test]
async fn what_makes_sense_is_registered_and_the_rest_is_refused() {
    let world = World::new().await;
    let live = world.provider.live();
    let jwks = json!({ "keys": [client_key().public_jwk()] });
    let for_us = DecryptionKey::generate(KeyFamily::P256).unwrap();
    let with_enc = json!({ "keys": [for_us.public().to_object()] });
    let hash = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for good in [
        json!({ "jwks_uri": "https://web.example/jwks", "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "jwks": jwks, "request_object_signing_alg": "PS256", "require_signed_request_object": true }),
        json!({ "request_object_encryption_alg": "ECDH-ES+A256KW", "request_object_encryption_enc": "A256GCM" }),
        json!({ "request_uris": ["https://web.example/a", format!("https://web.example/b#{hash}")] }),
        json!({ "require_pushed_authorization_requests": true, "par_lifetime": 600 }),
        json!({ "require_par": true }),
        json!({ "resources": ["https://rs.example/"], "resource_identifiers": ["urn:rs"] }),
        json!({ "introspection_signed_response_alg": "EdDSA" }),
        json!({ "jwks": with_enc, "introspection_encrypted_response_alg": "ECDH-ES" }),
        json!({ "jwks_uri": "https://web.example/jwks", "introspection_encrypted_response_alg": "RSA-OAEP-256" }),
    ] {
        assert!(
            check(&metadata(&good), &live.configuration).is_ok(),
            "{good}"
        );
    }
    assert!(metadata(&json!({ "require_par": true })).require_pushed_authorization_requests);
    for bad in [
        json!({ "jwks": jwks, "jwks_uri": "https://web.example/jwks" }),
        json!({ "jwks_uri": "http://web.example/jwks" }),
        json!({ "jwks_uri": "file:///etc/passwd" }),
        json!({ "jwks_uri": "https://a@web.example/" }),
        json!({ "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "jwks": jwks, "request_object_signing_alg": "none" }),
        json!({ "jwks": jwks, "request_object_signing_alg": "HS256" }),
        json!({ "request_object_signing_alg": "ES256" }),
        json!({ "require_signed_request_object": true }),
        json!({ "backchannel_authentication_request_signing_alg": "ES256" }),
        json!({ "request_object_encryption_alg": "RSA1_5" }),
        json!({ "request_object_encryption_enc": "A256GCM" }),
        json!({ "request_object_encryption_alg": "ECDH-ES", "request_object_encryption_enc": "A128CBC+HS256" }),
        json!({ "request_uris": ["http://web.example/a"] }),
        json!({ "request_uris": ["https://web.example/a#not-a-hash"] }),
        json!({ "request_uris": [format!("https://web.example/{}", "x".repeat(512))] }),
        json!({ "par_lifetime": 0 }),
        json!({ "par_lifetime": 601 }),
        json!({ "resources": ["rs"] }),
        json!({ "resource_identifiers": ["https://rs.example/#x"] }),
        json!({ "introspection_signed_response_alg": "HS256" }),
        json!({ "introspection_encrypted_response_alg": "ECDH-ES" }),
        json!({ "jwks": jwks, "introspection_encrypted_response_alg": "RSA-OAEP-256" }),
        json!({ "jwks": with_enc, "introspection_encrypted_response_enc": "A256GCM" }),
    ] {
        let refused = check(&metadata(&bad), &live.configuration);
        let code = refused.expect_err(&bad.to_string()).refusal().unwrap().code;
        assert_eq!(code, Code::InvalidClientMetadata, "{bad}");
    }
}
