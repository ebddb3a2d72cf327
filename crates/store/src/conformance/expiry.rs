//! Expiry: sweeping, and when to sweep next.

use std::sync::Arc;

use super::{
    Fixture, everything, expiring, fetched, insert, keys_linked, linked, removal, row, write,
};
use crate::{Kind, Write, change::Expected};

fn token(key: &str, expires_at_ms: i64) -> Write {
    expiring(insert(Kind::AccessToken, key, "{}"), expires_at_ms)
}

pub async fn expired_rows_stay_until_swept(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store.write(vec![token("a", 1_000)]).await.unwrap();
    assert_eq!(
        fetched(&*store, Kind::AccessToken, "a").await,
        Some(row("a", 1, "{}"))
    );
    assert_eq!(store.sweep(1_001).await.unwrap(), 1);
    assert_eq!(fetched(&*store, Kind::AccessToken, "a").await, None);
    assert_eq!(store.sweep(1_001).await.unwrap(), 0);
}

pub async fn only_what_expired_before_goes(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let writes = vec![
        token("long ago", -5_000),
        token("before", 999),
        token("at", 1_000),
        token("after", 1_001),
        token("never in practice", i64::MAX),
        insert(Kind::AccessToken, "never", "{}"),
        expiring(insert(Kind::Session, "before", "{}"), 999),
        insert(Kind::User, "never", "{}"),
    ];
    store.write(writes).await.unwrap();
    assert_eq!(store.sweep(i64::MIN).await.unwrap(), 0);
    assert_eq!(store.sweep(1_000).await.unwrap(), 3);
    let left = everything(&*store)
        .await
        .into_iter()
        .map(|(_, row)| row.key);
    let expected = ["after", "at", "never", "never in practice", "never"];
    assert_eq!(left.collect::<Vec<_>>(), expected);
    assert_eq!(store.sweep(i64::MAX).await.unwrap(), 2);
}

/// More rows than any backend would remove in one transaction, across kinds.
pub async fn many_rows_go_in_one_sweep(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let kinds = [Kind::AccessToken, Kind::RefreshToken, Kind::ScriptLog];
    let mut writes = Vec::new();
    for kind in kinds {
        let links = [("script", "s", false)];
        for index in 0..777 {
            let key = format!("{index:04}");
            writes.push(linked(
                expiring(insert(kind, &key, "{}"), 100 + index),
                &links,
            ));
        }
        writes.push(linked(expiring(insert(kind, "kept", "{}"), 5_000), &links));
    }
    store.write(writes).await.unwrap();
    assert_eq!(store.sweep(2_000).await.unwrap(), 3 * 777);
    let left = everything(&*store).await;
    assert_eq!(left, kinds.map(|kind| (kind, row("kept", 1, "{}"))));
    for kind in kinds {
        assert_eq!(keys_linked(&*store, kind, "script", "s").await, ["kept"]);
    }
}

pub async fn writes_go_on_during_a_sweep(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let old = (0..3_000).map(|index| token(&format!("old {index}"), 1));
    store.write(old.collect()).await.unwrap();
    let sweeper = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.sweep(2).await })
    };
    for index in 0..50 {
        store
            .write(vec![token(&format!("new {index}"), 10)])
            .await
            .unwrap();
    }
    assert_eq!(sweeper.await.unwrap().unwrap(), 3_000);
    let left = store.fetch_all(Kind::AccessToken).await.unwrap();
    assert_eq!(left.len(), 50);
    assert!(left.iter().all(|row| row.key.starts_with("new")));
}

pub async fn sweeping_frees_links(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let session = |key: &str, expires_at_ms| {
        let links = [("sid", "x", true), ("user", "u", false)];
        linked(
            expiring(insert(Kind::Session, key, "{}"), expires_at_ms),
            &links,
        )
    };
    store.write(vec![session("old", 1)]).await.unwrap();
    assert!(store.write(vec![session("new", 9)]).await.is_err());
    assert_eq!(store.sweep(2).await.unwrap(), 1);
    assert!(
        keys_linked(&*store, Kind::Session, "user", "u")
            .await
            .is_empty()
    );
    store.write(vec![session("new", 9)]).await.unwrap();
    assert_eq!(
        keys_linked(&*store, Kind::Session, "user", "u").await,
        ["new"]
    );
}

pub async fn a_postponed_row_stays(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![
            token("later", 10),
            token("never", 10),
            token("sooner", 90),
        ])
        .await
        .unwrap();
    let again = |key| write(Kind::AccessToken, key, Expected::Version(1), "{}");
    let writes = vec![
        expiring(again("later"), 50),
        again("never"),
        expiring(again("sooner"), 20),
    ];
    store.write(writes).await.unwrap();
    assert_eq!(store.sweep(30).await.unwrap(), 1);
    let left = store.fetch_all(Kind::AccessToken).await.unwrap();
    assert_eq!(left, [row("later", 2, "{}"), row("never", 2, "{}")]);
    assert_eq!(store.next_expiry_ms().await.unwrap(), Some(50));
}

pub async fn next_expiry_is_the_earliest_of_all(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    assert_eq!(store.next_expiry_ms().await.unwrap(), None);
    store
        .write(vec![insert(Kind::User, "never", "{}")])
        .await
        .unwrap();
    assert_eq!(store.next_expiry_ms().await.unwrap(), None);
    for (index, kind) in Kind::ALL.into_iter().enumerate() {
        let moment = 1_000 - i64::try_from(index).unwrap();
        let row = expiring(insert(kind, "expiring", "{}"), moment);
        store.write(vec![row]).await.unwrap();
        assert_eq!(
            store.next_expiry_ms().await.unwrap(),
            Some(moment),
            "{kind:?}"
        );
    }
    let last = Kind::ALL[Kind::ALL.len() - 1];
    store
        .write(vec![removal(last, "expiring", Expected::Any)])
        .await
        .unwrap();
    let kinds = i64::try_from(Kind::ALL.len()).unwrap();
    assert_eq!(
        store.next_expiry_ms().await.unwrap(),
        Some(1_000 - kinds + 2)
    );
    // All but the one that was removed and the one that ends at that very moment.
    let expired = u64::try_from(kinds - 2).unwrap();
    assert_eq!(store.sweep(1_000).await.unwrap(), expired);
    assert_eq!(store.next_expiry_ms().await.unwrap(), Some(1_000));
    store
        .write(vec![expiring(insert(Kind::Grant, "past", "{}"), -7)])
        .await
        .unwrap();
    assert_eq!(store.next_expiry_ms().await.unwrap(), Some(-7));
}
