//! (h) Scripts in a JVM: a warm call in Java and on Jython against a bare round trip,
//! start to the first answer of each, and resident memory.

use std::{
    process::id,
    thread,
    time::{Duration, Instant},
};

use super::{Bound, Figure, hook};
use crate::{
    failure::Result,
    hooks::{self, Hook, Host},
    load::median,
    process::{children, memory},
    setting::{Setting, on_threads},
};

/// Calls before the measurement: the JVM compiles what it is asked often.
const WARM_UP: usize = 20_000;
/// Starts of each kind.
const STARTS: usize = 5;
/// Calls before memory is looked at.
const CALLS: usize = 2_000;

/// Measures.
///
/// # Errors
/// When there is no JVM host, or a call fails.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let java = hook::against_bare(setting, Host::Java, WARM_UP)?;
    let jython = hook::against_bare(setting, Host::Jython, WARM_UP)?;
    let why = "beside the two switches between processes, the JVM's thread reads a blocking channel and \
        its JSON and beans are Java objects; with one processor its compiler takes turns with the calls.";
    Ok(vec![
        java.figure("h_java_call", 4.0).because(why),
        jython.figure("h_jython_call", 6.0).because(why),
        start(setting, Host::Java, "h_java_start", 0.8)?,
        start(setting, Host::Jython, "h_jython_start", 2.5)?,
        resident(setting)?,
    ])
}

/// From nothing to the first answer: JVM, compiler, script, call.
fn start(setting: &Setting, host: Host, name: &'static str, at_most_s: f64) -> Result<Figure> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let durward = setting.durward.clone();
        times.push(on_threads(async move {
            let began = Instant::now();
            let hook = Hook::load(&durward, host).await?;
            hook.call(hooks::call()?).await?;
            Ok(began.elapsed().as_secs_f64())
        })?);
    }
    let worst = times.iter().copied().fold(0.0, f64::max);
    let figure = Figure::promised(name, median(&times), "s", Bound::AtMost(at_most_s))
        .of(
            format!("median of {STARTS} starts; slowest {worst:.2} s"),
            None,
        )
        .because(
            "the machine was busy, or the archive of classes that bin/setup makes is missing.",
        );
    Ok(figure)
}

fn resident(setting: &Setting) -> Result<Figure> {
    let durward = setting.durward.clone();
    let (java, both) = on_threads(async move {
        let first = Hook::load(&durward, Host::Java).await?;
        for _ in 0..CALLS {
            first.call(hooks::call()?).await?;
        }
        let java = largest_child()?;
        drop(first);
        let second = Hook::load(&durward, Host::Jython).await?;
        for _ in 0..CALLS {
            second.call(hooks::call()?).await?;
        }
        Ok((java, largest_child()?))
    })?;
    Ok(
        Figure::promised("h_jvm_memory", both, "MB", Bound::AtMost(200.0))
            .of(format!("with Jython; {java:.0} MB with Java alone"), None)
            .because("the heap, the classes of Jython and the compiler's own memory."),
    )
}

/// Resident megabytes of our largest child.
fn largest_child() -> Result<f64> {
    // What ended a moment ago is still being taken apart.
    thread::sleep(Duration::from_millis(500));
    let mut largest: u64 = 0;
    for child in children(id())? {
        largest = largest.max(memory(child).map_or(0, |memory| memory.resident_kib));
    }
    #[allow(clippy::cast_precision_loss)] // no process has 2^52 KiB
    Ok(largest as f64 * 1024.0 / 1e6)
}
