//! Typed changes, whatever the entity: they expect what they say, and what cannot be read
//! is a fault.

use durward_model::{
    ClientId, Detail, Details, Grant, GrantId, SecretHash, Timestamp, UserId,
    authorization_details::{Enrichment, VettedDetail},
    grant::Authentication,
};

use super::{Fixture, assert_conflict, fetched, insert, issued::grant};
use crate::{Change, Entity as _, Kind, Store, StoreError, Versioned};

pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(super) fn hash(secret: &str) -> SecretHash {
    SecretHash::of(secret)
}

pub(super) fn user_id() -> UserId {
    UserId::new("user é")
}

pub(super) fn client_id() -> ClientId {
    ClientId::new("client-1")
}

pub(super) fn authentication() -> Authentication {
    Authentication {
        auth_time: NOW,
        acr: "simple_password_auth".into(),
        amr: vec!["pwd".into()],
        sid: Some("sid".into()),
    }
}

/// Numbers that no machine number holds, members out of order, blanks, an escape.
pub(super) fn details() -> Details {
    let text = r#"{ "z":1.50e0, "type":"p\u0041y", "a":100000000000000000000001, "é\u0000":[ ] }"#;
    let detail = Detail::from_text(text.into()).unwrap();
    Details::new(vec![VettedDetail {
        detail_type: "pAy".into(),
        enrichment: Some(Enrichment {
            script: "pAy".into(),
            version: "sha256".into(),
            requested: detail.hash(),
            requested_words: Some("Free".into()),
        }),
        detail,
    }])
}

pub(super) fn first<T>(value: T) -> Versioned<T> {
    Versioned { value, version: 1 }
}

pub(super) async fn apply(store: &dyn Store, changes: Vec<Change>) {
    store.apply(changes).await.unwrap();
}

pub async fn changes_expect_what_they_say(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let before = first(grant());
    let key = before.key();
    let refused = [Change::replace(&before, &grant()), Change::remove(&before)];
    for change in refused {
        assert_conflict(store.apply(vec![change]).await, Kind::Grant, &key);
    }
    apply(
        &*store,
        vec![Change::delete::<Grant>(&key), Change::put(&grant())],
    )
    .await;
    assert_conflict(
        store.apply(vec![Change::insert(&grant())]).await,
        Kind::Grant,
        &key,
    );
    apply(&*store, vec![Change::replace(&before, &grant())]).await;
    assert_conflict(
        store.apply(vec![Change::remove(&before)]).await,
        Kind::Grant,
        &key,
    );
    apply(&*store, vec![Change::put(&grant())]).await;
    let now = store.find_grant(&before.id).await.unwrap().unwrap();
    assert_eq!(now.version, 3);
    apply(&*store, vec![Change::remove(&now)]).await;
    assert_eq!(store.find_grant(&before.id).await.unwrap(), None);
}

pub async fn apply_of_nothing_is_fine(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    apply(&*store, Vec::new()).await;
    assert_eq!(store.next_expiry_ms().await.unwrap(), None);
}

/// A row that a newer version wrote, say: an error that names it, not an absent row.
pub async fn broken_bodies_are_faults(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![insert(Kind::Grant, "grant", "{\"id\":7}")])
        .await
        .unwrap();
    match store.find_grant(&GrantId::new("grant")).await {
        Err(StoreError::Fault(text)) => assert!(text.contains("Grant grant"), "{text}"),
        other => panic!("{other:?}"),
    }
    assert!(fetched(&*store, Kind::Grant, "grant").await.is_some());
}
