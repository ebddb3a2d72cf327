//! The command line: what there is to type. One file per command in `command/`.

pub mod audit;
pub mod client;
pub mod config;
pub mod doctor;
pub mod import;
pub mod init;
pub mod key;
pub mod login;
pub mod place;
pub mod scope;
pub mod script;
pub mod script_call;
pub mod script_health;
pub mod script_history;
pub mod script_logs;
pub mod script_record;
pub mod script_stage;
pub mod serve;
pub mod session;
pub mod shell;
pub mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use place::DataArgs;

use crate::{
    demo,
    failure::Failure,
    jans_cli::{self, JansCliArgs},
};

/// An OAuth 2.0 and OpenID Connect authorization server whose decisions are
/// shaped by interception scripts.
///
/// Begin with `durward init --data ./data`, then `durward serve --data ./data`.
/// A running server notices what the other commands change within a second.
#[derive(Debug, Parser)]
#[command(name = "durward", version, max_term_width = 100)]
pub struct Cli {
    /// Print results and errors as JSON.
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a data directory: configuration, sealing key, store, signing keys.
    Init(init::InitArgs),
    /// Serve a data directory until SIGTERM or Ctrl-C.
    Serve(serve::ServeArgs),
    /// Add and list users.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Add, list, show and delete clients, in RFC 7591 metadata.
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// List scopes that exist.
    #[command(subcommand)]
    Scope(scope::ScopeCommand),
    /// List and end sessions, and see who was told of logouts.
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// Check, call, keep and watch interception scripts.
    #[command(subcommand)]
    Script(script::ScriptCommand),
    /// Print the decision journal: which script decided what, when, in which request.
    Audit(audit::AuditArgs),
    /// Call a server's config API with Jans's command line; also when called as jans-cli.
    JansCli(Box<JansCliArgs>),
    /// Take over what another server exports.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// List and rotate signing keys.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Read and change live configuration, under Jans's property names.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Keep a profile of a server, to administer it over the network.
    Login(login::LoginArgs),
    /// Take the access token back and forget a profile.
    Logout(login::LogoutArgs),
    /// List profiles of servers.
    Profiles(login::ProfilesArgs),
    /// Say what is wrong with a data directory and what to type.
    Doctor(DataArgs),
    /// Print a completion script for a shell.
    Completions(shell::CompletionsArgs),
    /// Write manual pages of all commands into a folder.
    Man(shell::ManArgs),
    /// Try everything: a server, a client and a phone, or the same without hands.
    #[command(subcommand)]
    Demo(demo::DemoCommand),
}

/// Runs a command.
///
/// # Errors
/// Whatever it fails with.
pub async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let json = cli.json;
    match cli.command {
        Command::Init(args) => init::run(&args, json).await?,
        Command::Serve(args) => serve::run(&args).await?,
        Command::User(command) => user::run(command, json).await?,
        Command::Client(command) => client::run(command, json).await?,
        Command::Scope(command) => scope::run(command, json).await?,
        Command::Session(command) => session::run(command, json).await?,
        Command::Script(command) => return script::run(command, json).await,
        Command::Audit(args) => audit::run(&args, json).await?,
        Command::JansCli(args) => jans_cli::run(&args, json).await?,
        Command::Import(command) => return import::run(command, json).await,
        Command::Key(command) => key::run(command, json).await?,
        Command::Config(command) => config::run(command, json).await?,
        Command::Login(args) => login::login(&args, json).await?,
        Command::Logout(args) => login::logout(&args, json).await?,
        Command::Profiles(args) => login::list(&args, json)?,
        Command::Doctor(args) => return doctor::run(&args, json).await,
        Command::Completions(args) => shell::completions(&args)?,
        Command::Man(args) => shell::man(&args, json)?,
        Command::Demo(command) => return demo::run(command, json).await,
    }
    Ok(ExitCode::SUCCESS)
}
