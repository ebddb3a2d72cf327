//! The two pages of a CIBA request on the authentication device: the question,
//! and what became of it.

use askama::Template;

use super::detail::DetailBlock;
use super::html;
use super::parts::{Account, ClientCard, FormTarget, Frame, Link, ScopeLine, spoken_duration};
use super::untrusted::Untrusted;

/// The longest binding message shown, in characters. CIBA Core 7.1 asks for
/// "relatively short"; the rules refuse longer ones well before this.
pub const MAX_BINDING_MESSAGE_CHARS: usize = 160;

/// Asks whether a login that was started on another device is the person's
/// own. Posts `decision=allow` or `deny`.
#[derive(Debug, Clone, Template)]
#[template(path = "approval.html")]
pub struct ApprovalPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub form: FormTarget,
    /// Who asks.
    pub client: ClientCard,
    /// Whose approval it would be.
    pub account: Account,
    /// What is asked for.
    pub scopes: Vec<ScopeLine>,
    /// What is asked for in detail (RFC 9396).
    pub details: Vec<DetailBlock>,
    /// The words that the other device shows as well.
    pub binding_message: Option<Untrusted>,
    /// How long ago the request came in, in seconds.
    pub asked_seconds_ago: u64,
    /// How long it can still be answered, in seconds.
    pub expires_in_seconds: u64,
}

impl ApprovalPage {
    /// A question without scopes and message yet: set the fields.
    pub fn new(frame: Frame, form: FormTarget, client: ClientCard, account: Account) -> Self {
        Self {
            frame,
            form,
            client,
            account,
            scopes: Vec::new(),
            details: Vec::new(),
            binding_message: None,
            asked_seconds_ago: 0,
            expires_in_seconds: 0,
        }
    }

    /// Shows the client's `binding_message`.
    #[must_use]
    pub fn with_binding_message(mut self, raw: &str) -> Self {
        self.binding_message = Some(Untrusted::line(raw, MAX_BINDING_MESSAGE_CHARS))
            .filter(|message| !message.is_empty());
        self
    }

    /// Says when the request came in and how long it lasts.
    #[must_use]
    pub fn with_times(mut self, asked_seconds_ago: u64, expires_in_seconds: u64) -> Self {
        self.asked_seconds_ago = asked_seconds_ago;
        self.expires_in_seconds = expires_in_seconds;
        self
    }

    /// May the person leave out details?
    fn may_choose(&self) -> bool {
        self.details.iter().any(|detail| detail.place.is_some())
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }

    fn asked(&self) -> String {
        if self.asked_seconds_ago < 10 {
            "just now".to_owned()
        } else {
            format!("{} ago", spoken_duration(self.asked_seconds_ago))
        }
    }

    fn time_left(&self) -> String {
        spoken_duration(self.expires_in_seconds)
    }
}

/// What became of a request that a person was asked to approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalOutcome {
    /// Allowed just now.
    Approved,
    /// Denied just now.
    Denied,
    /// Nobody answered in time.
    Expired,
    /// It had been answered before.
    AlreadyAnswered,
    /// The signed-in account is not the one that was asked.
    WrongAccount,
}

impl ApprovalOutcome {
    /// Every outcome, for tests and samples.
    pub const ALL: [Self; 5] = [
        Self::Approved,
        Self::Denied,
        Self::Expired,
        Self::AlreadyAnswered,
        Self::WrongAccount,
    ];

    /// The headline.
    pub fn title(self) -> &'static str {
        match self {
            Self::Approved => "Approved",
            Self::Denied => "Denied",
            Self::Expired => "This request has expired",
            Self::AlreadyAnswered => "Already answered",
            Self::WrongAccount => "Not for this account",
        }
    }

    /// What it means.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Approved => "The login goes on at the device where you started it.",
            Self::Denied => "Nobody was signed in and nothing was shared.",
            Self::Expired => "It was not answered in time, so nobody was signed in.",
            Self::AlreadyAnswered => "This request was answered before. The first answer counts.",
            Self::WrongAccount => {
                "Somebody else was asked to approve this. You cannot answer for them."
            }
        }
    }

    /// What the person does next.
    pub fn next(self) -> &'static str {
        match self {
            Self::Approved => "You can close this page.",
            Self::Denied => {
                "If you did not start this login, someone may be trying to use your account. \
                 Tell your provider."
            }
            Self::Expired => "If you still want to sign in, start again where you began.",
            Self::AlreadyAnswered => "If that was not you, tell your provider now.",
            Self::WrongAccount => {
                "Sign in with the account that was asked, then open the notification again."
            }
        }
    }
}

/// Says what became of the request.
#[derive(Debug, Clone, Template)]
#[template(path = "outcome.html")]
pub struct OutcomePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What happened.
    pub outcome: ApprovalOutcome,
    /// Who had asked; absent when the person may not know.
    pub client_name: Option<Untrusted>,
    /// Where to go from here, if anywhere.
    pub link: Option<Link>,
}

impl OutcomePage {
    /// An outcome without a link. The client is left out for
    /// [`ApprovalOutcome::WrongAccount`]: it is not this account's business.
    pub fn new(frame: Frame, outcome: ApprovalOutcome, client: Option<&ClientCard>) -> Self {
        Self {
            frame,
            outcome,
            client_name: client
                .filter(|_| outcome != ApprovalOutcome::WrongAccount)
                .map(|client| client.name.clone()),
            link: None,
        }
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
