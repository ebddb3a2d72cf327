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

/// A client's front-channel logout address, to be loaded in a hidden frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellingFrame {
    /// The address, `iss` and `sid` already added.
    pub uri: String,
    /// Names the frame in the page's report.
    pub notice: String,
    /// A client's, not one that a script added.
    pub required: bool,
}

impl TellingFrame {
    /// Whether it may be put into a page: in a frame of ours only http and https
    /// addresses are loaded.
    pub fn is_loadable(&self) -> bool {
        Url::parse(&self.uri).is_ok_and(|uri| matches!(uri.scheme(), "https" | "http"))
    }
}

/// What the page's own script is told.
#[derive(Debug, Clone, Default)]
pub struct Telling {
    /// Where the page reports which frames have loaded; empty if nobody waits for it.
    pub report: String,
    /// Seconds that it waits for them.
    pub seconds: i64,
    /// Lets the script run.
    pub nonce: String,
}

/// The session is gone. Loads each client's front-channel logout address in a
/// hidden frame; the policy must name them as frame sources.
#[derive(Debug, Clone, Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOutPage {
    /// What surrounds the page.
    pub frame: Frame,
    ended: bool,
    frames: Vec<TellingFrame>,
    telling: Telling,
    redirect: Option<String>,
}

impl LoggedOutPage {
    /// Loads `frames`; goes on to `redirect`, already checked, if there is one.
    /// `ended` says whether anybody was signed out at all.
    pub fn new(
        frame: Frame,
        ended: bool,
        frames: &[TellingFrame],
        telling: Telling,
        redirect: Option<&str>,
    ) -> Self {
        let loadable = frames.iter().filter(|frame| frame.is_loadable());
        Self {
            frame,
            ended,
            frames: loadable.cloned().collect(),
            telling,
            redirect: redirect.map(str::to_owned),
        }
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }

    fn destination(&self) -> Option<Untrusted> {
        self.redirect.as_deref().and_then(shown_destination)
    }

    /// Somebody must wait for the frames, and go on.
    fn needs_script(&self) -> bool {
        !self.frames.is_empty() || self.redirect.is_some()
    }
}

/// What a page that an administrator's script wrote is given: our script and the frames.
#[derive(Debug, Clone, Template)]
#[template(path = "_telling.html")]
pub struct TellingTags<'a> {
    /// Where our script is.
    pub static_path: &'a str,
    /// The frames.
    pub frames: &'a [TellingFrame],
    /// What our script is told.
    pub telling: &'a Telling,
    /// Where it goes on to; empty if nowhere.
    pub redirect: &'a str,
}

impl TellingTags<'_> {
    /// As HTML, to be put into a page.
    pub fn render(&self) -> String {
        html(self)
    }
}
