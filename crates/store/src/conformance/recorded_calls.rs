//! Recorded calls: found by their script, the last one first; gone when their time is over.

use durward_model::{RecordedCall, ScriptId, Timestamp, script_recording::RecordedHostCall};
use serde_json::{Map, json};

use super::Fixture;
use crate::{Change, Versioned};

fn call(inum: &str, id: &str) -> RecordedCall {
    RecordedCall {
        id: id.to_owned(),
        inum: ScriptId::new(inum),
        version: "v".into(),
        method: "validateDetail".into(),
        at: Timestamp::from_seconds(1_800_000_000),
        duration_us: 12,
        context: json!({ "\u{e9}": [null, 1.50, "\u{0}"] }),
        arguments: Map::new(),
        host_calls: vec![RecordedHostCall {
            service: "http".into(),
            arguments: json!({ "url": "https://a.example/" }),
            answer: Some(json!(1.50)),
            refused: None,
        }],
        verdict: "true".into(),
        error: None,
        result: json!(true),
        changes: Map::from_iter([("a.b".to_owned(), json!(1))]),
        hidden: [("redacted-1".to_owned(), "key".to_owned())].into(),
        expires_at: Timestamp::from_seconds(1_800_000_100),
    }
}

pub async fn the_last_recorded_calls_of_a_script_are_found(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let mut changes: Vec<Change> = ["b", "a", "d", "c"]
        .map(|id| Change::insert(&call("one", id)))
        .into();
    changes.push(Change::insert(&call("two", "e")));
    store.apply(changes).await.unwrap();
    let first = |id: &str| Versioned {
        value: call("one", id),
        version: 1,
    };
    let one = ScriptId::new("one");
    let last = store.list_last_recorded_calls(&one, "".."g", 3).await;
    assert_eq!(last.unwrap(), ["d", "c", "b"].map(first));
    let before = store.list_last_recorded_calls(&one, "".."c", 9).await;
    assert_eq!(before.unwrap(), ["b", "a"].map(first));
    let found = store.find_recorded_call("c").await.unwrap();
    assert_eq!(found, Some(first("c")));
    let gone = Change::delete::<RecordedCall>("d");
    store.apply(vec![gone]).await.unwrap();
    let last = store.list_last_recorded_calls(&one, "".."g", 1).await;
    assert_eq!(last.unwrap(), ["c"].map(first));
}

pub async fn a_recorded_call_is_swept(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let change = Change::insert(&call("one", "a"));
    store.apply(vec![change]).await.unwrap();
    assert_eq!(store.sweep(1_800_000_100_001).await.unwrap(), 1);
    assert_eq!(store.find_recorded_call("a").await.unwrap(), None);
}
