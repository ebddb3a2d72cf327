//! Token introspection (RFC 7662): what an access token is worth now.
//!
//! [`find_active`] is the one judge of access tokens that are shown to endpoints of ours.

pub mod signed;

use durward_model::{
    Client, ClientId, Detail, Details, Grant, Scope, SecretHash, Timestamp, UserId,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Parameters, Provider,
    authorization_details::{
        Asking,
        projection::{ResourceServer, project},
    },
    bearer::Bearer,
    certificate_binding::{Confirmation, is_shown},
    client_auth,
    error::{Code, Error},
    resource::Audience,
    token::issue::grant_of_jti,
    visit::Caller,
};

/// An access token that is valid now.
#[derive(Debug, Clone)]
pub struct ActiveToken {
    /// To whom it was issued.
    pub client_id: String,
    /// For whom; none for `client_credentials`.
    pub user_id: Option<UserId>,
    /// What it allows.
    pub scope: Scope,
    /// For which resources; for this server itself when there are none.
    pub resources: Vec<String>,
    /// What it allows in detail.
    pub authorization_details: Details,
    /// SHA-256 of the certificate that it is bound to (RFC 8705, section 3).
    pub certificate_thumbprint: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// End of its life.
    pub expires_at: Timestamp,
    /// Key of its revocation record, and of its row when opaque.
    pub record: SecretHash,
    /// `jti` of a JWT.
    pub jti: Option<String>,
    /// Its grant.
    pub grant: Option<Grant>,
}

/// What is told of a token (RFC 7662, section 2.2).
#[derive(Debug, Serialize)]
pub struct Introspection {
    #[serde(flatten)]
    members: Value,
    /// As the caller may see them; apart from the rest so that no number of them is rounded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_details: Vec<Detail>,
}

/// Answers an introspection request.
///
/// # Errors
/// `invalid_client` for a caller without credentials; `invalid_request` without a token.
pub async fn answer<'a>(
    provider: &Provider,
    caller: impl Into<Caller<'a>>,
    parameters: &Parameters,
) -> Result<Introspection, Error> {
    look(provider, caller.into(), parameters)
        .await
        .map(|(_, told)| told)
}

/// Who asks, and what they are told.
async fn look(
    provider: &Provider,
    caller: Caller<'_>,
    parameters: &Parameters,
) -> Result<(Client, Introspection), Error> {
    let client = authenticate(provider, caller, parameters).await?;
    let token = parameters.require("token")?;
    let live = provider.live();
    let issuer = &live.configuration.issuer;
    let active = find_living(provider, token).await?;
    let Some(active) = active.filter(|active| may_see(active, &client, issuer)) else {
        let told = Introspection {
            members: json!({ "active": false }),
            authorization_details: Vec::new(),
        };
        return Ok((client, told));
    };
    let asking = Asking {
        provider,
        client: &client,
        user: None,
        parameters,
        visit: caller.visit,
        is_authorization: false,
    };
    let told = Introspection {
        members: describe(&active, issuer),
        authorization_details: details_for(&asking, &active).await,
    };
    Ok((client, told))
}

/// A token for other resource servers is none for this one (RFC 9701, section 5), where
/// it is registered which resources the caller is.
fn may_see(active: &ActiveToken, caller: &Client, issuer: &str) -> bool {
    let own = active.client_id == caller.client_id.as_str();
    let served = &caller.metadata.resource_identifiers;
    let meant = |audience: &String| audience == issuer || served.contains(audience);
    own || served.is_empty() || active.resources.is_empty() || active.resources.iter().any(meant)
}

/// The client that holds the token was told all of it; another one is told the part of a
/// resource server of its name.
async fn details_for(asking: &Asking<'_>, active: &ActiveToken) -> Vec<Detail> {
    let details = &active.authorization_details;
    if active.client_id == asking.client.client_id.as_str() {
        return details.elements();
    }
    project(asking, details, &ResourceServer::client(asking.client)).await
}

async fn authenticate(
    provider: &Provider,
    caller: Caller<'_>,
    parameters: &Parameters,
) -> Result<Client, Error> {
    let client = client_auth::authenticate(provider, caller, parameters).await?;
    if client.is_public() {
        return Err(Code::InvalidClient.because("introspection needs client credentials"));
    }
    Ok(client)
}

fn describe(active: &ActiveToken, issuer: &str) -> Value {
    let mut answer = json!({
        "active": true,
        "iss": issuer,
        "aud": Audience::of(&active.resources, issuer),
        "client_id": active.client_id,
        "sub": active.user_id.as_ref().map_or(active.client_id.as_str(), UserId::as_str),
        "scope": active.scope.to_string(),
        "token_type": "Bearer",
        "iat": active.issued_at.seconds(),
        "exp": active.expires_at.seconds(),
    });
    if let Some(members) = answer.as_object_mut() {
        if let Some(jti) = &active.jti {
            members.insert("jti".to_owned(), json!(jti));
        }
        if let Some(thumbprint) = &active.certificate_thumbprint {
            let confirmation = Confirmation {
                certificate_thumbprint: thumbprint,
            };
            members.insert("cnf".to_owned(), json!(confirmation)); // RFC 8705, section 3.2
        }
        if let Some(authentication) = active
            .grant
            .as_ref()
            .and_then(|g| g.authentication.as_ref())
        {
            members.insert(
                "auth_time".to_owned(),
                json!(authentication.auth_time.seconds()),
            );
            members.insert("acr".to_owned(), json!(authentication.acr));
        }
    }
    answer
}

/// The token that is shown, if it is good and, where it is bound to a certificate, came
/// with that one.
///
/// # Errors
/// A fault of the store.
pub async fn find_active<'a>(
    provider: &Provider,
    bearer: impl Into<Bearer<'a>>,
) -> Result<Option<ActiveToken>, Error> {
    let bearer = bearer.into();
    let found = find_living(provider, bearer.token).await?;
    Ok(found.filter(|active| {
        let thumbprint = active.certificate_thumbprint.as_deref();
        is_shown(thumbprint, bearer.certificate)
    }))
}

/// The token of a caller who administers: for this server and no other resource (RFC 8707,
/// section 2; RFC 9068, section 4), a client's own, of a client that an operator added. A token
/// is issued without scopes of administration to whoever registered itself; should one be
/// about, from whenever, it opens nothing either.
///
/// # Errors
/// `invalid_token`.
pub(crate) async fn load_administrators(
    provider: &Provider,
    bearer: Bearer<'_>,
) -> Result<ActiveToken, Error> {
    let invalid = || Code::InvalidToken.because("the access token is not valid");
    let active = find_active(provider, bearer).await?;
    let active = active
        .filter(|active| active.is_for(&provider.live().configuration.issuer))
        .filter(|active| active.user_id.is_none() && active.grant.is_none())
        .ok_or_else(invalid)?;
    let client_id = ClientId::new(&active.client_id);
    let client = provider.store.find_client(&client_id).await?;
    if client.is_none_or(|client| client.registration.is_some()) {
        return Err(invalid());
    }
    Ok(active)
}

/// The token, if it is ours, unexpired, unrevoked, its grant lives, and neither
/// its client nor its user is disabled; whoever shows it.
async fn find_living(provider: &Provider, token: &str) -> Result<Option<ActiveToken>, Error> {
    let Some(active) = find_unrevoked(provider, token).await? else {
        return Ok(None);
    };
    let client = provider
        .store
        .find_client(&ClientId::new(&active.client_id))
        .await?;
    // A client of the same id that was registered later is another one.
    let is_whose = |client: &Client| {
        client.is_live(provider.now()) && client.issued_at.seconds() <= active.issued_at.seconds()
    };
    if !client.is_some_and(|client| is_whose(&client)) {
        return Ok(None);
    }
    if let Some(user_id) = &active.user_id {
        let user = provider.store.find_user(user_id).await?;
        if user.is_none_or(|user| user.disabled) {
            return Ok(None);
        }
    }
    Ok(Some(active))
}

/// The same whatever became of client and user: a token that is only asleep
/// with its user can be revoked.
///
/// # Errors
/// A fault of the store.
pub(crate) async fn find_unrevoked(
    provider: &Provider,
    token: &str,
) -> Result<Option<ActiveToken>, Error> {
    let now = provider.now();
    let found = if token.contains('.') {
        find_jwt(provider, token).await?
    } else {
        find_opaque(provider, token).await?
    };
    Ok(found.filter(|active| {
        now < active.expires_at
            && active
                .grant
                .as_ref()
                .is_none_or(|grant| grant.revoked_at.is_none())
    }))
}

async fn find_opaque(provider: &Provider, token: &str) -> Result<Option<ActiveToken>, Error> {
    let hash = SecretHash::of(token);
    let Some(stored) = provider.store.find_access_token(&hash).await? else {
        return Ok(None);
    };
    if stored.revoked_at.is_some() {
        return Ok(None);
    }
    let grant = match &stored.grant_id {
        None => None,
        Some(id) => match provider.store.find_grant(id).await? {
            None => return Ok(None),
            Some(grant) => Some(grant.value),
        },
    };
    let stored = stored.value;
    Ok(Some(ActiveToken {
        authorization_details: stored.authorization_details,
        certificate_thumbprint: stored.certificate_thumbprint,
        client_id: stored.client_id.as_str().to_owned(),
        user_id: stored.user_id,
        scope: stored.scope,
        resources: stored.resources,
        issued_at: stored.issued_at,
        expires_at: stored.expires_at,
        record: hash,
        jti: None,
        grant,
    }))
}

async fn find_jwt(provider: &Provider, token: &str) -> Result<Option<ActiveToken>, Error> {
    let live = provider.live();
    let Ok(verified) = live.keys.verify(token, &["at+jwt"], provider.now()) else {
        return Ok(None);
    };
    let text = |name: &str| verified.claims.get(name).and_then(Value::as_str);
    let seconds = |name: &str| {
        verified
            .claims
            .get(name)
            .and_then(Value::as_i64)
            .unwrap_or(0)
    };
    let (Some(jti), Some(client_id), Some(subject)) = (text("jti"), text("client_id"), text("sub"))
    else {
        return Ok(None);
    };
    if text("iss") != Some(live.configuration.issuer.as_str()) {
        return Ok(None);
    }
    let record = SecretHash::of(jti);
    let stored = provider.store.find_access_token(&record).await?;
    if stored.as_ref().is_some_and(|row| row.revoked_at.is_some()) {
        return Ok(None); // this JWT was revoked by itself
    }
    let grant = match grant_of_jti(jti) {
        None => None,
        Some(id) => match provider.store.find_grant(&id).await? {
            None => return Ok(None),
            Some(grant) => Some(grant.value),
        },
    };
    Ok(Some(ActiveToken {
        client_id: client_id.to_owned(),
        user_id: grant.as_ref().map(|_| UserId::new(subject)),
        scope: Scope::parse(text("scope").unwrap_or_default()),
        resources: resources_of(verified.claims.get("aud"), &live.configuration.issuer),
        authorization_details: stored
            .map(|stored| stored.value.authorization_details)
            .unwrap_or_default(),
        certificate_thumbprint: bound_to(verified.claims.get("cnf")),
        issued_at: Timestamp::from_seconds(seconds("iat")),
        expires_at: Timestamp::from_seconds(seconds("exp")),
        record,
        jti: Some(jti.to_owned()),
        grant,
    }))
}

/// The certificate that `cnf` of a token of ours names. Any other confirmation is one that
/// no certificate gives.
fn bound_to(confirmation: Option<&Value>) -> Option<String> {
    let thumbprint = confirmation?.get("x5t#S256").and_then(Value::as_str);
    Some(thumbprint.unwrap_or_default().to_owned())
}

/// The resources that `aud` of a token of ours names.
fn resources_of(audience: Option<&Value>, issuer: &str) -> Vec<String> {
    match audience {
        Some(Value::String(only)) if only == issuer => Vec::new(),
        Some(Value::String(only)) => vec![only.clone()],
        Some(Value::Array(several)) => several
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

impl ActiveToken {
    /// Is it for this server itself, as UserInfo needs it to be?
    pub(crate) fn is_for(&self, issuer: &str) -> bool {
        self.resources.is_empty() || self.resources.iter().any(|resource| resource == issuer)
    }
}
