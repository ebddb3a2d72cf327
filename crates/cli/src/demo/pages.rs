//! The pages of the demonstration as values: where to start, a client that
//! asks for a login, and a phone that receives the notification. No routes.
//!
//! They share the server's style sheet and are written for its policy with
//! [`durward_server::pages::policy::ContentSecurityPolicy::with_own_scripts`].

use askama::Template;
use durward_server::pages::approval::MAX_BINDING_MESSAGE_CHARS;
use durward_server::pages::assets::{Asset, MARK, STYLESHEET};
use durward_server::pages::parts::{Account, ClientCard, ClientFacts, MAX_SENTENCE_CHARS};
use durward_server::pages::untrusted::Untrusted;
use serde::Serialize;

/// Every file the demonstration's pages need, the server's two included.
pub const ASSETS: &[Asset] = &[
    STYLESHEET,
    MARK,
    Asset {
        name: "demo.css",
        content_type: "text/css; charset=utf-8",
        body: include_str!("../../static/demo.css"),
    },
    Asset {
        name: "phone.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_str!("../../static/phone.js"),
    },
    Asset {
        name: "live.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_str!("../../static/live.js"),
    },
];

/// A page as HTML; see the server's pages for why this does not fail.
fn html(page: &impl Template) -> String {
    page.render().unwrap_or_else(|_| {
        "<!doctype html><title>Error</title>This page could not be shown.".to_owned()
    })
}

/// Someone who can sign in to the demonstration.
#[derive(Debug, Clone)]
pub struct DemoUser {
    /// User name and name.
    pub account: Account,
    /// Sent as `login_hint`, as it is.
    pub login_hint: String,
    /// Shown on the start page: these are made-up people.
    pub password: String,
}

/// Where to start: three steps.
#[derive(Debug, Clone, Template)]
#[template(path = "start.html")]
pub struct StartPage {
    /// Path of [`ASSETS`], without a slash at its end.
    pub static_path: String,
    /// The phone.
    pub phone_url: String,
    /// The client.
    pub client_url: String,
    /// The server's discovery document.
    pub discovery_url: String,
    /// Who can sign in.
    pub users: Vec<DemoUser>,
}

impl StartPage {
    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}

/// The client before a login: whom to ask, and with which words. Posts
/// `login_hint`, `binding_message` and `csrf_token`.
#[derive(Debug, Clone, Template)]
#[template(path = "client.html")]
pub struct ClientPage {
    /// Path of [`ASSETS`], without a slash at its end.
    pub static_path: String,
    /// Where the form goes.
    pub action: String,
    /// Sent back as `csrf_token`.
    pub csrf_token: String,
    /// Back to the start page.
    pub start_url: String,
    /// Who can be asked; the first one is preselected.
    pub users: Vec<DemoUser>,
    /// Proposed words.
    pub binding_message: String,
    /// What was wrong with the last attempt.
    pub problem: Option<Untrusted>,
}

impl ClientPage {
    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}

/// How far the client's login has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginState {
    /// Nobody has answered yet.
    Waiting,
    /// Tokens have arrived.
    Approved,
    /// The person said no.
    Denied,
    /// Nobody answered in time.
    Expired,
    /// Something else; the OAuth `error` or our own words.
    Failed(Untrusted),
}

impl LoginState {
    fn title(&self) -> &'static str {
        match self {
            Self::Waiting => "Waiting for the phone",
            Self::Approved => "Signed in",
            Self::Denied => "Denied on the phone",
            Self::Expired => "Nobody answered in time",
            Self::Failed(_) => "The login failed",
        }
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Waiting => "state-waiting",
            Self::Approved => "state-good",
            Self::Denied | Self::Expired | Self::Failed(_) => "state-bad",
        }
    }
}

/// One HTTP exchange between the client and the server.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What it is for, in our own words.
    pub purpose: String,
    /// Method and path.
    pub request_line: String,
    /// What was sent, one parameter a line.
    pub request_body: Untrusted,
    /// Status of the answer.
    pub status: u16,
    /// The answer, pretty-printed.
    pub response_body: Untrusted,
    /// How many times in a row it went exactly like this; polls repeat.
    pub times: u32,
}

impl Exchange {
    /// An exchange with bodies of at most 8,000 characters and 200 lines.
    pub fn new(purpose: &str, request: (&str, &str), response: (u16, &str)) -> Self {
        Self {
            purpose: purpose.to_owned(),
            request_line: request.0.to_owned(),
            request_body: Untrusted::lines(request.1, 8_000, 200),
            status: response.0,
            response_body: Untrusted::lines(response.1, 8_000, 200),
            times: 1,
        }
    }

    fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A token and, if it is a JWT, what is in it.
#[derive(Debug, Clone)]
pub struct TokenView {
    /// `id_token`, `access_token`, `refresh_token`.
    pub name: String,
    /// As received.
    pub raw: Untrusted,
    /// Header and claims, pretty-printed; absent for an opaque token.
    pub decoded: Option<(Untrusted, Untrusted)>,
}

impl TokenView {
    /// A token as received, and its header and claims if it has some.
    pub fn new(name: &str, raw: &str, decoded: Option<(&str, &str)>) -> Self {
        let block = |text| Untrusted::lines(text, 8_000, 200);
        Self {
            name: name.to_owned(),
            raw: Untrusted::line(raw, 8_000),
            decoded: decoded.map(|(header, claims)| (block(header), block(claims))),
        }
    }
}

/// The client during and after a login.
#[derive(Debug, Clone, Template)]
#[template(path = "client_status.html")]
pub struct ClientStatusPage {
    /// Path of [`ASSETS`], without a slash at its end.
    pub static_path: String,
    /// The empty form, to start again.
    pub client_url: String,
    /// The phone, to answer.
    pub phone_url: String,
    /// Whom the client asked for.
    pub login_hint: Untrusted,
    /// The words that the phone shows too.
    pub binding_message: Option<Untrusted>,
    /// How far it has come.
    pub state: LoginState,
    /// Polls so far.
    pub polls: u32,
    /// What has arrived.
    pub tokens: Vec<TokenView>,
    /// What was said, oldest first.
    pub exchanges: Vec<Exchange>,
}

impl ClientStatusPage {
    /// Seconds after which a waiting page looks again.
    pub const REFRESH_SECONDS: u32 = 2;

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }

    fn is_waiting(&self) -> bool {
        self.state == LoginState::Waiting
    }
}

/// What a notification on the phone is about to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationState {
    /// To be answered.
    Waiting,
    /// Allowed.
    Approved,
    /// Denied.
    Denied,
    /// Too late.
    Expired,
}

impl NotificationState {
    /// What the card says. The script has the same words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Waiting => "Tap to answer",
            Self::Approved => "Approved",
            Self::Denied => "Denied",
            Self::Expired => "Expired",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Expired => "expired",
        }
    }
}

/// One card on the phone; also what its feed says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneNotification {
    /// Stable for the life of the notification.
    pub id: String,
    /// Who asks.
    pub client_name: String,
    /// Letters for the avatar.
    pub initials: String,
    /// The words to compare.
    pub binding_message: Option<String>,
    /// The approval page.
    pub approval_url: String,
    /// What became of it.
    pub state: NotificationState,
    /// When it arrived, in milliseconds since 1970-01-01T00:00:00Z.
    pub received_at_ms: u64,
}

impl PhoneNotification {
    /// A waiting notification. Name and message are made fit to be seen.
    pub fn new(
        id: &str,
        client_name: &str,
        binding_message: Option<&str>,
        approval_url: &str,
        received_at_ms: u64,
    ) -> Self {
        let card = ClientCard::new(ClientFacts {
            client_id: client_name,
            ..ClientFacts::default()
        });
        Self {
            id: id.to_owned(),
            client_name: card.name.to_string(),
            initials: card.initials,
            binding_message: binding_message
                .map(|raw| Untrusted::line(raw, MAX_BINDING_MESSAGE_CHARS))
                .filter(|message| !message.is_empty())
                .map(|message| message.to_string()),
            approval_url: approval_url.to_owned(),
            state: NotificationState::Waiting,
            received_at_ms,
        }
    }
}

/// The whole of the phone's feed: answered as JSON to a poll, and as the data
/// of each event of the stream. Always all cards, newest first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PhoneFeed {
    /// The cards.
    pub notifications: Vec<PhoneNotification>,
}

/// A page that looks like a phone's lock screen.
#[derive(Debug, Clone, Template)]
#[template(path = "phone.html")]
pub struct PhonePage {
    /// Path of [`ASSETS`], without a slash at its end.
    pub static_path: String,
    /// Back to the start page.
    pub start_url: String,
    /// Address of [`PhoneFeed`] as JSON, asked every two seconds.
    pub feed_url: String,
    /// Address of the same as a stream of server-sent events, if there is one:
    /// used instead of asking.
    pub stream_url: Option<String>,
    /// Whose phone it is.
    pub owner: Untrusted,
    /// What is on the screen already.
    pub feed: PhoneFeed,
}

impl PhonePage {
    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}

/// A problem to show on the client's form.
pub fn problem(sentence: &str) -> Option<Untrusted> {
    Some(Untrusted::line(sentence, MAX_SENTENCE_CHARS)).filter(|text| !text.is_empty())
}
