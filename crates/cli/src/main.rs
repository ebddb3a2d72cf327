//! The binary: commands, and the one place where everything is put together.
//!
//! Two hidden commands are what the server starts this same binary with: `host-python`
//! is the template process of the script workers, `host-jvm` confines itself and becomes
//! the JVM of scripts that need one.

// The documentation of arguments is their help text, read in a terminal.
#![allow(clippy::doc_markdown, clippy::doc_link_with_quotes)]
#![allow(rustdoc::bare_urls)]

mod bootstrap;
mod command;
mod demo;
mod failure;
mod input;
mod jans_cli;
mod junit;
mod jvm;
mod mutual_tls;
mod network;
mod node;
mod output;
mod system;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

/// Out of memory in a worker is an exit code, not an abort.
#[global_allocator]
static ALLOCATOR: durward_python::BoundedAlloc = durward_python::BoundedAlloc;

fn main() -> ExitCode {
    let hidden = std::env::args_os().nth(1);
    if hidden
        .as_ref()
        .is_some_and(|word| word == node::HOST_COMMAND)
    {
        return durward_python::host::main();
    }
    if hidden
        .as_ref()
        .is_some_and(|word| word == jvm::HOST_COMMAND)
    {
        return jvm::become_host(std::env::args_os().skip(2));
    }
    let cli = command::Cli::parse_from(jans_cli::spelling::arguments(std::env::args_os()));
    let json = cli.json;
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            failure.print(json);
            ExitCode::from(failure.exit_code)
        }
    }
}

fn run(cli: command::Cli) -> Result<ExitCode, failure::Failure> {
    // Two libraries below would otherwise each ask for a provider of their own.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(command::run(cli))
}
