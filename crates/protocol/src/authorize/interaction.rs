//! Answers from pages: login, decision, change of account.
//!
//! Every answer names its interaction and must come from the browser that the
//! interaction was begun in: that is the protection against forged posts.

use std::collections::BTreeMap;

use durward_model::{Consent, Interaction, Scope, SecretHash};
use durward_store::{Change, Versioned};

use super::{
    AuthorizeError, Step, Turn, decision::Decision, grant::answer_code, request::AuthorizeRequest,
    step, target::Target,
};
use crate::{
    Parameters, Provider, account,
    authentication::{self, Authenticated, Browser},
    ciba::approval,
    error::{Code, Error},
    logout::ending,
};

/// An interaction that was found and belongs to this browser.
struct Resumed {
    interaction: Versioned<Interaction>,
    parameters: Parameters,
}

impl Resumed {
    /// The request again, with `authorization_details` as the scripts let them pass.
    fn request(&self, provider: &Provider, target: &Target) -> Result<AuthorizeRequest, Error> {
        let mut request = AuthorizeRequest::parse(provider, target, &self.parameters)?;
        request
            .authorization_details
            .clone_from(&self.interaction.authorization_details);
        Ok(request)
    }
}

/// Shows the page that an interaction waits at.
///
/// # Errors
/// By page when the interaction is gone or another browser's; as [`super::begin`] otherwise.
pub async fn resume(
    provider: &Provider,
    id: &str,
    browser: &Browser,
) -> Result<Turn, AuthorizeError> {
    let resumed = load(provider, id, browser).await?;
    if account::is_asked(&resumed.parameters) {
        return Ok(Turn {
            step: Step::Account,
            browser_cookie: None,
        });
    }
    if resumed.parameters.find("auth_req_id").is_some() {
        let carried = Some((id, &resumed.interaction));
        return Ok(approval::step(provider, &resumed.parameters, browser, carried).await?);
    }
    let target = Target::load(provider, &resumed.parameters).await?;
    let by_redirect = |error| AuthorizeError {
        error,
        target: Some(Box::new(target.clone())),
    };
    let request = resumed.request(provider, &target).map_err(by_redirect)?;
    step(
        provider,
        &request,
        browser,
        Some((id, &resumed.interaction)),
        &resumed.parameters,
    )
    .await
    .map_err(by_redirect)
}

/// A successful login: the new session cookie.
///
/// # Errors
/// `access_denied` for a wrong password, `temporarily_unavailable` during a pause.
pub async fn login(
    provider: &Provider,
    id: &str,
    browser: &Browser,
    username: &str,
    password: &str,
) -> Result<String, Error> {
    let resumed = load(provider, id, browser).await?;
    let passed =
        authentication::check_password(provider, username, password, &browser.address).await?;
    let (cookie, mut changes) =
        authentication::begin_session(provider, &passed.user, browser).await?;
    let mut authenticated = resumed.interaction.value.clone();
    authenticated.authenticated_at = Some(provider.now());
    changes.push(Change::replace(&resumed.interaction, &authenticated));
    passed
        .apply(provider, changes)
        .await
        .map_err(answered_before)?;
    Ok(cookie)
}

/// Ends the browser's session so that another account can log in.
///
/// # Errors
/// When the interaction is gone or another browser's.
pub async fn change_account(provider: &Provider, id: &str, browser: &Browser) -> Result<(), Error> {
    load(provider, id, browser).await?;
    if let Some(session) = authentication::find_any_session(provider, browser).await? {
        ending::end(provider, &session, ending::By::Elsewhere).await?;
    }
    Ok(())
}

/// Takes the one answer that a page may give, and what it was asked about.
///
/// # Errors
/// When the interaction is gone or another browser's.
pub(crate) async fn finish(
    provider: &Provider,
    id: &str,
    browser: &Browser,
) -> Result<Parameters, Error> {
    let resumed = load(provider, id, browser).await?;
    provider
        .store
        .apply(vec![Change::remove(&resumed.interaction)])
        .await
        .map_err(answered_before)?;
    Ok(resumed.parameters)
}

/// The user's answer on a consent or approval page.
///
/// # Errors
/// As [`resume`]; `access_denied` told to the client when the user denied.
pub async fn decide(
    provider: &Provider,
    id: &str,
    browser: &Browser,
    decision: impl Into<Decision>,
) -> Result<Turn, AuthorizeError> {
    let decision = decision.into();
    let resumed = load(provider, id, browser).await?;
    if resumed.parameters.find("auth_req_id").is_some() {
        return Ok(approval::decide(
            provider,
            &resumed.parameters,
            browser,
            &resumed.interaction,
            &decision,
        )
        .await?);
    }
    let target = Target::load(provider, &resumed.parameters).await?;
    let by_redirect = |error| AuthorizeError {
        error,
        target: Some(Box::new(target.clone())),
    };
    let mut request = resumed.request(provider, &target).map_err(by_redirect)?;
    let finished = Change::remove(&resumed.interaction);
    let left = decision.left_of(&request.authorization_details);
    // Nothing left of a request for details alone is a no as well.
    if !decision.is_yes() || (left.is_empty() && request.scope.is_empty()) {
        provider
            .store
            .apply(vec![finished])
            .await
            .map_err(answered_before)?;
        return Err(by_redirect(
            Code::AccessDenied.because("the user denied the request"),
        ));
    }
    let Some(who) = authentication::find_session(provider, browser).await? else {
        // The session ended while the page was open: log in, then ask again.
        return resume(provider, id, browser).await;
    };
    if must_log_in_first(&request, &who, &resumed.interaction, provider) {
        return resume(provider, id, browser).await;
    }
    request.authorization_details = left;
    let consent = remembered(provider, &request, &who).await?;
    let changes = [finished].into_iter().chain(consent).collect();
    let answer = answer_code(provider, &request, &who, changes)
        .await
        .map_err(by_redirect)?;
    Ok(Turn {
        step: Step::Answer(answer),
        browser_cookie: None,
    })
}

/// A decision counts only in a state where the consent page would be shown:
/// a post cannot jump over a login that the request demands.
fn must_log_in_first(
    request: &AuthorizeRequest,
    who: &Authenticated,
    interaction: &Interaction,
    provider: &Provider,
) -> bool {
    let next = super::decide::next(
        request,
        Some(&who.session),
        None,
        interaction.authenticated_at,
        provider.now(),
    );
    next == super::decide::Next::Login
}

/// The consent, wider by what was just allowed, where the client's are remembered.
async fn remembered(
    provider: &Provider,
    request: &AuthorizeRequest,
    who: &Authenticated,
) -> Result<Option<Change>, Error> {
    let client = &request.target.client;
    if !client.remembers_consents() {
        return Ok(None);
    }
    let before = super::consent_of(provider, &who.user.id, client).await?;
    let mut consent = before.map_or_else(
        || Consent {
            user_id: who.user.id.clone(),
            client_id: client.client_id.clone(),
            scope: Scope::default(),
            authorization_details: BTreeMap::new(),
            granted_at: provider.now(),
        },
        |before| before.value,
    );
    consent.scope = Scope::parse(&format!("{} {}", consent.scope, request.scope));
    consent.remember(&request.authorization_details);
    consent.granted_at = provider.now();
    Ok(Some(Change::put(&consent)))
}

async fn load(provider: &Provider, id: &str, browser: &Browser) -> Result<Resumed, Error> {
    let gone = || {
        Code::InvalidRequest
            .because("this page has expired; go back to the application and start again")
    };
    let found = provider.store.find_interaction(&SecretHash::of(id)).await?;
    let interaction = found
        .filter(|found| provider.now() < found.expires_at)
        .ok_or_else(gone)?;
    let cookie = browser.browser_cookie.as_deref().unwrap_or_default();
    if cookie.is_empty() || !interaction.browser.matches(cookie) {
        return Err(gone());
    }
    let parameters = Parameters::parse(&interaction.parameters)?;
    Ok(Resumed {
        interaction,
        parameters,
    })
}

fn answered_before(error: durward_store::StoreError) -> Error {
    match error {
        durward_store::StoreError::Conflict { .. } => {
            Code::InvalidRequest.because("this page was answered before")
        }
        other => other.into(),
    }
}
