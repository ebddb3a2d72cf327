//! The versions of a script: one for each save that changed something, so many of them as
//! the configuration keeps. Not here: saving.

use std::fmt::Write as _;

use durward_model::{Script, ScriptId, ScriptVersion, script::ScriptProperty};
use durward_store::{Change, Versioned, script_version_key};
use similar::TextDiff;

use super::{Keeper, SaveError, recording};
use crate::{Provider, configuration::MASK, error::Error};

/// Lines around a change in a diff.
const CONTEXT_LINES: usize = 3;

/// Said of a hidden value that was another one before.
const ANOTHER: &str = " (another value than before)";

/// Every version of a script that is kept, oldest first.
///
/// # Errors
/// A fault of the store.
pub async fn list(provider: &Provider, inum: &ScriptId) -> Result<Vec<ScriptVersion>, Error> {
    let found = provider.store.list_script_versions(inum).await?;
    Ok(found.into_iter().map(|found| found.value).collect())
}

/// Which revisions of a script are kept, oldest first.
async fn revisions(provider: &Provider, inum: &ScriptId) -> Result<Vec<i64>, Error> {
    Ok(provider.store.list_script_revisions(inum).await?)
}

/// The last revision before that one that was more than tried.
async fn last_served(
    provider: &Provider,
    inum: &ScriptId,
    before: i64,
) -> Result<Option<i64>, Error> {
    let kept = revisions(provider, inum).await?;
    for revision in kept.into_iter().rev().filter(|kept| *kept < before) {
        let found = provider.store.find_script_version(inum, revision).await?;
        if found.is_some_and(|version| !version.staged) {
            return Ok(Some(revision));
        }
    }
    Ok(None)
}

/// One version of a script.
///
/// # Errors
/// `Missing` for one that is not kept, with those that are.
pub async fn load(
    provider: &Provider,
    script: &Script,
    revision: i64,
) -> Result<ScriptVersion, SaveError> {
    let (store, inum) = (&provider.store, &script.inum);
    if let Some(found) = store.find_script_version(inum, revision).await? {
        return Ok(found.value);
    }
    let kept = revisions(provider, inum).await?;
    let name = &script.name;
    Err(SaveError::Missing(match (kept.first(), kept.last()) {
        (Some(oldest), Some(newest)) => {
            format!("revision {revision} of '{name}' is not kept; there are {oldest} to {newest}")
        }
        _ => format!("no version of '{name}' is kept: it was not saved since versions are"),
    }))
}

/// Two versions to compare, from what somebody named: both, the older one, or none, which
/// means the last two.
///
/// # Errors
/// `Missing` for one that is not kept, or where there is nothing before the last.
pub async fn pair(
    provider: &Provider,
    script: &Script,
    older: Option<i64>,
    newer: Option<i64>,
) -> Result<(ScriptVersion, ScriptVersion), SaveError> {
    let newer = load(provider, script, newer.unwrap_or(script.revision)).await?;
    let older = match older {
        Some(revision) => revision,
        None => last_served(provider, &script.inum, newer.revision)
            .await?
            .ok_or_else(|| {
                SaveError::Missing(format!(
                    "nothing before revision {} of '{}' is kept",
                    newer.revision, script.name
                ))
            })?,
    };
    Ok((load(provider, script, older).await?, newer))
}

/// A unified diff of settings and text. Values that are hidden, in either version or by `now`,
/// are not in it, only that they changed; empty when nothing did.
pub fn diff(older: &ScriptVersion, newer: &ScriptVersion, now: &Script) -> String {
    let (old, new) = (
        &older.configuration_properties,
        &newer.configuration_properties,
    );
    let all = old.iter().chain(new).chain(&now.configuration_properties);
    let hidden: Vec<&str> = all
        .filter(|property| property.hide)
        .map(|property| property.value1.as_str())
        .collect();
    let old_settings = settings(older, &hidden, &[]);
    let new_settings = settings(newer, &hidden, old);
    let of = |what: &str, version: &ScriptVersion| {
        format!("{}@{}/{what}", version.name, version.revision)
    };
    let part = |what: &str, old: &str, new: &str| {
        TextDiff::from_lines(old, new)
            .unified_diff()
            .context_radius(CONTEXT_LINES)
            .header(&of(what, older), &of(what, newer))
            .to_string()
    };
    part("settings", &old_settings, &new_settings) + &part("script", &older.script, &newer.script)
}

/// A line for each setting. A hidden value that is not the same in `before` says so.
fn settings(version: &ScriptVersion, hidden: &[&str], before: &[ScriptProperty]) -> String {
    let mut lines = String::new();
    let mut add = |name: &str, value: &str| {
        // On one line whatever it holds: a value cannot pass for another setting.
        let _ = writeln!(lines, "{name}: {}", value.escape_debug());
    };
    add("name", &version.name);
    add("description", &version.description);
    add("scriptType", &version.script_type);
    add("programmingLanguage", &version.programming_language);
    add("level", &version.level.to_string());
    add("enabled", &version.enabled.to_string());
    add("reloads", &version.reloads.to_string());
    for property in &version.module_properties {
        let name = property.value1.escape_debug();
        add(&format!("module property {name}"), &property.value2);
    }
    for property in &version.configuration_properties {
        let name = property.value1.escape_debug();
        if property.hide {
            // Sealed texts differ only where values do.
            let changed = before.iter().any(|other| {
                other.hide && other.value1 == property.value1 && other.value2 != property.value2
            });
            let mark = if changed { ANOTHER } else { "" };
            add(&format!("hidden property {name}"), &format!("{MASK}{mark}"));
        } else if hidden.contains(&property.value1.as_str()) {
            // Somebody had, or got, a reason to hide it.
            add(&format!("property {name}"), MASK);
        } else {
            add(&format!("property {name}"), &property.value2);
        }
    }
    lines
}

/// Why there is a version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Why {
    /// It went back to that revision.
    pub(super) rolled_back_to: Option<i64>,
    /// It had been that candidate.
    pub(super) promoted_from: Option<i64>,
    /// To be tried, not to serve.
    pub(super) staged: bool,
}

/// What a save adds to the history of a script, and what falls out of it. What serves while
/// another version is tried stays in it.
///
/// # Errors
/// A fault of the store.
pub(super) async fn changes(
    keeper: &Keeper<'_>,
    before: Option<&Versioned<Script>>,
    after: &Script,
    why: Why,
) -> Result<Vec<Change>, Error> {
    let provider = keeper.provider;
    let mut kept = revisions(provider, &after.inum).await?;
    let mut serving = None;
    if why.staged {
        serving = last_served(provider, &after.inum, i64::MAX).await?;
    }
    let mut changes = Vec::new();
    if let Some(before) = before
        && !kept.contains(&before.revision)
    {
        // From before versions were kept: without it there would be no way back.
        // From before versions were kept: without it there would be no way back.
        kept.push(before.revision);
        serving = Some(before.revision);
        changes.push(Change::put(&version(before)));
    }
    let new = ScriptVersion {
        author: Some(keeper.author.to_owned()),
        message: keeper.message.map(str::to_owned),
        // One moment for both; what is only tried leaves the script as it was.
        at: if why.staged {
            provider.now()
        } else {
            after.modified_at
        },
        rolled_back_to: why.rolled_back_to,
        promoted_from: why.promoted_from,
        staged: why.staged,
        ..version(after)
    };
    changes.push(Change::put(&new));
    let room = provider.live().configuration.script_versions_kept.max(1) as usize - 1;
    kept.sort_unstable();
    let beyond = kept.len().saturating_sub(room);
    let stays = |revision: i64| why.staged && serving == Some(revision);
    let gone = kept
        .into_iter()
        .take(beyond)
        .filter(|revision| !stays(*revision));
    changes.extend(gone.map(|revision| deletion(&after.inum, revision)));
    Ok(changes)
}

/// What takes a script's whole history away.
///
/// # Errors
/// A fault of the store.
pub(super) async fn forgetting(provider: &Provider, inum: &ScriptId) -> Result<Vec<Change>, Error> {
    let kept = revisions(provider, inum).await?;
    let gone = kept.into_iter();
    Ok(gone.map(|revision| deletion(inum, revision)).collect())
}

fn deletion(inum: &ScriptId, revision: i64) -> Change {
    Change::delete::<ScriptVersion>(&script_version_key(inum, revision))
}

/// The version that a script is now, by nobody.
fn version(script: &Script) -> ScriptVersion {
    ScriptVersion {
        inum: script.inum.clone(),
        revision: script.revision,
        hash: script.version.clone(),
        name: script.name.clone(),
        description: script.description.clone(),
        script_type: script.script_type.clone(),
        programming_language: script.programming_language.clone(),
        script: script.script.clone(),
        level: script.level,
        enabled: script.enabled,
        reloads: script.reloads,
        module_properties: script.module_properties.clone(),
        configuration_properties: script.configuration_properties.clone(),
        author: None,
        at: script.modified_at,
        message: None,
        rolled_back_to: None,
        staged: false,
        promoted_from: None,
    }
}

/// The script that a version makes of what there is now: name and whether it serves stay as
/// they are, so that going back neither turns anything on nor lets anything through; nor does
/// it begin to record.
pub(crate) fn restored(now: &Script, version: &ScriptVersion) -> Script {
    Script {
        description: version.description.clone(),
        programming_language: version.programming_language.clone(),
        script: version.script.clone(),
        level: version.level,
        reloads: version.reloads,
        module_properties: recording::as_in(version.module_properties.clone(), now),
        configuration_properties: version.configuration_properties.clone(),
        script_error: None,
        runs_on: None,
        ..now.clone()
    }
}
