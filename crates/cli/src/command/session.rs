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
use serde_json::{Value, json};

use super::DataArgs;
use crate::{failure::Failure, node::Node, output};

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
    data: DataArgs,
}

/// End a session.
#[derive(Debug, Args)]
pub struct EndArgs {
    /// The session, as `durward session list` shows it.
    // One in 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    sid: String,
    #[command(flatten)]
    data: DataArgs,
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
    let node = Node::open(&args.data.data).await?;
    let user = match args.user.as_deref() {
        Some(name) => Some(find_user(&node, name).await?.id),
        None => None,
    };
    let described = list_living(&node.provider, user.as_ref()).await?;
    let values: Vec<Value> = described.iter().map(told).collect();
    output::print(json, &values, || {
        let rows: Vec<Vec<String>> = described.iter().map(cells).collect();
        output::table(&["SID", "USER", "SINCE", "USED", "APPLICATIONS"], &rows)
    })
}

async fn find_user(node: &Node, name: &str) -> Result<User, Failure> {
    let found = node.provider.store.find_user_by_username(name).await?;
    found.map(|found| found.value).ok_or_else(|| {
        Failure::new(format!("there is no user '{name}'")).hint("list them: durward user list")
    })
}

fn told(described: &Described) -> Value {
    let session = &described.session;
    json!({
        "sid": session.sid,
        "sub": session.user_id.as_str(),
        "username": described.username,
        "authTime": session.auth_time.seconds(),
        "acr": session.acr,
        "amr": session.amr,
        "usedAt": session.used_at.seconds(),
        "expiresAt": session.expires_at.seconds(),
        "clients": described.clients,
    })
}

fn cells(described: &Described) -> Vec<String> {
    let session = &described.session;
    vec![
        session.sid.clone(),
        described.username.clone(),
        session.auth_time.seconds().to_string(),
        session.used_at.seconds().to_string(),
        described.clients.join(" "),
    ]
}

async fn end(args: &EndArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
    let found = node.provider.store.find_session_by_sid(&args.sid).await?;
    let Some(session) = found else {
        return Err(Failure::new(format!("there is no session '{}'", args.sid))
            .hint("list them: durward session list"));
    };
    let ended = ending::end(&node.provider, &session, By::Elsewhere).await?;
    let clients: Vec<&str> = ended
        .clients
        .iter()
        .map(|client| client.client_id.as_str())
        .collect();
    let done = json!({ "sid": args.sid, "ended": true, "clients": clients });
    output::print(json, &done, || {
        format!(
            "{} has ended; a running server tells its applications, see: durward session logouts",
            args.sid
        )
    })
}

async fn logouts(args: &LogoutsArgs, json: bool) -> Result<(), Failure> {
    let node = Node::open(&args.data.data).await?;
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
