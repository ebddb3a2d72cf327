//! Scripts of a server, told as the commands tell those of a data directory.
//!
//! What the config API does not tell is not there: how often a script was loaded anew, where it
//! runs, what its calls add up to.

use std::path::Path;

use durward_model::script::ScriptProperty;
use durward_protocol::{
    management::scripts::{CustomScript, form::Property},
    script_keeping::{Draft, SaveError},
};
use durward_script::program::Problem;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Answer, Call, Connection,
    told::{member, members, moment, strange, text},
};
use crate::{command::script::save_failure, failure::Failure};

const SCRIPTS: &str = "/config/scripts";

/// Members of Jans's that say nothing here.
const JANS_ONLY: [&str; 7] = [
    "dn",
    "baseDn",
    "aliases",
    "modified",
    "internal",
    "locationType",
    "locationPath",
];

/// A stored script, and what a change of it is made against.
struct Found {
    script: Value,
    etag: Option<String>,
}

/// All of them.
///
/// # Errors
/// As [`Connection::request`].
pub async fn list(connection: &Connection) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for script in connection.list(SCRIPTS).await? {
        all.push(told(connection, script).await?);
    }
    Ok(all)
}

/// The one of that name.
///
/// # Errors
/// There is none.
pub async fn find(connection: &Connection, name: &str) -> Result<Value, Failure> {
    let found = load(connection, name).await?;
    told(connection, found.script).await
}

/// Stores a script as the next version of its name.
///
/// # Errors
/// What is wrong with it, as beside the data directory.
pub async fn put(
    connection: &Connection,
    file: &Path,
    draft: Draft,
    message: Option<&str>,
) -> Result<Value, Failure> {
    let before = look_for(connection, &draft.name).await?;
    let mut form = form(draft);
    let call = match &before {
        None => Call::new(Method::POST, SCRIPTS),
        Some(found) => {
            form.inum = Some(text(&found.script, "inum")?);
            Call::new(Method::PUT, SCRIPTS).seen(found.etag.as_deref())
        }
    };
    let call = call
        .maybe("message", message)
        .body(serde_json::to_value(form)?);
    let answer = connection.request(&call).await?;
    told(connection, saved(file, answer)?).await
}

/// Lets a script serve, or not.
///
/// # Errors
/// As [`put`].
pub async fn set_enabled(
    connection: &Connection,
    name: &str,
    enabled: bool,
    message: Option<&str>,
) -> Result<Value, Failure> {
    let found = load(connection, name).await?;
    let patch = json!([{ "op": "replace", "path": "/enabled", "value": enabled }]);
    let call = one(Method::PATCH, &found)?
        .seen(found.etag.as_deref())
        .maybe("message", message)
        .body(patch);
    let answer = connection.request(&call).await?;
    told(connection, saved(Path::new(name), answer)?).await
}

/// Makes an earlier version the next one.
///
/// # Errors
/// As [`put`], or a revision that is not kept.
pub async fn roll_back(
    connection: &Connection,
    name: &str,
    revision: i64,
    message: Option<&str>,
) -> Result<Value, Failure> {
    let found = load(connection, name).await?;
    let call = one(Method::POST, &found)?
        .segment("versions")
        .segment(&revision.to_string())
        .segment("rollback")
        .seen(found.etag.as_deref())
        .maybe("message", message);
    let answer = connection.request(&call).await?;
    told(connection, saved(Path::new(name), answer)?).await
}

/// Takes a script away, with its history.
///
/// # Errors
/// There is none of that name.
pub async fn delete(connection: &Connection, name: &str) -> Result<(), Failure> {
    let found = load(connection, name).await?;
    let call = one(Method::DELETE, &found)?;
    connection.request(&call).await?.accepted()?;
    Ok(())
}

/// The versions of a script that are kept, newest first, without their texts.
///
/// # Errors
/// There is no script of that name.
pub async fn versions(connection: &Connection, name: &str) -> Result<Vec<Value>, Failure> {
    let found = load(connection, name).await?;
    let path = format!("{SCRIPTS}/{}/versions", text(&found.script, "inum")?);
    let mut all = connection.list(&path).await?;
    for version in &mut all {
        in_milliseconds(version, "at")?;
    }
    Ok(all)
}

/// What changed between two versions, as `script diff --json` tells it.
///
/// # Errors
/// A script or revision that is not there.
pub async fn diff(
    connection: &Connection,
    name: &str,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<Value, Failure> {
    let found = load(connection, name).await?;
    let now = member(&found.script, "revision")
        .as_i64()
        .ok_or_else(strange)?;
    let from = from.map(|from| from.to_string());
    let call = one(Method::GET, &found)?
        .segment("versions")
        .segment(&to.unwrap_or(now).to_string())
        .segment("diff")
        .maybe("from", from.as_deref());
    connection.request(&call).await?.accepted()
}

fn one(method: Method, found: &Found) -> Result<Call, Failure> {
    Ok(Call::new(method, SCRIPTS).segment(&text(&found.script, "inum")?))
}

async fn load(connection: &Connection, name: &str) -> Result<Found, Failure> {
    let found = look_for(connection, name).await?;
    found.ok_or_else(|| {
        Failure::new(format!("there is no script named '{name}'"))
            .hint("list them: durward script list")
    })
}

async fn look_for(connection: &Connection, name: &str) -> Result<Option<Found>, Failure> {
    let call = Call::get(SCRIPTS).segment("name").segment(name);
    let answer = connection.request(&call).await?;
    if answer.is_missing() {
        return Ok(None);
    }
    let etag = answer.etag();
    Ok(Some(Found {
        script: answer.accepted()?,
        etag,
    }))
}

/// A script as `durward script show --json` has it, with its content hash from its history.
async fn told(connection: &Connection, script: Value) -> Result<Value, Failure> {
    let inum = text(&script, "inum")?;
    let mut script = members(script)?;
    script.retain(|name, _| !JANS_ONLY.contains(&name.as_str()));
    if let Some(error) = script
        .get_mut("scriptError")
        .filter(|error| error.is_object())
    {
        in_milliseconds(error, "raisedAt")?;
    }
    let call = Call::get(SCRIPTS)
        .segment(&inum)
        .segment("versions")
        .query("limit", "1");
    let page = connection.request(&call).await?.accepted()?;
    let newest = member(&page, "entries").get(0);
    let version = newest.cloned().unwrap_or_default();
    // The newest one that is kept is what there is now, if any is kept.
    if Some(member(&version, "revision")) == script.get("revision") {
        script.insert("version".to_owned(), member(&version, "hash").clone());
        script.insert("modifiedAt".to_owned(), json!(moment(&version, "at")?));
    }
    Ok(Value::Object(script))
}

/// A moment as the commands' JSON has it.
fn in_milliseconds(value: &mut Value, name: &str) -> Result<(), Failure> {
    let at = moment(value, name)?;
    if let Some(slot) = value.get_mut(name) {
        *slot = json!(at);
    }
    Ok(())
}

fn form(draft: Draft) -> CustomScript {
    let forms = |properties: Vec<ScriptProperty>| -> Vec<Property> {
        properties.into_iter().map(Into::into).collect()
    };
    CustomScript {
        name: draft.name,
        description: draft.description,
        script: draft.text,
        script_type: draft.script_type,
        programming_language: draft.programming_language,
        module_properties: forms(draft.module_properties),
        configuration_properties: forms(draft.configuration_properties),
        level: draft.level,
        enabled: draft.enabled,
        ..CustomScript::default()
    }
}

/// What a save answers. What is wrong with the text is told with its place, as `script put`
/// tells it of a data directory.
fn saved(file: &Path, answer: Answer) -> Result<Value, Failure> {
    let place = |error: &Value, name: &str| {
        let number = member(error, name).as_u64()?;
        u32::try_from(number).ok()
    };
    let errors = member(&answer.json, "errors")
        .as_array()
        .cloned()
        .unwrap_or_default();
    let problem = |error: &Value| {
        (member(error, "field") == "script").then_some(())?;
        Some(Problem {
            line: place(error, "line")?,
            column: place(error, "column")?,
            message: member(error, "message").as_str()?.to_owned(),
            unresolved: false,
        })
    };
    let problems: Option<Vec<Problem>> = errors.iter().map(problem).collect();
    match problems {
        Some(problems) if !problems.is_empty() => {
            Err(save_failure(file, SaveError::Problems(problems)))
        }
        _ => match errors.as_slice() {
            [only] if member(only, "field") == "script" => {
                let message = member(only, "message").as_str().unwrap_or_default();
                let at = place(only, "line").map_or_else(String::new, |line| format!(":{line}"));
                Err(Failure::new(format!("{}{at}: {message}", file.display()))
                    .hint("nothing was stored: init did not succeed"))
            }
            _ => answer.accepted(),
        },
    }
}
