//! `/config/scripts/{inum}/candidate`: versions on trial.

use axum::{http::StatusCode, response::Response};
use durward_model::ScriptId;
use durward_protocol::management::{
    ManagementError,
    scripts::candidates::{self, CandidateTold},
};

use super::{Incoming, tagged};

/// The candidate of a script.
pub async fn find(incoming: Incoming) -> Response {
    let outcome = candidates::find(&incoming.request(), &inum(&incoming)).await;
    told(&incoming, outcome)
}

/// A version is tried, or the candidate otherwise.
pub async fn stage(incoming: Incoming) -> Response {
    let (request, engine) = (incoming.request(), &*incoming.app.engine);
    let outcome = candidates::stage(&request, engine, &inum(&incoming)).await;
    told(&incoming, outcome)
}

/// It is tried no more.
pub async fn unstage(incoming: Incoming) -> Response {
    let (request, engine) = (incoming.request(), &*incoming.app.engine);
    incoming.gone(candidates::unstage(&request, engine, &inum(&incoming)).await)
}

/// It serves.
pub async fn promote(incoming: Incoming) -> Response {
    let (request, engine) = (incoming.request(), &*incoming.app.engine);
    let outcome = candidates::promote(&request, engine, &inum(&incoming)).await;
    let revision = outcome.as_ref().ok().map(|script| script.revision);
    tagged(incoming.answer(outcome), revision)
}

fn inum(incoming: &Incoming) -> ScriptId {
    ScriptId::new(incoming.path("inum"))
}

/// With the revision of the script, which `If-Match` takes.
fn told(incoming: &Incoming, outcome: Result<(CandidateTold, i64), ManagementError>) -> Response {
    let revision = outcome.as_ref().ok().map(|(_, revision)| *revision);
    let answer = incoming.answer_as(StatusCode::OK, outcome.map(|(candidate, _)| candidate));
    tagged(answer, revision)
}
