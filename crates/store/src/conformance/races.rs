//! Many writers at once: one winner, nothing lost, nobody disturbed.

use std::sync::Arc;

use tokio::{sync::Barrier, task::JoinSet};

use super::{Fixture, everything, fetched, insert, keys_linked, linked, removal, row, write};
use crate::{Kind, Store, StoreError, Write, change::Expected};

const CONTENDERS: usize = 32;

/// Lets every contender write its list at the same moment; says which were applied.
async fn contend(store: &Arc<dyn Store>, lists: Vec<Vec<Write>>) -> Vec<usize> {
    let barrier = Arc::new(Barrier::new(lists.len()));
    let mut tasks = JoinSet::new();
    for (index, list) in lists.into_iter().enumerate() {
        let (store, barrier) = (Arc::clone(store), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            match store.write(list).await {
                Ok(()) => Some(index),
                Err(StoreError::Conflict { .. }) => None,
                Err(fault) => panic!("{fault}"),
            }
        });
    }
    let mut winners: Vec<usize> = tasks.join_all().await.into_iter().flatten().collect();
    winners.sort_unstable();
    winners
}

pub async fn one_of_many_replaces_wins(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![insert(Kind::AuthorizationCode, "code", "fresh")])
        .await
        .unwrap();
    for version in 1..=5 {
        let redeem = |index: usize| {
            let expected = Expected::Version(version);
            vec![
                insert(Kind::AccessToken, &format!("{version} {index}"), "token"),
                write(
                    Kind::AuthorizationCode,
                    "code",
                    expected,
                    &index.to_string(),
                ),
            ]
        };
        let winners = contend(&store, (0..CONTENDERS).map(redeem).collect()).await;
        let [winner] = winners[..] else {
            panic!("{winners:?}")
        };
        let there = fetched(&*store, Kind::AuthorizationCode, "code").await;
        assert_eq!(there, Some(row("code", version + 1, &winner.to_string())));
        let tokens = store.fetch_all(Kind::AccessToken).await.unwrap();
        assert_eq!(tokens.len(), usize::try_from(version).unwrap());
        assert!(
            tokens
                .iter()
                .any(|token| token.key == format!("{version} {winner}"))
        );
    }
}

pub async fn one_of_many_inserts_wins(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let lists = |key: &'static str| {
        (0..CONTENDERS).map(move |index| vec![insert(Kind::SeenAssertion, key, &index.to_string())])
    };
    for key in ["a", "b", "c", "d"] {
        let winners = contend(&store, lists(key).collect()).await;
        let [winner] = winners[..] else {
            panic!("{winners:?}")
        };
        let there = fetched(&*store, Kind::SeenAssertion, key).await;
        assert_eq!(there, Some(row(key, 1, &winner.to_string())));
    }
}

pub async fn one_of_many_unique_values_wins(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let register = |index: usize| {
        let user = insert(Kind::User, &format!("{index:02}"), "{}");
        vec![linked(user, &[("username", "ada", true)])]
    };
    let winners = contend(&store, (0..CONTENDERS).map(register).collect()).await;
    let [winner] = winners[..] else {
        panic!("{winners:?}")
    };
    let key = format!("{winner:02}");
    assert_eq!(
        everything(&*store).await,
        [(Kind::User, row(&key, 1, "{}"))]
    );
    assert_eq!(
        keys_linked(&*store, Kind::User, "username", "ada").await,
        [key]
    );
}

pub async fn no_increment_is_lost(fixture: &dyn Fixture) {
    const EACH: u64 = 25;
    let store = fixture.open().await;
    let other = fixture.open().await;
    store
        .write(vec![insert(Kind::Throttle, "n", "0")])
        .await
        .unwrap();
    let mut tasks = JoinSet::new();
    for index in 0..8 {
        let store = Arc::clone(if index % 2 == 0 { &store } else { &other });
        tasks.spawn(async move {
            for _ in 0..EACH {
                increment(&*store).await;
            }
        });
    }
    tasks.join_all().await;
    let counted = fetched(&*store, Kind::Throttle, "n").await;
    assert_eq!(
        counted,
        Some(row("n", 8 * EACH + 1, &(8 * EACH).to_string()))
    );
}

async fn increment(store: &dyn Store) {
    loop {
        let read = fetched(store, Kind::Throttle, "n").await.unwrap();
        let next = read.body.parse::<u64>().unwrap() + 1;
        let expected = Expected::Version(read.version);
        let replace = write(Kind::Throttle, "n", expected, &next.to_string());
        match store.write(vec![replace]).await {
            Ok(()) => return,
            Err(StoreError::Conflict { .. }) => {}
            Err(fault) => panic!("{fault}"),
        }
    }
}

/// Lists that fail at different places, among lists that do not.
pub async fn conflicts_leave_others_alone(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let taken = linked(
        insert(Kind::User, "taken", "1"),
        &[("username", "taken", true)],
    );
    store.write(vec![taken]).await.unwrap();
    let list = |index: usize| {
        let (one, two) = (format!("{index:03} one"), format!("{index:03} two"));
        let mut list = vec![
            insert(Kind::Grant, &one, "1"),
            insert(Kind::Session, &two, "1"),
        ];
        let user = insert(Kind::User, &one, "1");
        match index % 6 {
            0 | 1 => list.push(linked(user, &[("username", &one, true)])),
            2 => list.insert(0, insert(Kind::User, "taken", "2")),
            3 => list.push(linked(user, &[("username", "taken", true)])),
            4 => list.push(removal(Kind::Grant, "none", Expected::Version(1))),
            _ => list.push(write(Kind::User, "taken", Expected::Version(9), "2")),
        }
        list
    };
    let winners = contend(&store, (0..96).map(list).collect()).await;
    let expected: Vec<usize> = (0..96).filter(|index| index % 6 < 2).collect();
    assert_eq!(winners, expected);
    let keys = |part: &str| {
        expected
            .iter()
            .map(|i| format!("{i:03} {part}"))
            .collect::<Vec<_>>()
    };
    for (kind, part) in [(Kind::Grant, "one"), (Kind::Session, "two")] {
        let rows = store.fetch_all(kind).await.unwrap();
        assert_eq!(
            rows.into_iter().map(|row| row.key).collect::<Vec<_>>(),
            keys(part)
        );
    }
    for key in keys("one") {
        assert_eq!(
            keys_linked(&*store, Kind::User, "username", &key).await,
            [key]
        );
    }
    assert_eq!(
        fetched(&*store, Kind::User, "taken").await,
        Some(row("taken", 1, "1"))
    );
}

pub async fn lists_become_visible_as_a_whole(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let both = |body: usize| {
        let put = |key| write(Kind::Consent, key, Expected::Any, &body.to_string());
        vec![put("a"), put("b")]
    };
    store.write(both(0)).await.unwrap();
    let writer = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for body in 1..=50 {
                store.write(both(body)).await.unwrap();
            }
        })
    };
    let mut last = 0;
    while last < 50 {
        let rows = store.fetch_all(Kind::Consent).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows[0].version, &rows[0].body),
            (rows[1].version, &rows[1].body)
        );
        let body = rows[0].body.parse().unwrap();
        assert!(body >= last, "time ran backwards: {body} after {last}");
        last = body;
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

pub async fn writes_are_read_at_once(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let key = task.to_string();
            for version in 1..=15 {
                let body = version.to_string();
                let put = write(Kind::Interaction, &key, Expected::Any, &body);
                store.write(vec![put]).await.unwrap();
                let there = fetched(&*store, Kind::Interaction, &key).await;
                assert_eq!(there, Some(row(&key, version, &body)));
            }
        });
    }
    tasks.join_all().await;
}
