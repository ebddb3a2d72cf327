//! (k) The life of a script: from the request that saves a version to its first answers at
//! two nodes; the start with a hundred scripts; hook calls while versions are swapped.

mod nodes;
mod swapping;

use super::Figure;
use crate::{
    failure::Result,
    load::{median, worst},
    prepared::Prepared,
    setting::{Setting, on_one_thread},
    start::{await_ready, no_pushes},
};

/// Scripts of the large node.
const SCRIPTS: u32 = 100;

/// Starts measured of each.
const STARTS: usize = 7;

/// Does nothing, as most hooks do most of the time.
const SCRIPT: &str = "\
class EndUserNotification:
    def __init__(self, currentTimeMillis):
        pass
    def init(self, customScript, configurationAttributes):
        return True
    def destroy(self, configurationAttributes):
        return True
    def getApiVersion(self):
        return 11
    def notifyEndUser(self, context):
        return True
";

/// Measures.
///
/// # Errors
/// When a server does not start, or an answer is wrong.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    Ok(vec![
        nodes::measure(setting)?,
        hundred(setting)?,
        swapping::measure(setting)?,
    ])
}

fn hundred(setting: &Setting) -> Result<Figure> {
    let place = setting.new_place()?;
    let prepared = on_one_thread(Prepared::make(&setting.durward, &place, no_pushes()))?;
    let few = starts_ms(&prepared)?;
    for number in 0..SCRIPTS {
        let name = format!("hundred_{number}");
        prepared.put_script(&name, "ciba_end_user_notification", SCRIPT, &[])?;
    }
    let many = starts_ms(&prepared)?;
    let each = (median(&many) - median(&few)) / f64::from(SCRIPTS);
    let ours = format!(
        "slowest of {STARTS}: {:.0} ms; {each:.1} ms for each script more",
        worst(&many)
    );
    let against = format!("with three scripts: {:.0} ms", median(&few));
    Ok(Figure::told("k_start_hundred", median(&many), "ms").of(ours, Some(against)))
}

fn starts_ms(prepared: &Prepared) -> Result<Vec<f64>> {
    let address = prepared.site()?.address;
    let mut times = Vec::new();
    // The first one does not count: see (c).
    for start in 0..=STARTS {
        let began = std::time::Instant::now();
        let server = prepared.serve()?;
        await_ready(address)?;
        if start > 0 {
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        server.stop()?;
    }
    Ok(times)
}
