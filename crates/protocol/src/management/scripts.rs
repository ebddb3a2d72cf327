//! Scripts from afar (`/config/scripts`): listed, read, saved through the gate, taken away,
//! and their history, which Jans does not have.

pub mod candidates;
pub mod form;

use std::collections::HashMap;

use durward_model::{Script, ScriptFigures, ScriptId};
use durward_script::{Engine, types};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    ManagementError, Page, Request,
    access::{Caller, Right, SCRIPTS, authorize},
    document,
    paging::{self, Listing},
};
use crate::script_keeping::{self, Keeper, Which, history};

pub use candidates::{CandidateEndTold, CandidateForm, CandidateTold};
pub use form::{CustomScript, Version};

/// Names that stand where an inum does in other paths: a script cannot be called so.
const WORDS: [&str; 4] = ["inum", "name", "type", "types"];

const LISTING: Listing = Listing {
    searched: &["inum", "name", "description"],
    sorted: &[
        "inum",
        "name",
        "description",
        "scriptType",
        "programmingLanguage",
        "level",
        "revision",
        "enabled",
    ],
    last_first: false,
};

const VERSIONS: Listing = Listing {
    searched: &["author", "message", "hash"],
    sorted: &["revision", "at", "author"],
    last_first: true,
};

/// What two versions have not in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// The older revision.
    pub from: i64,
    /// The newer one.
    pub to: i64,
    /// A unified diff of settings and text; hidden values are not in it.
    pub diff: String,
}

/// Scripts, of one type or of all.
///
/// # Errors
/// `Missing` for a type that does not exist.
pub async fn list(
    request: &Request<'_>,
    script_type: Option<&str>,
) -> Result<Page<Value>, ManagementError> {
    authorize(request, SCRIPTS, Right::Read).await?;
    let wanted = script_type.map(str::to_ascii_lowercase);
    if let Some(name) = &wanted
        && types::find(name).is_none()
    {
        let message = format!("'{name}' is not a script type that this version asks");
        return Err(ManagementError::Missing(message));
    }
    let store = &request.provider.store;
    let all = store.list_scripts().await?;
    let figures = store.list_script_figures().await?.into_iter();
    let figures: HashMap<ScriptId, ScriptFigures> = figures
        .map(|found| (found.value.inum.clone(), found.value))
        .collect();
    let told = all
        .iter()
        .filter(|script| {
            wanted
                .as_ref()
                .is_none_or(|name| *name == script.script_type)
        })
        .map(|script| value(&form::told_with(script, figures.get(&script.inum))))
        .collect();
    paging::page(request, LISTING, told)
}

/// The types that there are.
///
/// # Errors
/// As [`authorize`].
pub async fn list_types(request: &Request<'_>) -> Result<Vec<&'static str>, ManagementError> {
    authorize(request, SCRIPTS, Right::Read).await?;
    request.check_parameters(&[])?;
    Ok(types::ALL
        .iter()
        .map(|script_type| script_type.name)
        .collect())
}

/// One script.
///
/// # Errors
/// `Missing`.
pub async fn find(
    request: &Request<'_>,
    which: Which<'_>,
) -> Result<CustomScript, ManagementError> {
    authorize(request, SCRIPTS, Right::Read).await?;
    request.check_parameters(&[])?;
    let provider = request.provider;
    let found = script_keeping::load(provider, which).await?;
    let figures = provider.store.find_script_figures(&found.inum).await?;
    Ok(form::told_with(&found, figures.as_deref()))
}

/// A new script.
///
/// # Errors
/// `Invalid` where it does not pass the gate, `Conflict` for an inum or name that is taken.
pub async fn create(
    request: &Request<'_>,
    engine: &dyn Engine,
) -> Result<CustomScript, ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&["addScriptTemplate", "message"])?;
    if request
        .parameters
        .find("addScriptTemplate")
        .is_some_and(|text| text != "false")
    {
        let message = "there are no templates: what is sent is what is stored";
        return Err(ManagementError::invalid("addScriptTemplate", message));
    }
    let form: CustomScript = document::typed(&document::object(request.body)?)?;
    let inum = form.inum.clone();
    if inum.as_deref().is_some_and(|inum| WORDS.contains(&inum)) {
        return Err(ManagementError::invalid("inum", "a path has this word"));
    }
    let keeper = keeper(request, engine, &caller);
    let draft = form::draft(form)?;
    let sent = draft.text.clone();
    let script = keeper.create(inum.as_deref(), draft).await?;
    Ok(form::told_after(&script, &sent))
}

/// Another script in the place of the one whose inum it has.
///
/// # Errors
/// `Missing`, `Invalid`, `Conflict`, `Stale`.
pub async fn replace(
    request: &Request<'_>,
    engine: &dyn Engine,
) -> Result<CustomScript, ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&["message"])?;
    let form: CustomScript = document::typed(&document::object(request.body)?)?;
    let Some(inum) = form.inum.clone().map(ScriptId::new) else {
        return Err(ManagementError::invalid("inum", "it says which script"));
    };
    let which = seen(request, &inum).await?;
    let keeper = keeper(request, engine, &caller);
    let draft = form::draft(form)?;
    let sent = draft.text.clone();
    let script = keeper.replace(which, draft).await?;
    Ok(form::told_after(&script, &sent))
}

/// A script, changed by a JSON Patch of what [`find`] tells of it.
///
/// # Errors
/// `Missing`, `Invalid`, `Conflict`, `Stale`.
pub async fn patch(
    request: &Request<'_>,
    engine: &dyn Engine,
    inum: &ScriptId,
) -> Result<CustomScript, ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&["message"])?;
    let which = seen(request, inum).await?;
    let before = script_keeping::load(request.provider, which).await?;
    let document = value(&form::told(&before));
    let form: CustomScript = document::typed(&document::patched(document, request.body)?)?;
    if form.inum.as_deref() != Some(inum.as_str()) {
        return Err(ManagementError::invalid("inum", "it cannot be changed"));
    }
    let keeper = keeper(request, engine, &caller);
    let read = Which::Seen(inum, before.revision);
    let draft = form::draft(form)?;
    let sent = draft.text.clone();
    let script = keeper.replace(read, draft).await?;
    Ok(form::told_after(&script, &sent))
}

/// Takes a script away, with its history.
///
/// # Errors
/// `Missing`, `Stale`.
pub async fn delete(
    request: &Request<'_>,
    engine: &dyn Engine,
    inum: &ScriptId,
) -> Result<(), ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Delete).await?;
    request.check_parameters(&[])?;
    let which = seen(request, inum).await?;
    Ok(keeper(request, engine, &caller).delete(which).await?)
}

/// The versions of a script, newest first, without their texts.
///
/// # Errors
/// `Missing`.
pub async fn list_versions(
    request: &Request<'_>,
    inum: &ScriptId,
) -> Result<Page<Value>, ManagementError> {
    let script = read(request, inum).await?;
    let all = history::list(request.provider, inum).await?;
    let told = all.iter().map(|version| {
        value(&Version {
            script: None,
            ..form::told_version(version, &script)
        })
    });
    paging::page(request, VERSIONS, told.collect())
}

/// One version.
///
/// # Errors
/// `Missing`.
pub async fn find_version(
    request: &Request<'_>,
    inum: &ScriptId,
    revision: i64,
) -> Result<Version, ManagementError> {
    let script = read(request, inum).await?;
    request.check_parameters(&[])?;
    let version = history::load(request.provider, &script, revision).await?;
    Ok(form::told_version(&version, &script))
}

/// What a version changed: against the one before, or the one that `from` names.
///
/// # Errors
/// `Missing`.
pub async fn diff(
    request: &Request<'_>,
    inum: &ScriptId,
    revision: i64,
) -> Result<Difference, ManagementError> {
    let script = read(request, inum).await?;
    request.check_parameters(&["from"])?;
    let from = request
        .parameters
        .find_integer("from")
        .map_err(|_| ManagementError::invalid("from", "it is a revision"))?;
    let provider = request.provider;
    let (older, newer) = history::pair(provider, &script, from, Some(revision)).await?;
    Ok(Difference {
        from: older.revision,
        to: newer.revision,
        diff: history::diff(&older, &newer, &script),
    })
}

/// Makes an earlier version the next one, through the gate.
///
/// # Errors
/// `Missing`, `Invalid`, `Conflict`, `Stale`.
pub async fn roll_back(
    request: &Request<'_>,
    engine: &dyn Engine,
    inum: &ScriptId,
    revision: i64,
) -> Result<CustomScript, ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&["message"])?;
    let which = seen(request, inum).await?;
    let keeper = keeper(request, engine, &caller);
    Ok(form::told(&keeper.roll_back(which, revision).await?))
}

async fn read(request: &Request<'_>, inum: &ScriptId) -> Result<Script, ManagementError> {
    authorize(request, SCRIPTS, Right::Read).await?;
    let found = script_keeping::load(request.provider, Which::Inum(inum)).await?;
    Ok(found.value)
}

/// The script that is meant: with `If-Match` only if it is still what the caller has seen.
async fn seen<'a>(request: &Request<'_>, inum: &'a ScriptId) -> Result<Which<'a>, ManagementError> {
    let before = script_keeping::load(request.provider, Which::Inum(inum)).await?;
    match request.seen()? {
        None => Ok(Which::Inum(inum)),
        Some(revision) if revision == before.revision => Ok(Which::Seen(inum, revision)),
        Some(_) => Err(ManagementError::Stale(format!(
            "'{}' has revision {} by now",
            before.name, before.revision
        ))),
    }
}

fn keeper<'a>(request: &Request<'a>, engine: &'a dyn Engine, caller: &'a Caller) -> Keeper<'a> {
    Keeper {
        provider: request.provider,
        engine,
        author: &caller.author,
        message: request.parameters.find("message"),
    }
}

fn value<T: Serialize>(form: &T) -> Value {
    serde_json::to_value(form).unwrap_or_default()
}
