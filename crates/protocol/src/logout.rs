//! Logging out: RP-Initiated Logout 1.0, and everybody who hears of it
//! (Front-Channel Logout 1.0, Back-Channel Logout 1.0).
//!
//! `request` finds out what is asked and who vouches for it, `ending` ends a
//! session and plans who is told, `page` puts together what the browser sees,
//! `report` takes what the browser saw, `delivery` tells clients from server to
//! server. Not here: HTML, sending.

pub mod delivery;
pub mod ending;
pub mod page;
pub mod report;
pub mod request;
pub mod sessions;

use durward_model::{Client, User};

use crate::{
    Parameters, Provider,
    authentication::{self, Authenticated, Browser},
    authorize::{carry, interaction},
    error::Error,
};
use page::{SignedOut, Visit};
use request::LogoutRequest;

/// What a browser sees next.
#[derive(Debug)]
pub enum Step {
    /// The question whether the person means it.
    Confirm(Box<Confirm>),
    /// What there is to see afterwards.
    SignedOut(Box<SignedOut>),
}

/// What the question needs.
#[derive(Debug)]
pub struct Confirm {
    /// Id of the interaction.
    pub interaction: String,
    /// Who is logged in.
    pub user: User,
    /// Who asks, if that is known.
    pub client: Option<Client>,
    /// A new value of the browser cookie.
    pub browser_cookie: Option<String>,
}

/// Begins a logout: at once where an ID token of this very session vouches for it,
/// after a question otherwise. Without a session there is nothing to end.
///
/// # Errors
/// `invalid_request`, by page.
pub async fn begin(
    provider: &Provider,
    parameters: &Parameters,
    browser: &Browser,
    visit: &Visit,
) -> Result<Step, Error> {
    let request = LogoutRequest::load(provider, parameters).await?;
    let Some(who) = authentication::find_session(provider, browser).await? else {
        return Ok(Step::SignedOut(Box::new(SignedOut::nobody(request))));
    };
    if request.is_vouched_for(&who) {
        return signed_out(provider, &who, request, parameters, visit).await;
    }
    let (interaction, browser_cookie) = carry(provider, browser, None, parameters).await?;
    Ok(Step::Confirm(Box::new(Confirm {
        interaction,
        user: who.user,
        client: request.client,
        browser_cookie,
    })))
}

/// The person's answer to the question. `None`: they stay.
///
/// # Errors
/// `invalid_request` when the question is gone or was asked in another browser.
pub async fn answer(
    provider: &Provider,
    id: &str,
    browser: &Browser,
    confirmed: bool,
    visit: &Visit,
) -> Result<Option<Step>, Error> {
    let parameters = interaction::finish(provider, id, browser).await?;
    if !confirmed {
        return Ok(None);
    }
    let request = LogoutRequest::load(provider, &parameters).await?;
    let step = match authentication::find_session(provider, browser).await? {
        Some(who) => signed_out(provider, &who, request, &parameters, visit).await?,
        None => Step::SignedOut(Box::new(SignedOut::nobody(request))),
    };
    Ok(Some(step))
}

async fn signed_out(
    provider: &Provider,
    who: &Authenticated,
    request: LogoutRequest,
    parameters: &Parameters,
    visit: &Visit,
) -> Result<Step, Error> {
    let ended = ending::end(provider, &who.session, ending::By::Browser).await?;
    let shown = page::after(provider, who, ended, request, parameters, visit).await;
    Ok(Step::SignedOut(Box::new(shown)))
}
