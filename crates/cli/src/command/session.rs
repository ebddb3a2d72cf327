//! `durward session`: who is logged in where, ending it, and who heard of a logout.

use clap::{Args, Subcommand};
use durward_model::{
    LogoutNotice, Timestamp, User,
    logout::{Channel, NoticeState},
};
use durward_protocol::logout::{
    ending::{self, By},
    sessions::{Described, list_living},
};
use durward_store::Versioned;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    DataArgs,
    place::{Place, PlaceArgs},
};
use crate::{
    failure::Failure,
    network::{
        Call, Connection,
        told::{member, moment, text},
    },
    node::Node,
    output,
};

/// Where the config API has sessions.
const SESSIONS: &str = "/jans-auth-server/session";

/// List and end sessions, and see who was told of logouts.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// List sessions: who, since when, and the applications in them.
    List(ListArgs),
    /// End a session. Its applications hear of it as at any logout; frames cannot be loaded.
    End(EndArgs),
    /// Show who was told of the last logouts, and how that went.
    Logouts(LogoutsArgs),
}

/// List sessions.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Of this user only.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// End a session.
#[derive(Debug, Args)]
pub struct EndArgs {
    /// The session, as `durward session list` shows it.
    // One in 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    sid: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Show who was told.
#[derive(Debug, Args)]
pub struct LogoutsArgs {
    /// So many, the last ones.
    #[arg(long, default_value_t = 50, value_name = "N")]
    last: usize,
    #[command(flatten)]
    data: DataArgs,
}

/// Runs the command.
///
/// # Errors
/// A user or session that does not exist.
pub async fn run(command: SessionCommand, json: bool) -> Result<(), Failure> {
    match command {
        SessionCommand::List(args) => list(&args, json).await,
        SessionCommand::End(args) => end(&args, json).await,
        SessionCommand::Logouts(args) => logouts(&args, json).await,
    }
}

async fn list(args: &ListArgs, json: bool) -> Result<(), Failure> {
    let user = args.user.as_deref();
    let mut sessions = match args.place.open().await? {
        Place::Here(node) => list_here(&node, user).await?,
        Place::There(connection) => list_there(&connection, user).await?,
    };
    sessions.sort_by(|one, other| (one.auth_time, &one.sid).cmp(&(other.auth_time, &other.sid)));
    output::print(json, &sessions, || {
        let rows: Vec<Vec<String>> = sessions.iter().map(cells).collect();
        output::table(&["SID", "USER", "SINCE", "USED", "APPLICATIONS"], &rows)
    })
}

async fn list_here(node: &Node, user: Option<&str>) -> Result<Vec<Living>, Failure> {
    let user = match user {
        Some(name) => Some(find_user(node, name).await?.id),
        None => None,
    };
    let described = list_living(&node.provider, user.as_ref()).await?;
    Ok(described.iter().map(Living::of).collect())
}

async fn list_there(connection: &Connection, user: Option<&str>) -> Result<Vec<Living>, Failure> {
    let all = connection.list(SESSIONS).await?;
    let all = all.iter().map(Living::told);
    let mut all = all.collect::<Result<Vec<_>, _>>()?;
    all.retain(|session| user.is_none_or(|name| session.username == name));
    Ok(all)
}

async fn find_user(node: &Node, name: &str) -> Result<User, Failure> {
    let found = node.provider.store.find_user_by_username(name).await?;
    found.map(|found| found.value).ok_or_else(|| {
        Failure::new(format!("there is no user '{name}'")).hint("list them: durward user list")
    })
}

/// A session that lives; moments in seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Living {
    acr: Value,
    amr: Value,
    auth_time: i64,
    clients: Vec<String>,
    expires_at: i64,
    sid: String,
    sub: String,
    used_at: i64,
    username: String,
}

impl Living {
    fn of(described: &Described) -> Self {
        let session = &described.session;
        Self {
            sid: session.sid.clone(),
            sub: session.user_id.as_str().to_owned(),
            username: described.username.clone(),
            auth_time: session.auth_time.seconds(),
            acr: json!(session.acr),
            amr: json!(session.amr),
            used_at: session.used_at.seconds(),
            expires_at: session.expires_at.seconds(),
            clients: described.clients.clone(),
        }
    }

    /// As the config API tells of one.
    fn told(session: &Value) -> Result<Self, Failure> {
        let clients = member(session, "clients").as_array().into_iter().flatten();
        let clients = clients.filter_map(|id| Some(id.as_str()?.to_owned()));
        Ok(Self {
            sid: text(session, "sid")?,
            sub: text(session, "userInum")?,
            username: text(session, "userId")?,
            auth_time: moment(session, "authTime")?.seconds(),
            acr: member(session, "acr").clone(),
            amr: member(session, "amr").clone(),
            used_at: moment(session, "usedAt")?.seconds(),
            expires_at: moment(session, "expiresAt")?.seconds(),
            clients: clients.collect(),
        })
    }
}

fn cells(session: &Living) -> Vec<String> {
    vec![
        session.sid.clone(),
        session.username.clone(),
        session.auth_time.to_string(),
        session.used_at.to_string(),
        session.clients.join(" "),
    ]
}

async fn end(args: &EndArgs, json: bool) -> Result<(), Failure> {
    let sid = &args.sid;
    let done = match args.place.open().await? {
        Place::Here(node) => {
            let found = node.provider.store.find_session_by_sid(sid).await?;
            let session = found.ok_or_else(|| unknown(sid))?;
            let ended = ending::end(&node.provider, &session, By::Elsewhere).await?;
            let clients = ended.clients.iter();
            let clients: Vec<&str> = clients.map(|client| client.client_id.as_str()).collect();
            json!({ "sid": sid, "ended": true, "clients": clients })
        }
        // The config API does not say which clients are told.
        Place::There(connection) => {
            let call = Call::new(Method::DELETE, &format!("{SESSIONS}/sid")).segment(sid);
            connection.find(&call).await?.ok_or_else(|| unknown(sid))?;
            json!({ "sid": sid, "ended": true })
        }
    };
    output::print(json, &done, || {
        format!(
            "{sid} has ended; a running server tells its applications, see: durward session logouts"
        )
    })
}

fn unknown(sid: &str) -> Failure {
    Failure::new(format!("there is no session '{sid}'")).hint("list them: durward session list")
}

async fn logouts(args: &LogoutsArgs, json: bool) -> Result<(), Failure> {
    let node = args.data.open().await?;
    let all: Vec<Versioned<LogoutNotice>> = node.provider.store.list_logout_notices().await?;
    let skipped = all.len().saturating_sub(args.last);
    let now = node.provider.now();
    let last: Vec<LogoutNotice> = all
        .into_iter()
        .skip(skipped)
        .map(|found| found.value)
        .collect();
    let values: Vec<Value> = last.iter().map(|notice| shown(notice, now)).collect();
    output::print(json, &values, || {
        let cells = |notice: &LogoutNotice| {
            vec![
                notice.created_at.seconds().to_string(),
                notice.user_id.to_string(),
                notice.client_id.to_string(),
                channel(notice.channel).to_owned(),
                outcome(notice, now),
            ]
        };
        let rows: Vec<Vec<String>> = last.iter().map(cells).collect();
        output::table(&["AT", "SUB", "CLIENT", "CHANNEL", "OUTCOME"], &rows)
    })
}

fn shown(notice: &LogoutNotice, now: Timestamp) -> Value {
    json!({
        "at": notice.created_at.seconds(),
        "sub": notice.user_id.as_str(),
        "client_id": notice.client_id.as_str(),
        "sid": notice.sid,
        "channel": channel(notice.channel),
        "uri": notice.uri,
        "state": notice.state,
        "outcome": outcome(notice, now),
    })
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Front => "front",
        Channel::Back => "back",
        Channel::BackIfFrontFails => "back if front fails",
    }
}

/// How it went, for people.
fn outcome(notice: &LogoutNotice, now: Timestamp) -> String {
    match &notice.state {
        NoticeState::Told { .. } if notice.channel == Channel::Front => {
            "the frame loaded".to_owned()
        }
        NoticeState::Told { .. } => "told".to_owned(),
        NoticeState::NotNeeded => "not needed".to_owned(),
        NoticeState::Failed { reason, .. } => format!("failed: {reason}"),
        NoticeState::Waiting { until, .. } if notice.channel == Channel::Front && *until <= now => {
            "no report from the browser".to_owned()
        }
        NoticeState::Waiting { attempts: 0, .. } => "waiting".to_owned(),
        NoticeState::Waiting {
            attempts, problem, ..
        } => format!(
            "waiting after {attempts} deliveries: {}",
            problem.as_deref().unwrap_or("no answer yet")
        ),
    }
}
