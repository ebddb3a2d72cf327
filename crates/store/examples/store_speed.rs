//! Rough speed of the SQLite store on the disk of a given directory:
//! `cargo run --release -p durward-store --example store_speed -- /var/lib/durward-speed`
//!
//! Not a benchmark suite: three figures to judge a disk by.
#![allow(
    clippy::doc_markdown,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

use std::{sync::Arc, time::Instant};

use durward_model::Timestamp;
use durward_store::{
    Kind, SqliteStore, Store, Write,
    change::{Content, Expected},
    entity::Link,
};
use tokio::task::JoinSet;

fn token(key: String, links: Vec<Link>) -> Write {
    let body = "x".repeat(300);
    let expires_at = Some(Timestamp::from_seconds(1_900_000_000));
    let content = Some(Content {
        body,
        expires_at,
        links,
    });
    let kind = if content.as_ref().is_some_and(|c| c.links.is_empty()) {
        Kind::AccessToken
    } else {
        Kind::Session
    };
    Write {
        kind,
        key,
        expected: Expected::Absent,
        content,
    }
}

/// Keys in no order, as hashes are.
fn key(index: u64) -> String {
    format!(
        "{:016x}{:016x}{index:011}",
        index.wrapping_mul(0x9E37_79B9_7F4A_7C15),
        index.wrapping_mul(0xD1B5_4A32_D192_ED03)
    )
}

#[tokio::main]
async fn main() {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let directory = tempfile::tempdir_in(directory).unwrap();
    let store = Arc::new(SqliteStore::open(&directory.path().join("speed.db")).unwrap());

    let begin = Instant::now();
    for index in 0..500 {
        store
            .write(vec![token(key(index), Vec::new())])
            .await
            .unwrap();
    }
    println!(
        "one durable insert: {} µs",
        begin.elapsed().as_micros() / 500
    );

    for concurrent in [1, 8, 64, 256] {
        let begin = Instant::now();
        let each = 20_000 / concurrent.max(8);
        let mut tasks = JoinSet::new();
        for task in 0..concurrent {
            let store = Arc::clone(&store);
            tasks.spawn(async move {
                for count in 0..each {
                    let index = 1_000_000 * (concurrent + 1) + task * 10_000 + count;
                    store
                        .write(vec![token(key(index), Vec::new())])
                        .await
                        .unwrap();
                }
            });
        }
        tasks.join_all().await;
        println!(
            "inserts, {concurrent} at a time: {:.0}/s",
            per_second(concurrent * each, begin)
        );
    }

    let begin = Instant::now();
    let sessions = (0..5_000).map(|index| {
        let link = |name, value| Link {
            name,
            value,
            unique: false,
        };
        token(
            key(index),
            vec![
                link("user", format!("u{}", index % 100)),
                link("sid", key(index)),
            ],
        )
    });
    store.write(sessions.collect()).await.unwrap();
    println!(
        "sessions with two links, in one list: {:.0}/s",
        per_second(5_000, begin)
    );

    for readers in [1, 2] {
        let begin = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..readers {
            let store = Arc::clone(&store);
            tasks.spawn(async move {
                for index in 0..50_000 {
                    let found = store
                        .fetch(Kind::AccessToken, &key(index % 500))
                        .await
                        .unwrap();
                    assert!(found.is_some());
                }
            });
        }
        tasks.join_all().await;
        println!(
            "reads by key, {readers} at a time: {:.0}/s",
            per_second(readers * 50_000, begin)
        );
    }
    let begin = Instant::now();
    for _ in 0..1_000 {
        store.next_expiry_ms().await.unwrap();
    }
    println!("next_expiry_ms: {} µs", begin.elapsed().as_micros() / 1_000);
    let begin = Instant::now();
    let swept = store.sweep(i64::MAX).await.unwrap();
    println!("swept: {:.0}/s", per_second(swept, begin));
}

#[allow(clippy::cast_precision_loss)] // a figure for people
fn per_second(count: u64, begin: Instant) -> f64 {
    count as f64 / begin.elapsed().as_secs_f64()
}
