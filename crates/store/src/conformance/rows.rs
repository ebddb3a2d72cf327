//! Rows: expectations, versions, keys, bodies, lists of writes.

use super::{
    Fixture, assert_conflict, everything, expiring, fetched, insert, keys_linked, linked, removal,
    row, write,
};
use crate::{Kind, change::Expected};

pub async fn insert_makes_version_one(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    assert_eq!(fetched(&*store, Kind::Grant, "a").await, None);
    store
        .write(vec![insert(Kind::Grant, "a", "{}")])
        .await
        .unwrap();
    assert_eq!(
        fetched(&*store, Kind::Grant, "a").await,
        Some(row("a", 1, "{}"))
    );
}

pub async fn insert_of_an_existing_key_conflicts(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![insert(Kind::AccessToken, "a", "1")])
        .await
        .unwrap();
    let again = store.write(vec![insert(Kind::AccessToken, "a", "2")]).await;
    assert_conflict(again, Kind::AccessToken, "a");
    assert_eq!(
        fetched(&*store, Kind::AccessToken, "a").await,
        Some(row("a", 1, "1"))
    );
}

pub async fn replace_needs_the_version_that_is_there(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let replace = |version, body| vec![write(Kind::Grant, "a", Expected::Version(version), body)];
    assert_conflict(
        store.write(replace(1, "none there")).await,
        Kind::Grant,
        "a",
    );
    store
        .write(vec![insert(Kind::Grant, "a", "1")])
        .await
        .unwrap();
    for wrong in [0, 2] {
        assert_conflict(store.write(replace(wrong, "wrong")).await, Kind::Grant, "a");
    }
    store.write(replace(1, "2")).await.unwrap();
    assert_eq!(
        fetched(&*store, Kind::Grant, "a").await,
        Some(row("a", 2, "2"))
    );
    assert_conflict(store.write(replace(1, "stale")).await, Kind::Grant, "a");
    assert_eq!(
        fetched(&*store, Kind::Grant, "a").await,
        Some(row("a", 2, "2"))
    );
}

pub async fn put_counts_whatever_was_there(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    for version in 1..=3 {
        let body = version.to_string();
        let put = write(Kind::Configuration, "c", Expected::Any, &body);
        store.write(vec![put]).await.unwrap();
        let there = fetched(&*store, Kind::Configuration, "c").await;
        assert_eq!(there, Some(row("c", version, &body)));
    }
    let replace = write(Kind::Configuration, "c", Expected::Version(3), "4");
    store.write(vec![replace]).await.unwrap();
    assert_eq!(
        fetched(&*store, Kind::Configuration, "c").await,
        Some(row("c", 4, "4"))
    );
}

pub async fn delete_forgives_absence(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let delete = || vec![removal(Kind::Client, "a", Expected::Any)];
    store.write(delete()).await.unwrap();
    store
        .write(vec![
            insert(Kind::Client, "a", "1"),
            insert(Kind::Client, "b", "1"),
        ])
        .await
        .unwrap();
    store.write(delete()).await.unwrap();
    assert_eq!(
        everything(&*store).await,
        [(Kind::Client, row("b", 1, "1"))]
    );
}

pub async fn remove_needs_the_version_that_is_there(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let remove = |version| vec![removal(Kind::Session, "a", Expected::Version(version))];
    assert_conflict(store.write(remove(1)).await, Kind::Session, "a");
    store
        .write(vec![insert(Kind::Session, "a", "1")])
        .await
        .unwrap();
    store
        .write(vec![write(Kind::Session, "a", Expected::Any, "2")])
        .await
        .unwrap();
    assert_conflict(store.write(remove(1)).await, Kind::Session, "a");
    store.write(remove(2)).await.unwrap();
    assert_eq!(fetched(&*store, Kind::Session, "a").await, None);
}

pub async fn deletion_may_expect_absence(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let absent = || removal(Kind::Throttle, "a", Expected::Absent);
    store
        .write(vec![absent(), insert(Kind::Throttle, "b", "1")])
        .await
        .unwrap();
    store
        .write(vec![insert(Kind::Throttle, "a", "1")])
        .await
        .unwrap();
    assert_conflict(store.write(vec![absent()]).await, Kind::Throttle, "a");
    assert_eq!(
        fetched(&*store, Kind::Throttle, "a").await,
        Some(row("a", 1, "1"))
    );
}

pub async fn a_deleted_key_begins_again(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    for _ in 0..2 {
        store
            .write(vec![insert(Kind::User, "a", "1")])
            .await
            .unwrap();
        store
            .write(vec![write(Kind::User, "a", Expected::Version(1), "2")])
            .await
            .unwrap();
        store
            .write(vec![removal(Kind::User, "a", Expected::Version(2))])
            .await
            .unwrap();
    }
    assert_eq!(everything(&*store).await, []);
}

pub async fn versions_beyond_reach_conflict(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![insert(Kind::Grant, "a", "1")])
        .await
        .unwrap();
    for version in [u64::MAX, u64::MAX / 2 + 1, u64::MAX / 2] {
        let replace = write(Kind::Grant, "a", Expected::Version(version), "2");
        assert_conflict(store.write(vec![replace]).await, Kind::Grant, "a");
    }
}

pub async fn kinds_are_separate(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let writes = Kind::ALL.map(|kind| insert(kind, "same", &format!("{kind:?}")));
    store.write(writes.to_vec()).await.unwrap();
    for kind in Kind::ALL {
        let only = vec![row("same", 1, &format!("{kind:?}"))];
        assert_eq!(store.fetch_all(kind).await.unwrap(), only);
        assert_eq!(fetched(&*store, kind, "same").await.as_ref(), only.first());
    }
    store
        .write(vec![removal(Kind::Grant, "same", Expected::Version(1))])
        .await
        .unwrap();
    assert_eq!(everything(&*store).await.len(), Kind::ALL.len() - 1);
}

pub async fn lists_are_ordered_by_key(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let mut keys = [
        "b", "a", "B", "_", "é", "z", "a\0b", "aa", "10", "9", "日本", "🚪", "",
    ];
    let writes = keys.map(|key| linked(insert(Kind::Consent, key, "1"), &[("user", "u", false)]));
    store.write(writes.to_vec()).await.unwrap();
    keys.sort_unstable();
    let all = store.fetch_all(Kind::Consent).await.unwrap();
    assert_eq!(all, keys.map(|key| row(key, 1, "1")));
    assert_eq!(keys_linked(&*store, Kind::Consent, "user", "u").await, keys);
}

/// Keys that careless comparison would take for one another.
const ODD: [&str; 16] = [
    "",
    "\0",
    "a",
    "a\0",
    "a\0b",
    "a\0c",
    "A",
    "a ",
    " a",
    "é",
    "e\u{301}",
    "'",
    "\"",
    "%",
    "a_",
    "🚪\0日本",
];

pub async fn odd_keys_are_kept_apart(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    for key in ODD {
        store
            .write(vec![insert(Kind::Consent, key, &format!("{key:?}"))])
            .await
            .unwrap();
    }
    for key in ODD {
        let there = fetched(&*store, Kind::Consent, key).await;
        assert_eq!(there, Some(row(key, 1, &format!("{key:?}"))));
        assert_conflict(
            store.write(vec![insert(Kind::Consent, key, "")]).await,
            Kind::Consent,
            key,
        );
    }
    store
        .write(vec![removal(Kind::Consent, "a\0b", Expected::Version(1))])
        .await
        .unwrap();
    let left = store.fetch_all(Kind::Consent).await.unwrap();
    assert_eq!(left.len(), ODD.len() - 1);
    assert!(left.iter().all(|row| row.key != "a\0b"));
}

pub async fn odd_bodies_survive(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let bodies = [
        "",
        "null",
        r#"{"a":"\u0000'\"\\"}"#,
        "{\"é\":\"日本 🚪\"}",
        "  {}\r\n",
        "$1 ?1 :a",
    ];
    for (index, body) in bodies.iter().enumerate() {
        let key = index.to_string();
        store
            .write(vec![insert(Kind::ScriptLog, &key, body)])
            .await
            .unwrap();
        assert_eq!(
            fetched(&*store, Kind::ScriptLog, &key).await,
            Some(row(&key, 1, body))
        );
    }
}

pub async fn large_bodies_survive(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    for (kind, bytes) in [
        (Kind::Script, 5_000_000),
        (Kind::Interaction, 300_000),
        (Kind::User, 4_096),
    ] {
        let first: String = ('a'..='z').cycle().take(bytes).collect();
        let second: String = ('A'..='Z').cycle().take(bytes / 2).collect();
        store
            .write(vec![insert(kind, "large", &first)])
            .await
            .unwrap();
        assert_eq!(
            fetched(&*store, kind, "large").await,
            Some(row("large", 1, &first))
        );
        store
            .write(vec![write(kind, "large", Expected::Version(1), &second)])
            .await
            .unwrap();
        assert_eq!(
            fetched(&*store, kind, "large").await,
            Some(row("large", 2, &second))
        );
    }
}

pub async fn a_list_applies_in_order(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let list = vec![
        insert(Kind::Grant, "a", "1"),
        write(Kind::Grant, "a", Expected::Version(1), "2"),
        write(Kind::Grant, "a", Expected::Any, "3"),
        insert(Kind::Grant, "b", "1"),
        removal(Kind::Grant, "b", Expected::Version(1)),
        insert(Kind::Grant, "b", "again"),
        removal(Kind::Grant, "c", Expected::Any),
    ];
    store.write(list).await.unwrap();
    let all = store.fetch_all(Kind::Grant).await.unwrap();
    assert_eq!(all, [row("a", 3, "3"), row("b", 1, "again")]);
}

pub async fn a_conflict_undoes_the_whole_list(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let before = vec![
        expiring(insert(Kind::Grant, "kept", "1"), 10),
        linked(insert(Kind::User, "u", "1"), &[("username", "ada", true)]),
        insert(Kind::Script, "s", "1"),
    ];
    store.write(before).await.unwrap();
    let rows = everything(&*store).await;
    let failing = [
        insert(Kind::Grant, "kept", "2"),
        write(Kind::Grant, "kept", Expected::Version(7), "2"),
        removal(Kind::Grant, "none", Expected::Version(1)),
        linked(insert(Kind::User, "v", "1"), &[("username", "ada", true)]),
    ];
    for last in failing {
        let (kind, key) = (last.kind, last.key.clone());
        let list = vec![
            insert(Kind::AccessToken, "new", "1"),
            write(Kind::Grant, "kept", Expected::Any, "changed"),
            removal(Kind::Script, "s", Expected::Any),
            linked(insert(Kind::Session, "x", "1"), &[("user", "u", false)]),
            last,
        ];
        assert_conflict(store.write(list).await, kind, &key);
        assert_eq!(everything(&*store).await, rows);
        assert_eq!(store.next_expiry_ms().await.unwrap(), Some(10));
        assert!(
            keys_linked(&*store, Kind::Session, "user", "u")
                .await
                .is_empty()
        );
    }
}

pub async fn an_empty_list_is_fine(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let before = store.revision().await.unwrap();
    store.write(Vec::new()).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before);
    assert_eq!(everything(&*store).await, []);
}

pub async fn reopening_keeps_everything(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let mut writes: Vec<_> = Kind::ALL.map(|kind| insert(kind, "k\0é", "body")).to_vec();
    writes.push(linked(
        expiring(insert(Kind::Session, "s", "1"), 77),
        &[("sid", "1", true), ("user", "u", false)],
    ));
    writes.push(write(Kind::Session, "s", Expected::Version(1), "2"));
    if let Some(content) = writes.last_mut().and_then(|write| write.content.as_mut()) {
        content.links = linked(insert(Kind::Session, "", ""), &[("sid", "2", true)])
            .content
            .unwrap()
            .links;
    }
    store.write(writes).await.unwrap();
    store
        .write(vec![expiring(insert(Kind::Grant, "g", "1"), 78)])
        .await
        .unwrap();
    let (rows, revision) = (everything(&*store).await, store.revision().await.unwrap());
    drop(store);

    let store = fixture.open().await;
    assert_eq!(everything(&*store).await, rows);
    assert_eq!(rows.len(), Kind::ALL.len() + 2);
    assert_eq!(store.revision().await.unwrap(), revision);
    assert_eq!(store.next_expiry_ms().await.unwrap(), Some(78));
    assert_eq!(keys_linked(&*store, Kind::Session, "sid", "2").await, ["s"]);
    let taken = linked(insert(Kind::Session, "t", "1"), &[("sid", "2", true)]);
    assert_conflict(store.write(vec![taken]).await, Kind::Session, "t");
    store
        .write(vec![write(Kind::Session, "s", Expected::Version(2), "3")])
        .await
        .unwrap();
}

pub async fn handles_see_each_other(fixture: &dyn Fixture) {
    let (one, other) = (fixture.open().await, fixture.open().await);
    for version in 1..=20 {
        let (writer, reader) = if version % 2 == 0 {
            (&one, &other)
        } else {
            (&other, &one)
        };
        let body = version.to_string();
        writer
            .write(vec![write(Kind::Grant, "a", Expected::Any, &body)])
            .await
            .unwrap();
        let there = fetched(&**reader, Kind::Grant, "a").await;
        assert_eq!(there, Some(row("a", version, &body)));
    }
    let stale = write(Kind::Grant, "a", Expected::Version(19), "stale");
    assert_conflict(one.write(vec![stale.clone()]).await, Kind::Grant, "a");
    assert_conflict(other.write(vec![stale]).await, Kind::Grant, "a");
}
