//! (d) Resident memory: the idle server, each further worker, and the template
//! that workers are forked from.

use std::{thread, time::Duration};

use super::{Bound, Figure};
use crate::{
    failure::{Failure, Result},
    load::{flows_per_second, worst},
    prepared::Prepared,
    process::{Memory, children, memory},
    push::{self, Pushes},
    setting::{Setting, on_one_thread},
    start::await_ready,
    walkers::till::Till,
};

/// Quiet time before the first look.
const IDLE: Duration = Duration::from_secs(2);

/// How long the push service thinks: while it does, its worker is taken, and
/// the next call needs another.
const PAUSE: Duration = Duration::from_millis(20);

const BYTES_PER_MB: f64 = 1e6;

/// Measures.
///
/// # Errors
/// When the server does not start, or makes no second worker under load.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    on_one_thread(async {
        let pushes = Pushes::default();
        let push_url = format!("http://{}/send", push::start(pushes.clone(), PAUSE).await?);
        let prepared = Prepared::make(&setting.durward, &setting.new_place()?, &push_url).await?;
        let server = prepared.serve()?;
        let site = prepared.site()?;
        await_ready(site.address)?;
        thread::sleep(IDLE);
        let idle = memory(server.pid())?;
        let mut tills: Vec<Till> = (0..setting.concurrency)
            .map(|number| Till::at(site, number, &pushes))
            .collect();
        flows_per_second(&mut tills, Duration::from_secs(2)).await?;
        let busy = memory(server.pid())?;
        let template = *children(server.pid())?
            .first()
            .ok_or_else(|| Failure::new("the server has no template process"))?;
        let workers = children(template)?;
        let owned = workers
            .iter()
            .map(|&pid| memory(pid))
            .collect::<Result<Vec<_>>>()?;
        if owned.len() < 2 {
            return Err(Failure::new("load did not make a second worker"));
        }
        Ok(figures(idle, busy, memory(template)?, &owned))
    })
}

fn figures(idle: Memory, busy: Memory, template: Memory, workers: &[Memory]) -> Vec<Figure> {
    let mut own: Vec<f64> = workers
        .iter()
        .skip(1)
        .map(|worker| mb(worker.private_kib))
        .collect();
    own.sort_by(f64::total_cmp);
    let first = workers.first().map_or(0.0, |worker| mb(worker.private_kib));
    let server = format!(
        "{:.1} MB its own; {:.1} MB resident after load",
        mb(idle.private_kib),
        mb(busy.resident_kib)
    );
    let worker = format!("largest of {}; the first worker: {first:.1} MB", own.len());
    let parent = format!("{:.1} MB resident", mb(template.resident_kib));
    vec![
        Figure::promised("d_server_memory", mb(idle.resident_kib), "MB", Bound::AtMost(30.0))
            .of(server, None)
            .because("resident pages include those of the binary itself that were touched, which all its processes share."),
        Figure::promised("d_worker_memory", worst(&own), "MB", Bound::AtMost(10.0))
            .of(worker, None)
            .because("a worker copies each of the template's pages that it writes to; reference counts make that many."),
        Figure::told("d_template_memory", mb(template.private_kib), "MB").of(parent, None),
    ]
}

#[allow(clippy::cast_precision_loss)] // no process has 2^52 KiB
fn mb(kib: u64) -> f64 {
    kib as f64 * 1024.0 / BYTES_PER_MB
}
