//! `durward completions` and `durward man`: the command line told to shells and to `man`.
//!
//! Both are made from the declarations of the commands.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use serde_json::json;

use super::Cli;
use crate::{failure::Failure, output};

/// Print a completion script.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Write manual pages.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder to write into; it is made if it is not there.
    dir: PathBuf,
}

/// Prints a completion script.
///
/// # Errors
/// Standard output cannot be written.
pub fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "durward", &mut text);
    output::write_line(String::from_utf8_lossy(&text).trim_end())
}

/// Writes a page for every command.
///
/// # Errors
/// The folder cannot be written.
pub fn man(args: &ManArgs, as_json: bool) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", args.dir.display()));
    std::fs::create_dir_all(&args.dir).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), &args.dir).map_err(failed)?;
    let done = json!({ "dir": args.dir });
    output::print(as_json, &done, || {
        format!("read them: man {}/durward.1", args.dir.display())
    })
}
