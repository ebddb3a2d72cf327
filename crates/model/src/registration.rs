//! How dynamic clients come to be: what is remembered beside their metadata, the
//! tokens that let somebody register, the statements that we issue about software.
//!
//! Not here: any rule (durward-protocol's `client_registration` and `ssa`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Scope, SecretHash, Timestamp};

/// What is remembered of a client that registered itself (RFC 7591).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// Hash of the registration access token (RFC 7592); without one nobody may change the client over HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_hash: Option<SecretHash>,
    /// After this the client does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// After this its secret is worth nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_expires_at: Option<Timestamp>,
    /// Who answers for it: the owner of the initial access token, or of the software statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where the registration came from: `address:192.0.2.1`, `token:<id>`, `certificate:<thumbprint>`.
    pub source: String,
    /// Digest of the metadata, where equal registrations are one client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The software statement, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_statement: Option<String>,
    /// That of its initial access token.
    pub policy: TokenPolicy,
    /// What scripts gave it beyond that.
    pub given_by_script: Ceiling,
    /// No consent to scopes is asked for (Jans's `trustedClient`); only a script sets it.
    pub trusted: bool,
    /// Consents are remembered (Jans's `persistClientAuthorizations`).
    pub persist_authorizations: bool,
    /// What a script set for which there is no feature here: kept, shown to operators.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub kept: Map<String, Value>,
    /// Where each member of the metadata comes from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provenance: BTreeMap<String, Origin>,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            access_token_hash: None,
            expires_at: None,
            secret_expires_at: None,
            owner: None,
            source: String::new(),
            digest: None,
            software_statement: None,
            policy: TokenPolicy::default(),
            given_by_script: Ceiling::default(),
            trusted: false,
            persist_authorizations: true,
            kept: Map::new(),
            provenance: BTreeMap::new(),
        }
    }
}

/// Scopes and grants that a client may have at most.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ceiling {
    /// Scopes.
    pub scope: Scope,
    /// Grants.
    pub grant_types: Vec<String>,
}

/// Where a member of a client's metadata comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The registration request's own JSON.
    Request,
    /// The software statement.
    Statement,
    /// The server's policy changed or granted it.
    Policy,
    /// A script.
    Script,
    /// Nobody named it: a default.
    Default,
}

/// Lets its bearer register clients (RFC 7591, section 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitialAccessToken {
    /// Hash of the token.
    pub hash: SecretHash,
    /// For lists and records.
    pub id: String,
    /// Who answers for the clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// After this it registers nobody.
    pub expires_at: Timestamp,
    /// Registrations that are left.
    pub remaining: u32,
    /// What its clients may have.
    #[serde(default)]
    pub policy: TokenPolicy,
}

/// What clients of an initial access token may have, instead of what the configuration says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenPolicy {
    /// Scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    /// A software statement must come along.
    pub software_statement_required: bool,
    /// Seconds that its clients live at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_lifetime: Option<i64>,
}

/// A software statement that we issued (Jans's SSA).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssuedStatement {
    /// `jti`.
    pub jti: String,
    /// Organisation that it speaks of.
    pub org_id: String,
    /// `client_id` that asked for it.
    pub creator: String,
    /// Its claims, from which it is signed again whenever it is asked for.
    pub claims: Map<String, Value>,
    /// Counts for one registration only.
    pub one_time_use: bool,
    /// What became of it.
    pub status: StatementStatus,
    /// When it was issued.
    pub created_at: Timestamp,
    /// `exp`.
    pub expires_at: Timestamp,
}

/// What became of a statement that we issued; that it expired, its time says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum StatementStatus {
    /// It may be used.
    Active,
    /// It was used, and counts once.
    Used,
    /// Somebody took it back.
    Revoked,
}
