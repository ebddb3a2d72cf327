//! Live configuration from afar (`/jans-auth-server/config`): read, and changed by JSON Patch.

use durward_model::Configuration;
use durward_store::Change;
use serde_json::Value;

use super::{
    ManagementError, Request, Tagged,
    access::{PROPERTIES, Right, authorize},
    check_seen, document, take_up,
};
use crate::configuration;

/// The configuration, secrets masked.
///
/// # Errors
/// As [`authorize`].
pub async fn find(request: &Request<'_>) -> Result<Tagged<Value>, ManagementError> {
    authorize(request, PROPERTIES, Right::Read).await?;
    request.check_parameters(&[])?;
    let found = request.provider.store.find_configuration().await?;
    let found = found.ok_or_else(nothing)?;
    Ok(Tagged::new(configuration::masked(&found), found.version))
}

/// The configuration, changed. A mask stands for what is stored.
///
/// # Errors
/// `Invalid` for what makes no sense, `Conflict`, `Stale`.
pub async fn patch(request: &Request<'_>) -> Result<Tagged<Value>, ManagementError> {
    let caller = authorize(request, PROPERTIES, Right::Write).await?;
    request.check_parameters(&[])?;
    let provider = request.provider;
    let before = provider.store.find_configuration().await?;
    let before = before.ok_or_else(nothing)?;
    let shown = Tagged::new(configuration::masked(&before), before.version);
    check_seen(request, shown.revision)?;
    let members = document::patched(shown.value.clone(), request.body)?;
    document::typed::<Configuration>(&members)?;
    let changed = configuration::replaced(&before, members, &provider.sealing)
        .map_err(|error| ManagementError::invalid("", error.message))?;
    if changed == before.value {
        return Ok(shown);
    }
    let change = Change::replace(&before, &changed);
    provider.store.apply(vec![change]).await?;
    take_up(provider).await;
    let told = configuration::masked(&changed);
    let names: Vec<&str> = changed_names(&shown.value, &told);
    tracing::info!(
        target: "audit",
        author = caller.author,
        properties = names.join(" "),
        "configuration changed"
    );
    Ok(Tagged::new(told, before.version + 1))
}

fn changed_names<'a>(before: &Value, after: &'a Value) -> Vec<&'a str> {
    let members = after.as_object().into_iter().flatten();
    members
        .filter(|(name, value)| before.get(name.as_str()) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect()
}

fn nothing() -> ManagementError {
    ManagementError::Missing("nothing is configured".to_owned())
}
