//! Minting: access tokens (RFC 9068 or opaque), refresh tokens, ID tokens.
//!
//! Makes the tokens and the changes that make them valid; the caller applies
//! those together with its own. Not here: who may have what.

use std::str::FromStr as _;

use durward_jose::{Algorithm, half_hash};
use durward_model::{
    AccessToken, Client, ClientId, Detail, Details, Grant, GrantId, RefreshToken, Scope,
    SecretHash, Timestamp, User, UserId, client::grant_type, grant::Authentication,
};
use durward_store::Change;
use serde::Serialize;

use crate::{
    authorization_details::{
        Asking,
        projection::{ResourceServer, project},
    },
    certificate_binding::{Confirmation, binding},
    error::Error,
    provider::{Live, Provider},
    resource::Audience,
};

/// A successful answer of the token endpoint (RFC 6749, section 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds that the access token lives.
    pub expires_in: i64,
    /// The next refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// OpenID Connect Core 1.0, section 3.1.3.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// What was granted.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// What was granted in detail (RFC 9396, section 7).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details: Vec<Detail>,
}

/// What tokens are minted for.
pub struct Minting<'a> {
    /// Where they come from.
    pub provider: &'a Provider,
    /// Configuration and keys of this request.
    pub live: &'a Live,
    /// To whom.
    pub client: &'a Client,
    /// When.
    pub now: Timestamp,
    /// The certificate that tokens are bound to, if they are: its thumbprint.
    bound_to: Option<String>,
}

/// Claims of a JWT access token (RFC 9068, section 2.2).
#[derive(Serialize)]
struct AccessTokenClaims<'a> {
    iss: &'a str,
    aud: Audience<'a>,
    sub: &'a str,
    client_id: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    #[serde(skip_serializing_if = "Scope::is_empty")]
    scope: &'a Scope,
    #[serde(skip_serializing_if = "<[Detail]>::is_empty")]
    authorization_details: &'a [Detail],
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation<'a>>,
    #[serde(flatten)]
    authentication: Option<AuthenticationClaims<'a>>,
}

/// Claims of an ID token (OpenID Connect Core 1.0, section 2).
#[derive(Serialize)]
struct IdTokenClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(flatten)]
    authentication: Option<AuthenticationClaims<'a>>,
}

#[derive(Serialize)]
struct AuthenticationClaims<'a> {
    auth_time: i64,
    acr: &'a str,
    amr: &'a [String],
}

impl<'a> AuthenticationClaims<'a> {
    fn of(authentication: &'a Authentication) -> Self {
        Self {
            auth_time: authentication.auth_time.seconds(),
            acr: &authentication.acr,
            amr: &authentication.amr,
        }
    }
}

/// What an access token allows.
pub struct Allowance {
    /// Its scope.
    pub scope: Scope,
    /// For which resources (RFC 8707); for this server itself when there are none.
    pub resources: Vec<String>,
    /// In detail.
    pub authorization_details: Details,
    /// The details as whoever the token is for may see them; none where it does not show any.
    told: Vec<Detail>,
}

impl Allowance {
    /// Of these; what a JWT tells of the details is what its audience may see.
    pub async fn of(
        asking: &Asking<'_>,
        scope: Scope,
        authorization_details: Details,
        resources: Vec<String>,
    ) -> Self {
        let told = if asking.client.metadata.access_token_as_jwt {
            let live = asking.provider.live();
            let names = Audience::of(&resources, &live.configuration.issuer);
            let audience = ResourceServer::audience(names.names());
            project(asking, &authorization_details, &audience).await
        } else {
            Vec::new()
        };
        Self {
            scope,
            resources,
            authorization_details,
            told,
        }
    }
}

/// The subject of an access token.
pub struct AccessTokenSubject<'a> {
    /// Its grant; none for `client_credentials`.
    pub grant: Option<&'a Grant>,
    /// What it allows.
    pub allowance: &'a Allowance,
}

impl<'a> Minting<'a> {
    /// For whoever asks.
    ///
    /// # Errors
    /// `invalid_request` where tokens must be bound to a certificate and none came along.
    pub fn new(asking: &Asking<'a>, live: &'a Live) -> Result<Self, Error> {
        let certificate = asking.visit.certificate();
        Ok(Self {
            provider: asking.provider,
            live,
            client: asking.client,
            now: asking.provider.now(),
            bound_to: binding(asking.client, &live.configuration, certificate)?,
        })
    }
}

impl Minting<'_> {
    /// Tokens for a grant with a user, and the changes that make them valid.
    ///
    /// # Errors
    /// A fault when signing fails.
    pub fn for_grant(
        &self,
        grant: &Grant,
        allowance: &Allowance,
    ) -> Result<(TokenResponse, Vec<Change>), Error> {
        let subject = AccessTokenSubject {
            grant: Some(grant),
            allowance,
        };
        let (access_token, expires_in, mut changes) = self.access_token(&subject)?;
        let id_token = if allowance.scope.contains("openid") {
            Some(self.id_token(grant, &access_token)?)
        } else {
            None
        };
        let refresh_token = self.client.may_use(grant_type::REFRESH_TOKEN).then(|| {
            let (token, change) = self.refresh_token(grant);
            changes.push(change);
            token
        });
        let response = TokenResponse {
            access_token,
            token_type: "Bearer",
            expires_in,
            refresh_token,
            id_token,
            scope: allowance.scope.clone(),
            authorization_details: allowance.authorization_details.elements(),
        };
        Ok((response, changes))
    }

    /// An access token alone: text, seconds of life, changes.
    ///
    /// # Errors
    /// A fault when signing fails.
    pub fn access_token(
        &self,
        subject: &AccessTokenSubject<'_>,
    ) -> Result<(String, i64, Vec<Change>), Error> {
        let metadata = &self.client.metadata;
        let configuration = &self.live.configuration;
        let lifetime = metadata
            .access_token_lifetime
            .unwrap_or(configuration.access_token_lifetime);
        let expires_at = self.now.plus_seconds(lifetime);
        let details = &subject.allowance.authorization_details;
        let (token, named_by) = if metadata.access_token_as_jwt {
            let (token, jti) = self.jwt_access_token(subject, expires_at)?;
            if details.is_empty() {
                return Ok((token, lifetime, Vec::new()));
            }
            // It tells its audience's part; the whole is kept for whoever introspects it.
            (token, SecretHash::of(&jti))
        } else {
            let token = self.provider.new_secret();
            let hash = SecretHash::of(&token);
            (token, hash)
        };
        let record = AccessToken {
            hash: named_by,
            authorization_details: details.clone(),
            certificate_thumbprint: self.bound_to.clone(),
            grant_id: subject.grant.map(|grant| grant.id.clone()),
            client_id: self.client.client_id.clone(),
            user_id: subject.grant.and_then(|grant| grant.user_id.clone()),
            scope: subject.allowance.scope.clone(),
            resources: subject.allowance.resources.clone(),
            issued_at: self.now,
            expires_at,
            revoked_at: None,
        };
        Ok((token, lifetime, vec![Change::insert(&record)]))
    }

    /// The token and its `jti`.
    fn jwt_access_token(
        &self,
        subject: &AccessTokenSubject<'_>,
        expires_at: Timestamp,
    ) -> Result<(String, String), Error> {
        let configuration = &self.live.configuration;
        let client_id = self.client.client_id.as_str();
        let user = subject.grant.and_then(|grant| grant.user_id.as_ref());
        let jti = jti(
            subject.grant.map(|grant| &grant.id),
            &self.provider.new_id(),
        );
        let algorithm = self
            .client
            .metadata
            .access_token_signing_alg
            .as_deref()
            .unwrap_or(&configuration.default_signature_algorithm);
        let claims = AccessTokenClaims {
            iss: &configuration.issuer,
            aud: Audience::of(&subject.allowance.resources, &configuration.issuer),
            sub: user.map_or(client_id, UserId::as_str),
            client_id,
            iat: self.now.seconds(),
            exp: expires_at.seconds(),
            jti: &jti,
            scope: &subject.allowance.scope,
            authorization_details: &subject.allowance.told,
            cnf: self.bound_to.as_deref().map(|thumbprint| Confirmation {
                certificate_thumbprint: thumbprint,
            }),
            authentication: subject
                .grant
                .and_then(|grant| grant.authentication.as_ref())
                .map(AuthenticationClaims::of),
        };
        let token = self.sign(algorithm, "at+jwt", &claims)?;
        Ok((token, jti))
    }

    fn id_token(&self, grant: &Grant, access_token: &str) -> Result<String, Error> {
        let configuration = &self.live.configuration;
        let name = &self.client.metadata.id_token_signed_response_alg;
        let algorithm = algorithm(name)?;
        let authentication = grant.authentication.as_ref();
        let claims = IdTokenClaims {
            iss: &configuration.issuer,
            sub: grant.user_id.as_ref().map_or("", UserId::as_str),
            aud: self.client.client_id.as_str(),
            exp: self
                .now
                .plus_seconds(configuration.id_token_lifetime)
                .seconds(),
            iat: self.now.seconds(),
            nonce: grant.nonce.as_deref(),
            at_hash: half_hash(algorithm, access_token),
            sid: authentication.and_then(|authentication| authentication.sid.as_deref()),
            authentication: authentication.map(AuthenticationClaims::of),
        };
        self.sign(name, "JWT", &claims)
    }

    /// A refresh token of the grant's family.
    fn refresh_token(&self, grant: &Grant) -> (String, Change) {
        let token = self.provider.new_secret();
        let configured = self.live.configuration.refresh_token_lifetime;
        let lifetime = self
            .client
            .metadata
            .refresh_token_lifetime
            .unwrap_or(configured);
        let record = RefreshToken {
            hash: SecretHash::of(&token),
            grant_id: grant.id.clone(),
            client_id: self.client.client_id.clone(),
            // That of a confidential client counts with its credentials (RFC 8705, section 7.1).
            certificate_thumbprint: self.bound_to.clone().filter(|_| self.client.is_public()),
            used_at: None,
            expires_at: self.now.plus_seconds(lifetime),
        };
        (token, Change::insert(&record))
    }

    fn sign<C: Serialize>(&self, name: &str, typ: &str, claims: &C) -> Result<String, Error> {
        let key = self.live.keys.signer(algorithm(name)?, self.now)?;
        key.sign(typ, claims)
            .map_err(|error| Error::Fault(error.to_string()))
    }

    /// When everything of a new grant ends: the life of its last refresh token,
    /// or of its access token where none can follow.
    pub fn grant_expiry(&self) -> Timestamp {
        let metadata = &self.client.metadata;
        let configuration = &self.live.configuration;
        let access = metadata
            .access_token_lifetime
            .unwrap_or(configuration.access_token_lifetime);
        let refresh = metadata
            .refresh_token_lifetime
            .unwrap_or(configuration.refresh_token_lifetime);
        let lifetime = if self.client.may_use(grant_type::REFRESH_TOKEN) {
            refresh.max(access)
        } else {
            access
        };
        self.now
            .plus_seconds(lifetime.max(configuration.id_token_lifetime))
    }
}

fn algorithm(name: &str) -> Result<Algorithm, Error> {
    Algorithm::from_str(name).map_err(|_| Error::Fault(format!("unknown algorithm {name}")))
}

/// A JWT's id: `<grant>.<random>`, so that revoking the grant is seen without
/// a stored record of every JWT; just `<random>` without a grant.
fn jti(grant: Option<&GrantId>, random: &str) -> String {
    grant.map_or_else(|| random.to_owned(), |grant| format!("{grant}.{random}"))
}

/// The grant that a `jti` names.
pub(crate) fn grant_of_jti(jti: &str) -> Option<GrantId> {
    jti.split_once('.').map(|(grant, _)| GrantId::new(grant))
}

/// The user of a grant, if tokens may still be issued for them.
///
/// # Errors
/// A fault of the store.
pub(crate) async fn find_active_user(
    provider: &Provider,
    grant: &Grant,
) -> Result<Option<User>, Error> {
    let Some(user_id) = &grant.user_id else {
        return Ok(None);
    };
    let found = provider.store.find_user(user_id).await?;
    Ok(found.map(|found| found.value).filter(|user| !user.disabled))
}

/// Ends a grant: every token of it is invalid from then on. Tried again when
/// another request changes it meanwhile.
///
/// # Errors
/// A fault of the store.
pub async fn revoke_grant(
    provider: &Provider,
    id: &GrantId,
    client_id: &ClientId,
) -> Result<(), Error> {
    for _ in 0..8 {
        let Some(found) = provider.store.find_grant(id).await? else {
            return Ok(());
        };
        if found.revoked_at.is_some() || found.client_id != *client_id {
            return Ok(());
        }
        let revoked = Grant {
            revoked_at: Some(provider.now()),
            ..found.value.clone()
        };
        match provider
            .store
            .apply(vec![Change::replace(&found, &revoked)])
            .await
        {
            Err(durward_store::StoreError::Conflict { .. }) => {}
            other => return Ok(other?),
        }
    }
    Err(Error::Fault(
        "a grant kept changing while it was revoked".to_owned(),
    ))
}
