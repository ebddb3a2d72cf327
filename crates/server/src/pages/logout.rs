//! Ending a session: the question, and the page afterwards with the frames of
//! `OpenID` Connect Front-Channel Logout 1.0.

use askama::Template;
use url::Url;

use super::html;
use super::parts::{Account, FormTarget, Frame, shown_destination};
use super::untrusted::Untrusted;

/// Asks before signing out when a request carries no proof that the person
/// meant it (RP-Initiated Logout 1.0, section 2). Posts `decision=logout` or
/// `stay`.
#[derive(Debug, Clone, Template)]
#[template(path = "logout.html")]
pub struct LogoutPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub form: FormTarget,
    /// Who would be signed out.
    pub account: Account,
    /// Who asks, if known.
    pub client_name: Option<Untrusted>,
}

impl LogoutPage {
    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}

/// The session is gone. Loads each client's front-channel logout address in a
/// hidden frame; the policy must name them as frame sources.
#[derive(Debug, Clone, Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOutPage {
    /// What surrounds the page.
    pub frame: Frame,
    frontchannel_logout_uris: Vec<String>,
    post_logout_redirect_uri: Option<String>,
}

impl LoggedOutPage {
    /// Seconds for the frames to load before the browser goes on.
    pub const SECONDS_BEFORE_REDIRECT: u32 = 2;

    /// Loads the registered `frontchannel_logout_uri`s, `iss` and `sid` already
    /// added; goes on to `post_logout_redirect_uri`, already checked, if there
    /// is one. In a frame of ours only http and https addresses are loaded.
    pub fn new(
        frame: Frame,
        frontchannel_logout_uris: &[String],
        post_logout_redirect_uri: Option<&str>,
    ) -> Self {
        Self {
            frame,
            frontchannel_logout_uris: frontchannel_logout_uris
                .iter()
                .filter_map(|uri| Url::parse(uri).ok())
                .filter(|uri| matches!(uri.scheme(), "https" | "http"))
                .map(String::from)
                .collect(),
            post_logout_redirect_uri: post_logout_redirect_uri.map(str::to_owned),
        }
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }

    fn destination(&self) -> Option<Untrusted> {
        self.post_logout_redirect_uri
            .as_deref()
            .and_then(shown_destination)
    }
}
