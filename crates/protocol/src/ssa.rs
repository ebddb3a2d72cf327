//! Issuing software statements (Jans's SSA endpoint): what a developer portal hands out
//! so that software can register.
//!
//! Not here: what a statement is worth at registration (`client_registration`).

use durward_jose::{
    Algorithm,
    strict_json::{self, Limits},
};
use durward_model::{
    IssuedStatement, Timestamp, configuration::SsaConfiguration, registration::StatementStatus,
};
use durward_store::{Change, StoreError, Versioned};
use serde_json::{Map, Value, json};

use crate::{
    Provider,
    bearer::Bearer,
    error::{Code, Error},
    introspection::{self, ActiveToken},
    token::GRANTS,
};

/// May do everything.
pub const ADMIN: &str = "https://jans.io/auth/ssa.admin";
/// May look at everything.
pub const PORTAL: &str = "https://jans.io/auth/ssa.portal";
/// May look at what it asked for itself.
pub const DEVELOPER: &str = "https://jans.io/auth/ssa.developer";

/// `typ` of our statements: no other token of ours can be taken for one.
pub const TYPES: &[&str] = &["software-statement+jwt"];

const LIMITS: Limits = Limits {
    bytes: 16 * 1024,
    depth: 4,
};

/// Longest text in a statement, bytes.
const MAX_TEXT_BYTES: usize = 512;

/// Times that revoking is tried when something changes meanwhile.
const ATTEMPTS: u32 = 8;

/// Longest life, days.
const MAX_DAYS: i64 = 3_660;

/// Which statements a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// The one with that `jti`.
    Jti(&'a str),
    /// All of that organisation.
    Organisation(&'a str),
}

impl<'a> Which<'a> {
    /// Of a query's `jti` and `org_id`.
    ///
    /// # Errors
    /// `invalid_request` unless it has one of the two.
    pub fn of(jti: Option<&'a str>, org_id: Option<&'a str>) -> Result<Self, Error> {
        match (jti, org_id) {
            (Some(jti), None) => Ok(Self::Jti(jti)),
            (None, Some(org_id)) => Ok(Self::Organisation(org_id)),
            _ => Err(Code::InvalidRequest.because("either jti or org_id has to be given")),
        }
    }
}

/// Issues a statement.
///
/// # Errors
/// `invalid_token`, `insufficient_scope`, `invalid_request`.
pub async fn issue(
    provider: &Provider,
    bearer: Option<Bearer<'_>>,
    body: &[u8],
) -> Result<Value, Error> {
    let caller = authorize(provider, bearer, &[ADMIN]).await?;
    let asked = strict_json::parse_object(body, LIMITS).map_err(|error| {
        Code::InvalidRequest.because(format!("the request is not acceptable: {error}"))
    })?;
    let live = provider.live();
    let issued = statement(
        provider,
        &live.configuration.ssa_configuration,
        &asked,
        &caller,
    )?;
    let jwt = sign(provider, &issued)?;
    provider.store.apply(vec![Change::insert(&issued)]).await?;
    note("issued", &caller, &issued);
    Ok(json!({ "ssa": jwt }))
}

/// Lists statements.
///
/// # Errors
/// `invalid_token`, `insufficient_scope`.
pub async fn list(
    provider: &Provider,
    bearer: Option<Bearer<'_>>,
    which: Option<Which<'_>>,
) -> Result<Value, Error> {
    let caller = authorize(provider, bearer, &[ADMIN, PORTAL, DEVELOPER]).await?;
    let found = match which {
        Some(which) => find(provider, which).await?,
        None => provider.store.list_issued_statements().await?,
    };
    let seen = found.iter().filter(|found| may_see(&caller, found));
    Ok(seen.map(|found| described(provider, found)).collect())
}

/// The JWT of a statement that is still good; none if there is no such.
///
/// # Errors
/// `invalid_token`, `insufficient_scope`.
pub async fn jwt(
    provider: &Provider,
    bearer: Option<Bearer<'_>>,
    jti: &str,
) -> Result<Option<Value>, Error> {
    let caller = authorize(provider, bearer, &[ADMIN, PORTAL, DEVELOPER]).await?;
    let found = provider.store.find_issued_statement(jti).await?;
    let found = found.filter(|found| may_see(&caller, found) && is_active(provider, found));
    found
        .map(|found| Ok(json!({ "ssa": sign(provider, &found)? })))
        .transpose()
}

/// Is the statement good still?
///
/// # Errors
/// A fault of the store.
pub async fn is_valid(provider: &Provider, jti: &str) -> Result<bool, Error> {
    let found = provider.store.find_issued_statement(jti).await?;
    Ok(found.is_some_and(|found| is_active(provider, &found)))
}

/// Takes statements back. Answers whether there were any.
///
/// # Errors
/// `invalid_token`, `insufficient_scope`.
pub async fn revoke(
    provider: &Provider,
    bearer: Option<Bearer<'_>>,
    which: Which<'_>,
) -> Result<bool, Error> {
    let caller = authorize(provider, bearer, &[ADMIN]).await?;
    let mut any = false;
    for found in find(provider, which).await? {
        any |= is_active(provider, &found);
        revoke_one(provider, &caller, found).await?;
    }
    Ok(any)
}

/// Takes one back, whatever others make of it meanwhile; one that is swept stays away.
async fn revoke_one(
    provider: &Provider,
    caller: &ActiveToken,
    found: Versioned<IssuedStatement>,
) -> Result<(), Error> {
    let mut found = found;
    for _ in 0..ATTEMPTS {
        if found.status == StatementStatus::Revoked {
            return Ok(());
        }
        let revoked = IssuedStatement {
            status: StatementStatus::Revoked,
            ..found.value.clone()
        };
        let change = Change::replace(&found, &revoked);
        match provider.store.apply(vec![change]).await {
            Ok(()) => {
                note("revoked", caller, &revoked);
                return Ok(());
            }
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        match provider.store.find_issued_statement(&found.jti).await? {
            Some(again) => found = again,
            None => return Ok(()),
        }
    }
    Err(Error::Fault(
        "a statement kept changing while it was revoked".to_owned(),
    ))
}

fn note(what: &str, caller: &ActiveToken, statement: &IssuedStatement) {
    tracing::info!(
        target: "audit",
        author = format!("client:{}", caller.client_id),
        jti = statement.jti,
        org_id = statement.org_id,
        "software statement {what}"
    );
}

/// The caller's token: that of a client which an operator added, for this server, with one of
/// these scopes.
async fn authorize(
    provider: &Provider,
    bearer: Option<Bearer<'_>>,
    scopes: &[&str],
) -> Result<ActiveToken, Error> {
    let invalid = || Code::InvalidToken.because("the access token is not valid");
    let bearer = bearer.ok_or_else(invalid)?;
    let active = introspection::load_administrators(provider, bearer).await?;
    if scopes.iter().any(|scope| active.scope.contains(scope)) {
        Ok(active)
    } else {
        Err(Code::InsufficientScope.because("the access token lacks the scope for this"))
    }
}

fn may_see(caller: &ActiveToken, statement: &IssuedStatement) -> bool {
    caller.scope.contains(ADMIN)
        || caller.scope.contains(PORTAL)
        || statement.creator == caller.client_id
}

async fn find(
    provider: &Provider,
    which: Which<'_>,
) -> Result<Vec<Versioned<IssuedStatement>>, Error> {
    Ok(match which {
        Which::Jti(jti) => {
            let found = provider.store.find_issued_statement(jti).await?;
            found.into_iter().collect()
        }
        Which::Organisation(org_id) => provider.store.list_issued_statements_of(org_id).await?,
    })
}

fn is_active(provider: &Provider, statement: &IssuedStatement) -> bool {
    statement.status == StatementStatus::Active && provider.now() < statement.expires_at
}

fn described(provider: &Provider, statement: &IssuedStatement) -> Value {
    let status = match statement.status {
        StatementStatus::Active if !is_active(provider, statement) => "EXPIRED",
        StatementStatus::Active => "ACTIVE",
        StatementStatus::Used => "USED",
        StatementStatus::Revoked => "REVOKED",
    };
    json!({
        "ssa": statement.claims,
        "iss": statement.claims.get("iss"),
        "created_at": statement.created_at.seconds(),
        "expiration": statement.expires_at.seconds(),
        "status": status,
    })
}

fn sign(provider: &Provider, statement: &IssuedStatement) -> Result<String, Error> {
    let live = provider.live();
    let name = &live.configuration.ssa_configuration.ssa_signing_alg;
    let algorithm: Algorithm = name
        .parse()
        .map_err(|_| Error::Fault(format!("ssaSigningAlg: {name} is unknown")))?;
    let signer = live.keys.signer(algorithm, provider.now())?;
    let typ = TYPES.first().copied().unwrap_or_default();
    signer
        .sign(typ, &statement.claims)
        .map_err(|error| Error::Fault(error.to_string()))
}

fn wrong(name: &str) -> Error {
    Code::InvalidRequest.because(format!(
        "{name} is missing or has a value that it cannot have"
    ))
}

fn statement(
    provider: &Provider,
    configuration: &SsaConfiguration,
    asked: &Map<String, Value>,
    caller: &ActiveToken,
) -> Result<IssuedStatement, Error> {
    let now = provider.now();
    let org_id = text(asked, "org_id")?.ok_or_else(|| wrong("org_id"))?;
    let software_id = text(asked, "software_id")?.unwrap_or_else(|| provider.new_id());
    let grant_types = texts(asked, "grant_types")?;
    if grant_types
        .iter()
        .any(|grant| !GRANTS.contains(&grant.as_str()))
    {
        return Err(wrong("grant_types"));
    }
    if asked.get("rotate_ssa").is_some_and(|value| value != false) {
        return Err(Code::InvalidRequest.because("rotate_ssa: statements are not rotated"));
    }
    let one_time_use = match asked.get("one_time_use") {
        None => true,
        Some(Value::Bool(flag)) => *flag,
        Some(_) => return Err(wrong("one_time_use")),
    };
    let expires_at = end(configuration, asked, now)?;
    let jti = provider.new_id();
    let mut claims = Map::new();
    let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    set("iss", json!(provider.live().configuration.issuer));
    set("iat", json!(now.seconds()));
    set("exp", json!(expires_at.seconds()));
    set("jti", json!(jti));
    set("org_id", json!(org_id));
    set("software_id", json!(software_id));
    set("software_roles", json!(texts(asked, "software_roles")?));
    set("grant_types", json!(grant_types));
    if let Some(description) = text(asked, "description")? {
        set("description", json!(description));
    }
    if let Some(lifetime) = asked.get("lifetime") {
        let seconds = lifetime.as_i64().filter(|seconds| *seconds > 0);
        set("lifetime", json!(seconds.ok_or_else(|| wrong("lifetime"))?));
    }
    for name in &configuration.ssa_custom_attributes {
        if let Some(value) = text(asked, name)? {
            set(name, json!(value));
        }
    }
    Ok(IssuedStatement {
        jti,
        org_id,
        creator: caller.client_id.clone(),
        claims,
        one_time_use,
        status: StatementStatus::Active,
        created_at: now,
        expires_at,
    })
}

/// `expiration`, seconds since 1970; else as many days as configured.
fn end(
    configuration: &SsaConfiguration,
    asked: &Map<String, Value>,
    now: Timestamp,
) -> Result<Timestamp, Error> {
    const DAY: i64 = 24 * 3_600;
    let last = now.plus_seconds(MAX_DAYS * DAY);
    match asked.get("expiration") {
        None => Ok(now.plus_seconds(configuration.ssa_expiration_in_days.clamp(1, MAX_DAYS) * DAY)),
        Some(value) => value
            .as_i64()
            .map(Timestamp::from_seconds)
            .filter(|end| now < *end && *end <= last)
            .ok_or_else(|| wrong("expiration")),
    }
}

fn text(asked: &Map<String, Value>, name: &str) -> Result<Option<String>, Error> {
    match asked.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= MAX_TEXT_BYTES => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(wrong(name)),
    }
}

fn texts(asked: &Map<String, Value>, name: &str) -> Result<Vec<String>, Error> {
    let Some(value) = asked.get(name) else {
        return Ok(Vec::new());
    };
    let items = value.as_array().filter(|items| items.len() <= 64);
    let items = items.ok_or_else(|| wrong(name))?;
    items
        .iter()
        .map(|item| item.as_str().filter(|text| text.len() <= MAX_TEXT_BYTES))
        .map(|text| text.map(str::to_owned).ok_or_else(|| wrong(name)))
        .collect()
}
