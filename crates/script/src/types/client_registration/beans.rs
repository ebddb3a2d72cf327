//! The beans of `client_registration` contexts, and how their properties and the
//! members of client metadata are called by one another's names.
//!
//! Not here: what a changed property means (durward-protocol).

use serde_json::{Map, Value};

use crate::{
    beans::{HTTP_REQUEST, jans, ours},
    contract::{
        Bean,
        Kind::{Bean as Inner, Boolean, Date, Integer, Json, Service, Text, Texts},
        Property,
    },
};

/// A type of value, as properties name it.
type Kind = crate::contract::Kind;

/// The context of every method.
pub const CONTEXT: Bean = Bean {
    name: "DynamicClientRegistrationContext",
    about: "One registration, or one step of it; what a step has no use for is None.",
    properties: &[
        jans(
            "httpRequest",
            Inner(&HTTP_REQUEST),
            "The request, without credentials.",
        ),
        jans(
            "registerRequestJson",
            Json,
            "The request's JSON, where keys of a statement are asked for.",
        ),
        jans(
            "registerRequest",
            Inner(&REGISTER_REQUEST),
            "What the client asks for, statement included.",
        ),
        jans(
            "client",
            Inner(&CLIENT),
            "The client as it would be stored; setters change it.",
        ),
        jans(
            "softwareStatement",
            Service("io.jans.as.model.jwt.Jwt"),
            "The software statement, or None.",
        ),
        jans(
            "dcr",
            Service("io.jans.as.model.jwt.Jwt"),
            "The signed request itself, where its keys are asked for.",
        ),
        jans(
            "evidence",
            Service("io.jans.as.model.jwt.Jwt"),
            "The request's evidence as a JWT, or None.",
        ),
        ours(
            "certificatePem",
            Text,
            "The client certificate of the connection as PEM, or None.",
        ),
        ours("trustedIssuers", Texts, "Issuers in trustedSsaIssuers."),
        ours("scopesSupported", Texts, "Scopes that exist."),
    ],
};

/// What a client asks for.
pub const REGISTER_REQUEST: Bean = Bean {
    name: "RegisterRequest",
    about: "The request's metadata, claims of the software statement already in force.",
    properties: &[
        jans("redirectUris", Texts, "redirect_uris."),
        jans("claimsRedirectUris", Texts, "claims_redirect_uris."),
        jans("responseTypes", Texts, "response_types."),
        jans("grantTypes", Texts, "grant_types."),
        jans("applicationType", Text, "application_type."),
        jans("contacts", Texts, "contacts."),
        jans(
            "authorizationDetailsTypes",
            Texts,
            "authorization_details_types.",
        ),
        jans("clientName", Text, "client_name."),
        jans("logoUri", Text, "logo_uri."),
        jans("clientUri", Text, "client_uri."),
        jans("policyUri", Text, "policy_uri."),
        jans("tosUri", Text, "tos_uri."),
        jans("frontChannelLogoutUri", Text, "frontchannel_logout_uri."),
        jans(
            "frontChannelLogoutSessionRequired",
            Boolean,
            "frontchannel_logout_session_required.",
        ),
        jans("backchannelLogoutUri", Text, "backchannel_logout_uri."),
        jans(
            "backchannelLogoutSessionRequired",
            Boolean,
            "backchannel_logout_session_required.",
        ),
        jans("jwksUri", Text, "jwks_uri."),
        jans("jwks", Json, "jwks."),
        jans("sectorIdentifierUri", Text, "sector_identifier_uri."),
        jans(
            "tlsClientAuthSubjectDn",
            Text,
            "tls_client_auth_subject_dn.",
        ),
        jans("subjectType", Text, "subject_type."),
        jans("accessTokenAsJwt", Boolean, "access_token_as_jwt."),
        jans("accessTokenSigningAlg", Text, "access_token_signing_alg."),
        jans("requirePkce", Boolean, "require_pkce."),
        jans(
            "idTokenSignedResponseAlg",
            Text,
            "id_token_signed_response_alg.",
        ),
        jans(
            "idTokenEncryptedResponseAlg",
            Text,
            "id_token_encrypted_response_alg.",
        ),
        jans(
            "idTokenEncryptedResponseEnc",
            Text,
            "id_token_encrypted_response_enc.",
        ),
        jans(
            "userInfoSignedResponseAlg",
            Text,
            "userinfo_signed_response_alg.",
        ),
        jans(
            "requestObjectSigningAlg",
            Text,
            "request_object_signing_alg.",
        ),
        jans(
            "requestObjectEncryptionAlg",
            Text,
            "request_object_encryption_alg.",
        ),
        jans(
            "requestObjectEncryptionEnc",
            Text,
            "request_object_encryption_enc.",
        ),
        jans(
            "tokenEndpointAuthMethod",
            Text,
            "token_endpoint_auth_method.",
        ),
        jans(
            "tokenEndpointAuthSigningAlg",
            Text,
            "token_endpoint_auth_signing_alg.",
        ),
        jans("defaultMaxAge", Integer, "default_max_age, seconds."),
        jans("lifetime", Integer, "lifetime, seconds."),
        jans("defaultAcrValues", Texts, "default_acr_values."),
        jans("initiateLoginUri", Text, "initiate_login_uri."),
        jans("groups", Texts, "groups."),
        jans(
            "postLogoutRedirectUris",
            Texts,
            "post_logout_redirect_uris.",
        ),
        jans("requestUris", Texts, "request_uris."),
        jans("authorizedOrigins", Texts, "authorized_origins."),
        jans(
            "accessTokenLifetime",
            Integer,
            "access_token_lifetime, seconds.",
        ),
        jans("parLifetime", Integer, "par_lifetime, seconds."),
        jans("requirePar", Boolean, "require_par."),
        jans("softwareId", Text, "software_id."),
        jans("softwareVersion", Text, "software_version."),
        jans("softwareStatement", Text, "software_statement, verbatim."),
        jans("evidence", Text, "evidence."),
        jans(
            "backchannelTokenDeliveryMode",
            Text,
            "backchannel_token_delivery_mode.",
        ),
        jans(
            "backchannelClientNotificationEndpoint",
            Text,
            "backchannel_client_notification_endpoint.",
        ),
        jans(
            "backchannelAuthenticationRequestSigningAlg",
            Text,
            "backchannel_authentication_request_signing_alg.",
        ),
        jans(
            "backchannelUserCodeParameter",
            Boolean,
            "backchannel_user_code_parameter.",
        ),
        jans("additionalAudience", Texts, "additional_audience."),
        jans("scope", Texts, "scope, one element for each."),
        jans("claims", Texts, "claims."),
    ],
};

/// The client.
pub const CLIENT: Bean = Bean {
    name: "Client",
    about: "The client as it would be stored.",
    properties: &[
        set(
            "dn",
            Text,
            "Name in Jans's directory: kept, it means nothing here.",
        ),
        set(
            "clientId",
            Text,
            "client_id; may be set while it is created.",
        ),
        set(
            "trustedClient",
            Boolean,
            "No consent to scopes is asked for.",
        ),
        set(
            "persistClientAuthorizations",
            Boolean,
            "Consents are remembered.",
        ),
        set("disabled", Boolean, "Refused everywhere."),
        set(
            "scopes",
            Texts,
            "Scopes as names in Jans's directory: inum=ID,ou=scopes,o=jans.",
        ),
        jans("clientIdIssuedAt", Date, "When it registered."),
        set(
            "clientSecretExpiresAt",
            Date,
            "When its secret ends; None for never.",
        ),
        set("expirationDate", Date, "When it ends; None for never."),
        set("redirectUris", Texts, "redirect_uris."),
        set("responseTypes", Texts, "response_types."),
        set("grantTypes", Texts, "grant_types."),
        set("applicationType", Text, "application_type."),
        set("contacts", Texts, "contacts."),
        set("clientName", Text, "client_name."),
        set("logoUri", Text, "logo_uri."),
        set("clientUri", Text, "client_uri."),
        set("policyUri", Text, "policy_uri."),
        set("tosUri", Text, "tos_uri."),
        set("jwksUri", Text, "jwks_uri."),
        set("jwks", Json, "jwks."),
        set("sectorIdentifierUri", Text, "sector_identifier_uri."),
        set("subjectType", Text, "subject_type."),
        set(
            "idTokenSignedResponseAlg",
            Text,
            "id_token_signed_response_alg.",
        ),
        set(
            "tokenEndpointAuthMethod",
            Text,
            "token_endpoint_auth_method.",
        ),
        set(
            "tokenEndpointAuthSigningAlg",
            Text,
            "token_endpoint_auth_signing_alg.",
        ),
        set(
            "requestObjectSigningAlg",
            Text,
            "request_object_signing_alg.",
        ),
        set("defaultMaxAge", Integer, "default_max_age, seconds."),
        set("defaultAcrValues", Texts, "default_acr_values."),
        set("initiateLoginUri", Text, "initiate_login_uri."),
        set(
            "postLogoutRedirectUris",
            Texts,
            "post_logout_redirect_uris.",
        ),
        set("frontChannelLogoutUri", Text, "frontchannel_logout_uri."),
        set(
            "frontChannelLogoutSessionRequired",
            Boolean,
            "frontchannel_logout_session_required.",
        ),
        set("requestUris", Texts, "request_uris."),
        set("claims", Texts, "claims."),
        set("authorizedOrigins", Texts, "authorized_origins."),
        set("groups", Texts, "groups."),
        set("softwareId", Text, "software_id."),
        set("softwareVersion", Text, "software_version."),
        jans(
            "softwareStatement",
            Text,
            "software_statement, verbatim; cannot be changed.",
        ),
        set("accessTokenAsJwt", Boolean, "access_token_as_jwt."),
        set("accessTokenSigningAlg", Text, "access_token_signing_alg."),
        set(
            "accessTokenLifetime",
            Integer,
            "access_token_lifetime, seconds.",
        ),
        set(
            "refreshTokenLifetime",
            Integer,
            "refresh_token_lifetime, seconds.",
        ),
        set(
            "includeClaimsInIdToken",
            Boolean,
            "Kept, it means nothing here.",
        ),
        set("rptAsJwt", Boolean, "Kept, it means nothing here."),
        set("description", Text, "Kept, for operators."),
        set("organization", Text, "Kept, for operators."),
        set(
            "backchannelTokenDeliveryMode",
            Text,
            "backchannel_token_delivery_mode.",
        ),
        set(
            "backchannelClientNotificationEndpoint",
            Text,
            "Kept, it means nothing here: clients poll.",
        ),
        set(
            "backchannelAuthenticationRequestSigningAlg",
            Text,
            "backchannel_authentication_request_signing_alg.",
        ),
        set(
            "backchannelUserCodeParameter",
            Boolean,
            "backchannel_user_code_parameter.",
        ),
        jans("attributes", Inner(&CLIENT_ATTRIBUTES), "Further settings."),
    ],
};

/// Its further settings.
pub const CLIENT_ATTRIBUTES: Bean = Bean {
    name: "ClientAttributes",
    about: "Settings that Jans keeps apart.",
    properties: &[
        set(
            "tlsClientAuthSubjectDn",
            Text,
            "tls_client_auth_subject_dn.",
        ),
        set(
            "backchannelLogoutUri",
            Texts,
            "backchannel_logout_uri; the first counts.",
        ),
        set(
            "backchannelLogoutSessionRequired",
            Boolean,
            "backchannel_logout_session_required.",
        ),
        set(
            "authorizationDetailsTypes",
            Texts,
            "authorization_details_types.",
        ),
        set("requirePkce", Boolean, "require_pkce."),
        set("requirePar", Boolean, "require_par."),
        set("parLifetime", Integer, "par_lifetime, seconds."),
        set("additionalAudience", Texts, "Kept, it means nothing here."),
        set(
            "runIntrospectionScriptBeforeJwtCreation",
            Boolean,
            "Kept, it means nothing here.",
        ),
        set(
            "introspectionScripts",
            Texts,
            "Names of scripts in Jans's directory: kept, they are not run.",
        ),
        set("updateTokenScriptDns", Texts, "As introspectionScripts."),
        set("postAuthnScripts", Texts, "As introspectionScripts."),
        set("consentGatheringScripts", Texts, "As introspectionScripts."),
        set("rptClaimsScripts", Texts, "As introspectionScripts."),
        set("ropcScripts", Texts, "As introspectionScripts."),
        set(
            "spontaneousScopeScriptDns",
            Texts,
            "As introspectionScripts.",
        ),
        set(
            "allowSpontaneousScopes",
            Boolean,
            "Kept, it means nothing here.",
        ),
        set("spontaneousScopes", Texts, "Kept, they mean nothing here."),
        set(
            "keepClientAuthorizationAfterExpiration",
            Boolean,
            "Kept, it means nothing here.",
        ),
        set(
            "redirectUrisRegex",
            Text,
            "Kept, it means nothing here: redirect URIs are compared exactly.",
        ),
        set(
            "authorizedAcrValues",
            Texts,
            "Kept, they mean nothing here.",
        ),
        set(
            "defaultPromptLogin",
            Boolean,
            "Kept, it means nothing here.",
        ),
    ],
};

const fn set(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property {
        writable: true,
        ..jans(name, kind, about)
    }
}

/// Properties whose members are not simply their names in snake case.
const RENAMED: [(&str, &str); 6] = [
    ("frontChannelLogoutUri", "frontchannel_logout_uri"),
    (
        "frontChannelLogoutSessionRequired",
        "frontchannel_logout_session_required",
    ),
    ("userInfoSignedResponseAlg", "userinfo_signed_response_alg"),
    (
        "userInfoEncryptedResponseAlg",
        "userinfo_encrypted_response_alg",
    ),
    (
        "userInfoEncryptedResponseEnc",
        "userinfo_encrypted_response_enc",
    ),
    ("requirePar", "require_pushed_authorization_requests"),
];

/// The member of client metadata that a property stands for: `jwksUri` is `jwks_uri`.
pub fn member_of(property: &str) -> String {
    if let Some((_, member)) = RENAMED.iter().find(|(name, _)| *name == property) {
        return (*member).to_owned();
    }
    snake_case(property)
}

/// `clientName` as `client_name`.
pub fn snake_case(name: &str) -> String {
    let mut member = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            member.push('_');
        }
        member.push(letter.to_ascii_lowercase());
    }
    member
}

/// The property that a member of client metadata has: the reverse of [`member_of`].
fn property_of(member: &str) -> String {
    if let Some((name, _)) = RENAMED.iter().find(|(_, renamed)| *renamed == member) {
        return (*name).to_owned();
    }
    let mut property = String::with_capacity(member.len());
    let mut begins = false;
    for letter in member.chars() {
        if letter == '_' {
            begins = true;
        } else if std::mem::take(&mut begins) {
            property.push(letter.to_ascii_uppercase());
        } else {
            property.push(letter);
        }
    }
    property
}

/// The values of a bean whose properties stand for members of `metadata`. A value that is
/// not of its property's kind is left out: a script never meets a type that it was not promised.
pub fn values(bean: &Bean, metadata: &Map<String, Value>) -> Map<String, Value> {
    // A client has few of the many members that there are.
    let found = metadata.iter().filter_map(|(member, value)| {
        let name = property_of(member);
        let mut properties = bean.properties.iter();
        let property = properties.find(|property| property.name == name)?;
        Some((name, fitting(property.kind, value)?))
    });
    found.collect()
}

fn fitting(kind: Kind, value: &Value) -> Option<Value> {
    let fits = match (kind, value) {
        (Texts, Value::String(text)) => {
            let words: Vec<&str> = text.split_whitespace().collect();
            return Some(Value::from(words));
        }
        (Text, Value::String(_))
        | (Boolean, Value::Bool(_))
        | (Json, Value::Object(_) | Value::Array(_)) => true,
        (Integer | Date, Value::Number(number)) => number.is_i64(),
        (Texts, Value::Array(items)) => items.iter().all(Value::is_string),
        _ => false,
    };
    fits.then(|| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn properties_find_their_members() {
        for (property, member) in [
            ("redirectUris", "redirect_uris"),
            ("jwks", "jwks"),
            ("frontChannelLogoutUri", "frontchannel_logout_uri"),
            ("tlsClientAuthSubjectDn", "tls_client_auth_subject_dn"),
        ] {
            assert_eq!(member_of(property), member);
        }
        for bean in [&REGISTER_REQUEST, &CLIENT, &CLIENT_ATTRIBUTES] {
            for property in bean.properties {
                assert_eq!(property_of(&member_of(property.name)), property.name);
            }
        }
    }

    #[test]
    fn a_value_of_another_type_is_not_handed_to_scripts() {
        let metadata = json!({"client_name": 7, "scope": "a b", "redirect_uris": ["x", 1]});
        let metadata = metadata.as_object().cloned().unwrap_or_default();
        let found = values(&REGISTER_REQUEST, &metadata);
        assert_eq!(Value::Object(found), json!({"scope": ["a", "b"]}));
    }
}
