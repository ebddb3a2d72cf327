//! Server metadata (OpenID Connect Discovery 1.0, RFC 8414), generated from what is enabled.

use serde_json::{Map, Value, json};

use crate::{Provider, keyring::ALGORITHMS, token::GRANTS};
use durward_jose::Algorithm;
use durward_model::{Configuration, client::grant_type, configuration::RegistrationMode};

/// The metadata document; both well-known paths serve it.
pub fn answer(provider: &Provider) -> Value {
    let live = provider.live();
    let configuration = &live.configuration;
    let endpoint = |path: &str| json!(configuration.endpoint(path));
    let signing: Vec<&str> = ALGORITHMS
        .iter()
        .map(|algorithm| algorithm.name())
        .collect();
    let assertions: Vec<&str> = Algorithm::ASYMMETRIC.iter().map(|a| a.name()).collect();
    let ciba = configuration.has_feature("ciba");
    let grants: Vec<&str> = GRANTS
        .iter()
        .copied()
        .filter(|grant| ciba || *grant != grant_type::CIBA)
        .collect();
    let challenge_methods: &[&str] = if configuration.allow_plain_pkce {
        &["S256", "plain"]
    } else {
        &["S256"]
    };

    let mut document = Map::new();
    let mut set = |name: &str, value: Value| {
        document.insert(name.to_owned(), value);
    };
    set("issuer", json!(configuration.issuer));
    set("authorization_endpoint", endpoint("/authorize"));
    set("token_endpoint", endpoint("/token"));
    set("jwks_uri", endpoint("/jwks"));
    if configuration.has_feature("userinfo") {
        set("userinfo_endpoint", endpoint("/userinfo"));
    }
    if configuration.has_feature("introspection") {
        set("introspection_endpoint", endpoint("/introspection"));
        set(
            "introspection_endpoint_auth_methods_supported",
            json!(CONFIDENTIAL_METHODS),
        );
    }
    if configuration.has_feature("revoke_token") {
        set("revocation_endpoint", endpoint("/revoke"));
        set(
            "revocation_endpoint_auth_methods_supported",
            json!(AUTH_METHODS),
        );
    }
    set("scopes_supported", json!(configuration.scopes_supported));
    set("response_types_supported", json!(["code"]));
    set(
        "response_modes_supported",
        json!(["query", "fragment", "form_post"]),
    );
    set("grant_types_supported", json!(grants));
    set("subject_types_supported", json!(["public"]));
    set(
        "acr_values_supported",
        json!(configuration.acr_values_supported),
    );
    set("id_token_signing_alg_values_supported", json!(signing));
    set("access_token_signing_alg_values_supported", json!(signing));
    set("token_endpoint_auth_methods_supported", json!(AUTH_METHODS));
    set(
        "token_endpoint_auth_signing_alg_values_supported",
        json!(assertions),
    );
    set("code_challenge_methods_supported", json!(challenge_methods));
    set(
        "prompt_values_supported",
        json!(["none", "login", "consent", "select_account"]),
    );
    set("claim_types_supported", json!(["normal"]));
    set("claims_parameter_supported", json!(false));
    set("request_parameter_supported", json!(false));
    set("request_uri_parameter_supported", json!(false));
    set(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    for (name, value) in registration(configuration) {
        set(name, value);
    }
    for (name, value) in logout(configuration) {
        set(name, value);
    }
    if ciba {
        set(
            "backchannel_authentication_endpoint",
            endpoint("/bc-authorize"),
        );
        set(
            "backchannel_token_delivery_modes_supported",
            json!(configuration.backchannel_token_delivery_modes_supported),
        );
        set(
            "backchannel_user_code_parameter_supported",
            json!(configuration.backchannel_user_code_parameter_supported),
        );
    }
    Value::Object(document)
}

/// Members on clients that register, and on statements about them.
fn registration(configuration: &Configuration) -> Vec<(&'static str, Value)> {
    let mut members = Vec::new();
    let mode = configuration.dynamic_registration_mode;
    if configuration.has_feature("registration") && mode != RegistrationMode::Off {
        let endpoint = configuration.endpoint("/register");
        members.push(("registration_endpoint", json!(endpoint)));
    }
    if configuration.has_feature("ssa") {
        members.push(("ssa_endpoint", json!(configuration.endpoint("/ssa"))));
    }
    members
}

/// Members on sessions and their end.
fn logout(configuration: &Configuration) -> Vec<(&'static str, Value)> {
    let mut members = Vec::new();
    if configuration.has_feature("session_management") {
        let frame = configuration.endpoint("/check_session");
        members.push(("check_session_iframe", json!(frame)));
    }
    if configuration.has_feature("end_session") {
        let endpoint = configuration.endpoint("/end_session");
        members.push(("end_session_endpoint", json!(endpoint)));
        members.extend(LOGOUT_FEATURES.map(|name| (name, json!(true))));
    }
    members
}

/// Front-Channel Logout 1.0 section 3, Back-Channel Logout 1.0 section 2.
const LOGOUT_FEATURES: [&str; 4] = [
    "frontchannel_logout_supported",
    "frontchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
];

const AUTH_METHODS: &[&str] = &[
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "none",
];

const CONFIDENTIAL_METHODS: &[&str] = &[
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
];
