//! The end-session endpoint (RP-Initiated Logout 1.0), its question, and the report
//! of its page.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{
    Code, Error, Parameters,
    logout::{self, Confirm, Step, page::SignedOut, report},
};

use super::{
    authorize::{forget_session, form_target_at, remember_browser},
    interaction::check_origin,
};
use crate::{
    App,
    extract::{Form, Visit, query, told_headers},
    pages::{
        field,
        logout::{LoggedOutPage, LogoutPage, Telling, TellingFrame},
        message::MessagePage,
        parts::Account,
        policy::ContentSecurityPolicy,
        script_page,
        untrusted::Untrusted,
    },
    respond::{JsonError, error_page, page, see_other},
};

/// Longest query that a posted request becomes.
const MAX_LOCATION_BYTES: usize = 24 * 1024;

/// Most frames that one report names.
const MAX_TOLD: usize = 256;

/// By query.
pub async fn get(State(app): State<Arc<App>>, visit: Visit, parts: Parts) -> Response {
    let wants_json = wants_json(&parts.headers);
    let refuse = |error: Error| {
        if wants_json {
            JsonError::new(error, visit.request_id.clone()).into_response()
        } else {
            error_page(&app, &error, &visit.request_id)
        }
    };
    let parameters = match query(&parts) {
        Ok(parameters) => parameters,
        Err(error) => return refuse(error),
    };
    let facts = facts(&parts.method, &visit, &parts.headers);
    match logout::begin(&app.provider, &parameters, &visit.browser, &facts).await {
        Ok(Step::Confirm(confirm)) => ask(&app, &confirm),
        Ok(Step::SignedOut(done)) => signed_out(&app, &done),
        Err(error) => refuse(error),
    }
}

/// By form. Browsers withhold our cookies from another site's form, so the request
/// goes on as a GET, which has them.
pub async fn post(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Result<Form, JsonError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refused) => return refused.into_response(),
    };
    let location = format!("{}/end_session?{}", app.base_path, form.parameters.encode());
    if location.len() > MAX_LOCATION_BYTES {
        let error = Code::InvalidRequest.because("the request is too long");
        return error_page(&app, &error, &visit.request_id);
    }
    see_other(&location)
}

/// The person's answer to the question.
pub async fn confirm(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form, JsonError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refused) => return refused.into_response(),
    };
    if let Err(error) = check_origin(&app, &visit, &form.parameters, &id) {
        return error_page(&app, &error, &visit.request_id);
    }
    let confirmed = match decision(&form.parameters) {
        Ok(confirmed) => confirmed,
        Err(error) => return error_page(&app, &error, &visit.request_id),
    };
    let facts = facts(&Method::POST, &visit, &headers);
    match logout::answer(&app.provider, &id, &visit.browser, confirmed, &facts).await {
        Ok(Some(Step::SignedOut(done))) => signed_out(&app, &done),
        Ok(Some(Step::Confirm(confirm))) => ask(&app, &confirm),
        Ok(None) => stayed(&app),
        Err(error) => error_page(&app, &error, &visit.request_id),
    }
}

/// What the logout page saw. The secret in the path is the page's alone; nothing is
/// answered that would tell whether it was right.
pub async fn take_report(
    State(app): State<Arc<App>>,
    Path(secret): Path<String>,
    form: Result<Form, JsonError>,
) -> Response {
    let Ok(form) = form else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let told = form.parameters.find("told").unwrap_or_default();
    let told: Vec<&str> = told.split(' ').take(MAX_TOLD).collect();
    if let Err(error) = report::take(&app.provider, &secret, &told).await {
        tracing::error!(%error, "the report of a logout page was lost");
    }
    StatusCode::NO_CONTENT.into_response()
}

fn decision(parameters: &Parameters) -> Result<bool, Error> {
    match parameters.find(field::DECISION) {
        Some(field::LOGOUT) => Ok(true),
        Some(field::STAY) => Ok(false),
        _ => Err(Code::InvalidRequest.because("the form names no decision")),
    }
}

/// A program says so; a browser asks for HTML.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept
        .is_some_and(|accept| accept.contains("application/json") && !accept.contains("text/html"))
}

/// What scripts may see of a request.
pub(super) fn facts(method: &Method, visit: &Visit, headers: &HeaderMap) -> logout::page::Visit {
    logout::page::Visit {
        method: method.as_str().to_owned(),
        remote_addr: visit.browser.address.clone(),
        headers: told_headers(headers),
        certificate: visit.certificate.clone(),
    }
}

fn ask(app: &App, confirm: &Confirm) -> Response {
    let action = format!("{}/end_session/{}", app.base_path, confirm.interaction);
    let shown = LogoutPage {
        frame: app.frame(),
        form: form_target_at(action, &confirm.interaction),
        account: Account::new(&confirm.user.username, confirm.user.name.as_deref()),
        client_name: confirm
            .client
            .as_ref()
            .map(|client| Untrusted::line(client.display_name(), 60)),
    };
    // The form may end at any of the client's own addresses.
    let targets = confirm
        .client
        .iter()
        .flat_map(|client| &client.metadata.post_logout_redirect_uris);
    let policy = targets.fold(ContentSecurityPolicy::new(), |policy, uri| {
        policy.with_form_target(uri)
    });
    let mut response = page(StatusCode::OK, shown.render(), &policy);
    remember_browser(app, &mut response, confirm.browser_cookie.as_deref());
    response
}

fn stayed(app: &App) -> Response {
    let shown = MessagePage::new(
        app.frame(),
        "You are still signed in",
        &["Nothing was changed. You can close this page."],
    );
    page(
        StatusCode::OK,
        shown.render(),
        &ContentSecurityPolicy::new(),
    )
}

fn signed_out(app: &App, done: &SignedOut) -> Response {
    let mut response = match &done.redirect {
        Some(redirect) if done.goes_on_at_once() => see_other(redirect),
        _ => telling_page(app, done),
    };
    if done.ended {
        forget_session(app, &mut response);
    }
    response
}

/// The page that tells clients by frames: the script's, if it wrote a fit one, or ours.
fn telling_page(app: &App, done: &SignedOut) -> Response {
    let live = app.provider.live();
    let frames: Vec<TellingFrame> = frames(done).filter(TellingFrame::is_loadable).collect();
    let telling = Telling {
        report: if done.frames.is_empty() {
            String::new()
        } else {
            format!("{}/end_session/report/{}", app.base_path, done.report)
        },
        seconds: live.configuration.logout_page_seconds,
        nonce: done.nonce.clone(),
    };
    let mut policy = ContentSecurityPolicy::new()
        .with_script_nonce(&done.nonce)
        .with_reports();
    for frame in &frames {
        policy = policy.with_frame(&frame.uri);
    }
    let frame = app.frame();
    let redirect = done.redirect.as_deref();
    if let Some(script) = &done.script
        && let Some(html) = &script.html
    {
        let fitted = script_page::fit(
            html,
            &frames,
            &telling,
            &frame.static_path,
            redirect.unwrap_or_default(),
        );
        match fitted {
            Ok(fitted) => {
                script.note(&app.provider, &fitted.problems);
                return page(StatusCode::OK, fitted.html, &policy.with_nonce_styles());
            }
            Err(problem) => script.note(&app.provider, &[problem]),
        }
    }
    let shown = LoggedOutPage::new(frame, done.ended, &frames, telling, redirect);
    page(StatusCode::OK, shown.render(), &policy)
}

/// The clients' frames, and those that a script added.
fn frames(done: &SignedOut) -> impl Iterator<Item = TellingFrame> {
    let required = done.frames.iter().map(|frame| TellingFrame {
        uri: frame.uri.clone(),
        notice: frame.notice.clone(),
        required: true,
    });
    let extra = done.script.iter().flat_map(|script| &script.extra_frames);
    required.chain(extra.enumerate().map(|(index, uri)| TellingFrame {
        uri: uri.clone(),
        notice: format!("extra-{index}"),
        required: false,
    }))
}
