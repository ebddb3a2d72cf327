//! How scripts do: the part of `durward script list` and `show` that calls have added up to.
//!
//! Not here: what a script is (`script.rs`), single calls (`script_logs.rs`, `audit.rs`).

use std::fmt::Write as _;

use durward_model::{
    CandidateFigures, Script, ScriptFigures, Timestamp,
    script_figures::{BOUNDS_US, LastError},
};
use durward_protocol::{Provider, script_files::differing};
use serde_json::{Value, json};

use super::{
    script::{placing, short, shown},
    script_stage,
};
use crate::{
    failure::Failure,
    network::told::{member, word},
    output,
};

/// Longest message in a table, characters.
const CELL: usize = 90;

/// A script, as [`shown`] has it, and what its calls add up to.
pub struct Health {
    script: Value,
    /// Nothing where nobody tells: the config API does not.
    here: Option<Here>,
}

/// What is known beside the data directory.
struct Here {
    script: Script,
    figures: ScriptFigures,
    trial: Option<CandidateFigures>,
}

impl Health {
    /// Of every script.
    ///
    /// # Errors
    /// Of the store.
    pub async fn of_all(provider: &Provider) -> Result<Vec<Self>, Failure> {
        let scripts = provider.store.list_scripts().await?;
        let mut all = Vec::with_capacity(scripts.len());
        for script in &scripts {
            all.push(Self::of(provider, script).await?);
        }
        Ok(all)
    }

    /// Of one.
    ///
    /// # Errors
    /// Of the store.
    pub async fn of(provider: &Provider, script: &Script) -> Result<Self, Failure> {
        let found = provider.store.find_script_figures(&script.inum).await?;
        let figures = found.map_or_else(
            || ScriptFigures::new(script.inum.clone()),
            |found| found.value,
        );
        let found = provider.store.find_candidate_figures(&script.inum).await?;
        let is_on = |id: &str| {
            script
                .candidate
                .as_ref()
                .is_some_and(|known| known.id == id)
        };
        let trial = found
            .map(|found| found.value)
            .filter(|trial| is_on(&trial.candidate));
        let mut told = shown(script);
        let error = script
            .error()
            .cloned()
            .or_else(|| figures.error_of(&script.version));
        if let Some(members) = told.as_object_mut() {
            members.insert("scriptError".to_owned(), serde_json::to_value(error)?);
        }
        let script = script.clone();
        Ok(Self {
            script: told,
            here: Some(Here {
                script,
                figures,
                trial,
            }),
        })
    }

    /// Of a script whose calls nobody tells of.
    pub fn untold(script: Value) -> Self {
        Self { script, here: None }
    }

    /// The script.
    pub fn script(&self) -> &Value {
        &self.script
    }

    /// Sorts into the order in which scripts are asked.
    pub fn order(&self) -> (String, i64, String) {
        let level = member(&self.script, "level").as_i64().unwrap_or_default();
        let own = |name: &str| word(&self.script, name).to_owned();
        (own("scriptType"), level, own("inum"))
    }

    /// The script, and how it does.
    pub fn shown(&self) -> Value {
        let mut value = self.script.clone();
        if let Some(members) = value.as_object_mut() {
            members.insert("health".to_owned(), self.json());
        }
        value
    }

    /// Where its text is, for people; nothing for a script in the store.
    pub fn place_lines(&self) -> String {
        let here = self.here.as_ref();
        here.map_or_else(String::new, |here| placing::lines(&here.script))
    }

    /// Its candidate, in few words.
    fn trial(&self) -> String {
        match &self.here {
            Some(here) => script_stage::brief(&here.script),
            None => match member(member(&self.script, "candidate"), "stage").as_str() {
                Some(stage) => stage.to_owned(),
                None => "-".to_owned(),
            },
        }
    }

    /// In one word.
    fn state(&self) -> &'static str {
        let differs = |here: &Here| !differing(&here.script).is_empty();
        match (
            member(&self.script, "enabled"),
            member(&self.script, "scriptError"),
        ) {
            (Value::Bool(true), Value::Null) if self.here.as_ref().is_some_and(differs) => {
                "differs"
            }
            (Value::Bool(true), Value::Null) => "serves",
            (Value::Bool(true), _) => "error",
            _ => "disabled",
        }
    }

    /// The member `health` of a script's JSON.
    fn json(&self) -> Value {
        let Some(here) = &self.here else {
            return json!({ "state": self.state() });
        };
        let figures = &here.figures;
        let quantile = |per_cent| {
            let us = figures.durations.quantile_us(per_cent);
            us.filter(|us| *us != u64::MAX)
        };
        json!({
            "state": self.state(),
            "calls": figures.calls(),
            "failed": figures.failed(),
            "verdicts": figures.verdicts,
            "failures": figures.failures,
            "kills": figures.kills,
            "hostCalls": figures.host_calls,
            "p50Us": quantile(50),
            "p95Us": quantile(95),
            "p99Us": quantile(99),
            "durations": {
                "boundsUs": BOUNDS_US,
                "counts": figures.durations.counts,
                "sumUs": figures.durations.sum_us,
            },
            "peakWorkerBytes": figures.peak_worker_bytes,
            "lastCallAt": figures.last_call_at,
            "lastError": figures.last_error,
            "candidate": here.trial,
        })
    }

    /// Lines for people.
    pub fn lines(&self, now: Timestamp) -> String {
        let mut text = format!("state: {}\n", self.state());
        let Some(here) = &self.here else {
            text.push_str("calls: told beside the data directory, and by the server's metrics\n");
            return text;
        };
        text.push_str(&script_stage::lines(&here.script, here.trial.as_ref()));
        let figures = &here.figures;
        let _ = write!(
            text,
            "calls: {}, of which {} failed",
            figures.calls(),
            figures.failed()
        );
        let last = figures.last_call_at;
        let _ = writeln!(
            text,
            "{}",
            last.map_or_else(String::new, |at| format!("; the last {}", ago(now, at)))
        );
        for (method, verdicts) in &figures.verdicts {
            let _ = writeln!(text, "  {method}: {}", counts(verdicts.iter()));
        }
        if figures.failed() > 0 {
            let _ = writeln!(text, "failures: {}", counts(figures.failures.iter()));
        }
        if figures.calls() > 0 {
            let took = |per_cent| duration(figures.durations.quantile_us(per_cent));
            let _ = writeln!(
                text,
                "took: half {}, 95 % {}, 99 % {}",
                took(50),
                took(95),
                took(99)
            );
            let _ = writeln!(text, "workers lost in calls: {}", figures.kills);
        }
        for (service, calls) in &figures.host_calls {
            let _ = writeln!(
                text,
                "host calls, {service}: {} answered, {} refused",
                calls.answered, calls.refused
            );
        }
        if figures.peak_worker_bytes > 0 {
            let mib = figures.peak_worker_bytes.div_ceil(1024 * 1024);
            let _ = writeln!(text, "most memory of a worker: {mib} MiB");
        }
        if let Some(error) = &figures.last_error {
            let _ = writeln!(text, "last failed call: {}", told(error, now));
            for line in error.stack_trace.lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
        text
    }

    fn cells(&self, now: Timestamp) -> Vec<String> {
        let figures = self.here.as_ref().map(|here| &here.figures);
        let of_file = |here: &Here| here.script.file_problem().is_some();
        let of_call = figures
            .filter(|_| !self.here.as_ref().is_some_and(of_file))
            .and_then(|figures| figures.last_error.as_ref())
            .map(|error| told(error, now));
        let kept = member(&self.script, "scriptError").as_object();
        let kept = kept.map(|error| {
            let trace = error.get("stackTrace").and_then(Value::as_str);
            let first = trace.and_then(|trace| trace.lines().next());
            let at = error.get("raisedAt").and_then(Value::as_i64);
            let at = Timestamp::from_ms(at.unwrap_or_default());
            format!("{}: {}", ago(now, at), first.unwrap_or_default())
        });
        let number = |of: fn(&ScriptFigures) -> u64| {
            figures.map_or_else(|| "-".to_owned(), |figures| of(figures).to_string())
        };
        vec![
            word(&self.script, "name").to_owned(),
            word(&self.script, "scriptType").to_owned(),
            member(&self.script, "level").to_string(),
            self.state().to_owned(),
            short(word(&self.script, "version")),
            self.trial(),
            number(ScriptFigures::calls),
            number(ScriptFigures::failed),
            duration(figures.and_then(|figures| figures.durations.quantile_us(95))),
            cut(&of_call.or(kept).unwrap_or_default()),
        ]
    }
}

/// The table of `durward script list`.
pub fn table(all: &[Health], now: Timestamp) -> String {
    let rows: Vec<Vec<String>> = all.iter().map(|health| health.cells(now)).collect();
    output::table(
        &[
            "NAME",
            "TYPE",
            "LEVEL",
            "STATE",
            "VERSION",
            "CANDIDATE",
            "CALLS",
            "FAILED",
            "P95",
            "LAST ERROR",
        ],
        &rows,
    )
}

fn told(error: &LastError, now: Timestamp) -> String {
    let line = error
        .line
        .map_or_else(String::new, |line| format!(", line {line}"));
    format!(
        "{}: {} {}{line}: {}",
        ago(now, error.raised_at),
        error.method,
        error.kind,
        error.message
    )
}

fn counts<'a>(counts: impl Iterator<Item = (&'a String, &'a u64)>) -> String {
    let parts: Vec<String> = counts
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    parts.join(", ")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= CELL {
        return text.to_owned();
    }
    let begin: String = text.chars().take(CELL).collect();
    format!("{begin}…")
}

fn ago(now: Timestamp, then: Timestamp) -> String {
    match now.seconds_since(then) {
        i64::MIN..=0 => "just now".to_owned(),
        seconds @ 1..120 => format!("{seconds} s ago"),
        seconds @ 120..7_200 => format!("{} min ago", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h ago", seconds / 3_600),
        seconds => format!("{} days ago", seconds / 86_400),
    }
}

/// The bound of a class of durations.
fn duration(bound_us: Option<u64>) -> String {
    match bound_us {
        None => "-".to_owned(),
        Some(u64::MAX) => "> 10 s".to_owned(),
        Some(us @ ..1_000) => format!("≤ {us} µs"),
        Some(us @ ..1_000_000) if us % 1_000 > 0 => {
            format!("≤ {}.{} ms", us / 1_000, us % 1_000 / 100)
        }
        Some(us @ ..1_000_000) => format!("≤ {} ms", us / 1_000),
        Some(us) if us % 1_000_000 > 0 => {
            format!("≤ {}.{} s", us / 1_000_000, us % 1_000_000 / 100_000)
        }
        Some(us) => format!("≤ {} s", us / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_is_written_to_the_letter() {
        let told: Vec<String> = BOUNDS_US.iter().map(|us| duration(Some(*us))).collect();
        assert_eq!(
            told.join(" "),
            "≤ 100 µs ≤ 250 µs ≤ 500 µs ≤ 1 ms ≤ 2.5 ms ≤ 5 ms ≤ 10 ms ≤ 25 ms ≤ 50 ms ≤ 100 ms \
             ≤ 250 ms ≤ 500 ms ≤ 1 s ≤ 2.5 s ≤ 5 s ≤ 10 s"
        );
        assert_eq!(duration(Some(u64::MAX)), "> 10 s");
    }
}
