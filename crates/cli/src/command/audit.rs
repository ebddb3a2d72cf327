//! `durward audit`: the decision journal. Each call of a script, what it was asked by hash,
//! what it answered in a word.

use std::time::Duration;

use clap::Args;
use durward_model::{Clock as _, JournalEntry, Timestamp};
use durward_protocol::script_log::reading::{Wanted, journal};

use super::{DataArgs, script};
use crate::{failure::Failure, output, system::SystemClock};

/// Print the decision journal: which script decided what, when, in which request.
///
/// There is nothing personal or secret in it: inputs are hashes. With --json each entry is a
/// line of JSON.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Only calls of this script.
    #[arg(long, value_name = "NAME")]
    script: Option<String>,
    /// Only calls since then: 15m, 12h, 7d ago, or seconds since 1970.
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    since: Option<Moment>,
    /// Only calls before then, in the same forms.
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    until: Option<Moment>,
    /// Only calls that ended so: true, false, valid, refused, failed and so on.
    #[arg(long, value_name = "WORD")]
    verdict: Option<String>,
    /// Only calls of the request with this id, as the x-request-id of its answer says.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    request: Option<String>,
    /// Only the last so many.
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    #[command(flatten)]
    data: DataArgs,
}

/// A moment as somebody types it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Ago(Duration),
    At(Timestamp),
}

impl Moment {
    fn before(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::Ago(duration) => {
                let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
                now.plus_seconds(seconds.saturating_neg())
            }
        }
    }
}

fn parse_moment(text: &str) -> Result<Moment, String> {
    let wrong = || format!("'{text}' is not like 15m, 12h, 7d or 1700000000");
    if !text.is_ascii() {
        return Err(wrong());
    }
    let (digits, unit) = text.split_at(text.len().saturating_sub(1));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => {
            let seconds: u32 = text.parse().map_err(|_| wrong())?;
            return Ok(Moment::At(Timestamp::from_seconds(seconds.into())));
        }
    };
    let number: u32 = digits.parse().map_err(|_| wrong())?;
    Ok(Moment::Ago(Duration::from_secs(
        u64::from(number) * seconds,
    )))
}

/// Runs the command.
///
/// # Errors
/// An unknown script, or a fault of the store.
pub async fn run(args: &AuditArgs, json: bool) -> Result<(), Failure> {
    let node = args.data.open().await?;
    let now = SystemClock.now();
    let stored = match &args.script {
        Some(name) => node.provider.store.find_script_by_name(name).await?,
        None => None,
    };
    let wanted = Wanted {
        // One that was deleted has its name in the journal still.
        script_name: args.script.clone().filter(|_| stored.is_none()),
        script: stored.map(|script| script.value.inum),
        request_id: args.request.clone(),
        verdict: args.verdict.clone(),
        since: args.since.map(|moment| moment.before(now)),
        until: args.until.map(|moment| moment.before(now)),
    };
    let entries = journal(&*node.provider.store, &wanted, args.limit).await?;
    if let (Some(name), true) = (&wanted.script_name, entries.is_empty()) {
        script::find(&node, name).await?;
    }
    if json {
        for entry in &entries {
            output::write_json(&serde_json::to_string(entry)?)?;
        }
        return Ok(());
    }
    output::write_line(&table(&entries))
}

fn table(entries: &[JournalEntry]) -> String {
    let cells = |entry: &JournalEntry| {
        let short = |text: &str| text.chars().take(12).collect::<String>();
        let verdict = match &entry.failure {
            Some(failure) => format!("{} ({failure})", entry.verdict),
            None => entry.verdict.clone(),
        };
        let verdict = match (&entry.stage, &entry.served) {
            (Some(stage), Some(served)) => {
                let what = entry.differs.join(", ");
                format!("{verdict} [{stage}; served: {served}; differs: {what}]")
            }
            (Some(stage), None) => format!("{verdict} [{stage}]"),
            (None, _) => verdict,
        };
        vec![
            entry.at.seconds().to_string(),
            entry.script.clone(),
            short(&entry.version),
            entry.method.clone(),
            verdict,
            format!("{} us", entry.duration_us),
            entry.client_id.clone().unwrap_or_default(),
            entry.request_id.clone().unwrap_or_default(),
            short(&entry.input),
        ]
    };
    let rows: Vec<Vec<String>> = entries.iter().map(cells).collect();
    output::table(
        &[
            "AT", "SCRIPT", "VERSION", "METHOD", "VERDICT", "TOOK", "CLIENT", "REQUEST", "INPUT",
        ],
        &rows,
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn moments_are_ages_or_seconds() {
        let now = Timestamp::from_seconds(1_000_000);
        let moment = |text| parse_moment(text).unwrap().before(now).seconds();
        assert_eq!(moment("90s"), 1_000_000 - 90);
        assert_eq!(moment("15m"), 1_000_000 - 900);
        assert_eq!(moment("12h"), 1_000_000 - 43_200);
        assert_eq!(moment("7d"), 1_000_000 - 604_800);
        assert_eq!(moment("1700000000"), 1_700_000_000);
        for wrong in ["", "d", "-5m", "5w", "1.5h", "5é", "99999999999d", "now"] {
            assert!(parse_moment(wrong).is_err(), "{wrong}");
        }
    }
}
