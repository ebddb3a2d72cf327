//! `durward script stage`, `promote` and `unstage`: a version on trial beside the one that serves.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use durward_model::{
    Candidate, CandidateEnd, CandidateFigures, Script,
    script_stage::{Bounds, Outcome, Stage},
};
use durward_protocol::script_keeping::{Draft, Which, properties, staging::Staging};

use super::{
    DataArgs,
    script::{ChangeArgs, find, keeper, save_failure, short, shown},
};
use crate::{failure::Failure, input, output, system::operator};

/// Try a version of a script.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("how").required(true).args(["shadow", "canary"]))]
pub struct StageArgs {
    /// Name of the script.
    name: String,
    /// The version's text; settings are those of the script. Absent, the candidate that there is
    /// goes on otherwise.
    file: Option<PathBuf>,
    /// Ask it after the version that serves, without effect, and compare.
    #[arg(long)]
    shadow: bool,
    /// Ask it instead, for so many per cent of flows.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    canary: Option<u8>,
    /// Take it out when its share of failures is so many per cent points above that of the version
    /// that serves.
    #[arg(long, value_name = "POINTS", default_value_t = Bounds::default().max_error_percent)]
    max_errors: u8,
    /// Take it out when 95 of 100 of its calls take more than so many per cent of what they take of
    /// the version that serves.
    #[arg(long, value_name = "PERCENT", default_value_t = Bounds::default().max_latency_percent)]
    max_latency: u32,
    /// Judge nothing before so many calls.
    #[arg(long, value_name = "N", default_value_t = Bounds::default().min_calls)]
    min_calls: u64,
    /// Let it serve after so many calls within the bounds; nobody but you does if absent.
    #[arg(long, value_name = "N")]
    promote_after: Option<u64>,
    /// Why, for the script's history.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

impl StageArgs {
    fn staging(&self) -> Staging {
        Staging {
            stage: self
                .canary
                .map_or(Stage::Shadow, |share_percent| Stage::Canary {
                    share_percent,
                }),
            bounds: Bounds {
                max_error_percent: self.max_errors,
                max_latency_percent: self.max_latency,
                min_calls: self.min_calls,
            },
            promote_after_calls: self.promote_after,
        }
    }
}

/// Puts a version on trial.
///
/// # Errors
/// As a save: nothing is changed then.
pub async fn stage(args: &StageArgs, json: bool) -> Result<(), Failure> {
    let node = args.data.open().await?;
    let engine = node.engine()?;
    let author = operator();
    let keeper = keeper(&node, &engine, &author, args.message.as_deref());
    let which = Which::Name(&args.name);
    let staged = match &args.file {
        None => keeper.restage(which, args.staging()).await,
        Some(file) => {
            let draft = draft(find(&node, &args.name).await?, input::text_of(file)?);
            keeper.stage(which, draft, args.staging()).await
        }
    };
    let at = args.file.as_deref().unwrap_or(Path::new(&args.name));
    let script = staged.map_err(|error| save_failure(at, error))?;
    output::print(json, &shown(&script), || {
        let candidate = script.candidate.as_ref().map(told).unwrap_or_default();
        format!("{}: {candidate}", script.name)
    })
}

/// The same script with another text.
fn draft(script: Script, text: String) -> Draft {
    Draft {
        // A mask stands for what is stored.
        configuration_properties: properties::masked(&script.configuration_properties),
        name: script.name,
        description: script.description,
        script_type: script.script_type,
        programming_language: script.programming_language,
        text,
        level: script.level,
        enabled: script.enabled,
        module_properties: script.module_properties,
    }
}

/// Lets the candidate serve.
///
/// # Errors
/// There is none, or it does not pass any more.
pub async fn promote(args: &ChangeArgs, json: bool) -> Result<(), Failure> {
    let node = args.place.here().await?;
    let engine = node.engine()?;
    let script = keeper(&node, &engine, &operator(), args.message.as_deref())
        .promote(Which::Name(&args.name))
        .await
        .map_err(|error| save_failure(Path::new(&args.name), error))?;
    output::print(json, &shown(&script), || {
        format!(
            "{} revision {} ({}): serves",
            script.name,
            script.revision,
            short(&script.version)
        )
    })
}

/// Takes the candidate out.
///
/// # Errors
/// There is none.
pub async fn unstage(args: &ChangeArgs, json: bool) -> Result<(), Failure> {
    let node = args.place.here().await?;
    let engine = node.engine()?;
    let script = keeper(&node, &engine, &operator(), args.message.as_deref())
        .unstage(Which::Name(&args.name))
        .await?;
    output::print(json, &shown(&script), || {
        format!("{} has no candidate any more", script.name)
    })
}

/// The line that a save adds where it took a candidate's place.
pub fn overtaken(script: &Script) -> String {
    match &script.candidate_ended {
        Some(end) if end.outcome == Outcome::Superseded && end.at == script.modified_at => {
            format!("\nits candidate, revision {}, is dropped", end.revision)
        }
        _ => String::new(),
    }
}

/// A candidate in few words, for tables.
pub fn brief(script: &Script) -> String {
    match (&script.candidate, &script.candidate_ended) {
        (Some(candidate), _) => format!("{} {}", candidate.stage, short(&candidate.version)),
        (None, Some(end)) if end.outcome == Outcome::RolledBack => "rolled back".to_owned(),
        (None, _) => "-".to_owned(),
    }
}

fn told(candidate: &Candidate) -> String {
    format!(
        "revision {} ({}) is tried: {}",
        candidate.revision,
        short(&candidate.version),
        candidate.stage
    )
}

/// Lines of `durward script show`.
pub fn lines(script: &Script, figures: Option<&CandidateFigures>) -> String {
    let Some(candidate) = &script.candidate else {
        return script
            .candidate_ended
            .as_ref()
            .map_or_else(String::new, ended);
    };
    let bounds = candidate.bounds;
    let mut text = format!(
        "candidate: {}, since {} by {}\n  bounds: at most {} per cent points more failures and {} % of \
         the time, after {} calls\n",
        told(candidate),
        candidate.started_at.rfc3339(),
        candidate.author,
        bounds.max_error_percent,
        bounds.max_latency_percent,
        bounds.min_calls,
    );
    if let Some(calls) = candidate.promote_after_calls {
        let _ = writeln!(text, "  serves after {calls} calls within them");
    }
    let Some(figures) = figures else {
        return text;
    };
    for (who, tries) in [("candidate", figures.tried), ("serving", figures.serving)] {
        let took = tries.durations.estimate_us(95);
        let took = took.map_or_else(String::new, |us| format!(", 95 % within about {us} us"));
        let _ = writeln!(
            text,
            "  {who}: {} calls, of which {} failed{took}",
            tries.calls, tries.failed
        );
    }
    if candidate.stage == Stage::Shadow {
        let _ = writeln!(
            text,
            "  {} calls differed, {} were not asked",
            figures.differing, figures.dropped
        );
        for (method, kinds) in &figures.differences {
            let kinds: Vec<String> = kinds
                .iter()
                .map(|(kind, count)| format!("{count} {kind}"))
                .collect();
            let _ = writeln!(text, "    {method}: {}", kinds.join(", "));
        }
    }
    text
}

fn ended(end: &CandidateEnd) -> String {
    format!(
        "last candidate: revision {} ({}) {} at {} by {}: {}\n",
        end.revision,
        end.stage,
        end.outcome.name(),
        end.at.rfc3339(),
        end.author,
        end.reason
    )
}
