//! The consent page: who wants what, for which account.

use askama::Template;

use super::detail::DetailBlock;
use super::html;
use super::parts::{Account, ClientCard, FormTarget, Frame, ScopeLine, shown_destination};
use super::untrusted::Untrusted;

/// Asks whether a client may have what it wants. Posts `decision=allow`,
/// `deny` or `switch_account`.
#[derive(Debug, Clone, Template)]
#[template(path = "consent.html")]
pub struct ConsentPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub form: FormTarget,
    /// Who asks.
    pub client: ClientCard,
    /// Which account would be used.
    pub account: Account,
    /// What is asked for.
    pub scopes: Vec<ScopeLine>,
    /// What is asked for in detail (RFC 9396).
    pub details: Vec<DetailBlock>,
    /// Where the browser goes afterwards.
    pub destination: Option<Untrusted>,
}

impl ConsentPage {
    /// A question without scopes yet: push them to the fields.
    pub fn new(
        frame: Frame,
        form: FormTarget,
        client: ClientCard,
        account: Account,
        redirect_uri: &str,
    ) -> Self {
        Self {
            frame,
            form,
            client,
            account,
            scopes: Vec::new(),
            details: Vec::new(),
            destination: shown_destination(redirect_uri),
        }
    }

    /// May the person leave out details?
    fn may_choose(&self) -> bool {
        self.details.iter().any(|detail| detail.place.is_some())
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
