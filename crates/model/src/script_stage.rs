//! A version of a script that is tried beside the one that serves: how, within which bounds,
//! what its calls add up to, and how it ended.
//!
//! Not here: asking it (durward-script), judging and ending it (durward-protocol).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ScriptId, Timestamp, script::RunsOn, script_figures::Durations};

/// A version on trial. A script has one at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Tells this trial from others, of the same version too.
    pub id: String,
    /// The version, as the script's history has it.
    pub revision: i64,
    /// Its content hash.
    pub version: String,
    /// Where it was found to run when it was last tried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_on: Option<RunsOn>,
    /// How it is asked.
    #[serde(flatten)]
    pub stage: Stage,
    /// What it must keep to.
    pub bounds: Bounds,
    /// So many calls within the bounds make it the one that serves; without it somebody has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promote_after_calls: Option<u64>,
    /// Since when.
    pub started_at: Timestamp,
    /// Who put it there.
    pub author: String,
}

/// How a candidate is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "camelCase")]
pub enum Stage {
    /// After the version that serves, with no effect: its answers are compared.
    Shadow,
    /// In the place of the version that serves, for a share of flows.
    #[serde(rename_all = "camelCase")]
    Canary {
        /// The share, 1 to 100.
        share_percent: u8,
    },
}

impl Stage {
    /// In one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Canary { .. } => "canary",
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Shadow => f.write_str("shadow"),
            Self::Canary { share_percent } => write!(f, "canary {share_percent} %"),
        }
    }
}

/// What a candidate must keep to. Past one of them it is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounds {
    /// Per cent points by which the share of its calls that fail may be above that of the
    /// version that serves.
    pub max_error_percent: u8,
    /// What 95 of 100 of its calls take, at most so many per cent of what they take of the
    /// version that serves.
    pub max_latency_percent: u32,
    /// Nothing is judged before it had so many calls.
    pub min_calls: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            max_error_percent: 5,
            max_latency_percent: 200,
            min_calls: 50,
        }
    }
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CandidateEnd {
    /// The version, as the script's history has it.
    pub revision: i64,
    /// Its content hash.
    pub version: String,
    /// How it was asked.
    #[serde(flatten)]
    pub stage: Stage,
    /// What became of it.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// Who ended it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It serves.
    Promoted,
    /// It left its bounds, or could not be loaded.
    RolledBack,
    /// Somebody took it out.
    Unstaged,
    /// The script was saved otherwise, or another candidate took its place.
    Superseded,
}

impl Outcome {
    /// As JSON and metrics have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Promoted => "promoted",
            Self::RolledBack => "rolledBack",
            Self::Unstaged => "unstaged",
            Self::Superseded => "superseded",
        }
    }
}

/// What the calls of a trial add up to, of all nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CandidateFigures {
    /// Whose candidate.
    pub inum: ScriptId,
    /// Which trial of it.
    pub candidate: String,
    /// Calls of the candidate.
    pub tried: Tries,
    /// Calls of the version that serves, meanwhile; of a shadow those that were compared.
    pub serving: Tries,
    /// Shadow: calls in which it did anything otherwise.
    pub differing: u64,
    /// Shadow: by method, what was otherwise: `outcome`, `changes`, `hostCalls`.
    pub differences: BTreeMap<String, BTreeMap<String, u64>>,
    /// Shadow: calls that it was not asked, because too many waited.
    pub dropped: u64,
}

/// Calls of one version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tries {
    /// All of them.
    pub calls: u64,
    /// Those that failed.
    pub failed: u64,
    /// How long they took.
    pub durations: Durations,
}

impl Tries {
    /// Counts one.
    pub fn count(&mut self, failed: bool, duration_us: u64) {
        self.calls = self.calls.saturating_add(1);
        self.failed = self.failed.saturating_add(u64::from(failed));
        self.durations.observe(duration_us);
    }

    fn add(&mut self, other: &Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.failed = self.failed.saturating_add(other.failed);
        self.durations.add(&other.durations);
    }
}

impl CandidateFigures {
    /// Nothing has been called yet.
    pub fn new(inum: ScriptId, candidate: String) -> Self {
        Self {
            inum,
            candidate,
            tried: Tries::default(),
            serving: Tries::default(),
            differing: 0,
            differences: BTreeMap::new(),
            dropped: 0,
        }
    }

    /// Counts a call in which the candidate did `what` otherwise; none for one without difference.
    pub fn compare(&mut self, method: &str, what: &[&str]) {
        if what.is_empty() {
            return;
        }
        self.differing = self.differing.saturating_add(1);
        let of_method = self.differences.entry(method.to_owned()).or_default();
        for kind in what {
            let count = of_method.entry((*kind).to_owned()).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Adds what was counted elsewhere, or since.
    pub fn add(&mut self, other: &Self) {
        self.tried.add(&other.tried);
        self.serving.add(&other.serving);
        self.differing = self.differing.saturating_add(other.differing);
        for (method, kinds) in &other.differences {
            let of_method = self.differences.entry(method.clone()).or_default();
            for (kind, more) in kinds {
                let count = of_method.entry(kind.clone()).or_default();
                *count = count.saturating_add(*more);
            }
        }
        self.dropped = self.dropped.saturating_add(other.dropped);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use serde_json::json;

    use super::*;

    fn candidate(stage: Stage) -> Candidate {
        Candidate {
            id: "c1".into(),
            revision: 7,
            version: "hash".into(),
            runs_on: None,
            stage,
            bounds: Bounds::default(),
            promote_after_calls: None,
            started_at: Timestamp::from_ms(1_000),
            author: "os:alice".into(),
        }
    }

    #[test]
    fn a_candidate_is_written_flat() {
        let canary = candidate(Stage::Canary { share_percent: 5 });
        let told = serde_json::to_value(&canary).unwrap();
        assert_eq!(
            told,
            json!({
                "id": "c1", "revision": 7, "version": "hash", "stage": "canary", "sharePercent": 5,
                "bounds": {"maxErrorPercent": 5, "maxLatencyPercent": 200, "minCalls": 50},
                "startedAt": told["startedAt"], "author": "os:alice",
            })
        );
        assert_eq!(serde_json::from_value::<Candidate>(told).unwrap(), canary);
        let shadow = candidate(Stage::Shadow);
        let told = serde_json::to_value(&shadow).unwrap();
        assert_eq!(told["stage"], "shadow");
        assert_eq!(serde_json::from_value::<Candidate>(told).unwrap(), shadow);
    }

    #[test]
    fn figures_of_two_nodes_add_up() {
        let new = || CandidateFigures::new(ScriptId::new("i"), "c1".into());
        let (mut one, mut two) = (new(), new());
        one.tried.count(true, 90);
        one.compare("m", &["outcome", "hostCalls"]);
        one.compare("m", &[]);
        two.tried.count(false, 90);
        two.serving.count(false, 1);
        two.compare("m", &["outcome"]);
        two.dropped = 3;
        one.add(&two);
        assert_eq!((one.tried.calls, one.tried.failed), (2, 1));
        assert_eq!((one.serving.calls, one.differing, one.dropped), (1, 2, 3));
        assert_eq!(one.differences["m"]["outcome"], 2);
        assert_eq!(one.differences["m"]["hostCalls"], 1);
        assert_eq!(one.tried.durations.count(), 2);
    }

    #[test]
    fn names_are_those_of_json() {
        for outcome in [
            Outcome::Promoted,
            Outcome::RolledBack,
            Outcome::Unstaged,
            Outcome::Superseded,
        ] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
    }
}
