//! The account choice: which of several signed-in accounts to go on with.

use askama::Template;

use super::html;
use super::parts::{Account, ClientCard, FormTarget, Frame};

/// One account to choose.
#[derive(Debug, Clone)]
pub struct AccountChoice {
    /// Sent back as `account`. Opaque; not the session cookie.
    pub key: String,
    /// Whose account it is.
    pub account: Account,
}

/// Asks which account to use. Posts `account=<key>`, or
/// `decision=switch_account` for one that is not listed.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts.html")]
pub struct AccountsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub form: FormTarget,
    /// Who asks.
    pub client: Option<ClientCard>,
    /// The accounts, most recent first.
    pub choices: Vec<AccountChoice>,
}

impl AccountsPage {
    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
