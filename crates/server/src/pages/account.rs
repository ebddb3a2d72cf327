//! A person's own page: where they are signed in, and which applications they let in.

use askama::Template;

use super::html;
use super::parts::{Account, FormTarget, Frame, ScopeLine};
use super::untrusted::Untrusted;

/// Longest name of an application, characters.
const MAX_NAME_CHARS: usize = 60;

/// A session to look at and to end.
#[derive(Debug, Clone)]
pub struct SessionCard {
    /// Sent back to end it.
    pub sid: String,
    /// Is it the browser that shows the page?
    pub is_this_browser: bool,
    /// How long ago the person signed in, in words.
    pub signed_in: String,
    /// How long ago it was last used, in words.
    pub used: String,
    /// Applications in it.
    pub applications: Vec<Untrusted>,
}

impl SessionCard {
    /// Names of applications as they may be shown.
    pub fn names(names: &[String]) -> Vec<Untrusted> {
        names
            .iter()
            .map(|name| Untrusted::line(name, MAX_NAME_CHARS))
            .collect()
    }
}

/// An application that was let in.
#[derive(Debug, Clone)]
pub struct ApplicationCard {
    /// Sent back to disconnect it.
    pub client_id: String,
    /// Its name.
    pub name: Untrusted,
    /// What it may see.
    pub scopes: Vec<ScopeLine>,
}

/// The page. Forms post `end_session=<sid>` or `disconnect=<client_id>`.
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where its forms go.
    pub form: FormTarget,
    /// Whose page it is.
    pub account: Account,
    /// Sessions, this browser's first.
    pub sessions: Vec<SessionCard>,
    /// Applications by name.
    pub applications: Vec<ApplicationCard>,
}

impl AccountPage {
    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
