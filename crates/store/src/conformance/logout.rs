//! Sessions, their clients and the notices of a logout, by every name under which
//! they are looked for.

use durward_model::{
    ClientId, ClientSession, LogoutNotice, SecretHash, Timestamp, UserId,
    logout::{Channel, NoticeState},
};

use super::Fixture;
use crate::{Change, Versioned};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn client_session(sid: &str, cookie: &str) -> ClientSession {
    ClientSession {
        sid: sid.into(),
        session: SecretHash::of(cookie),
        client_id: ClientId::new("shop"),
        user_id: UserId::new("ada"),
        signed_in_at: NOW,
        expires_at: NOW.plus_seconds(60),
    }
}

fn notice(id: &str, channel: Channel, state: NoticeState) -> LogoutNotice {
    LogoutNotice {
        id: id.into(),
        logout: SecretHash::of("report"),
        client_id: ClientId::new("shop"),
        user_id: UserId::new("ada"),
        sid: "sid".into(),
        channel,
        uri: "https://shop.example/out?é".into(),
        state,
        created_at: NOW,
        expires_at: NOW.plus_seconds(60),
    }
}

fn waiting() -> NoticeState {
    NoticeState::Waiting {
        until: NOW,
        attempts: 2,
        problem: Some("no answer".into()),
    }
}

pub async fn clients_of_a_session_are_found(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let both = [client_session("a", "cookie"), client_session("b", "cookie")];
    let other = client_session("c", "another cookie");
    let changes = both.iter().chain([&other]).map(Change::insert).collect();
    store.apply(changes).await.unwrap();
    let found = store.find_client_session("b").await.unwrap().unwrap();
    assert_eq!(found.value, both[1]);
    let listed = store
        .list_client_sessions(&SecretHash::of("cookie"))
        .await
        .unwrap();
    let listed: Vec<ClientSession> = listed.into_iter().map(|found| found.value).collect();
    assert_eq!(listed, both);
    // A login again moves them to another session.
    let moved = client_session("a", "another cookie");
    store.apply(vec![Change::put(&moved)]).await.unwrap();
    let left = store
        .list_client_sessions(&SecretHash::of("cookie"))
        .await
        .unwrap();
    assert_eq!(left.len(), 1);
}

pub async fn only_waiting_deliveries_are_queued(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let told = NoticeState::Told { at: NOW };
    let failed = NoticeState::Failed {
        at: NOW,
        reason: "no".into(),
    };
    let all = [
        notice("1", Channel::Front, waiting()),
        notice("2", Channel::Back, waiting()),
        notice("3", Channel::BackIfFrontFails, waiting()),
        notice("4", Channel::Back, told.clone()),
        notice("5", Channel::Back, failed),
        notice("6", Channel::BackIfFrontFails, NoticeState::NotNeeded),
    ];
    store
        .apply(all.iter().map(Change::insert).collect())
        .await
        .unwrap();
    let queued = store.list_due_deliveries(NOW, 9).await.unwrap();
    let ids: Vec<&str> = queued.iter().map(|found| found.id.as_str()).collect();
    assert_eq!(ids, ["2", "3"]);
    let of_logout = store
        .list_notices_of_logout(&SecretHash::of("report"))
        .await
        .unwrap();
    let of_logout: Vec<LogoutNotice> = of_logout.into_iter().map(|found| found.value).collect();
    assert_eq!(of_logout, all);
    assert_eq!(store.list_logout_notices().await.unwrap().len(), 6);
    let done = LogoutNotice {
        state: told,
        ..all[1].clone()
    };
    let before = Versioned {
        value: all[1].clone(),
        version: 1,
    };
    store
        .apply(vec![Change::replace(&before, &done)])
        .await
        .unwrap();
    assert_eq!(store.list_due_deliveries(NOW, 9).await.unwrap().len(), 1);
}

/// What is not due yet is not read, and no more is than was asked for.
pub async fn deliveries_are_found_when_they_are_due(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let waiting_until = |id: &str, seconds| {
        let state = NoticeState::Waiting {
            until: NOW.plus_seconds(seconds),
            attempts: 0,
            problem: None,
        };
        notice(id, Channel::Back, state)
    };
    let all = [("a", 2), ("b", 0), ("c", 1), ("d", -1_000), ("e", 3_600)];
    let all = all.map(|(id, seconds)| waiting_until(id, seconds));
    store
        .apply(all.iter().map(Change::insert).collect())
        .await
        .unwrap();
    let due = async |seconds, limit| {
        let now = NOW.plus_seconds(seconds);
        let found = store.list_due_deliveries(now, limit).await.unwrap();
        let ids: Vec<String> = found.iter().map(|found| found.id.clone()).collect();
        ids.concat()
    };
    assert_eq!(due(-1_001, 9).await, "");
    assert_eq!(due(-1, 9).await, "d");
    assert_eq!(due(1, 9).await, "dbc");
    assert_eq!(due(1, 2).await, "db");
    assert_eq!(due(3_600, 0).await, "");
    assert_eq!(due(3_600, 9).await, "dbcae");
    let before = store.list_due_deliveries(NOW, 1).await.unwrap();
    let later = waiting_until("d", 10);
    let changes = vec![Change::replace(&before[0], &later)];
    store.apply(changes).await.unwrap();
    assert_eq!(due(9, 9).await, "bca");
    assert_eq!(due(10, 9).await, "bcad");
}
