//! The demonstration: a client and a phone to try the server with. Not part
//! of the server.

pub mod pages;

use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::Failure;

/// Try everything.
#[derive(Debug, Subcommand)]
pub enum DemoCommand {}

/// Runs the command.
///
/// # Errors
/// Whatever it fails with.
pub async fn run(command: DemoCommand, _json: bool) -> Result<ExitCode, Failure> {
    match command {}
}
