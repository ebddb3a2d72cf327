//! The account page: a person's own sessions and applications.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use durward_model::Timestamp;
use durward_protocol::{
    Code, Error, Parameters,
    account::{self, Account, Request, Step},
};

use super::authorize::{forget_session, form_target_at, login_page, scope_lines};
use crate::{
    App,
    extract::{Form, Visit},
    pages::{
        account::{AccountPage, ApplicationCard, SessionCard},
        field,
        parts::{Account as Whose, spoken_duration},
        policy::ContentSecurityPolicy,
        untrusted::Untrusted,
    },
    respond::{JsonError, error_page, page, see_other},
};

/// Shows it, after a login if there was none.
pub async fn get(State(app): State<Arc<App>>, visit: Visit) -> Response {
    match account::show(&app.provider, &visit.browser).await {
        Ok(Step::Login(login, cookie)) => login_page(&app, &login, cookie.as_deref()),
        Ok(Step::Account(account)) => show(&app, &account),
        Err(error) => error_page(&app, &error, &visit.request_id),
    }
}

/// Takes what its forms send.
pub async fn post(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Result<Form, JsonError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refused) => return refused.into_response(),
    };
    match apply(&app, &visit, &form.parameters).await {
        Ok(has_ended) => {
            let mut response = see_other(&format!("{}/account", app.base_path));
            if has_ended {
                forget_session(&app, &mut response);
            }
            response
        }
        Err(error) => error_page(&app, &error, &visit.request_id),
    }
}

async fn apply(app: &App, visit: &Visit, parameters: &Parameters) -> Result<bool, Error> {
    let live = app.provider.live();
    let issuer = &live.configuration.issuer;
    if visit.origin.as_ref().is_some_and(|origin| origin != issuer) {
        return Err(Code::InvalidRequest.because("this form did not come from our own page"));
    }
    let request = match (
        parameters.find(field::END_SESSION),
        parameters.find(field::DISCONNECT),
    ) {
        (Some(sid), None) => Request::EndSession(sid.to_owned()),
        (None, Some(client_id)) => Request::Disconnect(client_id.to_owned()),
        _ => return Err(Code::InvalidRequest.because("the form asks for nothing that there is")),
    };
    let token = parameters.find(field::CSRF_TOKEN);
    account::apply(&app.provider, &visit.browser, token, &request).await
}

fn show(app: &App, account: &Account) -> Response {
    let now = app.provider.now();
    let shown = AccountPage {
        frame: app.frame(),
        form: form_target_at(format!("{}/account", app.base_path), &account.form_token),
        account: Whose::new(&account.user.username, account.user.name.as_deref()),
        sessions: account
            .sessions
            .iter()
            .map(|own| SessionCard {
                sid: own.session.sid.clone(),
                is_this_browser: own.is_this_browser,
                signed_in: since(own.session.auth_time, now),
                used: since(own.session.used_at, now),
                applications: SessionCard::names(&own.clients),
            })
            .collect(),
        applications: account
            .applications
            .iter()
            .map(|(client, consent)| ApplicationCard {
                client_id: client.client_id.as_str().to_owned(),
                name: Untrusted::line(client.display_name(), 60),
                scopes: scope_lines(&consent.scope),
            })
            .collect(),
    };
    page(
        StatusCode::OK,
        shown.render(),
        &ContentSecurityPolicy::new(),
    )
}

fn since(moment: Timestamp, now: Timestamp) -> String {
    spoken_duration(u64::try_from(now.seconds_since(moment)).unwrap_or(0))
}
