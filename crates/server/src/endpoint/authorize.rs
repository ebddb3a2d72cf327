//! The authorization endpoint (RFC 6749, section 3.1).

use std::sync::Arc;

use axum::{
    extract::State,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use durward_protocol::{
    Code,
    authorization_details::presentation::Presented,
    authorize::{self, ConsentStep, LoginStep, Step, Turn},
    ciba::approval::Approval,
};

use crate::{
    App,
    cookie::{Cookie, set_browser_state},
    extract::{Form, Visit, query},
    pages::{
        approval::{ApprovalOutcome as Shown, ApprovalPage},
        consent::ConsentPage,
        detail::DetailBlock,
        login::{LoginPage, LoginProblem},
        parts::{Account, ClientCard, ClientFacts, FormTarget, ScopeLine},
        policy::ContentSecurityPolicy,
        untrusted::Untrusted,
    },
    respond::{self, JsonError, error_page, page, see_other},
};
use durward_model::{Client, Scope};
use durward_protocol::ciba::approval::ApprovalOutcome;

/// Longest query that a posted request becomes.
const MAX_LOCATION_BYTES: usize = 16 * 1024;

/// By query.
pub async fn get(State(app): State<Arc<App>>, visit: Visit, parts: Parts) -> Response {
    let parameters = match query(&parts) {
        Ok(parameters) => parameters,
        Err(error) => return error_page(&app, &error, &visit.request_id),
    };
    match authorize::begin(&app.provider, &parameters, &visit.browser).await {
        Ok(turn) => show(&app, &turn, None),
        Err(failed) => respond::authorize_error(&app, &failed, &visit.request_id),
    }
}

/// By form. Browsers withhold our cookies from another site's form, so the
/// request goes on as a GET, which has them.
pub async fn post(
    State(app): State<Arc<App>>,
    visit: Visit,
    form: Result<Form, JsonError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refused) => return refused.into_response(),
    };
    let location = format!("{}/authorize?{}", app.base_path, form.parameters.encode());
    if location.len() > MAX_LOCATION_BYTES {
        let error = Code::InvalidRequest.because("the request is too long");
        return error_page(&app, &error, &visit.request_id);
    }
    see_other(&location)
}

/// Shows a step.
pub fn show(app: &App, turn: &Turn, problem: Option<LoginProblem>) -> Response {
    let mut response = match &turn.step {
        Step::Answer(answer) => respond::answer(app, answer, "the application"),
        Step::Login(step) => login(app, step, problem),
        Step::Consent(step) => consent(app, step),
        Step::Approval(approval) => approve(app, approval),
        Step::Outcome(outcome) => see_other(&outcome_location(*outcome)),
        Step::Account => see_other(&format!("{}/account", app.base_path)),
    };
    remember_browser(app, &mut response, turn.browser_cookie.as_deref());
    response
}

/// The login page outside of an authorization request.
pub(super) fn login_page(app: &App, step: &LoginStep, browser_cookie: Option<&str>) -> Response {
    let mut response = login(app, step, None);
    remember_browser(app, &mut response, browser_cookie);
    response
}

/// Takes away what a browser has of its session.
pub(super) fn forget_session(app: &App, response: &mut Response) {
    let cookies = [
        Cookie::Session.clear(app.is_secure()),
        set_browser_state("", app.is_secure()),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Sets the cookie that binds pages to their browser, where it is a new one.
pub(super) fn remember_browser(app: &App, response: &mut Response, value: Option<&str>) {
    let cookie = value.and_then(|value| Cookie::Browser.set(value, app.is_secure()));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn outcome_location(outcome: ApprovalOutcome) -> String {
    format!("/jans-auth/ciba/home.htm?outcome={}", outcome.as_str())
}

fn form_target(app: &App, interaction: &str) -> FormTarget {
    form_target_at(
        format!("{}/interaction/{interaction}", app.base_path),
        interaction,
    )
}

/// A form that posts to `action` about that interaction.
pub(super) fn form_target_at(action: String, interaction: &str) -> FormTarget {
    FormTarget {
        action,
        csrf_token: interaction.to_owned(),
        request_id: interaction.to_owned(),
    }
}

fn card(client: &Client) -> ClientCard {
    ClientCard::new(ClientFacts {
        client_id: client.client_id.as_str(),
        client_name: client.metadata.client_name.as_deref(),
        client_uri: client.metadata.client_uri.as_deref(),
        policy_uri: client.metadata.policy_uri.as_deref(),
        tos_uri: client.metadata.tos_uri.as_deref(),
    })
}

pub(super) fn scope_lines(scope: &Scope) -> Vec<ScopeLine> {
    scope
        .iter()
        .map(|token| ScopeLine::new(token, None))
        .collect()
}

/// Elements of `authorization_details`. What a script says stands alone; where it says
/// nothing, or only what the client itself said, the facts are shown.
fn detail_blocks(details: &[Presented], may_leave_out: bool) -> Vec<DetailBlock> {
    let blocks = details.iter().enumerate();
    blocks
        .map(|(place, detail)| {
            let words = detail.words.as_deref().unwrap_or_default();
            let block = DetailBlock::new(&detail.detail_type, words);
            let block = if detail.words_are_the_clients {
                block.claimed(&detail.facts)
            } else if block.text.is_none() {
                block.with_facts(&detail.facts)
            } else {
                block
            };
            if may_leave_out {
                block.at(place)
            } else {
                block
            }
        })
        .collect()
}

/// The policy of a page whose form may end at the client.
fn policy_for(redirect_uri: Option<&str>) -> ContentSecurityPolicy {
    redirect_uri.into_iter().fold(
        ContentSecurityPolicy::new(),
        ContentSecurityPolicy::with_form_target,
    )
}

fn login(app: &App, step: &LoginStep, problem: Option<LoginProblem>) -> Response {
    let client = step.client.as_ref();
    let mut shown = LoginPage::new(
        app.frame(),
        form_target(app, &step.interaction),
        client.map(card),
    );
    shown.login_hint = step
        .login_hint
        .as_deref()
        .and_then(|hint| Untrusted::unaltered(hint, 120));
    shown.problem = problem;
    let status = match problem {
        Some(LoginProblem::TooManyAttempts { .. }) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::OK,
    };
    let mut response = page(
        status,
        shown.render(),
        &policy_for(step.redirect_uri.as_deref()),
    );
    if let Some(LoginProblem::TooManyAttempts {
        retry_after_seconds,
    }) = problem
    {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, retry_after_seconds.into());
    }
    response
}

fn consent(app: &App, step: &ConsentStep) -> Response {
    let account = Account::new(&step.user.username, step.user.name.as_deref());
    let mut shown = ConsentPage::new(
        app.frame(),
        form_target(app, &step.interaction),
        card(&step.client),
        account,
        &step.redirect_uri,
    );
    shown.scopes = scope_lines(&step.scope);
    shown.details = detail_blocks(&step.details, step.may_leave_out);
    page(
        StatusCode::OK,
        shown.render(),
        &policy_for(Some(&step.redirect_uri)),
    )
}

fn approve(app: &App, approval: &Approval) -> Response {
    let now = app.provider.now();
    let seconds = |value: i64| u64::try_from(value).unwrap_or(0);
    let request = &approval.request;
    let account = Account::new(&approval.user.username, approval.user.name.as_deref());
    let mut shown = ApprovalPage::new(
        app.frame(),
        form_target(app, &approval.interaction),
        card(&approval.client),
        account,
    )
    .with_times(
        seconds(now.seconds_since(request.created_at)),
        seconds(request.expires_at.seconds_since(now)),
    );
    if let Some(message) = &request.binding_message {
        shown = shown.with_binding_message(message);
    }
    shown.scopes = scope_lines(&request.scope);
    shown.details = detail_blocks(&approval.details, approval.may_leave_out);
    page(
        StatusCode::OK,
        shown.render(),
        &ContentSecurityPolicy::new(),
    )
}

impl From<ApprovalOutcome> for Shown {
    fn from(outcome: ApprovalOutcome) -> Self {
        match outcome {
            ApprovalOutcome::Approved => Self::Approved,
            ApprovalOutcome::Denied => Self::Denied,
            ApprovalOutcome::Expired | ApprovalOutcome::Unknown => Self::Expired,
            ApprovalOutcome::AnsweredBefore => Self::AlreadyAnswered,
            ApprovalOutcome::NotForThisAccount => Self::WrongAccount,
        }
    }
}
