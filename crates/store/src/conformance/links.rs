//! Secondary keys: finding by them, uniqueness, and what happens to them when rows change.

use super::{Fixture, assert_conflict, fetched, insert, keys_linked, linked, removal, row, write};
use crate::{Kind, Write, change::Expected};

fn user(key: &str, expected: Expected, username: &str, email: &str) -> Write {
    let links = [("username", username, true), ("email", email, false)];
    linked(write(Kind::User, key, expected, "{}"), &links)
}

fn new_user(key: &str, username: &str, email: &str) -> Write {
    user(key, Expected::Absent, username, email)
}

pub async fn rows_are_found_by_link(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let users = [("3", "cy", "x@e"), ("1", "ada", "x@e"), ("2", "bo", "y@e")];
    for (key, name, email) in users {
        store.write(vec![new_user(key, name, email)]).await.unwrap();
    }
    let found = store
        .fetch_linked(Kind::User, "email", "x@e")
        .await
        .unwrap();
    assert_eq!(found, [row("1", 1, "{}"), row("3", 1, "{}")]);
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "bo").await,
        ["2"]
    );
    for (link, value) in [
        ("email", "z@e"),
        ("username", "x@e"),
        ("none", "x@e"),
        ("email", "X@E"),
    ] {
        assert!(
            keys_linked(&*store, Kind::User, link, value)
                .await
                .is_empty(),
            "{link} {value}"
        );
    }
    assert!(
        keys_linked(&*store, Kind::Session, "email", "x@e")
            .await
            .is_empty()
    );
}

pub async fn unique_values_are_unique(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![new_user("1", "ada", "e"), new_user("2", "bo", "e")])
        .await
        .unwrap();
    let taking = [
        new_user("3", "ada", "other"),
        user("3", Expected::Any, "ada", "other"),
        user("2", Expected::Any, "ada", "e"),
        user("2", Expected::Version(1), "ada", "e"),
    ];
    for write in taking {
        let key = write.key.clone();
        assert_conflict(store.write(vec![write]).await, Kind::User, &key);
    }
    assert_eq!(
        store.fetch_all(Kind::User).await.unwrap(),
        [row("1", 1, "{}"), row("2", 1, "{}")]
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "ada").await,
        ["1"]
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "bo").await,
        ["2"]
    );
    let twice = vec![new_user("4", "cy", "e"), new_user("5", "cy", "e")];
    assert_conflict(store.write(twice).await, Kind::User, "5");
    assert_eq!(fetched(&*store, Kind::User, "4").await, None);
}

pub async fn a_row_keeps_its_own_unique_value(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store.write(vec![new_user("1", "ada", "e")]).await.unwrap();
    store
        .write(vec![user("1", Expected::Version(1), "ada", "f")])
        .await
        .unwrap();
    store
        .write(vec![user("1", Expected::Any, "ada", "f")])
        .await
        .unwrap();
    assert_eq!(
        fetched(&*store, Kind::User, "1").await,
        Some(row("1", 3, "{}"))
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "ada").await,
        ["1"]
    );
}

pub async fn uniqueness_is_by_kind_and_name(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let writes = vec![
        linked(insert(Kind::User, "1", "{}"), &[("username", "x", true)]),
        linked(insert(Kind::Script, "1", "{}"), &[("username", "x", true)]),
        linked(insert(Kind::User, "2", "{}"), &[("nickname", "x", true)]),
        linked(insert(Kind::User, "3", "{}"), &[("username", "X", true)]),
        linked(insert(Kind::User, "4", "{}"), &[("username", "x", false)]),
        linked(insert(Kind::User, "5", "{}"), &[("username", "x", false)]),
    ];
    store.write(writes).await.unwrap();
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "x").await,
        ["1", "4", "5"]
    );
    assert_eq!(
        keys_linked(&*store, Kind::Script, "username", "x").await,
        ["1"]
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "nickname", "x").await,
        ["2"]
    );
}

pub async fn replacing_moves_links(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![new_user("1", "ada", "a@e")])
        .await
        .unwrap();
    store
        .write(vec![user("1", Expected::Version(1), "lovelace", "l@e")])
        .await
        .unwrap();
    for (link, value) in [("username", "ada"), ("email", "a@e")] {
        assert!(
            keys_linked(&*store, Kind::User, link, value)
                .await
                .is_empty(),
            "{value}"
        );
    }
    for (link, value) in [("username", "lovelace"), ("email", "l@e")] {
        assert_eq!(
            keys_linked(&*store, Kind::User, link, value).await,
            ["1"],
            "{value}"
        );
    }
    let fewer = linked(
        write(Kind::User, "1", Expected::Any, "{}"),
        &[("username", "ada", true)],
    );
    store.write(vec![fewer]).await.unwrap();
    assert!(
        keys_linked(&*store, Kind::User, "email", "l@e")
            .await
            .is_empty()
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "ada").await,
        ["1"]
    );
    store
        .write(vec![write(Kind::User, "1", Expected::Any, "{}")])
        .await
        .unwrap();
    assert!(
        keys_linked(&*store, Kind::User, "username", "ada")
            .await
            .is_empty()
    );
}

pub async fn a_freed_value_may_be_taken(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store.write(vec![new_user("1", "ada", "e")]).await.unwrap();
    store
        .write(vec![user("1", Expected::Any, "bo", "e")])
        .await
        .unwrap();
    store.write(vec![new_user("2", "ada", "e")]).await.unwrap();
    store
        .write(vec![removal(Kind::User, "2", Expected::Any)])
        .await
        .unwrap();
    store.write(vec![new_user("3", "ada", "e")]).await.unwrap();
    store
        .write(vec![removal(Kind::User, "3", Expected::Version(1))])
        .await
        .unwrap();
    store.write(vec![new_user("4", "ada", "e")]).await.unwrap();
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "ada").await,
        ["4"]
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "email", "e").await,
        ["1", "4"]
    );
}

pub async fn a_conflict_restores_links(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![new_user("1", "ada", "e"), new_user("2", "bo", "e")])
        .await
        .unwrap();
    let list = vec![
        user("1", Expected::Any, "cy", "f"),
        removal(Kind::User, "2", Expected::Any),
        new_user("1", "dee", "g"),
    ];
    assert_conflict(store.write(list).await, Kind::User, "1");
    assert_eq!(
        keys_linked(&*store, Kind::User, "email", "e").await,
        ["1", "2"]
    );
    for (name, key) in [("ada", "1"), ("bo", "2")] {
        assert_eq!(
            keys_linked(&*store, Kind::User, "username", name).await,
            [key]
        );
        assert_conflict(
            store.write(vec![new_user("9", name, "e")]).await,
            Kind::User,
            "9",
        );
    }
    store
        .write(vec![new_user("3", "cy", "e"), new_user("4", "dee", "e")])
        .await
        .unwrap();
}

pub async fn a_link_named_twice_is_one(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let twice = [("sid", "x", false), ("sid", "y", false), ("sid", "x", true)];
    store
        .write(vec![linked(insert(Kind::Session, "1", "{}"), &twice)])
        .await
        .unwrap();
    assert_eq!(keys_linked(&*store, Kind::Session, "sid", "x").await, ["1"]);
    assert_eq!(keys_linked(&*store, Kind::Session, "sid", "y").await, ["1"]);
    let other = linked(insert(Kind::Session, "2", "{}"), &[("sid", "x", true)]);
    assert_conflict(store.write(vec![other]).await, Kind::Session, "2");
    store
        .write(vec![removal(Kind::Session, "1", Expected::Any)])
        .await
        .unwrap();
    assert!(
        keys_linked(&*store, Kind::Session, "sid", "x")
            .await
            .is_empty()
    );
}

pub async fn odd_values_are_kept_apart(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let values = [
        "", "\0", "a", "a\0", "a\0b", "é", "e\u{301}", "\"", "'; --", "🚪", "[\"x\"]",
    ];
    for value in values {
        let session = linked(insert(Kind::Session, value, "{}"), &[("sid", value, true)]);
        store.write(vec![session]).await.unwrap();
    }
    for value in values {
        assert_eq!(
            keys_linked(&*store, Kind::Session, "sid", value).await,
            [value]
        );
        let moved = linked(write(Kind::Session, value, Expected::Version(1), "{}"), &[]);
        store.write(vec![moved]).await.unwrap();
        assert!(
            keys_linked(&*store, Kind::Session, "sid", value)
                .await
                .is_empty()
        );
    }
}

/// Uniqueness is checked write by write: a value must be free when it is taken.
pub async fn values_may_change_hands_in_one_list(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![new_user("1", "ada", "e"), new_user("2", "bo", "e")])
        .await
        .unwrap();
    let too_early = vec![
        user("1", Expected::Any, "bo", "e"),
        user("2", Expected::Any, "ada", "e"),
    ];
    assert_conflict(store.write(too_early).await, Kind::User, "1");
    let in_order = vec![
        user("1", Expected::Any, "for a moment", "e"),
        user("2", Expected::Any, "ada", "e"),
        user("1", Expected::Any, "bo", "e"),
    ];
    store.write(in_order).await.unwrap();
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "ada").await,
        ["2"]
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "bo").await,
        ["1"]
    );
}
