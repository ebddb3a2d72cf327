//! `/config/scripts/{inum}/candidate`: a version on trial beside the one that serves. Jans has
//! none.

use std::collections::BTreeMap;

use durward_model::{
    Candidate, CandidateEnd, CandidateFigures, Script, ScriptId,
    script_stage::{Bounds, Stage, Tries},
};
use durward_script::Engine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{ManagementError, Request, access::Right, document},
    CustomScript, SCRIPTS, authorize, form, keeper, read, seen,
};
use crate::script_keeping::staging::Staging;

/// A candidate, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CandidateTold {
    /// The version, as the script's history has it.
    pub revision: i64,
    /// Its content hash.
    pub version: String,
    /// `shadow` or `canary`.
    pub stage: String,
    /// A canary's share of flows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_percent: Option<u8>,
    /// Per cent points by which its failures may be above those of the version that serves.
    pub max_error_percent: u8,
    /// What 95 of 100 of its calls may take, per cent of the version that serves.
    pub max_latency_percent: u32,
    /// Nothing is judged before so many calls.
    pub min_calls: u64,
    /// So many good calls make it serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promote_after_calls: Option<u64>,
    /// Since when (RFC 3339).
    pub started_at: String,
    /// Who put it there.
    pub author: String,
    /// What its calls add up to; not in lists of scripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<FiguresTold>,
}

/// What the calls of a trial add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FiguresTold {
    /// Calls of the candidate.
    pub tried: TriesTold,
    /// Calls of the version that serves, meanwhile.
    pub serving: TriesTold,
    /// Shadow: calls in which it did anything otherwise.
    pub differing: u64,
    /// Shadow: what was otherwise, by method.
    pub differences: BTreeMap<String, BTreeMap<String, u64>>,
    /// Shadow: calls that it was not asked.
    pub dropped: u64,
}

/// Calls of one version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TriesTold {
    /// All of them.
    pub calls: u64,
    /// Those that failed.
    pub failed: u64,
    /// What 95 of 100 took, as it is compared, microseconds.
    pub p95_us: Option<u64>,
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CandidateEndTold {
    /// The version, as the script's history has it.
    pub revision: i64,
    /// `shadow` or `canary`.
    pub stage: String,
    /// `promoted`, `rolledBack`, `unstaged` or `superseded`.
    pub outcome: String,
    /// When (RFC 3339).
    pub at: String,
    /// Who ended it; `server` where nobody did.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// What is to be tried, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CandidateForm {
    /// `shadow` or `canary`.
    pub stage: String,
    /// For a canary: its share of flows, 1 to 100.
    pub share_percent: Option<u8>,
    /// 5 if absent.
    pub max_error_percent: Option<u8>,
    /// 200 if absent.
    pub max_latency_percent: Option<u32>,
    /// 50 if absent.
    pub min_calls: Option<u64>,
    /// Nobody but a person promotes it if absent.
    pub promote_after_calls: Option<u64>,
    /// The script as it is to be; absent, the candidate that there is goes on otherwise.
    pub custom_script: Option<CustomScript>,
}

/// The candidate of a script, and the script's revision.
///
/// # Errors
/// `Missing` where there is no script, or it has no candidate.
pub async fn find(
    request: &Request<'_>,
    inum: &ScriptId,
) -> Result<(CandidateTold, i64), ManagementError> {
    let script = read(request, inum).await?;
    request.check_parameters(&[])?;
    answer(request, &script).await
}

/// Tries a version beside the one that serves, or the candidate that there is otherwise.
///
/// # Errors
/// `Missing`, `Invalid` where it does not pass the gate, `Conflict`, `Stale`.
pub async fn stage(
    request: &Request<'_>,
    engine: &dyn Engine,
    inum: &ScriptId,
) -> Result<(CandidateTold, i64), ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&["message"])?;
    let mut form: CandidateForm = document::typed(&document::object(request.body)?)?;
    let staging = staging(&form)?;
    let which = seen(request, inum).await?;
    let keeper = keeper(request, engine, &caller);
    let script = match form.custom_script.take() {
        None => keeper.restage(which, staging).await?,
        Some(tried) => {
            if tried
                .inum
                .as_deref()
                .is_some_and(|own| own != inum.as_str())
            {
                return Err(ManagementError::invalid(
                    "customScript.inum",
                    "it is the one in the path, or absent",
                ));
            }
            keeper.stage(which, form::draft(tried)?, staging).await?
        }
    };
    answer(request, &script).await
}

/// Takes the candidate out.
///
/// # Errors
/// `Missing`, `Conflict`, `Stale`.
pub async fn unstage(
    request: &Request<'_>,
    engine: &dyn Engine,
    inum: &ScriptId,
) -> Result<(), ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&["message"])?;
    let which = seen(request, inum).await?;
    keeper(request, engine, &caller).unstage(which).await?;
    Ok(())
}

/// Makes the candidate the version that serves, through the gate.
///
/// # Errors
/// `Missing`, `Invalid`, `Conflict`, `Stale`.
pub async fn promote(
    request: &Request<'_>,
    engine: &dyn Engine,
    inum: &ScriptId,
) -> Result<CustomScript, ManagementError> {
    let caller = authorize(request, SCRIPTS, Right::Write).await?;
    request.check_parameters(&["message"])?;
    let which = seen(request, inum).await?;
    let script = keeper(request, engine, &caller).promote(which).await?;
    Ok(form::told(&script))
}

fn staging(form: &CandidateForm) -> Result<Staging, ManagementError> {
    let stage = match (form.stage.as_str(), form.share_percent) {
        ("shadow", None) => Stage::Shadow,
        ("canary", Some(share_percent)) => Stage::Canary { share_percent },
        ("shadow", Some(_)) => {
            let message = "a shadow is asked of every call: it has no share";
            return Err(ManagementError::invalid("sharePercent", message));
        }
        ("canary", None) => {
            return Err(ManagementError::invalid(
                "sharePercent",
                "a canary needs a share",
            ));
        }
        _ => {
            return Err(ManagementError::invalid(
                "stage",
                "it is 'shadow' or 'canary'",
            ));
        }
    };
    let usual = Bounds::default();
    Ok(Staging {
        stage,
        bounds: Bounds {
            max_error_percent: form.max_error_percent.unwrap_or(usual.max_error_percent),
            max_latency_percent: form
                .max_latency_percent
                .unwrap_or(usual.max_latency_percent),
            min_calls: form.min_calls.unwrap_or(usual.min_calls),
        },
        promote_after_calls: form.promote_after_calls,
    })
}

async fn answer(
    request: &Request<'_>,
    script: &Script,
) -> Result<(CandidateTold, i64), ManagementError> {
    let Some(candidate) = &script.candidate else {
        let missing = format!("'{}' has no candidate", script.name);
        return Err(ManagementError::Missing(missing));
    };
    let store = &request.provider.store;
    let found = store.find_candidate_figures(&script.inum).await?;
    let figures = found.filter(|figures| figures.candidate == candidate.id);
    let told = CandidateTold {
        figures: figures.map(|figures| told_figures(&figures)),
        ..told(candidate)
    };
    Ok((told, script.revision))
}

/// A candidate for administrators, without figures.
pub(super) fn told(candidate: &Candidate) -> CandidateTold {
    let bounds = candidate.bounds;
    CandidateTold {
        revision: candidate.revision,
        version: candidate.version.clone(),
        stage: candidate.stage.name().to_owned(),
        share_percent: match candidate.stage {
            Stage::Shadow => None,
            Stage::Canary { share_percent } => Some(share_percent),
        },
        max_error_percent: bounds.max_error_percent,
        max_latency_percent: bounds.max_latency_percent,
        min_calls: bounds.min_calls,
        promote_after_calls: candidate.promote_after_calls,
        started_at: candidate.started_at.rfc3339(),
        author: candidate.author.clone(),
        figures: None,
    }
}

pub(super) fn told_end(end: &CandidateEnd) -> CandidateEndTold {
    CandidateEndTold {
        revision: end.revision,
        stage: end.stage.name().to_owned(),
        outcome: end.outcome.name().to_owned(),
        at: end.at.rfc3339(),
        author: end.author.clone(),
        reason: end.reason.clone(),
    }
}

fn told_figures(figures: &CandidateFigures) -> FiguresTold {
    let tries = |tries: &Tries| TriesTold {
        calls: tries.calls,
        failed: tries.failed,
        p95_us: tries.durations.estimate_us(95),
    };
    FiguresTold {
        tried: tries(&figures.tried),
        serving: tries(&figures.serving),
        differing: figures.differing,
        differences: figures.differences.clone(),
        dropped: figures.dropped,
    }
}
