//! (b) `client_credentials` with an ES256 JWT, against a handler that only signs.

use std::process::Command;

use super::{Bound, Figure};
use crate::{
    failure::Result,
    load::{flows_per_second, median},
    prepared::Prepared,
    process::{Process, cpu_seconds},
    setting::{Setting, on_one_thread},
    start::{await_ready, no_pushes},
    walkers::machine::Machine,
};

/// Hidden command of the server that only signs.
pub const SIGN_ONLY_COMMAND: &str = "sign-only";

/// Pairs of measurements.
const ROUNDS: usize = 7;

const WHY: &str = "beside the signature, a token request reads its client from the store, checks the \
    client's secret, parses the form and writes a log line.";

/// Measures.
///
/// # Errors
/// When a server does not start, or answers with anything but a token.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    on_one_thread(async {
        let prepared = Prepared::make(&setting.durward, &setting.new_place()?, no_pushes()).await?;
        let server = prepared.serve()?;
        let site = prepared.site()?;
        await_ready(site.address)?;
        let mut command = Command::new(&setting.bench);
        let (signer, address) = Process::start_and_read(command.arg(SIGN_ONLY_COMMAND))?;
        let mut ours: Vec<Machine> = (0..setting.concurrency)
            .map(|_| Machine::at(site))
            .collect();
        let mut theirs: Vec<Machine> = (0..setting.concurrency)
            .map(|_| Machine::asking(address, "/token"))
            .collect();
        flows_per_second(&mut ours, setting.round).await?;
        flows_per_second(&mut theirs, setting.round).await?;
        let (mut our_rates, mut their_rates, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let (mut our_cpu, mut their_cpu) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (our_rate, cpu_us) = round(setting, &mut ours, &server).await?;
            our_cpu.push(cpu_us);
            let (their_rate, cpu_us) = round(setting, &mut theirs, &signer).await?;
            their_cpu.push(cpu_us);
            our_rates.push(our_rate);
            their_rates.push(their_rate);
            ratios.push(our_rate / their_rate * 100.0);
        }
        let told = |rates: &[f64], cpu: &[f64]| {
            format!(
                "{:.0}/s, {:.0} us of processor each",
                median(rates),
                median(cpu)
            )
        };
        let against = format!("axum and a signature: {}", told(&their_rates, &their_cpu));
        let figure = Figure::promised("b_token", median(&ratios), "%", Bound::AtLeast(60.0))
            .of(told(&our_rates, &our_cpu), Some(against))
            .because(WHY);
        Ok(vec![figure])
    })
}

/// Requests per second, and microseconds of processor time that the server took for one.
async fn round(
    setting: &Setting,
    machines: &mut Vec<Machine>,
    server: &Process,
) -> Result<(f64, f64)> {
    let before = cpu_seconds(server.pid())?;
    let rate = flows_per_second(machines, setting.round).await?;
    let spent = cpu_seconds(server.pid())? - before;
    Ok((rate, spent / (rate * setting.round.as_secs_f64()) * 1e6))
}
