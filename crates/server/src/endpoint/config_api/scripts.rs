//! `/config/scripts`: Jans's operations on scripts, and their history.

use axum::{http::StatusCode, response::Response};
use durward_model::ScriptId;
use durward_protocol::{
    management::{
        ManagementError,
        scripts::{self, CustomScript},
    },
    script_keeping::Which,
};

use super::{Incoming, tagged};

/// All of them.
pub async fn list(incoming: Incoming) -> Response {
    incoming.answer(scripts::list(&incoming.request(), None).await)
}

/// Those of a type.
pub async fn list_of_type(incoming: Incoming) -> Response {
    let wanted = Some(incoming.path("type"));
    incoming.answer(scripts::list(&incoming.request(), wanted).await)
}

/// The types.
pub async fn list_types(incoming: Incoming) -> Response {
    incoming.answer(scripts::list_types(&incoming.request()).await)
}

/// One, by its name.
pub async fn find_by_name(incoming: Incoming) -> Response {
    let which = Which::Name(incoming.path("name"));
    let outcome = scripts::find(&incoming.request(), which).await;
    told(&incoming, StatusCode::OK, outcome)
}

/// One, by its id.
pub async fn find_by_inum(incoming: Incoming) -> Response {
    let outcome = scripts::find(&incoming.request(), Which::Inum(&inum(&incoming))).await;
    told(&incoming, StatusCode::OK, outcome)
}

/// A new one.
pub async fn create(incoming: Incoming) -> Response {
    let outcome = scripts::create(&incoming.request(), &*incoming.app.engine).await;
    told(&incoming, StatusCode::CREATED, outcome)
}

/// Another in its place.
pub async fn replace(incoming: Incoming) -> Response {
    let outcome = scripts::replace(&incoming.request(), &*incoming.app.engine).await;
    told(&incoming, StatusCode::OK, outcome)
}

/// A changed one.
pub async fn patch(incoming: Incoming) -> Response {
    let (request, engine) = (incoming.request(), &*incoming.app.engine);
    let outcome = scripts::patch(&request, engine, &inum(&incoming)).await;
    told(&incoming, StatusCode::OK, outcome)
}

/// One less.
pub async fn delete(incoming: Incoming) -> Response {
    let (request, engine) = (incoming.request(), &*incoming.app.engine);
    incoming.gone(scripts::delete(&request, engine, &inum(&incoming)).await)
}

/// The versions of one.
pub async fn list_versions(incoming: Incoming) -> Response {
    let outcome = scripts::list_versions(&incoming.request(), &inum(&incoming)).await;
    incoming.answer(outcome)
}

/// A version.
pub async fn find_version(incoming: Incoming) -> Response {
    let outcome = match revision(&incoming) {
        Ok(revision) => {
            scripts::find_version(&incoming.request(), &inum(&incoming), revision).await
        }
        Err(error) => Err(error),
    };
    incoming.answer(outcome)
}

/// What a version changed.
pub async fn diff(incoming: Incoming) -> Response {
    let outcome = match revision(&incoming) {
        Ok(revision) => scripts::diff(&incoming.request(), &inum(&incoming), revision).await,
        Err(error) => Err(error),
    };
    incoming.answer(outcome)
}

/// An earlier version is the next one.
pub async fn roll_back(incoming: Incoming) -> Response {
    let (request, engine) = (incoming.request(), &*incoming.app.engine);
    let outcome = match revision(&incoming) {
        Ok(revision) => scripts::roll_back(&request, engine, &inum(&incoming), revision).await,
        Err(error) => Err(error),
    };
    told(&incoming, StatusCode::OK, outcome)
}

fn inum(incoming: &Incoming) -> ScriptId {
    ScriptId::new(incoming.path("inum"))
}

fn revision(incoming: &Incoming) -> Result<i64, ManagementError> {
    let revision = incoming.path("revision").parse();
    revision.map_err(|_| ManagementError::invalid("revision", "it is a whole number"))
}

/// A script, with the revision that `If-Match` takes.
fn told(
    incoming: &Incoming,
    status: StatusCode,
    outcome: Result<CustomScript, ManagementError>,
) -> Response {
    let revision = outcome.as_ref().ok().map(|script| script.revision);
    tagged(incoming.answer_as(status, outcome), revision)
}
