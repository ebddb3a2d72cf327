//! Server metadata (OpenID Connect Discovery 1.0, RFC 8414), generated from what is enabled.

use serde_json::{Map, Value, json};

use crate::{
    Provider, authorization_details, keyring::ALGORITHMS, mutual_tls::MutualTls, provider::Live,
    token::GRANTS,
};
use durward_jose::{
    Algorithm,
    jwe::{ContentEncryption, KeyManagement},
};
use durward_model::{
    Configuration, Timestamp, client::grant_type, configuration::RegistrationMode,
};

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

    let with_certificates =
        |others: &[&'static str]| [others, provider.mutual_tls.methods()].concat();
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
            json!(with_certificates(CONFIDENTIAL_METHODS)),
        );
    }
    if configuration.has_feature("revoke_token") {
        set("revocation_endpoint", endpoint("/revoke"));
        set(
            "revocation_endpoint_auth_methods_supported",
            json!(with_certificates(AUTH_METHODS)),
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
    set(
        "token_endpoint_auth_methods_supported",
        json!(with_certificates(AUTH_METHODS)),
    );
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
    set(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    let asking = requests(&live, provider.now());
    for (name, value) in asking.into_iter().chain(registration(configuration)) {
        set(name, value);
    }
    for (name, value) in logout(configuration).into_iter().chain(details(provider)) {
        set(name, value);
    }
    if ciba {
        for (name, value) in backchannel(configuration) {
            set(name, value);
        }
    }
    document.extend(certificates(&provider.mutual_tls, &document));
    Value::Object(document)
}

/// Members of RFC 8705, sections 3.3 and 5: endpoints that take certificates, where
/// browsers are not bothered for them.
fn certificates(mutual_tls: &MutualTls, document: &Map<String, Value>) -> Map<String, Value> {
    let mut members = Map::new();
    if !mutual_tls.is_on {
        return members;
    }
    members.insert(
        "tls_client_certificate_bound_access_tokens".to_owned(),
        json!(true),
    );
    let Some(origin) = &mutual_tls.origin else {
        return members;
    };
    let issuer = document.get("issuer").and_then(Value::as_str);
    let elsewhere = |name: &&str| {
        let path = document.get(*name)?.as_str()?.strip_prefix(issuer?)?;
        Some(((*name).to_owned(), json!(format!("{origin}{path}"))))
    };
    let aliases: Map<String, Value> = ALIASED.iter().filter_map(elsewhere).collect();
    members.insert("mtls_endpoint_aliases".to_owned(), Value::Object(aliases));
    members
}

/// Endpoints for programs, who may have certificates.
const ALIASED: [&str; 8] = [
    "token_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "pushed_authorization_request_endpoint",
    "backchannel_authentication_endpoint",
    "registration_endpoint",
    "ssa_endpoint",
];

/// Members of CIBA Core, section 4.
fn backchannel(configuration: &Configuration) -> Vec<(&'static str, Value)> {
    vec![
        (
            "backchannel_authentication_endpoint",
            json!(configuration.endpoint("/bc-authorize")),
        ),
        (
            "backchannel_token_delivery_modes_supported",
            json!(configuration.backchannel_token_delivery_modes_supported),
        ),
        (
            "backchannel_user_code_parameter_supported",
            json!(configuration.backchannel_user_code_parameter_supported),
        ),
    ]
}

/// Members on how requests come, and how resource servers are answered: RFC 9101, RFC
/// 9126 section 5, RFC 9701 section 7, RFC 9728 section 4.
fn requests(live: &Live, now: Timestamp) -> Vec<(&'static str, Value)> {
    let configuration = &live.configuration;
    let signing: Vec<&str> = Algorithm::ASYMMETRIC.iter().map(|a| a.name()).collect();
    let ours: Vec<&str> = ALGORITHMS.iter().map(|a| a.name()).collect();
    let enc: Vec<&str> = ContentEncryption::ALL.iter().map(|e| e.name()).collect();
    let alg: Vec<&str> = KeyManagement::ALL.iter().map(|a| a.name()).collect();
    let mut members = vec![
        (
            "request_parameter_supported",
            json!(configuration.request_parameter_supported),
        ),
        (
            "request_uri_parameter_supported",
            json!(configuration.request_uri_parameter_supported),
        ),
        ("require_request_uri_registration", json!(true)),
        (
            "require_signed_request_object",
            json!(configuration.force_signed_request_object),
        ),
        (
            "request_object_signing_alg_values_supported",
            json!(signing),
        ),
    ];
    let opened: Vec<&str> = live
        .keys
        .key_managements(now)
        .iter()
        .map(|a| a.name())
        .collect();
    if !opened.is_empty() {
        members.push((
            "request_object_encryption_alg_values_supported",
            json!(opened),
        ));
        members.push(("request_object_encryption_enc_values_supported", json!(enc)));
    }
    if configuration.has_feature("par") {
        let endpoint = configuration.endpoint("/par");
        members.push(("pushed_authorization_request_endpoint", json!(endpoint)));
        members.push((
            "require_pushed_authorization_requests",
            json!(configuration.require_par),
        ));
    }
    if configuration.has_feature("ciba") {
        members.push((
            "backchannel_authentication_request_signing_alg_values_supported",
            json!(signing),
        ));
    }
    if configuration.has_feature("introspection") {
        members.push(("introspection_signing_alg_values_supported", json!(ours)));
        members.push(("introspection_encryption_alg_values_supported", json!(alg)));
        members.push(("introspection_encryption_enc_values_supported", json!(enc)));
    }
    if !configuration.resources_supported.is_empty() {
        members.push((
            "protected_resources",
            json!(configuration.resources_supported),
        ));
    }
    members
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

/// Types of `authorization_details` (RFC 9396, section 10), where there are any.
fn details(provider: &Provider) -> Option<(&'static str, Value)> {
    let types = authorization_details::supported_types(provider);
    (!types.is_empty()).then(|| ("authorization_details_types_supported", json!(types)))
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
