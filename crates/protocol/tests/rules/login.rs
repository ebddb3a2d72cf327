//! The password login: one answer for every miss, and pauses that no trick avoids.

use std::sync::Arc;

use durward_protocol::{Code, Error, authentication::check_password};
use durward_testkit::{
    World,
    flow::refusal,
    users::{ALICE, ALICE_PASSWORD, BOB_PASSWORD},
};

const HOME: &str = "192.0.2.1";
const EVIL: &str = "198.51.100.9";

async fn attempt(
    world: &World,
    username: &str,
    password: &str,
    address: &str,
) -> Result<(), Error> {
    let passed = check_password(&world.provider, username, password, address).await?;
    Ok(passed.apply(&world.provider, Vec::new()).await?)
}

async fn miss(world: &World, username: &str, address: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(
            refusal(attempt(world, username, "wrong", address).await),
            Code::AccessDenied
        );
    }
}

#[tokio::test]
async fn every_miss_is_told_the_same() {
    let world = World::new().await;
    let mut told = Vec::new();
    told.push(
        attempt(&world, "alice", "wrong", HOME)
            .await
            .unwrap_err()
            .to_string(),
    );
    told.push(
        attempt(&world, "nobody", "wrong", HOME)
            .await
            .unwrap_err()
            .to_string(),
    );
    told.push(attempt(&world, "", "", HOME).await.unwrap_err().to_string());
    told.push(
        attempt(&world, "alice", &"x".repeat(2_000), HOME)
            .await
            .unwrap_err()
            .to_string(),
    );
    world.change_user(ALICE, |user| user.disabled = true).await;
    told.push(
        attempt(&world, "alice", ALICE_PASSWORD, HOME)
            .await
            .unwrap_err()
            .to_string(),
    );
    world
        .change_user(ALICE, |user| {
            user.disabled = false;
            user.password_hash = None;
        })
        .await;
    told.push(
        attempt(&world, "alice", ALICE_PASSWORD, EVIL)
            .await
            .unwrap_err()
            .to_string(),
    );
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn names_are_found_without_regard_to_case_and_blanks() {
    let world = World::new().await;
    for name in ["alice", "Alice", " ALICE "] {
        attempt(&world, name, ALICE_PASSWORD, HOME).await.unwrap();
    }
}

#[tokio::test]
async fn after_five_misses_there_is_a_pause_that_doubles() {
    let world = World::new().await;
    miss(&world, "alice", HOME, 5).await;
    for pause in [2, 4, 8] {
        world.clock.advance_ms(pause * 1_000 - 1);
        let result = attempt(&world, "alice", ALICE_PASSWORD, HOME).await;
        assert_eq!(refusal(result), Code::TemporarilyUnavailable, "{pause}");
        world.clock.advance_ms(1);
        miss(&world, "alice", HOME, 1).await;
    }
    world.clock.advance_seconds(16);
    attempt(&world, "alice", ALICE_PASSWORD, HOME)
        .await
        .unwrap();
    miss(&world, "alice", HOME, 5).await;
}

#[tokio::test]
async fn a_pause_for_an_attacker_elsewhere_does_not_lock_the_owner_out() {
    let world = World::new().await;
    miss(&world, "alice", EVIL, 5).await;
    assert_eq!(
        refusal(attempt(&world, "alice", ALICE_PASSWORD, EVIL).await),
        Code::TemporarilyUnavailable
    );
    attempt(&world, "alice", ALICE_PASSWORD, HOME)
        .await
        .unwrap();
    attempt(&world, "bob", BOB_PASSWORD, EVIL).await.unwrap();
}

#[tokio::test]
async fn blanks_and_case_around_a_name_do_not_buy_more_guesses() {
    let world = World::new().await;
    let spellings = [
        "alice",
        " alice",
        "alice ",
        "ALICE",
        "\talice\n",
        "  Alice  ",
    ];
    for name in spellings.iter().take(5) {
        miss(&world, name, EVIL, 1).await;
    }
    for name in spellings {
        let result = attempt(&world, name, "wrong", EVIL).await;
        assert_eq!(refusal(result), Code::TemporarilyUnavailable, "{name:?}");
    }
}

#[tokio::test]
async fn a_name_that_looks_like_a_counter_of_another_does_not_pause_her() {
    let world = World::new().await;
    // Wide counters allow fifty: without care this name counts as Alice at home.
    for round in 0..60 {
        let _ = attempt(
            &world,
            &format!("alice@{HOME}"),
            "wrong",
            &format!("198.51.100.{round}"),
        )
        .await;
    }
    attempt(&world, "alice", ALICE_PASSWORD, HOME)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_attack_from_everywhere_pauses_the_account() {
    let world = World::new().await;
    for round in 0..50 {
        miss(&world, "alice", &format!("198.51.100.{round}"), 1).await;
    }
    let result = attempt(&world, "alice", ALICE_PASSWORD, "203.0.113.1").await;
    assert_eq!(refusal(result), Code::TemporarilyUnavailable);
}

#[tokio::test]
async fn an_attack_on_everybody_pauses_the_address() {
    let world = World::new().await;
    for round in 0..100 {
        miss(&world, &format!("user-{round}"), EVIL, 1).await;
    }
    assert_eq!(
        refusal(attempt(&world, "bob", BOB_PASSWORD, EVIL).await),
        Code::TemporarilyUnavailable
    );
    attempt(&world, "bob", BOB_PASSWORD, HOME).await.unwrap();
}

#[tokio::test]
async fn a_success_forgets_the_misses_of_its_place() {
    let world = World::new().await;
    for _ in 0..5 {
        miss(&world, "alice", HOME, 4).await;
        attempt(&world, "alice", ALICE_PASSWORD, HOME)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn successes_never_add_up_to_a_pause() {
    let world = World::new().await;
    for round in 0..120 {
        attempt(
            &world,
            "alice",
            ALICE_PASSWORD,
            &format!("192.0.2.{}", round % 3),
        )
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_at_the_same_instant_get_no_more_tries_than_one_after_the_other() {
    let world = Arc::new(World::new().await);
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move { refusal(attempt(&world, "alice", "wrong", EVIL).await) })
        })
        .collect();
    let mut judged = 0;
    for task in tasks {
        judged += usize::from(task.await.unwrap() == Code::AccessDenied);
    }
    assert!(
        judged <= 5,
        "{judged} guesses were judged before the pause began"
    );
}

#[tokio::test]
async fn a_pause_does_not_last_for_the_day_that_the_clock_was_set_back() {
    let world = World::new().await;
    miss(&world, "alice", HOME, 5).await;
    let result = attempt(&world, "alice", ALICE_PASSWORD, HOME).await;
    assert_eq!(refusal(result), Code::TemporarilyUnavailable);
    world.clock.advance_seconds(-24 * 3_600);
    attempt(&world, "alice", ALICE_PASSWORD, HOME)
        .await
        .unwrap();
}
