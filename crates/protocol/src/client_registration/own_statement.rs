//! Software statements that we issued ourselves (`ssa`): they count while our own record
//! of them says so, and what counts is what the record says.

use durward_model::{
    IssuedStatement, Scope,
    configuration::SsaConfiguration,
    registration::{Ceiling, StatementStatus},
};
use durward_store::Change;
use serde_json::{Map, Value};

use super::{
    statement::{Statement, metadata_of, refused},
    storing::Spent,
};
use crate::{Provider, error::Error, ssa};

/// Claims that become metadata.
const MEMBERS: [&str; 4] = ["software_id", "org_id", "grant_types", "scope"];

/// Checks one of our own statements. `again`: the client registered with it before.
///
/// # Errors
/// `invalid_software_statement`.
pub(super) async fn redeem(
    provider: &Provider,
    text: &str,
    again: bool,
) -> Result<Statement, Error> {
    let live = provider.live();
    if !live.configuration.has_feature("ssa") {
        return Err(refused("statements of our own are not issued"));
    }
    // It may outlive the publication of its key: the record is what vouches for it.
    let verified = live
        .keys
        .verify_archived(text, ssa::TYPES)
        .map_err(refused)?;
    let jti = verified.claims.get("jti").and_then(Value::as_str);
    let jti = jti.ok_or_else(|| refused("no jti"))?;
    let found = provider.store.find_issued_statement(jti).await?;
    let found = found.ok_or_else(|| refused("it was never issued, or is forgotten"))?;
    let usable =
        found.status == StatementStatus::Active || (again && found.status == StatementStatus::Used);
    if !usable || found.expires_at <= provider.now() {
        return Err(refused("it was used, revoked, or is over"));
    }
    let spent = (found.one_time_use && !again).then(|| {
        let used = IssuedStatement {
            status: StatementStatus::Used,
            ..found.value.clone()
        };
        Spent {
            change: Change::replace(&found, &used),
            key: found.jti.clone(),
            refusal: refused("it was used before"),
        }
    });
    let claims = found.claims.clone();
    let scope = scopes_of(&claims, &live.configuration.ssa_configuration);
    let allowed = MEMBERS.map(str::to_owned);
    Ok(Statement {
        text: text.to_owned(),
        members: metadata_of(&claims, &allowed),
        ceiling: Ceiling {
            scope: scope.clone(),
            grant_types: texts(&claims, "grant_types"),
        },
        granted: scope,
        lifetime_seconds: claims.get("lifetime").and_then(Value::as_i64),
        owner: Some(found.org_id.clone()),
        spent,
        claims,
    })
}

/// Scopes of the statement's software roles.
fn scopes_of(claims: &Map<String, Value>, configuration: &SsaConfiguration) -> Scope {
    let roles = texts(claims, "software_roles");
    let scopes = roles
        .iter()
        .filter_map(|role| configuration.ssa_map_software_roles_to_scopes.get(role))
        .flatten();
    Scope::parse(&scopes.cloned().collect::<Vec<_>>().join(" "))
}

fn texts(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let items = claims.get(name).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
