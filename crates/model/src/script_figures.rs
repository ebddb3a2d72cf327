//! What a script's calls add up to: counts, failures, times, the last error.
//!
//! Not here: where they are counted (durward-protocol), how they are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ScriptId, Timestamp, script::ScriptError};

/// Upper bounds of the classes of durations, microseconds; longer ones are a class of
/// their own.
pub const BOUNDS_US: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/// Figures of one script, over all its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptFigures {
    /// Whose.
    pub inum: ScriptId,
    /// Answers by method and verdict.
    pub verdicts: BTreeMap<String, BTreeMap<String, u64>>,
    /// Failures by kind: `raised`, `timedOut` …
    pub failures: BTreeMap<String, u64>,
    /// Workers that went in the middle of a call: killed at a limit or for a broken wire, or
    /// dead by themselves.
    pub kills: u64,
    /// Host calls by service.
    pub host_calls: BTreeMap<String, HostCalls>,
    /// How long calls took.
    pub durations: Durations,
    /// Most memory that a worker was seen to use, bytes; 0 where none was seen.
    pub peak_worker_bytes: u64,
    /// The last call.
    pub last_call_at: Option<Timestamp>,
    /// The last failure, kept after calls succeed again.
    pub last_error: Option<LastError>,
}

/// Host calls of one service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostCalls {
    /// Answered.
    pub answered: u64,
    /// Refused, or never answered.
    pub refused: u64,
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastError {
    /// Id of the call.
    pub call: String,
    /// When.
    pub raised_at: Timestamp,
    /// Version that was asked.
    pub version: String,
    /// Method called.
    pub method: String,
    /// `raised`, `timedOut` …
    pub kind: String,
    /// What is wrong.
    pub message: String,
    /// Line of the author's text, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The traceback, if there was one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stack_trace: String,
}

/// How many calls took how long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Durations {
    /// Of each class of [`BOUNDS_US`], and of the longer ones.
    pub counts: [u64; BOUNDS_US.len() + 1],
    /// All together, microseconds.
    pub sum_us: u64,
}

impl Durations {
    /// Counts one.
    pub fn observe(&mut self, duration_us: u64) {
        let class = BOUNDS_US.partition_point(|bound| *bound < duration_us);
        if let Some(count) = self.counts.get_mut(class) {
            *count = count.saturating_add(1);
        }
        self.sum_us = self.sum_us.saturating_add(duration_us);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.counts.iter().copied().fold(0, u64::saturating_add)
    }

    /// What `per_cent` of all took at most, as the bound of its class; `None` without
    /// calls, and `u64::MAX` where it is longer than the last bound.
    pub fn quantile_us(&self, per_cent: u64) -> Option<u64> {
        let wanted = self.count().checked_mul(per_cent)?.div_ceil(100).max(1);
        let mut seen = 0_u64;
        let bounds = BOUNDS_US.iter().copied().chain([u64::MAX]);
        self.counts.iter().zip(bounds).find_map(|(count, bound)| {
            seen = seen.saturating_add(*count);
            (seen >= wanted).then_some(bound)
        })
    }

    /// The same as a number to compare with: within its class calls are taken to be spread
    /// evenly, and none to be longer than twice the last bound.
    pub fn estimate_us(&self, per_cent: u64) -> Option<u64> {
        let wanted = self.count().checked_mul(per_cent)?.div_ceil(100).max(1);
        let longest = BOUNDS_US.last().map_or(0, |last| last.saturating_mul(2));
        let bounds = BOUNDS_US.iter().copied().chain([longest]);
        let (mut seen, mut lower) = (0_u64, 0_u64);
        for (count, upper) in self.counts.iter().copied().zip(bounds) {
            let before = seen;
            seen = seen.saturating_add(count);
            if seen >= wanted && count > 0 {
                let part = u128::from(upper - lower) * u128::from(wanted - before);
                let within = u64::try_from(part / u128::from(count)).unwrap_or(u64::MAX);
                return Some(lower.saturating_add(within));
            }
            lower = upper;
        }
        None
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
    }
}

impl ScriptFigures {
    /// The error of the last call, if that failed and was one of this version: what Jans calls
    /// a script's `scriptError`.
    pub fn error_of(&self, version: &str) -> Option<ScriptError> {
        let error = self.last_error.as_ref()?;
        let is_last = self.last_call_at.is_none_or(|at| at <= error.raised_at);
        (is_last && error.version == version).then(|| ScriptError {
            raised_at: error.raised_at,
            stack_trace: [
                &*error.kind,
                ": ",
                &*error.message,
                "\n",
                &*error.stack_trace,
            ]
            .concat()
            .trim_end()
            .to_owned(),
            line: error.line,
        })
    }

    /// Nothing has been called yet.
    pub fn new(inum: ScriptId) -> Self {
        Self {
            inum,
            verdicts: BTreeMap::new(),
            failures: BTreeMap::new(),
            kills: 0,
            host_calls: BTreeMap::new(),
            durations: Durations::default(),
            peak_worker_bytes: 0,
            last_call_at: None,
            last_error: None,
        }
    }

    /// Calls of all methods.
    pub fn calls(&self) -> u64 {
        sum(self.verdicts.values().flat_map(BTreeMap::values))
    }

    /// Calls that failed.
    pub fn failed(&self) -> u64 {
        sum(self.failures.values())
    }

    /// Adds what was counted elsewhere, or since.
    pub fn add(&mut self, other: &Self) {
        for (method, verdicts) in &other.verdicts {
            add_counts(self.verdicts.entry(method.clone()).or_default(), verdicts);
        }
        add_counts(&mut self.failures, &other.failures);
        self.kills = self.kills.saturating_add(other.kills);
        for (service, more) in &other.host_calls {
            let calls = self.host_calls.entry(service.clone()).or_default();
            calls.answered = calls.answered.saturating_add(more.answered);
            calls.refused = calls.refused.saturating_add(more.refused);
        }
        self.durations.add(&other.durations);
        self.peak_worker_bytes = self.peak_worker_bytes.max(other.peak_worker_bytes);
        self.last_call_at = self.last_call_at.max(other.last_call_at);
        let raised_at = |error: &Option<LastError>| error.as_ref().map(|error| error.raised_at);
        if raised_at(&other.last_error) >= raised_at(&self.last_error) {
            self.last_error.clone_from(&other.last_error);
        }
    }
}

fn add_counts(counts: &mut BTreeMap<String, u64>, more: &BTreeMap<String, u64>) {
    for (name, more) in more {
        let count = counts.entry(name.clone()).or_default();
        *count = count.saturating_add(*more);
    }
}

fn sum<'a>(counts: impl Iterator<Item = &'a u64>) -> u64 {
    counts.copied().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_duration_on_a_bound_is_below_it() {
        let mut durations = Durations::default();
        for us in [0, 100, 101, 10_000_000, 10_000_001] {
            durations.observe(us);
        }
        assert_eq!(durations.counts.first(), Some(&2));
        assert_eq!(durations.counts.get(1), Some(&1));
        assert_eq!(durations.counts.last(), Some(&1));
        assert_eq!((durations.count(), durations.sum_us), (5, 20_000_202));
    }

    #[test]
    fn a_quantile_is_the_bound_of_its_class() {
        let mut durations = Durations::default();
        assert_eq!(durations.quantile_us(95), None);
        for _ in 0..95 {
            durations.observe(90);
        }
        for _ in 0..5 {
            durations.observe(u64::MAX);
        }
        assert_eq!(durations.quantile_us(95), Some(100));
        assert_eq!(durations.quantile_us(96), Some(u64::MAX));
    }

    #[test]
    fn an_estimate_is_within_its_class() {
        let mut durations = Durations::default();
        assert_eq!(durations.estimate_us(95), None);
        for _ in 0..100 {
            durations.observe(3_000);
        }
        assert_eq!(durations.estimate_us(100), Some(5_000));
        assert_eq!(durations.estimate_us(50), Some(3_750));
        durations.observe(u64::MAX);
        assert_eq!(durations.estimate_us(100), Some(20_000_000));
    }

    #[test]
    fn adding_keeps_the_later_error_and_the_higher_peak() {
        let error = |seconds| LastError {
            call: "c".into(),
            raised_at: Timestamp::from_seconds(seconds),
            version: "v".into(),
            method: "m".into(),
            kind: "raised".into(),
            message: "no".into(),
            line: Some(3),
            stack_trace: String::new(),
        };
        let mut one = ScriptFigures::new(ScriptId::new("i"));
        one.peak_worker_bytes = 9;
        one.last_error = Some(error(2));
        one.failures.insert("raised".into(), 1);
        let mut two = one.clone();
        two.peak_worker_bytes = 4;
        two.last_error = Some(error(1));
        two.verdicts
            .entry("m".into())
            .or_default()
            .insert("true".into(), 3);
        one.add(&two);
        assert_eq!(one.peak_worker_bytes, 9);
        assert_eq!(one.last_error, Some(error(2)));
        assert_eq!((one.calls(), one.failed()), (3, 2));
        one.add(&ScriptFigures::new(ScriptId::new("i")));
        assert_eq!(one.last_error, Some(error(2)), "nothing is not later");
    }
}
