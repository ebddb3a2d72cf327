//! The journal and figures: read from the end, by key, script and request.

use durward_model::{
    JournalEntry, ScriptFigures, ScriptId, Timestamp,
    journal::{first_key_at, key_at},
    script_figures::{HostCalls, LastError},
};

use super::{Fixture, insert, linked, write};
use crate::{Change, Kind, StoreFigures, change::Expected};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

fn entry(seconds: i64, inum: &str, request: Option<&str>) -> JournalEntry {
    JournalEntry {
        id: key_at(at(seconds), inum),
        at: at(seconds),
        inum: ScriptId::new(inum),
        script: "payments".into(),
        script_type: "authz_detail".into(),
        version: "sha256".into(),
        method: "validateDetail".into(),
        input: "00ff".into(),
        element: Some("hash".into()),
        verdict: "valid".into(),
        failure: None,
        duration_us: u64::MAX,
        host_calls: 2,
        request_id: request.map(str::to_owned),
        client_id: Some("shop".into()),
        stage: Some("shadow".into()),
        served: Some("refused".into()),
        differs: vec!["outcome".into()],
        expires_at: at(seconds + 60),
    }
}

fn ids(found: Vec<crate::Versioned<JournalEntry>>) -> Vec<String> {
    found.into_iter().map(|found| found.value.id).collect()
}

pub async fn the_journal_is_read_from_its_end(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let entries = [
        entry(1, "one", Some("r1")),
        entry(2, "two", Some("r1")),
        entry(3, "one", None),
        entry(4, "one", Some("r2")),
    ];
    let [first, second, third, fourth] = entries.each_ref().map(|entry| entry.id.clone());
    let changes = entries.iter().map(Change::insert).collect();
    store.apply(changes).await.unwrap();
    let read = store.list_last_journal("".."g", 9).await.unwrap();
    assert_eq!(read.last().unwrap().value, entries[0], "it round-trips");
    assert_eq!(
        ids(read),
        [&fourth, &third, &second, &first].map(Clone::clone)
    );
    let two = store.list_last_journal("".."g", 2).await.unwrap();
    assert_eq!(ids(two), [fourth.clone(), third.clone()]);
    let (from, before) = (first_key_at(at(2)), first_key_at(at(4)));
    let between = store.list_last_journal(&*from..&*before, 9).await.unwrap();
    assert_eq!(ids(between), [third.clone(), second.clone()]);
    let one = ScriptId::new("one");
    let of_one = store.list_last_journal_of(&one, "".."g", 2).await.unwrap();
    assert_eq!(ids(of_one), [fourth, third.clone()]);
    let of_one = store.list_last_journal_of(&one, &*from..&*before, 9).await;
    assert_eq!(ids(of_one.unwrap()), [third]);
    let of_request = store.list_last_journal_of_request("r1", "".."g", 9).await;
    assert_eq!(ids(of_request.unwrap()), [second, first]);
}

pub async fn figures_of_scripts_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let mut figures = ScriptFigures::new(ScriptId::new("one"));
    figures.kills = u64::MAX;
    figures.durations.observe(7);
    figures.host_calls.insert(
        "http".into(),
        HostCalls {
            answered: 1,
            refused: 2,
        },
    );
    figures.last_error = Some(LastError {
        call: "id".into(),
        raised_at: at(0),
        version: "sha256".into(),
        method: "init".into(),
        kind: "raised".into(),
        message: "é".into(),
        line: Some(3),
        stack_trace: "line 1\nline 2".into(),
    });
    store.apply(vec![Change::put(&figures)]).await.unwrap();
    let found = store.find_script_figures(&figures.inum).await.unwrap();
    assert_eq!(found.unwrap().value, figures);
    assert_eq!(store.list_script_figures().await.unwrap().len(), 1);
}

pub async fn ranges_compare_bytes(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let keys = ["A", "B", "a", "b", "é"];
    let rows = keys.map(|key| linked(insert(Kind::Grant, key, "{}"), &[("l", "v", false)]));
    store.write(rows.into()).await.unwrap();
    for link in [None, Some(("l", "v"))] {
        let found = store.fetch_last(Kind::Grant, link, "B".."b", 9).await;
        let keys: Vec<String> = found.unwrap().into_iter().map(|row| row.key).collect();
        assert_eq!(keys, ["a", "B"]);
    }
    let none = store
        .fetch_last(Kind::Grant, Some(("l", "w")), "".."z", 9)
        .await;
    assert_eq!(none.unwrap(), []);
    let none = store.fetch_last(Kind::Grant, None, "".."z", 0).await;
    assert_eq!(none.unwrap(), []);
}

pub async fn what_was_written_is_counted(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    assert_eq!(store.figures(), StoreFigures::default());
    store
        .write(vec![insert(Kind::Grant, "a", "{}")])
        .await
        .unwrap();
    let again = store.write(vec![insert(Kind::Grant, "a", "{}")]).await;
    assert!(again.is_err());
    let put = write(Kind::Grant, "a", Expected::Any, "{}");
    store.write(vec![put]).await.unwrap();
    let counted = store.figures();
    assert_eq!((counted.applied, counted.conflicts), (2, 1), "{counted:?}");
    assert_eq!((counted.commits, counted.faults), (2, 0), "{counted:?}");
}
