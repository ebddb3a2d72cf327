//! `/config/scripts/{inum}/call`, `/recordings`, `/replay`: scripts are tried, and nothing comes
//! of it.

use axum::response::Response;
use durward_model::ScriptId;
use durward_protocol::management::trials;

use super::Incoming;

/// One call.
pub async fn call(incoming: Incoming) -> Response {
    let app = &incoming.app;
    let request = incoming.request();
    let outcome = trials::call(&request, &*app.engine, &app.trials, &inum(&incoming)).await;
    incoming.answer(outcome)
}

/// Calls that are recorded.
pub async fn list_recordings(incoming: Incoming) -> Response {
    let outcome = trials::list_recordings(&incoming.request(), &inum(&incoming)).await;
    incoming.answer(outcome)
}

/// One of them.
pub async fn find_recording(incoming: Incoming) -> Response {
    let (request, inum) = (incoming.request(), inum(&incoming));
    let outcome = trials::find_recording(&request, &inum, incoming.path("id")).await;
    incoming.answer(outcome)
}

/// All of them again.
pub async fn replay(incoming: Incoming) -> Response {
    let app = &incoming.app;
    let request = incoming.request();
    let outcome = trials::replay(&request, &*app.engine, &app.trials, &inum(&incoming)).await;
    incoming.answer(outcome)
}

fn inum(incoming: &Incoming) -> ScriptId {
    ScriptId::new(incoming.path("inum"))
}
