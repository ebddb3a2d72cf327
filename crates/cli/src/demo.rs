//! The demonstration: a client and a phone to try the server with. Not part
//! of the server.

pub mod caller;
pub mod pages;
pub mod push;
pub mod script;
pub mod serve;
pub mod setup;
pub mod shop;
pub mod tokens;
pub mod walk;
pub mod web;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand, ValueEnum};

use crate::failure::Failure;

/// Try everything.
#[derive(Debug, Subcommand)]
pub enum DemoCommand {
    /// Serve: the server, a demo shop, and a phone, each a page in your browser.
    Serve(ServeArgs),
    /// The same without hands, in this terminal. Exit code 0 only if all held.
    Walk(WalkArgs),
}

/// Serve the demonstration.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Data directory; made if it is not there.
    #[arg(long, default_value = "./data", value_name = "DIR")]
    data: PathBuf,
    /// Address and port of the server.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    bind: SocketAddr,
    /// Address and port of the shop and the phone.
    #[arg(long, default_value = "127.0.0.1:8081", value_name = "ADDR")]
    client_bind: SocketAddr,
    /// Notification script to use from now on, instead of the one in the data directory.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

/// What a walk is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Course {
    /// A login that is approved on a phone.
    Login,
    /// A third party that registers at a bank, which asks an Open Banking directory.
    Registration,
}

/// Walk through the demonstration.
#[derive(Debug, Args)]
pub struct WalkArgs {
    /// What to walk through.
    #[arg(value_enum, default_value_t = Course::Login)]
    course: Course,
    /// Notification script to use instead of our own.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Whatever it fails with.
pub async fn run(command: DemoCommand, json: bool) -> Result<ExitCode, Failure> {
    match command {
        DemoCommand::Serve(args) => serve::run(&args).await,
        DemoCommand::Walk(args) => walk::run(args.course, args.script.as_deref(), json).await,
    }
}
