//! (c) From the start of the process to the first answer with 200, with one
//! script enabled.

use super::{Bound, Figure};
use crate::{
    failure::Result,
    load::{median, worst},
    prepared::Prepared,
    process::family_cpu_seconds,
    setting::{Setting, on_one_thread},
    start::{await_ready, no_pushes},
};

/// Starts measured.
const STARTS: usize = 15;

const WHY: &str = "the port waits for the script, and the script for the template interpreter, most of whose \
    start is importing the modules that scripts use (a fifth of it decodes their bytecode).";

/// Measures.
///
/// # Errors
/// When the server does not start.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let place = setting.new_place()?;
    let prepared = on_one_thread(Prepared::make(&setting.durward, &place, no_pushes()))?;
    let address = prepared.site()?.address;
    let (mut times, mut cpu) = (Vec::new(), Vec::new());
    // The first one brings the binary into the page cache and does not count.
    for start in 0..=STARTS {
        let began = std::time::Instant::now();
        let server = prepared.serve()?;
        await_ready(address)?;
        if start > 0 {
            times.push(began.elapsed().as_secs_f64() * 1e3);
            cpu.push(family_cpu_seconds(server.pid())? * 1e3);
        }
        server.stop()?;
    }
    let ours = format!(
        "slowest of {STARTS}: {:.0} ms; {:.0} ms of processor each",
        worst(&times),
        median(&cpu)
    );
    let figure = Figure::promised("c_start", median(&times), "ms", Bound::AtMost(150.0))
        .of(ours, None)
        .because(WHY);
    Ok(vec![figure])
}
