//! Answers from our own pages: login, allow, deny, another account.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use durward_model::{SecretHash, Session};
use durward_protocol::{
    Code, Error, Parameters,
    authorize::{Step, decision::Decision, interaction},
};

use super::authorize::show;
use crate::{
    App,
    cookie::{Cookie, set_browser_state},
    extract::{Form, Visit},
    pages::{field, login::LoginProblem},
    respond::{JsonError, authorize_error, error_page, see_other},
};

/// Shows the page that an interaction waits at.
pub async fn get(State(app): State<Arc<App>>, Path(id): Path<String>, visit: Visit) -> Response {
    match interaction::resume(&app.provider, &id, &visit.browser).await {
        Ok(turn) => show(&app, &turn, None),
        Err(failed) => authorize_error(&app, &failed, &visit.request_id),
    }
}

/// Takes what a page's form sends.
pub async fn post(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visit: Visit,
    form: Result<Form, JsonError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refused) => return refused.into_response(),
    };
    if let Err(error) = check_origin(&app, &visit, &form.parameters, &id) {
        return error_page(&app, &error, &visit.request_id);
    }
    match form.parameters.find(field::DECISION) {
        Some(field::LOGIN) => login(&app, &id, &visit, &form.parameters).await,
        Some(field::ALLOW) => decide(&app, &id, &visit, allowed(&form.parameters)).await,
        Some(field::DENY) => decide(&app, &id, &visit, Decision::Deny).await,
        Some(field::SWITCH_ACCOUNT) => switch_account(&app, &id, &visit).await,
        _ => {
            let error = Code::InvalidRequest.because("the form names no decision");
            error_page(&app, &error, &visit.request_id)
        }
    }
}

/// Our forms come from our own pages: same origin where the browser tells it,
/// and with the token of their interaction always. The browser cookie, which
/// the rules check, is what a forged form lacks.
pub(super) fn check_origin(
    app: &App,
    visit: &Visit,
    parameters: &Parameters,
    id: &str,
) -> Result<(), Error> {
    let live = app.provider.live();
    let foreign = visit
        .origin
        .as_deref()
        .is_some_and(|origin| origin != "null" && origin != live.configuration.issuer);
    if foreign || parameters.find(field::CSRF_TOKEN) != Some(id) {
        return Err(Code::InvalidRequest.because("this form did not come from our own page"));
    }
    Ok(())
}

async fn login(app: &App, id: &str, visit: &Visit, parameters: &Parameters) -> Response {
    let (Some(username), Some(password)) = (
        parameters.find(field::USERNAME),
        parameters.find(field::PASSWORD),
    ) else {
        return login_again(app, id, visit, LoginProblem::Incomplete).await;
    };
    match interaction::login(&app.provider, id, &visit.browser, username, password).await {
        Ok(session) => {
            let mut response = see_other(&format!("{}/interaction/{id}", app.base_path));
            let state = Session::browser_state(&SecretHash::of(&session));
            let cookies = [
                Cookie::Session.set(&session, app.is_secure()),
                set_browser_state(&state, app.is_secure()),
            ];
            for cookie in cookies.into_iter().flatten() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => match problem_of(&error) {
            Some(problem) => login_again(app, id, visit, problem).await,
            None => error_page(app, &error, &visit.request_id),
        },
    }
}

fn problem_of(error: &Error) -> Option<LoginProblem> {
    let refusal = error.refusal()?;
    match refusal.code {
        Code::AccessDenied => Some(LoginProblem::WrongCredentials),
        Code::TemporarilyUnavailable => {
            let seconds = refusal
                .description
                .split(' ')
                .find_map(|word| word.parse().ok());
            Some(LoginProblem::TooManyAttempts {
                retry_after_seconds: seconds.unwrap_or(60),
            })
        }
        _ => None,
    }
}

async fn login_again(app: &App, id: &str, visit: &Visit, problem: LoginProblem) -> Response {
    match interaction::resume(&app.provider, id, &visit.browser).await {
        Ok(turn) if matches!(turn.step, Step::Login(_)) => show(app, &turn, Some(problem)),
        Ok(turn) => show(app, &turn, None),
        Err(failed) => authorize_error(app, &failed, &visit.request_id),
    }
}

/// A yes: where the page let the person choose, to the elements that are ticked.
fn allowed(parameters: &Parameters) -> Decision {
    if parameters.find(field::CHOOSE) != Some(field::DETAILS) {
        return Decision::Allow;
    }
    let ticked = parameters
        .pairs()
        .filter_map(|(name, _)| name.strip_prefix(field::DETAIL)?.parse().ok());
    Decision::AllowOnly(ticked.collect())
}

async fn decide(app: &App, id: &str, visit: &Visit, decision: Decision) -> Response {
    match interaction::decide(&app.provider, id, &visit.browser, decision).await {
        Ok(turn) => show(app, &turn, None),
        Err(failed) => authorize_error(app, &failed, &visit.request_id),
    }
}

async fn switch_account(app: &App, id: &str, visit: &Visit) -> Response {
    match interaction::change_account(&app.provider, id, &visit.browser).await {
        Ok(()) => see_other(&format!("{}/interaction/{id}", app.base_path)),
        Err(error) => error_page(app, &error, &visit.request_id),
    }
}
