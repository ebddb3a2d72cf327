//! What the browser sees after a logout: frames, where to go, and what an
//! `end_session` script makes of it.

use durward_model::{Client, ClientId};
use durward_script::{
    ScriptInfo,
    program::LogLine,
    types::end_session::{self as script, Answer, Context},
};
use url::Url;

use super::{
    ending::{Ended, LogoutFrame},
    request::LogoutRequest,
};
pub use crate::visit::Visit;
use crate::{Parameters, Provider, authentication::Authenticated};

/// Most further addresses that a script may have loaded.
const MAX_EXTRA_FRAMES: usize = 16;

/// What the page is made of.
#[derive(Debug, Default)]
pub struct SignedOut {
    /// Whether a session was ended: a page must not say so otherwise.
    pub ended: bool,
    /// Whom the page tells, by frames.
    pub frames: Vec<LogoutFrame>,
    /// The secret for the page's report.
    pub report: String,
    /// Where the browser goes afterwards.
    pub redirect: Option<String>,
    /// Whose address that is.
    pub client: Option<Client>,
    /// For the one script of ours, and what an administrator's page may run.
    pub nonce: String,
    /// What an `end_session` script answered.
    pub script: Option<ScriptPage>,
}

/// A page out of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptPage {
    /// The script.
    pub script: ScriptInfo,
    /// Its HTML; `None` when it only named further addresses.
    pub html: Option<String>,
    /// Further https addresses to load in frames, such as those of other identity providers.
    pub extra_frames: Vec<String>,
}

impl SignedOut {
    /// Nobody was logged in.
    pub(super) fn nobody(request: LogoutRequest) -> Self {
        Self {
            redirect: request.redirect,
            client: request.client,
            ..Self::default()
        }
    }

    /// Whether there is nothing to see: the browser can go on at once.
    pub fn goes_on_at_once(&self) -> bool {
        self.frames.is_empty() && self.script.is_none() && self.redirect.is_some()
    }
}

/// Puts the page together; the session is gone already.
pub(super) async fn after(
    provider: &Provider,
    who: &Authenticated,
    ended: Ended,
    request: LogoutRequest,
    parameters: &Parameters,
    visit: &Visit,
) -> SignedOut {
    let mut shown = SignedOut {
        ended: true,
        frames: ended.frames,
        report: ended.report,
        redirect: request.redirect,
        client: request.client,
        nonce: provider.new_id(),
        script: None,
    };
    let always = provider.live().configuration.always_call_end_session_script;
    if !shown.goes_on_at_once() || always {
        let context = context(who, &ended.clients, &shown, parameters, visit);
        shown.script = script::frontchannel_html(&provider.scripts, &context)
            .await
            .map(|answer| checked(provider, answer));
    }
    shown
}

/// What of a script's answer may be shown; its log tells what not.
fn checked(provider: &Provider, answer: Answer) -> ScriptPage {
    let (mut extra_frames, refused): (Vec<String>, Vec<String>) = answer
        .extra_logout_uris
        .into_iter()
        .partition(|uri| Url::parse(uri).is_ok_and(|uri| uri.scheme() == "https"));
    let mut page = ScriptPage {
        script: answer.script,
        html: answer.html,
        extra_frames: Vec::new(),
    };
    let mut problems: Vec<String> = refused
        .iter()
        .map(|uri| format!("extraLogoutUris: '{uri}' is not an https address"))
        .collect();
    if extra_frames.len() > MAX_EXTRA_FRAMES {
        problems.push(format!(
            "extraLogoutUris: more than {MAX_EXTRA_FRAMES}; the rest is left out"
        ));
        extra_frames.truncate(MAX_EXTRA_FRAMES);
    }
    page.extra_frames = extra_frames;
    page.note(provider, &problems);
    page
}

impl ScriptPage {
    /// Puts what was wrong with the page into the script's log.
    pub fn note(&self, provider: &Provider, problems: &[String]) {
        if problems.is_empty() {
            return;
        }
        let lines: Vec<LogLine> = problems
            .iter()
            .map(|problem| LogLine {
                level: "warn".to_owned(),
                text: problem.clone(),
            })
            .collect();
        let scripts = &provider.scripts;
        scripts.note(&self.script, "getFrontchannelHtml", &lines);
    }
}

fn context(
    who: &Authenticated,
    clients: &[Client],
    shown: &SignedOut,
    parameters: &Parameters,
    visit: &Visit,
) -> Context {
    let session = &who.session;
    let known_as = |id: &ClientId| session.sid_for(id);
    Context {
        frontchannel_logout_uris: shown.frames.iter().map(|frame| frame.uri.clone()).collect(),
        post_logout_redirect_uri: shown.redirect.clone().unwrap_or_default(),
        session_id: script::SessionId {
            id: session.sid.clone(),
            outside_sid: shown
                .client
                .as_ref()
                .map(|client| known_as(&client.client_id)),
            user_dn: session.user_id.as_str().to_owned(),
            user_id: who.user.username.clone(),
            authentication_time: session.auth_time.ms(),
            last_used_at: session.used_at.ms(),
            state: "authenticated".to_owned(),
            session_attributes: [("acr".to_owned(), session.acr.clone())].into(),
            permission_granted_map: clients
                .iter()
                .map(|client| (client.client_id.as_str().to_owned(), true))
                .collect(),
        },
        http_request: visit.told(parameters),
        clients: clients
            .iter()
            .map(|client| script::Client {
                client_id: client.client_id.as_str().to_owned(),
                client_name: client.display_name().to_owned(),
            })
            .collect(),
        frames: shown.frames.iter().map(frame_html).collect(),
        nonce: shown.nonce.clone(),
        extra_logout_uris: Vec::new(),
    }
}

/// A frame as HTML, ready for a script's page.
pub fn frame_html(frame: &LogoutFrame) -> String {
    format!(
        "<iframe src=\"{}\" title=\"Signing out\" sandbox=\"allow-scripts allow-same-origin\" \
         referrerpolicy=\"no-referrer\" hidden></iframe>",
        escaped(&frame.uri)
    )
}

/// Text for an attribute in double quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
