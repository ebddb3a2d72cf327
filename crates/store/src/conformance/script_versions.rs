//! Versions of scripts: found by their script, in the order of revisions. What trials of
//! them add up to.

use durward_model::{CandidateFigures, ScriptId, ScriptVersion, Timestamp, script::ScriptProperty};

use super::{Fixture, linked, write};
use crate::{Change, Entity as _, Kind, Versioned, change::Expected, script_version_key};

fn version(inum: &str, revision: i64) -> ScriptVersion {
    ScriptVersion {
        inum: ScriptId::new(inum),
        revision,
        hash: format!("hash-{revision}"),
        name: "notify".into(),
        description: "é".into(),
        script_type: "ciba_end_user_notification".into(),
        programming_language: "python".into(),
        script: "line 1\nline 2\r\n".into(),
        level: -1,
        enabled: true,
        reloads: 2,
        module_properties: vec![ScriptProperty::default()],
        configuration_properties: vec![ScriptProperty {
            value1: "key".into(),
            value2: "sealed".into(),
            hide: true,
            description: String::new(),
        }],
        author: Some("os:alice".into()),
        at: Timestamp::from_seconds(1_800_000_000),
        message: None,
        rolled_back_to: Some(1),
        staged: true,
        promoted_from: Some(2),
    }
}

pub async fn versions_of_a_script_are_found_in_order(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let revisions = [100, 9, 10, 1];
    let mut changes: Vec<Change> = revisions
        .iter()
        .map(|revision| Change::insert(&version("one", *revision)))
        .collect();
    changes.push(Change::insert(&version("one/0", 5)));
    store.apply(changes).await.unwrap();
    let inum = ScriptId::new("one");
    let first = |revision| Versioned {
        value: version("one", revision),
        version: 1,
    };
    let found = store.list_script_versions(&inum).await.unwrap();
    assert_eq!(found, [1, 9, 10, 100].map(first));
    let oldest = Change::delete::<ScriptVersion>(&version("one", 1).key());
    let newest = Change::insert(&version("one", 101));
    store.apply(vec![oldest, newest]).await.unwrap();
    let found = store.list_script_versions(&inum).await.unwrap();
    assert_eq!(found, [9, 10, 100, 101].map(first));
}

pub async fn figures_of_a_candidate_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let inum = ScriptId::new("one");
    assert_eq!(store.find_candidate_figures(&inum).await.unwrap(), None);
    let mut figures = CandidateFigures::new(inum.clone(), "c1".into());
    figures.tried.count(true, u64::MAX);
    figures.serving.count(false, 3);
    figures.compare("m", &["outcome", "changes"]);
    figures.dropped = u64::MAX;
    store.apply(vec![Change::put(&figures)]).await.unwrap();
    let found = store.find_candidate_figures(&inum).await.unwrap().unwrap();
    assert_eq!(found.value, figures);
    let again = CandidateFigures::new(inum.clone(), "c2".into());
    let changes = vec![Change::replace(&found, &again)];
    store.apply(changes).await.unwrap();
    let found = store.find_candidate_figures(&inum).await.unwrap().unwrap();
    assert_eq!((found.value, found.version), (again, 2));
}

/// Another that cannot be read is in nobody's way.
pub async fn one_version_is_found_without_the_others(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let inum = ScriptId::new("one");
    let whole = [version("one", 100), version("one", 9), version("one/0", 5)];
    let changes = whole.iter().map(Change::insert).collect();
    store.apply(changes).await.unwrap();
    let key = script_version_key(&inum, 10);
    let broken = write(Kind::ScriptVersion, &key, Expected::Absent, "{}");
    let broken = linked(broken, &[("script", "one", false)]);
    store.write(vec![broken]).await.unwrap();
    let found = store.find_script_version(&inum, 9).await.unwrap();
    assert_eq!(found.map(|found| found.value), Some(version("one", 9)));
    assert_eq!(store.find_script_version(&inum, 5).await.unwrap(), None);
    let revisions = store.list_script_revisions(&inum).await.unwrap();
    assert_eq!(revisions, [9, 10, 100]);
    let nobody = store.list_script_revisions(&ScriptId::new("two")).await;
    assert!(nobody.unwrap().is_empty());
}
