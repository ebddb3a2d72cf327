//! (e) From the death of a worker to the next hook call that succeeds.

use std::time::Instant;

use rustix::process::Signal;

use super::{Bound, Figure};
use crate::{
    failure::{Failure, Result},
    hooks::{self, Hook, Host},
    load::{median, worst},
    process::{children, kill},
    setting::{Setting, on_threads},
};

/// Workers killed.
const KILLED: usize = 40;

/// Calls that may fail before one succeeds.
const MAX_TRIES: usize = 100;

/// Measures.
///
/// # Errors
/// When the host does not start, or no call succeeds any more.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let durward = setting.durward.clone();
    on_threads(async move {
        let hook = Hook::load(&durward, Host::Native).await?;
        hook.call(hooks::call()?).await?;
        let template = only_child(std::process::id())?;
        let (mut times, mut failed) = (Vec::new(), 0);
        for _ in 0..KILLED {
            let workers = children(template)?;
            if workers.is_empty() {
                return Err(Failure::new("there is no worker to kill"));
            }
            let call = hooks::call()?;
            let began = Instant::now();
            for worker in workers {
                kill(worker, Signal::KILL)?;
            }
            failed += until_success(&hook, call).await?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        let ours = format!(
            "slowest of {KILLED}: {:.1} ms; {failed} calls failed",
            worst(&times)
        );
        let why = "a new worker is forked from the template and loads the script again.";
        let bound = Bound::AtMost(50.0);
        Ok(vec![
            Figure::promised("e_replacement", median(&times), "ms", bound)
                .of(ours, None)
                .because(why),
        ])
    })
}

/// Calls until one succeeds; how many did not.
async fn until_success(hook: &Hook, call: durward_script::program::Call) -> Result<usize> {
    let mut last = Failure::new("not tried");
    for failed in 0..MAX_TRIES {
        match hook.call(call.clone()).await {
            Ok(_) => return Ok(failed),
            Err(failure) => last = failure,
        }
    }
    Err(last)
}

fn only_child(parent: u32) -> Result<u32> {
    match children(parent)?.as_slice() {
        [template] => Ok(*template),
        others => Err(Failure::new(format!(
            "{} children instead of the template",
            others.len()
        ))),
    }
}
