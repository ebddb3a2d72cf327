//! What a server said against a request, as the commands say it: a sentence and a next step.

use serde_json::{Value, json};

use super::{
    Answer,
    told::{member, word},
};
use crate::failure::Failure;

/// Lets an answer through to a caller who was let in.
///
/// # Errors
/// 401 and 403, with what to do about it.
pub fn check_access(answer: Answer) -> Result<Answer, Failure> {
    match answer.status {
        401 => Err(
            Failure::new("the server does not take this access token (any more)").hint(
                "log in again: durward login --url URL --client-id ID --client-secret-file FILE",
            ),
        ),
        403 => Err(forbidden(&answer)),
        _ => Ok(answer),
    }
}

fn forbidden(answer: &Answer) -> Failure {
    let header = answer.headers.get("www-authenticate");
    let challenge = header.and_then(|value| value.to_str().ok());
    let scope = challenge.and_then(|text| {
        let (_, rest) = text.split_once("scope=\"")?;
        Some(rest.split_once('"')?.0.to_owned())
    });
    match scope {
        Some(scope) => {
            let mut failure = Failure::new(format!("this client may not do that: it lacks the scope {scope}"))
                .hint("an operator gives it to the client, beside the data directory or over the config API; then log in again");
            failure.details = json!({ "missingScope": scope });
            failure
        }
        None => Failure::new(said(answer)),
    }
}

/// An answer that says no, in the words of the server.
pub fn failure(answer: &Answer) -> Failure {
    let mut failure = match answer.status {
        404 if member(&answer.json, "error") != "not_found" => {
            Failure::new("the server has no such operation")
                .hint("its feature config_api may be off, or it may be an older version")
        }
        409 => Failure::new(said(answer)).hint("look what it is by now, then try again"),
        412 => Failure::new(said(answer)).hint("somebody was faster; try again"),
        500.. => Failure::new(said(answer)).hint("the server's log says more"),
        _ => Failure::new(said(answer)),
    };
    if let Some(errors) = answer.json.get("errors") {
        failure.details = json!({ "errors": errors });
    }
    failure
}

fn said(answer: &Answer) -> String {
    let text = |name: &str| answer.json.get(name).and_then(Value::as_str);
    let errors = member(&answer.json, "errors").as_array();
    let several = errors.filter(|errors| errors.len() > 1).map(|errors| {
        let line = |error: &Value| format!("{}: {}", word(error, "field"), word(error, "message"));
        errors.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    several
        .or_else(|| text("error_description").map(str::to_owned))
        .or_else(|| text("error").map(str::to_owned))
        .unwrap_or_else(|| format!("the server answered with status {}", answer.status))
}
