//! Values of the configuration of dynamic client registration.
//!
//! The properties themselves stand in `configuration.rs`, flat, as Jans has them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who may register clients over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationMode {
    /// Anybody.
    Open,
    /// Who has an initial access token.
    Token,
    /// Who authenticates with a client certificate.
    Mtls,
    /// Nobody.
    Off,
}

/// Whose keys a software statement is checked with (Jans's `softwareStatementValidationType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementValidation {
    /// Nobody's. Refused unless `softwareStatementUnsignedForTests` is on.
    None,
    /// Those of the issuers in `dcrSsaValidationConfigs`.
    Builtin,
    /// Those at the address in the statement's own claim, if its host is listed.
    JwksUri,
    /// Those in the statement's own claim that are listed.
    Jwks,
    /// Those that a `client_registration` script names.
    Script,
}

/// Issuers of software statements that are trusted (an element of `dcrSsaValidationConfigs`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct StatementIssuer {
    /// For people.
    pub display_name: String,
    /// `iss` of their statements.
    pub issuers: Vec<String>,
    /// Where their keys are.
    pub jwks_uri: String,
    /// Their keys; null without.
    pub jwks: Value,
    /// Discovery document that names their `jwks_uri`.
    pub configuration_endpoint: String,
    /// Signature algorithms; every asymmetric one if empty.
    pub algorithms: Vec<String>,
    /// Claims that become metadata; all if empty.
    pub allowed_claims: Vec<String>,
    /// Scopes that their statements may give, beyond those that anybody may have.
    pub scopes: Vec<String>,
    /// Each statement counts for one registration.
    pub one_time_use: bool,
}

/// An element of Jans's `trustedSsaIssuers`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TrustedIssuer {
    /// Scopes that every client with a statement of this issuer gets.
    pub automatically_granted_scopes: Vec<String>,
}

/// Statements that we issue (Jans's `ssaConfiguration`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SsaConfiguration {
    /// Algorithm that they are signed with.
    pub ssa_signing_alg: String,
    /// Days that they live when a request names no end.
    pub ssa_expiration_in_days: i64,
    /// Further claims that a request may set.
    pub ssa_custom_attributes: Vec<String>,
    /// Scopes by software role.
    pub ssa_map_software_roles_to_scopes: BTreeMap<String, Vec<String>>,
}

impl Default for SsaConfiguration {
    fn default() -> Self {
        Self {
            ssa_signing_alg: "RS256".to_owned(),
            ssa_expiration_in_days: 30,
            ssa_custom_attributes: Vec::new(),
            ssa_map_software_roles_to_scopes: BTreeMap::new(),
        }
    }
}
