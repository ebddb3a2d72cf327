//! Random operations against a store and against a few lines that say what a
//! store is: both must give the same answers and end in the same state.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, option, prelude::Strategy, prop_oneof, strategy::Just};

use super::{Fixture, expiring, keys_linked, linked, removal, row, write};
use crate::{Kind, Store, StoreError, Write, change::Expected, entity::Link};

const KINDS: [Kind; 3] = [Kind::Session, Kind::User, Kind::AccessToken];
const KEYS: [&str; 4] = ["a", "a\0", "b", ""];
const NAMES: [&str; 2] = ["sid", "user"];
const VALUES: [&str; 3] = ["x", "y", "x\0"];

/// One step.
#[derive(Debug, Clone)]
pub enum Step {
    /// A list of writes.
    Write(Vec<Draft>),
    /// A sweep at that moment.
    Sweep(i64),
    /// Further steps use a new handle.
    Reopen,
}

/// A write whose expected version is found out when it is made.
#[derive(Debug, Clone)]
pub struct Draft {
    kind: Kind,
    key: &'static str,
    expected: Guess,
    /// Expiry and links.
    content: Option<(Option<i64>, Vec<DraftLink>)>,
}

type DraftLink = (&'static str, &'static str, bool);

#[derive(Debug, Clone, Copy)]
enum Guess {
    Absent,
    Any,
    /// The version that is there.
    Right,
    Version(u64),
}

/// Sequences of steps, few keys and values so that they meet often.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => vec(draft(), 1..5).prop_map(Step::Write),
        2 => (0..12_i64).prop_map(Step::Sweep),
        1 => Just(Step::Reopen),
    ];
    vec(step, 1..20)
}

fn draft() -> impl Strategy<Value = Draft> {
    let guess = prop_oneof![
        3 => Just(Guess::Absent),
        3 => Just(Guess::Any),
        4 => Just(Guess::Right),
        1 => (0..4_u64).prop_map(Guess::Version),
    ];
    let link = (
        one_of(&NAMES),
        one_of(&VALUES),
        proptest::bool::weighted(0.4),
    );
    let content = option::weighted(0.75, (option::of(0..10_i64), vec(link, 0..3)));
    (one_of(&KINDS), one_of(&KEYS), guess, content).prop_map(|(kind, key, expected, content)| {
        Draft {
            kind,
            key,
            expected,
            content,
        }
    })
}

fn one_of<T: Copy + std::fmt::Debug>(values: &'static [T]) -> impl Strategy<Value = T> {
    (0..values.len()).prop_map(|index| values[index])
}

#[derive(Debug, Clone, PartialEq)]
struct Kept {
    version: u64,
    body: String,
    expires_at: Option<i64>,
    links: Vec<Link>,
}

#[derive(Debug, Clone, Default)]
struct Model {
    rows: BTreeMap<(Kind, String), Kept>,
}

impl Model {
    /// Applies all or returns where the first conflict is.
    fn write(&mut self, writes: &[Write]) -> Result<(), (Kind, String)> {
        let before = self.clone();
        for write in writes {
            if !self.write_one(write) {
                *self = before;
                return Err((write.kind, write.key.clone()));
            }
        }
        Ok(())
    }

    fn write_one(&mut self, write: &Write) -> bool {
        let place = (write.kind, write.key.clone());
        let version = self.rows.get(&place).map(|kept| kept.version);
        let holds = match write.expected {
            Expected::Any => true,
            Expected::Absent => version.is_none(),
            Expected::Version(expected) => version == Some(expected),
        };
        let Some(content) = &write.content else {
            if holds {
                self.rows.remove(&place);
            }
            return holds;
        };
        let taken = self.rows.iter().any(|((kind, key), kept)| {
            *kind == write.kind
                && *key != write.key
                && unique(&kept.links)
                    .intersection(&unique(&content.links))
                    .next()
                    .is_some()
        });
        if !holds || taken {
            return false;
        }
        let kept = Kept {
            version: version.unwrap_or(0) + 1,
            body: content.body.clone(),
            expires_at: content.expires_at.map(durward_model::Timestamp::ms),
            links: content.links.clone(),
        };
        self.rows.insert(place, kept);
        true
    }

    fn sweep(&mut self, now_ms: i64) -> u64 {
        let before = self.rows.len();
        self.rows
            .retain(|_, kept| kept.expires_at.is_none_or(|moment| moment >= now_ms));
        u64::try_from(before - self.rows.len()).unwrap()
    }

    fn linked(&self, kind: Kind, name: &str, value: &str) -> Vec<String> {
        let holds = |kept: &Kept| {
            kept.links
                .iter()
                .any(|l| l.name == name && l.value == value)
        };
        let of_kind = self
            .rows
            .iter()
            .filter(|((of, _), kept)| *of == kind && holds(kept));
        of_kind.map(|((_, key), _)| key.clone()).collect()
    }
}

fn unique(links: &[Link]) -> BTreeSet<(&str, &str)> {
    links
        .iter()
        .filter(|link| link.unique)
        .map(|link| (link.name, link.value.as_str()))
        .collect()
}

/// Runs the steps on both and compares after each.
pub async fn agrees(fixture: &dyn Fixture, steps: &[Step]) {
    let mut store = fixture.open().await;
    let mut model = Model::default();
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Write(drafts) => {
                let writes = finish(drafts, &model, index);
                let expected = model.write(&writes);
                let outcome = match store.write(writes).await {
                    Ok(()) => Ok(()),
                    Err(StoreError::Conflict { kind, key }) => Err((kind, key)),
                    Err(fault) => panic!("{fault}"),
                };
                assert_eq!(outcome, expected, "step {index}");
            }
            Step::Sweep(now_ms) => {
                assert_eq!(
                    store.sweep(*now_ms).await.unwrap(),
                    model.sweep(*now_ms),
                    "{index}"
                );
            }
            Step::Reopen => {
                drop(store);
                store = fixture.open().await;
            }
        }
        compare(&*store, &model, index).await;
    }
}

/// Fills in versions and bodies. A right guess is right for the state that the
/// earlier writes of the list leave.
fn finish(drafts: &[Draft], model: &Model, step: usize) -> Vec<Write> {
    let mut ahead = model.clone();
    let mut writes = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let there = ahead.rows.get(&(draft.kind, draft.key.to_owned()));
        let expected = match draft.expected {
            Guess::Absent => Expected::Absent,
            Guess::Any => Expected::Any,
            Guess::Right => there.map_or(Expected::Absent, |kept| Expected::Version(kept.version)),
            Guess::Version(version) => Expected::Version(version),
        };
        let finished = match &draft.content {
            None => removal(draft.kind, draft.key, expected),
            Some((expires_at_ms, links)) => {
                let plain = write(draft.kind, draft.key, expected, &format!("{step}.{index}"));
                let plain = linked(plain, links);
                expires_at_ms.map_or(plain.clone(), |moment| expiring(plain, moment))
            }
        };
        ahead.write_one(&finished);
        writes.push(finished);
    }
    writes
}

async fn compare(store: &dyn Store, model: &Model, step: usize) {
    for kind in KINDS {
        let of_kind = model.rows.iter().filter(|((of, _), _)| *of == kind);
        let expected: Vec<_> = of_kind
            .map(|((_, key), kept)| row(key, kept.version, &kept.body))
            .collect();
        assert_eq!(
            store.fetch_all(kind).await.unwrap(),
            expected,
            "step {step}"
        );
        for name in NAMES {
            for value in VALUES {
                let keys = keys_linked(store, kind, name, value).await;
                assert_eq!(
                    keys,
                    model.linked(kind, name, value),
                    "step {step}: {name} {value:?}"
                );
            }
        }
        for key in KEYS {
            let there = expected.iter().find(|row| row.key == key).cloned();
            assert_eq!(store.fetch(kind, key).await.unwrap(), there, "step {step}");
        }
    }
    let earliest = model.rows.values().filter_map(|kept| kept.expires_at).min();
    assert_eq!(
        store.next_expiry_ms().await.unwrap(),
        earliest,
        "step {step}"
    );
}
