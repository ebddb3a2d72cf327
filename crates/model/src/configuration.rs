//! Live configuration under Jans's property names; read as an immutable snapshot.

pub mod registration;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use registration::{
    RegistrationMode, SsaConfiguration, StatementIssuer, StatementValidation, TrustedIssuer,
};

/// Everything an administrator may change while the server runs.
#[allow(clippy::struct_excessive_bools)] // independent switches under Jans's names
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Configuration {
    /// Issuer identifier: scheme, host, port, no path, no trailing slash.
    pub issuer: String,
    /// Path under which the endpoints stand.
    pub base_path: String,
    /// Seconds an authorization code lives.
    pub authorization_code_lifetime: i64,
    /// Seconds an access token lives.
    pub access_token_lifetime: i64,
    /// Seconds a refresh token lives.
    pub refresh_token_lifetime: i64,
    /// Seconds an ID token lives.
    pub id_token_lifetime: i64,
    /// Seconds a session lives.
    pub session_id_lifetime: i64,
    /// Seconds a session may lie idle.
    pub session_id_unused_lifetime: i64,
    /// Seconds a person has for login and consent.
    pub session_id_unauthenticated_unused_lifetime: i64,
    /// Algorithm of JWT access tokens whose client names none.
    pub default_signature_algorithm: String,
    /// Take `code_challenge_method=plain`.
    pub allow_plain_pkce: bool,
    /// Take the token endpoint's URL as audience of client assertions besides the issuer (RFC 10070 forbids it; old clients send it).
    pub allow_token_endpoint_as_assertion_audience: bool,
    /// Access tokens of clients that authenticate with a certificate are bound to it, whatever
    /// they registered (RFC 8705, section 3).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Scopes that exist.
    pub scopes_supported: Vec<String>,
    /// acr values that exist; the first is what a password login gives.
    pub acr_values_supported: Vec<String>,
    /// Resources that tokens may be asked for (RFC 8707), besides the issuer itself.
    pub resources_supported: Vec<String>,
    /// Take only pushed authorization requests (RFC 9126, section 5).
    pub require_par: bool,
    /// Seconds a pushed authorization request lives.
    pub par_lifetime: i64,
    /// Take request objects by value (`request`).
    pub request_parameter_supported: bool,
    /// Take request objects by reference (`request_uri`).
    pub request_uri_parameter_supported: bool,
    /// Take only signed authorization requests (RFC 9101, section 10.5).
    pub force_signed_request_object: bool,
    /// People may leave out single elements of `authorization_details` when they consent.
    pub consent_may_leave_out_details: bool,
    /// Features that are on, by Jans's ids.
    pub feature_flags: Vec<String>,
    /// Failed logins before a pause.
    pub login_failures_before_pause: u32,
    /// Seconds of the first pause; each further failure doubles it.
    pub login_pause_seconds: i64,

    /// Client that CIBA approval links name; made at `init`.
    pub backchannel_client_id: String,
    /// Where CIBA approval links end: a page of ours.
    pub backchannel_redirect_uri: String,
    /// Delivery modes that are on.
    pub backchannel_token_delivery_modes_supported: Vec<String>,
    /// Seconds a CIBA request lives.
    pub backchannel_authentication_response_expires_in: i64,
    /// Seconds between polls.
    pub backchannel_authentication_response_interval: i64,
    /// Most seconds a client may ask for with `requested_expiry`.
    pub ciba_max_expiration_time_allowed_sec: i64,
    /// User attributes that `login_hint` may name: `inum`, `uid`, `mail`.
    pub backchannel_login_hint_claims: Vec<String>,
    /// CIBA requests may carry a user code.
    pub backchannel_user_code_parameter_supported: bool,
    /// Longest binding message, characters.
    pub backchannel_binding_message_max_length: usize,
    /// Pending CIBA requests one user may have.
    pub backchannel_pending_requests_per_user: usize,
    /// Refuse a CIBA request of a user without a registered device.
    pub backchannel_device_required: bool,
    /// `accept` (as Jans) or `reject`: what a notification that was not sent means for the client.
    pub notification_failure: NotificationFailure,
    /// Push service.
    pub ciba_end_user_notification_config: NotificationConfig,

    /// Ask `end_session` scripts even where no client needs a frame and the browser could
    /// be sent on at once. Jans does not.
    pub always_call_end_session_script: bool,
    /// Seconds that the logout page waits for its frames.
    pub logout_page_seconds: i64,
    /// Deliveries of one logout token before it is given up.
    pub backchannel_logout_attempts: u32,
    /// Seconds before the second delivery; each further one waits four times as long.
    pub backchannel_logout_retry_seconds: i64,
    /// Where logout tokens may be sent.
    pub backchannel_logout_http: HttpPolicy,

    /// Where documents that clients name are fetched from: `jwks_uri`, `request_uri`.
    pub remote_document_http: HttpPolicy,

    /// Who may register clients over HTTP.
    pub dynamic_registration_mode: RegistrationMode,
    /// Seconds that a dynamic client lives; less than 1: for ever.
    pub dynamic_registration_expiration_time: i64,
    /// A request's own `lifetime` is not looked at.
    pub dcr_forbid_expiration_time_in_request: bool,
    /// Seconds that the secret of a dynamic client lives; less than 1: as long as the client.
    pub dynamic_registration_secret_lifetime: i64,
    /// A request may name scopes; if not, everybody gets `dynamicRegistrationScopes`.
    pub dynamic_registration_scopes_param_enabled: bool,
    /// Scopes that anybody may register for.
    pub dynamic_registration_scopes: Vec<String>,
    /// Grants that anybody may register for.
    pub grant_types_supported_by_dynamic_registration: Vec<String>,
    /// Further members of client metadata that are kept and returned.
    pub dynamic_registration_custom_attributes: Vec<String>,
    /// Consents given to dynamic clients are remembered.
    pub dynamic_registration_persist_client_authorizations: bool,
    /// Registrations of one source within `dynamicRegistrationQuotaSeconds`; 0: no limit.
    pub dynamic_registration_quota: u32,
    /// Seconds that a registration counts.
    pub dynamic_registration_quota_seconds: i64,
    /// Equal registrations of clients without a secret are one client.
    pub dynamic_registration_deduplicate: bool,
    /// Only signed requests register.
    pub dcr_signature_validation_enabled: bool,
    /// Secret of HMAC-signed requests; sealed.
    pub dcr_signature_validation_shared_secret: String,
    /// Keys of signed requests: an address.
    pub dcr_signature_validation_jwks_uri: String,
    /// Keys of signed requests: a JWK set as JSON text.
    pub dcr_signature_validation_jwks: String,
    /// Claim of the software statement with the address of the keys of signed requests.
    #[serde(rename = "dcrSignatureValidationSoftwareStatementJwksURIClaim")]
    pub dcr_signature_validation_software_statement_jwks_uri_claim: String,
    /// Claim of the software statement with the keys of signed requests.
    pub dcr_signature_validation_software_statement_jwks_claim: String,
    /// Whose keys software statements are checked with.
    pub software_statement_validation_type: StatementValidation,
    /// Claim that names the keys, where the statement does.
    pub software_statement_validation_claim_name: String,
    /// What the statement's own keys count by: host of an address, thumbprint of a key (RFC 7638).
    pub software_statement_allowed_key_sources: Vec<String>,
    /// Seconds since `iat` that a statement is good for; 0: as long as `exp` says.
    pub software_statement_max_age: i64,
    /// Take statements that nobody signed. For tests only.
    pub software_statement_unsigned_for_tests: bool,
    /// Issuers whose statements are trusted.
    pub dcr_ssa_validation_configs: Vec<StatementIssuer>,
    /// Issuers that are approved, by `iss`; all if empty.
    pub trusted_ssa_issuers: BTreeMap<String, TrustedIssuer>,
    /// Statements that we issue.
    pub ssa_configuration: SsaConfiguration,

    /// Versions of each script that are kept.
    pub script_versions_kept: u32,
    /// Days that the decision journal keeps a call.
    pub script_journal_days: u32,
    /// Most calls that are kept recorded of one script; 0: nothing is recorded.
    pub script_record_maximum: u32,
    /// Attributes of people that recorded calls are kept without.
    pub script_record_redacted_attributes: Vec<String>,
    /// What scripts may use and reach.
    pub script_limits: ScriptLimits,
    /// Where scripts may connect to.
    pub script_http: HttpPolicy,
}

/// What an unsent notification means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotificationFailure {
    /// The request goes on; the failure is recorded.
    Accept,
    /// The client gets an error and the request ends.
    Reject,
}

/// Jans's `cibaEndUserNotificationConfig`; `notificationKey` is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[allow(missing_docs)] // Firebase's own names
pub struct NotificationConfig {
    pub api_key: String,
    pub auth_domain: String,
    #[serde(rename = "databaseURL")]
    pub database_url: String,
    pub project_id: String,
    pub storage_bucket: String,
    pub messaging_sender_id: String,
    pub app_id: String,
    pub notification_url: String,
    pub notification_key: String,
    pub public_vapid_key: String,
}

/// Budgets of one script call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ScriptLimits {
    /// Wall clock, milliseconds.
    pub wall_ms: u64,
    /// Processor time, milliseconds.
    pub cpu_ms: u64,
    /// Memory, MiB.
    pub memory_mib: u64,
    /// Result, bytes.
    pub result_bytes: usize,
    /// Log lines.
    pub log_lines: usize,
    /// Host calls.
    pub host_calls: usize,
    /// Python frames.
    pub recursion: usize,
}

impl Default for ScriptLimits {
    fn default() -> Self {
        Self {
            wall_ms: 5_000,
            cpu_ms: 1_000,
            memory_mib: 256,
            result_bytes: 1024 * 1024,
            log_lines: 256,
            host_calls: 32,
            recursion: 1_000,
        }
    }
}

/// Where the server may connect to on somebody's behalf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct HttpPolicy {
    /// `host` or `host:port` that may be reached although private, loopback or plain http.
    pub allowed_private_hosts: Vec<String>,
    /// Milliseconds for one request.
    pub timeout_ms: u64,
    /// Largest answer, bytes.
    pub max_response_bytes: usize,
}

impl Default for HttpPolicy {
    fn default() -> Self {
        Self {
            allowed_private_hosts: Vec::new(),
            timeout_ms: 3_000,
            max_response_bytes: 1024 * 1024,
        }
    }
}

impl HttpPolicy {
    /// Did the administrator list this host, or this host and port?
    pub fn lists(&self, host: &str, port: u16) -> bool {
        let with_port = format!("{host}:{port}");
        self.allowed_private_hosts.iter().any(|listed| {
            listed.eq_ignore_ascii_case(host) || listed.eq_ignore_ascii_case(&with_port)
        })
    }
}

/// What is about a person, in the spellings of OpenID Connect, LDAP and forms.
const REDACTED_ATTRIBUTES: [&str; 38] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "display_name",
    "user_name",
    "user_id",
    "uid",
    "sn",
    "cn",
    "mail",
    "email",
    "phone",
    "phone_number",
    "mobile",
    "telephone_number",
    "contacts",
    "login_hint",
    "address",
    "street",
    "street_address",
    "postal_code",
    "formatted",
    "birthdate",
    "date_of_birth",
    "place_of_birth",
    "national_id",
    "national_identifier",
    "social_security_number",
    "ssn",
    "tax_id",
    "passport_number",
    "iban",
    "creditor_name",
    "debtor_name",
    "picture",
];

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.to_owned()).collect()
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            issuer: "http://localhost:8080".to_owned(),
            base_path: "/jans-auth/restv1".to_owned(),
            authorization_code_lifetime: 60,
            access_token_lifetime: 300,
            refresh_token_lifetime: 14_400,
            id_token_lifetime: 3_600,
            session_id_lifetime: 86_400,
            session_id_unused_lifetime: 86_400,
            session_id_unauthenticated_unused_lifetime: 1_800,
            default_signature_algorithm: "RS256".to_owned(),
            allow_plain_pkce: false,
            allow_token_endpoint_as_assertion_audience: false,
            tls_client_certificate_bound_access_tokens: true,
            scopes_supported: texts(&["openid", "profile", "email", "offline_access"]),
            acr_values_supported: texts(&["simple_password_auth"]),
            resources_supported: Vec::new(),
            require_par: false,
            par_lifetime: 60,
            request_parameter_supported: true,
            request_uri_parameter_supported: true,
            force_signed_request_object: false,
            consent_may_leave_out_details: true,
            feature_flags: texts(&[
                "userinfo",
                "introspection",
                "revoke_token",
                "ciba",
                "end_session",
                "session_management",
                "par",
                "registration",
                "config_api",
            ]),
            login_failures_before_pause: 5,
            login_pause_seconds: 2,
            backchannel_client_id: String::new(),
            backchannel_redirect_uri: String::new(),
            backchannel_token_delivery_modes_supported: texts(&["poll"]),
            backchannel_authentication_response_expires_in: 300,
            backchannel_authentication_response_interval: 2,
            ciba_max_expiration_time_allowed_sec: 1_800,
            backchannel_login_hint_claims: texts(&["inum", "uid", "mail"]),
            backchannel_user_code_parameter_supported: true,
            backchannel_binding_message_max_length: 64,
            backchannel_pending_requests_per_user: 5,
            backchannel_device_required: false,
            notification_failure: NotificationFailure::Accept,
            ciba_end_user_notification_config: NotificationConfig::default(),
            always_call_end_session_script: false,
            logout_page_seconds: 5,
            backchannel_logout_attempts: 6,
            backchannel_logout_retry_seconds: 5,
            backchannel_logout_http: HttpPolicy::default(),
            remote_document_http: HttpPolicy::default(),
            dynamic_registration_mode: RegistrationMode::Token,
            dynamic_registration_expiration_time: -1,
            dcr_forbid_expiration_time_in_request: false,
            dynamic_registration_secret_lifetime: -1,
            dynamic_registration_scopes_param_enabled: true,
            dynamic_registration_scopes: texts(&["openid", "profile", "email", "offline_access"]),
            grant_types_supported_by_dynamic_registration: texts(&[
                "authorization_code",
                "refresh_token",
            ]),
            dynamic_registration_custom_attributes: Vec::new(),
            dynamic_registration_persist_client_authorizations: true,
            dynamic_registration_quota: 50,
            dynamic_registration_quota_seconds: 86_400,
            dynamic_registration_deduplicate: false,
            dcr_signature_validation_enabled: false,
            dcr_signature_validation_shared_secret: String::new(),
            dcr_signature_validation_jwks_uri: String::new(),
            dcr_signature_validation_jwks: String::new(),
            dcr_signature_validation_software_statement_jwks_uri_claim: "software_jwks_endpoint"
                .to_owned(),
            dcr_signature_validation_software_statement_jwks_claim: String::new(),
            software_statement_validation_type: StatementValidation::Builtin,
            software_statement_validation_claim_name: String::new(),
            software_statement_allowed_key_sources: Vec::new(),
            software_statement_max_age: 0,
            software_statement_unsigned_for_tests: false,
            dcr_ssa_validation_configs: Vec::new(),
            trusted_ssa_issuers: BTreeMap::new(),
            ssa_configuration: SsaConfiguration::default(),
            script_versions_kept: 50,
            script_journal_days: 90,
            script_record_maximum: 200,
            script_record_redacted_attributes: texts(&REDACTED_ATTRIBUTES),
            script_limits: ScriptLimits::default(),
            script_http: HttpPolicy::default(),
        }
    }
}

impl Configuration {
    /// URL of an endpoint under the base path: `endpoint("/token")`.
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{}{}", self.issuer, self.base_path, path)
    }

    /// Is the feature of that id on?
    pub fn has_feature(&self, id: &str) -> bool {
        self.feature_flags
            .iter()
            .any(|known| known.eq_ignore_ascii_case(id))
    }
}
