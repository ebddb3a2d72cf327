//! The figures that Durward promises, measured side by side in one run.
//!
//! Not here: what the figures mean (`docs/development/benchmarks.md`), and
//! micro-benchmarks of single crates (their own `benches/`).

mod browser;
mod failure;
mod figure;
mod hooks;
mod http;
mod load;
mod prepared;
mod process;
mod push;
mod setting;
mod sign_only;
mod start;
mod walkers;

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, ValueEnum};

use crate::{
    failure::Result,
    figure::Figure,
    setting::{Setting, on_threads},
};

/// Measures what Durward promises, and prints it beside what it promises.
///
/// Times mean nothing across machines: compare ratios, and only within one run. A figure that
/// does not hold is told, with the reason, and is no error.
#[derive(Debug, Parser)]
#[command(name = "bin/bench", max_term_width = 100)]
struct Cli {
    /// Which figures; all of them if none is named.
    #[arg(value_name = "FIGURE")]
    figures: Vec<Letter>,
    /// Write the figures as a JSON array, an object each.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Length of a round of load.
    #[arg(long, value_name = "MS", default_value_t = 1_500)]
    round_ms: u64,
    /// Connections that ask at the same time.
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=64))]
    concurrency: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Letter {
    /// A hook call against a bare round trip over a Unix socket.
    A,
    /// `client_credentials` against a handler that only signs.
    B,
    /// Start to the first answer.
    C,
    /// Resident memory: server, further workers, template.
    D,
    /// Replacing a killed worker.
    E,
    /// Five flows against oidc-provider.
    F,
    /// Logging out of twenty applications.
    G,
    /// Scripts in a JVM: calls, start, memory.
    H,
    /// A code flow with two elements of `authorization_details` against one without.
    I,
    /// Registrations with a script against registrations without one.
    J,
    /// Versions of scripts: save to served, a hundred scripts, calls while versions swap.
    K,
}

impl Letter {
    fn about(self) -> &'static str {
        match self {
            Self::A => "a hook call",
            Self::B => "client_credentials",
            Self::C => "start",
            Self::D => "memory",
            Self::E => "replacing a worker",
            Self::F => "against oidc-provider",
            Self::G => "logout",
            Self::H => "scripts in a JVM",
            Self::I => "authorization details",
            Self::J => "registration",
            Self::K => "versions of scripts",
        }
    }

    fn measure(self, setting: &Setting) -> Result<Vec<Figure>> {
        match self {
            Self::A => figure::hook::measure(setting),
            Self::B => figure::token::measure(setting),
            Self::C => figure::start::measure(setting),
            Self::D => figure::memory::measure(setting),
            Self::E => figure::replacement::measure(setting),
            Self::F => figure::peer::measure(setting),
            Self::G => figure::logout::measure(setting),
            Self::H => figure::jvm::measure(setting),
            Self::I => figure::details::measure(setting),
            Self::J => figure::registration::measure(setting),
            Self::K => figure::versions::measure(setting),
        }
    }
}

fn main() -> ExitCode {
    let hidden = std::env::args().nth(1);
    let outcome = match hidden.as_deref() {
        Some(figure::hook::ECHO_COMMAND) => figure::hook::echo().map(|()| true),
        Some(figure::token::SIGN_ONLY_COMMAND) => on_threads(sign_only::serve()).map(|()| true),
        _ => run(&Cli::parse()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Was everything measured that was asked for?
fn run(cli: &Cli) -> Result<bool> {
    let round = Duration::from_millis(cli.round_ms.max(100));
    let setting = Setting::find(usize::from(cli.concurrency), round)?;
    let letters = if cli.figures.is_empty() {
        Letter::value_variants()
    } else {
        &cli.figures
    };
    let (mut figures, mut broken) = (Vec::new(), Vec::new());
    for letter in letters {
        eprintln!("measuring {}", letter.about());
        match letter.measure(&setting) {
            Ok(measured) => figures.extend(measured),
            Err(failure) => broken.push(format!("{} was not measured: {failure}", letter.about())),
        }
    }
    print!("{}", figure::table(&figures));
    if let Some(file) = &cli.json {
        fs::write(file, serde_json::to_string_pretty(&figures)? + "\n")?;
    }
    for problem in &broken {
        eprintln!("error: {problem}");
    }
    Ok(broken.is_empty())
}
