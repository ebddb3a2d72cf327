//! The revision: what nodes watch to know that their copies are stale.

use super::{Fixture, assert_conflict, expiring, insert, removal, write};
use crate::{Kind, Store, change::Expected};

/// Not clients, not users: nobody keeps copies of them, and they change all day.
const WATCHED: [Kind; 3] = [Kind::Configuration, Kind::SigningKey, Kind::Script];

async fn revision(store: &dyn Store) -> u64 {
    store.revision().await.unwrap()
}

pub async fn watched_kinds_move_it(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let mut last = revision(&*store).await;
    assert_eq!(revision(&*store).await, last);
    for kind in WATCHED {
        let steps = [
            insert(kind, "a", "1"),
            write(kind, "a", Expected::Version(1), "2"),
            write(kind, "a", Expected::Any, "3"),
            removal(kind, "a", Expected::Version(3)),
            insert(kind, "a", "again"),
            removal(kind, "a", Expected::Any),
        ];
        for step in steps {
            let whole = vec![
                insert(Kind::Grant, "g", "1"),
                step,
                removal(Kind::Grant, "g", Expected::Any),
            ];
            store.write(whole).await.unwrap();
            let now = revision(&*store).await;
            assert!(now > last, "{kind:?}");
            last = now;
        }
    }
}

pub async fn other_kinds_leave_it(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let before = revision(&*store).await;
    for kind in Kind::ALL.into_iter().filter(|kind| !WATCHED.contains(kind)) {
        store
            .write(vec![expiring(insert(kind, "a", "1"), 1)])
            .await
            .unwrap();
        store
            .write(vec![write(kind, "b", Expected::Any, "2")])
            .await
            .unwrap();
        store
            .write(vec![removal(kind, "b", Expected::Any)])
            .await
            .unwrap();
    }
    let others = Kind::ALL.len() - WATCHED.len();
    assert_eq!(
        store.sweep(2).await.unwrap(),
        u64::try_from(others).unwrap()
    );
    assert_eq!(revision(&*store).await, before);
}

pub async fn conflicts_leave_it(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![insert(Kind::Script, "a", "1")])
        .await
        .unwrap();
    let before = revision(&*store).await;
    let list = || {
        vec![
            insert(Kind::Script, "b", "1"),
            insert(Kind::Script, "a", "2"),
        ]
    };
    assert_conflict(store.write(list()).await, Kind::Script, "a");
    assert_eq!(revision(&*store).await, before);
}

/// A signing key that went out of the JWKS.
pub async fn sweeping_a_watched_row_moves_it(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![expiring(insert(Kind::SigningKey, "k", "1"), 5)])
        .await
        .unwrap();
    let before = revision(&*store).await;
    assert_eq!(store.sweep(5).await.unwrap(), 0);
    assert_eq!(revision(&*store).await, before);
    assert_eq!(store.sweep(6).await.unwrap(), 1);
    assert!(revision(&*store).await > before);
}

pub async fn other_handles_see_it_move(fixture: &dyn Fixture) {
    let (one, other) = (fixture.open().await, fixture.open().await);
    let before = revision(&*other).await;
    assert_eq!(revision(&*one).await, before);
    one.write(vec![insert(Kind::Script, "s", "1")])
        .await
        .unwrap();
    let after = revision(&*other).await;
    assert!(after > before);
    assert_eq!(revision(&*one).await, after);
    drop(one);
    let third = fixture.open().await;
    assert_eq!(revision(&*third).await, after);
}
