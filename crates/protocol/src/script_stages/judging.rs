//! Is a candidate within its bounds? A function of figures.

use durward_model::{
    CandidateFigures,
    script_stage::{Candidate, Stage, Tries},
};

/// How much longer a candidate may take at least, whatever its bound is: below it figures
/// say more of the machine than of the script.
pub const LEAST_LATENCY_US: u64 = 5_000;

/// What is to become of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is on trial still.
    GoOn,
    /// It left its bounds: why.
    RollBack(String),
    /// It kept to them for as long as was wanted: why.
    Promote(String),
}

/// Judges a trial by what its calls add up to.
pub fn judge(candidate: &Candidate, figures: &CandidateFigures) -> Judgement {
    let bounds = candidate.bounds;
    let (tried, serving) = (&figures.tried, &figures.serving);
    if tried.calls < bounds.min_calls {
        return Judgement::GoOn;
    }
    if fails_too_often(tried, serving, bounds.max_error_percent) {
        return Judgement::RollBack(format!(
            "{} of its {} calls failed, and {} of {} of the version that serves: more than {} per \
             cent points above it",
            tried.failed, tried.calls, serving.failed, serving.calls, bounds.max_error_percent
        ));
    }
    if serving.calls >= bounds.min_calls
        && let (Some(took), Some(usual)) = (
            tried.durations.estimate_us(95),
            serving.durations.estimate_us(95),
        )
        && took > bound_us(usual, bounds.max_latency_percent)
    {
        return Judgement::RollBack(format!(
            "95 % of its calls took up to {took} us, and of the version that serves {usual} us: \
             more than {} %",
            bounds.max_latency_percent
        ));
    }
    match candidate.promote_after_calls {
        Some(enough) if tried.calls >= enough && may_serve(candidate.stage, figures) => {
            Judgement::Promote(format!("{} calls within the bounds", tried.calls))
        }
        _ => Judgement::GoOn,
    }
}

/// A shadow that did anything otherwise is for somebody to look at.
fn may_serve(stage: Stage, figures: &CandidateFigures) -> bool {
    stage != Stage::Shadow || figures.differing == 0
}

/// Is the share of failures more than so many per cent points above the other's?
fn fails_too_often(tried: &Tries, serving: &Tries, points: u8) -> bool {
    let failed = |tries: &Tries| i128::from(tries.failed);
    // Without a call nothing failed.
    let calls = |tries: &Tries| i128::from(tries.calls.max(1));
    let above = failed(tried) * calls(serving) - failed(serving) * calls(tried);
    above * 100 > i128::from(points) * calls(tried) * calls(serving)
}

fn bound_us(usual_us: u64, per_cent: u32) -> u64 {
    let bound = u128::from(usual_us) * u128::from(per_cent) / 100;
    u64::try_from(bound)
        .unwrap_or(u64::MAX)
        .max(usual_us.saturating_add(LEAST_LATENCY_US))
}

#[cfg(test)]
mod tests {
    use durward_model::{ScriptId, Timestamp, script_stage::Bounds};

    use super::*;

    fn candidate(stage: Stage) -> Candidate {
        Candidate {
            id: "c1".into(),
            revision: 2,
            version: "v".into(),
            runs_on: None,
            stage,
            bounds: Bounds::default(),
            promote_after_calls: Some(100),
            started_at: Timestamp::from_ms(0),
            author: "os:alice".into(),
        }
    }

    fn tries(calls: u64, failed: u64, duration_us: u64) -> Tries {
        let mut tries = Tries::default();
        for call in 0..calls {
            tries.count(call < failed, duration_us);
        }
        tries
    }

    fn judged(stage: Stage, tried: Tries, serving: Tries) -> Judgement {
        let mut figures = CandidateFigures::new(ScriptId::new("i"), "c1".into());
        (figures.tried, figures.serving) = (tried, serving);
        judge(&candidate(stage), &figures)
    }

    const CANARY: Stage = Stage::Canary { share_percent: 5 };

    #[test]
    fn nothing_is_judged_before_it_had_enough_calls() {
        let broken = tries(49, 49, 9_000_000);
        assert_eq!(judged(CANARY, broken, tries(100, 0, 1)), Judgement::GoOn);
    }

    #[test]
    fn failures_count_beyond_those_of_the_version_that_serves() {
        let is_out = |tried, serving| matches!(judged(CANARY, tried, serving), Judgement::RollBack(why) if why.contains("failed"));
        assert!(is_out(tries(50, 3, 1), tries(1_000, 0, 1)));
        assert!(!is_out(tries(50, 2, 1), tries(1_000, 0, 1)));
        assert!(!is_out(tries(100, 5, 1), tries(100, 0, 1)), "on the bound");
        assert!(!is_out(tries(50, 20, 1), tries(1_000, 400, 1)), "both fail");
        assert!(is_out(tries(50, 23, 1), tries(1_000, 400, 1)));
        assert!(
            is_out(tries(50, 3, 1), tries(0, 0, 1)),
            "nothing to compare with"
        );
    }

    #[test]
    fn time_counts_from_where_it_means_something() {
        let is_out = |tried_us, serving_us| {
            let judged = judged(CANARY, tries(50, 0, tried_us), tries(50, 0, serving_us));
            matches!(judged, Judgement::RollBack(why) if why.contains("took"))
        };
        assert!(is_out(200_000, 20_000));
        assert!(!is_out(20_000, 200_000), "faster");
        assert!(!is_out(4_000, 90), "only milliseconds");
        assert!(is_out(20_000, 90));
        let few = judged(CANARY, tries(60, 0, 200_000), tries(49, 0, 20_000));
        assert_eq!(few, Judgement::GoOn, "too few to compare with");
    }

    #[test]
    fn who_keeps_to_the_bounds_for_long_enough_may_serve() {
        let serving = tries(100, 0, 1);
        assert_eq!(judged(CANARY, tries(99, 0, 1), serving), Judgement::GoOn);
        let good = judged(CANARY, tries(100, 1, 1), serving);
        assert!(matches!(good, Judgement::Promote(_)));
        let mut figures = CandidateFigures::new(ScriptId::new("i"), "c1".into());
        (figures.tried, figures.serving) = (serving, serving);
        let shadow = candidate(Stage::Shadow);
        assert!(matches!(judge(&shadow, &figures), Judgement::Promote(_)));
        figures.compare("m", &["changes"]);
        assert_eq!(judge(&shadow, &figures), Judgement::GoOn);
    }
}
