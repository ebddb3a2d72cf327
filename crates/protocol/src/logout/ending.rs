//! Ending a session: what is removed, what is revoked, who is to be told, all in
//! one `apply`.

use durward_model::{
    Client, ClientSession, Configuration, Grant, LogoutNotice, SecretHash, Session, Timestamp,
    logout::{Channel, NoticeState},
};
use durward_store::{Change, StoreError, Versioned};
use url::Url;

use crate::{Provider, error::Error};

/// Seconds that is remembered who was told.
const REMEMBERED_SECONDS: i64 = 7 * 24 * 3_600;

/// Seconds after the page's time in which its report may still come.
const REPORT_GRACE_SECONDS: i64 = 5;

/// Times that an ending is planned anew because something changed meanwhile.
const ATTEMPTS: u32 = 8;

/// Who ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A browser that will show a page, which can hold frames.
    Browser,
    /// Somebody without a page: an administrator, another login.
    Elsewhere,
}

/// A session that is gone.
#[derive(Debug, Default)]
pub struct Ended {
    /// The secret by which its page reports; its hash is on every notice.
    pub report: String,
    /// Frames that the page is to load.
    pub frames: Vec<LogoutFrame>,
    /// Clients that somebody was logged in to, by id.
    pub clients: Vec<Client>,
}

/// A frame of the logout page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutFrame {
    /// The notice that it fulfils.
    pub notice: String,
    /// The client's name for people.
    pub client_name: String,
    /// The registered address, with `iss` and `sid` where the client wants them.
    pub uri: String,
}

/// Ends a session. Whatever stands behind it is gone when this answers: the
/// session, the clients' part in it, their grants without `offline_access`; the
/// deliveries are queued.
///
/// # Errors
/// A fault of the store.
pub async fn end(provider: &Provider, session: &Session, by: By) -> Result<Ended, Error> {
    for _ in 0..ATTEMPTS {
        let (ended, changes) = plan(provider, session, by).await?;
        match provider.store.apply(changes).await {
            Ok(()) => {
                tracing::info!(
                    sid = session.sid,
                    clients = ended.clients.len(),
                    "session ended"
                );
                return Ok(ended);
            }
            // A grant was renewed meanwhile: look again.
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Fault(
        "a session kept changing while it was ended".to_owned(),
    ))
}

/// What ending a session comes to, for those who end it together with something else.
///
/// # Errors
/// A fault of the store.
pub async fn plan(
    provider: &Provider,
    session: &Session,
    by: By,
) -> Result<(Ended, Vec<Change>), Error> {
    let store = &provider.store;
    let live = provider.live();
    let now = provider.now();
    let mut ended = Ended {
        report: provider.new_secret(),
        ..Ended::default()
    };
    let mut changes = vec![Change::delete::<Session>(session.id.as_str())];
    for client_session in store.list_client_sessions(&session.id).await? {
        changes.push(Change::delete::<ClientSession>(&client_session.sid));
        let grants = store.list_grants_of_sid(&client_session.sid).await?;
        changes.extend(grants.iter().filter_map(|grant| revocation(grant, now)));
        let Some(client) = store.find_client(&client_session.client_id).await? else {
            continue;
        };
        let teller = Teller {
            provider,
            configuration: &live.configuration,
            report: &ended.report,
            now,
        };
        for notice in teller.notices(&client_session, &client, by) {
            changes.push(Change::insert(&notice));
            if notice.channel == Channel::Front && by == By::Browser {
                ended.frames.push(LogoutFrame {
                    uri: address(&notice, &client, &live.configuration.issuer),
                    client_name: client.display_name().to_owned(),
                    notice: notice.id,
                });
            }
        }
        ended.clients.push(client.value);
    }
    Ok((ended, changes))
}

/// Tokens that were given for a login end with it, unless the user gave them for
/// the time after it (Back-Channel Logout 1.0, section 2.7).
fn revocation(grant: &Versioned<Grant>, now: Timestamp) -> Option<Change> {
    if grant.revoked_at.is_some() || grant.scope.contains("offline_access") {
        return None;
    }
    let revoked = Grant {
        revoked_at: Some(now),
        ..grant.value.clone()
    };
    Some(Change::replace(grant, &revoked))
}

/// Makes the notices of one logout.
struct Teller<'a> {
    provider: &'a Provider,
    configuration: &'a Configuration,
    report: &'a str,
    now: Timestamp,
}

impl Teller<'_> {
    /// One for each channel that the client has. Where it has both, the browser is
    /// asked first, because only it can clear what the client keeps there.
    fn notices(&self, session: &ClientSession, client: &Client, by: By) -> Vec<LogoutNotice> {
        let metadata = &client.metadata;
        let front = metadata.frontchannel_logout_uri.as_ref();
        let back = metadata.backchannel_logout_uri.as_ref();
        let page_ends = self
            .now
            .plus_seconds(self.configuration.logout_page_seconds);
        let overdue = page_ends.plus_seconds(REPORT_GRACE_SECONDS);
        let make = |channel, uri: &String, until| self.notice(session, channel, uri, until);
        match (front, back, by) {
            (Some(front), Some(back), By::Browser) => vec![
                make(Channel::Front, front, page_ends),
                make(Channel::BackIfFrontFails, back, overdue),
            ],
            (_, Some(back), _) => vec![make(Channel::Back, back, self.now)],
            (Some(front), None, By::Browser) => vec![make(Channel::Front, front, page_ends)],
            (Some(front), None, By::Elsewhere) => {
                let mut notice = make(Channel::Front, front, self.now);
                notice.state = NoticeState::Failed {
                    at: self.now,
                    reason: "there was no browser to load its frame".to_owned(),
                };
                vec![notice]
            }
            (None, None, _) => Vec::new(),
        }
    }

    fn notice(
        &self,
        session: &ClientSession,
        channel: Channel,
        uri: &str,
        until: Timestamp,
    ) -> LogoutNotice {
        LogoutNotice {
            id: format!("{:016x}-{}", self.now.ms(), self.provider.new_id()),
            logout: SecretHash::of(self.report),
            client_id: session.client_id.clone(),
            user_id: session.user_id.clone(),
            sid: session.sid.clone(),
            channel,
            uri: uri.to_owned(),
            state: NoticeState::Waiting {
                until,
                attempts: 0,
                problem: None,
            },
            created_at: self.now,
            expires_at: self.now.plus_seconds(REMEMBERED_SECONDS),
        }
    }
}

/// A frame's address: what is registered, its query kept, `iss` and `sid` added
/// where the client asked for them (Front-Channel Logout 1.0, section 3).
fn address(notice: &LogoutNotice, client: &Client, issuer: &str) -> String {
    let required = client.metadata.frontchannel_logout_session_required;
    match Url::parse(&notice.uri) {
        Ok(mut uri) if required => {
            uri.query_pairs_mut()
                .append_pair("iss", issuer)
                .append_pair("sid", &notice.sid);
            uri.into()
        }
        Ok(uri) => uri.into(),
        Err(_) => notice.uri.clone(),
    }
}
