//! Clients, under the metadata names of RFC 7591 and OpenID Registration 1.0.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ClientId, Registration, Scope, SecretHash, Timestamp};

/// A registered client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`.
    pub client_id: ClientId,
    /// Hash of `client_secret`; none for public clients and those with keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_hash: Option<SecretHash>,
    /// When it was registered.
    pub issued_at: Timestamp,
    /// Refused everywhere while set.
    #[serde(default)]
    pub disabled: bool,
    /// What is remembered of a client that registered itself; none of one that was added by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Box<Registration>>,
    /// Metadata as registered.
    #[serde(flatten)]
    pub metadata: ClientMetadata,
}

/// What a client says of itself at registration. Missing members take the
/// defaults of the specifications.
#[allow(clippy::struct_excessive_bools)] // the specifications' own names
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Logo; shown as a link only, never fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// People responsible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// Exact redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Exact post-logout redirect URIs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Loaded in a frame when somebody logs out (Front-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// That address needs `iss` and `sid`.
    pub frontchannel_logout_session_required: bool,
    /// Told from server to server when somebody logs out (Back-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// The logout token needs `sid`.
    pub backchannel_logout_session_required: bool,
    /// `code` only, for now.
    pub response_types: Vec<String>,
    /// Grants it may use.
    pub grant_types: Vec<String>,
    /// `web` or `native`.
    pub application_type: ApplicationType,
    /// Scopes it may ask for.
    pub scope: Scope,
    /// Types of `authorization_details` it may ask for (RFC 9396, section 10).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
    /// What `locations` call this client where it is a resource server (ours): elements of
    /// `authorization_details` for these addresses are told to it by introspection. For
    /// administrators to set: a client that registers itself must not choose who it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_identifiers: Vec<String>,
    /// Resources it may ask tokens for (ours); every one that the server knows if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<String>>,
    /// How it authenticates at the token endpoint.
    pub token_endpoint_auth_method: AuthMethod,
    /// Algorithm its assertions must use; any supported one if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// Subject of its certificate (RFC 8705, section 2.1.2), as RFC 4514 writes names; with
    /// `tls_client_auth` exactly one of these five is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// A dNSName of its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// A uniformResourceIdentifier of its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// An iPAddress of its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// An rfc822Name of its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// Its access tokens are bound to its certificate (RFC 8705, section 3.4). Told only
    /// where it is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Its public keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where its public keys are published, instead of `jwks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// `public`.
    pub subject_type: String,
    /// Algorithm of its ID tokens.
    pub id_token_signed_response_alg: String,
    /// JWT (RFC 9068) or opaque access tokens (Jans's name).
    pub access_token_as_jwt: bool,
    /// Algorithm of its JWT access tokens (Jans's name); the server's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_signing_alg: Option<String>,
    /// PKCE demanded even of a confidential client (Jans's name).
    pub require_pkce: bool,
    /// Only pushed authorization requests of it are taken (RFC 9126, section 6; Jans's
    /// name is read too).
    #[serde(alias = "require_par")]
    pub require_pushed_authorization_requests: bool,
    /// Seconds its pushed requests live (Jans's name); the server's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub par_lifetime: Option<i64>,
    /// Only signed authorization requests of it are taken (RFC 9101, section 10.5).
    pub require_signed_request_object: bool,
    /// Algorithm its request objects must use; any supported one if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// How it encrypts request objects, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_alg: Option<String>,
    /// And their content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_enc: Option<String>,
    /// Exact addresses that its request objects may be fetched from; a fragment is the
    /// SHA-256 of what is there (OpenID Registration 1.0, section 2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    /// Algorithm of introspection answers that it asks for as JWT (RFC 9701, section 6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<String>,
    /// How such answers are encrypted for it, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_alg: Option<String>,
    /// And their content; `A128CBC-HS256` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_enc: Option<String>,
    /// Seconds since authentication that it accepts, when a request names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<i64>,
    /// acr values when a request names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// CIBA delivery: `poll` for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_token_delivery_mode: Option<String>,
    /// CIBA requests of it are signed with this algorithm; unsigned ones are refused then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_authentication_request_signing_alg: Option<String>,
    /// CIBA requests must carry the user's code.
    pub backchannel_user_code_parameter: bool,
    /// Seconds (Jans's name); the server's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<i64>,
    /// Seconds (Jans's name); the server's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_lifetime: Option<i64>,
    /// Members that are kept and returned without meaning anything to the rules, localised
    /// variants (`client_name#fr`) among them.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl Default for ClientMetadata {
    fn default() -> Self {
        Self {
            client_name: None,
            client_uri: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            contacts: Vec::new(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            frontchannel_logout_uri: None,
            frontchannel_logout_session_required: false,
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
            response_types: vec!["code".to_owned()],
            grant_types: vec![grant_type::AUTHORIZATION_CODE.to_owned()],
            application_type: ApplicationType::Web,
            scope: Scope::default(),
            resource_identifiers: Vec::new(),
            resources: None,
            authorization_details_types: Vec::new(),
            token_endpoint_auth_method: AuthMethod::ClientSecretBasic,
            token_endpoint_auth_signing_alg: None,
            tls_client_auth_subject_dn: None,
            tls_client_auth_san_dns: None,
            tls_client_auth_san_uri: None,
            tls_client_auth_san_ip: None,
            tls_client_auth_san_email: None,
            tls_client_certificate_bound_access_tokens: false,
            jwks: None,
            jwks_uri: None,
            subject_type: "public".to_owned(),
            id_token_signed_response_alg: "RS256".to_owned(),
            access_token_as_jwt: true,
            access_token_signing_alg: None,
            require_pkce: false,
            require_pushed_authorization_requests: false,
            par_lifetime: None,
            require_signed_request_object: false,
            request_object_signing_alg: None,
            request_object_encryption_alg: None,
            request_object_encryption_enc: None,
            request_uris: Vec::new(),
            introspection_signed_response_alg: None,
            introspection_encrypted_response_alg: None,
            introspection_encrypted_response_enc: None,
            default_max_age: None,
            default_acr_values: Vec::new(),
            backchannel_token_delivery_mode: None,
            backchannel_authentication_request_signing_alg: None,
            backchannel_user_code_parameter: false,
            access_token_lifetime: None,
            refresh_token_lifetime: None,
            more: Map::new(),
        }
    }
}

/// `application_type` (OpenID Registration 1.0, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// https redirect URIs.
    Web,
    /// Custom schemes and loopback addresses allowed.
    Native,
}

/// `token_endpoint_auth_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// HTTP Basic (RFC 6749, section 2.3.1).
    ClientSecretBasic,
    /// In the form (RFC 6749, section 2.3.1).
    ClientSecretPost,
    /// Signed assertion (RFC 7523).
    PrivateKeyJwt,
    /// Certificate of an authority (RFC 8705, section 2.1).
    TlsClientAuth,
    /// Certificate that the client registered (RFC 8705, section 2.2).
    SelfSignedTlsClientAuth,
    /// Public client.
    None,
}

impl AuthMethod {
    /// Does the client authenticate with a TLS certificate?
    pub const fn is_mutual_tls(self) -> bool {
        matches!(self, Self::TlsClientAuth | Self::SelfSignedTlsClientAuth)
    }
}

/// Grant type names.
pub mod grant_type {
    /// RFC 6749, section 4.1.
    pub const AUTHORIZATION_CODE: &str = "authorization_code";
    /// RFC 6749, section 4.4.
    pub const CLIENT_CREDENTIALS: &str = "client_credentials";
    /// RFC 6749, section 6.
    pub const REFRESH_TOKEN: &str = "refresh_token";
    /// CIBA Core 1.0, section 10.1.
    pub const CIBA: &str = "urn:openid:params:grant-type:ciba";
}

impl Client {
    /// Does it exist at `now`: neither disabled nor expired?
    pub fn is_live(&self, now: Timestamp) -> bool {
        let expired = self
            .registration
            .as_ref()
            .and_then(|registration| registration.expires_at)
            .is_some_and(|end| end <= now);
        !self.disabled && !expired
    }

    /// Is no consent to scopes asked for (Jans's `trustedClient`)?
    pub fn is_trusted(&self) -> bool {
        self.registration
            .as_ref()
            .is_some_and(|registration| registration.trusted)
    }

    /// Are consents given to it remembered (Jans's `persistClientAuthorizations`)?
    pub fn remembers_consents(&self) -> bool {
        self.registration
            .as_ref()
            .is_none_or(|registration| registration.persist_authorizations)
    }

    /// Is its secret worth nothing any more at `now`?
    pub fn has_expired_secret(&self, now: Timestamp) -> bool {
        self.registration
            .as_ref()
            .and_then(|registration| registration.secret_expires_at)
            .is_some_and(|end| end <= now)
    }

    /// May it use `grant_type`?
    pub fn may_use(&self, grant_type: &str) -> bool {
        self.metadata
            .grant_types
            .iter()
            .any(|known| known == grant_type)
    }

    /// Public clients hold no secret.
    pub fn is_public(&self) -> bool {
        self.metadata.token_endpoint_auth_method == AuthMethod::None
    }

    /// Name for people; the id if it has none.
    pub fn display_name(&self) -> &str {
        self.metadata
            .client_name
            .as_deref()
            .unwrap_or(self.client_id.as_str())
    }
}
