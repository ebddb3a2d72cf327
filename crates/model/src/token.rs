//! Codes and tokens as they are stored: hashes, never the secrets.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Details, Grant, GrantId, Scope, SecretHash, Timestamp, UserId};

/// An authorization code (RFC 6749, section 4.1.2). Single use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// Hash of the code.
    pub hash: SecretHash,
    /// The grant that its exchange will store.
    pub grant: Grant,
    /// `redirect_uri` exactly as the request gave it; none if it gave none.
    pub redirect_uri: Option<String>,
    /// `code_challenge` and its method (RFC 7636).
    pub pkce: Option<CodeChallenge>,
    /// Set by the exchange; a second one is a replay.
    pub consumed_at: Option<Timestamp>,
    /// End of its life.
    pub expires_at: Timestamp,
}

/// PKCE challenge (RFC 7636, section 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeChallenge {
    /// `code_challenge`.
    pub challenge: String,
    /// `S256`, or `plain` where allowed.
    pub method: CodeChallengeMethod,
}

/// `code_challenge_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeChallengeMethod {
    /// base64url(SHA-256(verifier)).
    S256,
    /// The verifier itself.
    #[serde(rename = "plain")]
    Plain,
}

/// An opaque access token; or of a JWT, by the hash of its `jti`, what it does not say
/// itself: its details, and that it was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Hash of the token, or of the `jti`.
    pub hash: SecretHash,
    /// Grant it belongs to; none for `client_credentials`.
    pub grant_id: Option<GrantId>,
    /// To whom it was issued.
    pub client_id: ClientId,
    /// For whom.
    pub user_id: Option<UserId>,
    /// What it allows.
    pub scope: Scope,
    /// For which resources (RFC 8707); for this server itself when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// What it allows in detail (RFC 9396).
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub authorization_details: Details,
    /// SHA-256 of the certificate that it is bound to, base64url (RFC 8705, section 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_thumbprint: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// End of its life.
    pub expires_at: Timestamp,
    /// Set when it was revoked by itself.
    pub revoked_at: Option<Timestamp>,
}

/// A refresh token. Each use replaces it; a second use of the same revokes the grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshToken {
    /// Hash of the token.
    pub hash: SecretHash,
    /// The grant, which is also the family of rotated tokens.
    pub grant_id: GrantId,
    /// To whom it was issued.
    pub client_id: ClientId,
    /// SHA-256 of the certificate that it is bound to, base64url: that of a public client
    /// (RFC 8705, section 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_thumbprint: Option<String>,
    /// Set by its use.
    pub used_at: Option<Timestamp>,
    /// End of its life.
    pub expires_at: Timestamp,
}

/// A token that counts once and was accepted: a client assertion (RFC 7523, section 3), a
/// request object, a signed registration request, a software statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenAssertion {
    /// Hash of what kind of token it was, who made it, and `jti`.
    pub hash: SecretHash,
    /// After this the token is refused for its age.
    pub expires_at: Timestamp,
}

impl SeenAssertion {
    /// A token of a kind, by the parts of its name, to be remembered `until` then. Tokens of
    /// other kinds, or whose parts are divided otherwise, are other tokens.
    pub fn of(kind: &str, parts: [&str; 2], until: Timestamp) -> Self {
        let [maker, jti] = parts;
        let name = format!("{kind}\0{}\0{maker}\0{jti}", maker.len());
        Self {
            hash: SecretHash::of(&name),
            expires_at: until,
        }
    }
}
