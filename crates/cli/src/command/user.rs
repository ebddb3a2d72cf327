//! `durward user`: people who can log in.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use durward_model::{User, UserId};
use durward_protocol::{Provider, password};
use durward_store::{Change, StoreError};
use serde::Serialize;
use serde_json::Value;

use super::{
    DataArgs,
    place::{Place, PlaceArgs},
};
use crate::{
    failure::Failure,
    input,
    network::told::{member, optional, text},
    output,
};

/// Add and list users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user.
    Add(AddArgs),
    /// List users.
    List(PlaceArgs),
}

/// Add a user. The password is asked for, or read from standard input with --password-stdin.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Login name.
    username: String,
    /// Name for people (claim `name`).
    #[arg(long)]
    name: Option<String>,
    /// E-mail address (claim `email`).
    #[arg(long)]
    email: Option<String>,
    /// Device that CIBA notifications go to.
    #[arg(long, value_name = "TOKEN")]
    device_registration_token: Option<String>,
    /// CIBA user code. Others can see it while the command runs; --user-code-file is better.
    #[arg(long, value_name = "CODE", conflicts_with = "user_code_file")]
    user_code: Option<String>,
    /// File with the CIBA user code; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    user_code_file: Option<PathBuf>,
    /// Read the password from standard input.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    data: DataArgs,
}

/// Runs the command.
///
/// # Errors
/// A name that is taken, a password that cannot be.
pub async fn run(command: UserCommand, json: bool) -> Result<(), Failure> {
    match command {
        UserCommand::Add(args) => add_by_hand(args, json).await,
        UserCommand::List(args) => list(&args, json).await,
    }
}

async fn add_by_hand(args: AddArgs, json: bool) -> Result<(), Failure> {
    let node = args.data.open().await?;
    let password = if args.password_stdin {
        input::value_of("-".as_ref())?
    } else {
        from_terminal()?
    };
    let user_code = match &args.user_code_file {
        Some(file) => Some(input::value_of(file)?),
        None => args.user_code,
    };
    let new = NewUser {
        username: args.username,
        password,
        name: args.name,
        email: args.email,
        device_registration_token: args.device_registration_token,
        user_code,
    };
    let user = add(&node.provider, new).await?;
    output::print(json, &Shown::of(&user), || {
        format!("added {} ({})", user.username, user.id)
    })
}

fn from_terminal() -> Result<String, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!("no password: {error}"))
            .hint("without a terminal use --password-stdin")
    };
    let password = rpassword::prompt_password("password: ").map_err(failed)?;
    if rpassword::prompt_password("again: ").map_err(failed)? == password {
        Ok(password)
    } else {
        Err(Failure::new("the two passwords differ"))
    }
}

/// A user to be.
#[derive(Debug, Default)]
pub struct NewUser {
    /// Login name.
    pub username: String,
    /// In clear; hashed before it is stored.
    pub password: String,
    /// Name for people.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Device for notifications.
    pub device_registration_token: Option<String>,
    /// CIBA user code, in clear.
    pub user_code: Option<String>,
}

/// Stores a new user.
///
/// # Errors
/// A name that is taken, a password that cannot be.
pub async fn add(provider: &Provider, new: NewUser) -> Result<User, Failure> {
    let username = new.username.trim().to_owned();
    if username.is_empty() || username.chars().any(char::is_control) {
        return Err(Failure::new(
            "a login name has at least one visible character",
        ));
    }
    let user_code_hash = match &new.user_code {
        None => None,
        Some(code) => Some(password::hash(code, &*provider.entropy).await?),
    };
    let user = User {
        id: UserId::new(provider.new_id()),
        username,
        password_hash: Some(password::hash(&new.password, &*provider.entropy).await?),
        name: new.name,
        email: new.email,
        email_verified: false,
        claims: serde_json::Map::new(),
        device_registration_token: new.device_registration_token,
        user_code_hash,
        disabled: false,
        created_at: provider.now(),
    };
    match provider.store.apply(vec![Change::insert(&user)]).await {
        Err(StoreError::Conflict { .. }) => Err(Failure::new(format!(
            "there is a user '{}' already",
            user.username
        ))),
        other => {
            other?;
            Ok(user)
        }
    }
}

async fn list(args: &PlaceArgs, json: bool) -> Result<(), Failure> {
    let mut users: Vec<Shown> = match args.open().await? {
        Place::Here(node) => {
            let all = node.provider.store.list_users().await?;
            all.iter().map(|user| Shown::of(user)).collect()
        }
        Place::There(connection) => {
            let all = connection.list("/users").await?;
            all.iter().map(Shown::told).collect::<Result<_, _>>()?
        }
    };
    users.sort_by(|one, other| one.username.cmp(&other.username));
    output::print(json, &users, || {
        let cells = |user: &Shown| {
            vec![
                user.username.clone(),
                user.name.clone().unwrap_or_default(),
                user.email.clone().unwrap_or_default(),
                user.sub.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = users.iter().map(cells).collect();
        output::table(&["USERNAME", "NAME", "EMAIL", "SUB"], &rows)
    })
}

/// A user without secrets.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(rename = "deviceRegistered")]
    device_registered: bool,
    disabled: bool,
    email: Option<String>,
    name: Option<String>,
    sub: String,
    username: String,
}

impl Shown {
    fn of(user: &User) -> Self {
        Self {
            sub: user.id.as_str().to_owned(),
            username: user.username.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            device_registered: user.device_registration_token.is_some(),
            disabled: user.disabled,
        }
    }

    /// As the config API tells of one.
    fn told(user: &Value) -> Result<Self, Failure> {
        Ok(Self {
            sub: text(user, "inum")?,
            username: text(user, "userId")?,
            name: optional(user, "displayName"),
            email: optional(user, "mail"),
            device_registered: member(user, "deviceRegistered") == true,
            disabled: member(user, "status") == "inactive",
        })
    }
}
