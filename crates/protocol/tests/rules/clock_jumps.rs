//! A clock that is set forward or back by a day under a running server: scripts serve,
//! versions keep the order of their saves, sessions and codes end when they should, and the
//! sweep takes nothing before its time. What single rules make of it stands with them.

use durward_protocol::{
    Code,
    script_keeping::{Which, history},
};
use durward_testkit::{
    World,
    ciba::ciba_request,
    flow::{browser, member, refusal, refusal_by_redirect, web_request, with},
};

const DAY: i64 = 24 * 3_600;
const NAME: Which<'static> = Which::Name("notify");

async fn sweep(world: &World) {
    world.store.sweep(world.provider.now().ms()).await.unwrap();
}

/// The text that a notification reaches.
async fn serving(world: &World) -> String {
    world.ask(&ciba_request()).await.unwrap();
    world.engine.contexts().pop().unwrap().0
}

async fn revisions(world: &World) -> Vec<i64> {
    let found = world.store.find_script_by_name("notify").await.unwrap();
    let versions = history::list(&world.provider, &found.unwrap().inum).await;
    let versions = versions.unwrap().into_iter();
    versions.map(|version| version.revision).collect()
}

#[tokio::test]
async fn versions_are_in_the_order_of_their_saves() {
    let world = World::configured(|live| live.backchannel_pending_requests_per_user = 1_000).await;
    let jumps = [
        ("one", 0),
        ("two", -DAY),
        ("three", 2 * DAY),
        ("four", -3 * DAY),
        ("five", 0),
    ];
    for (text, jump) in jumps {
        world.engine.always(text, true);
        world.clock.advance_seconds(jump);
        sweep(&world).await;
        world.save_script("notify", 1, text).await.unwrap();
        assert_eq!(serving(&world).await, text);
    }
    assert_eq!(revisions(&world).await, [1, 2, 3, 4, 5]);
    let script = world.store.find_script_by_name("notify").await.unwrap();
    let script = script.unwrap().value;
    let (older, newer) = history::pair(&world.provider, &script, None, None)
        .await
        .unwrap();
    assert_eq!(
        (older.script.as_str(), newer.script.as_str()),
        ("four", "five")
    );
    // The oldest go first, not those whose time says so.
    world
        .reconfigure(|live| live.script_versions_kept = 3)
        .await;
    world.clock.advance_seconds(-DAY);
    world.keeper().roll_back(NAME, 2).await.unwrap();
    assert_eq!(revisions(&world).await, [4, 5, 6]);
    world.loader.refresh().await.unwrap();
    assert_eq!(serving(&world).await, "two");
}

#[tokio::test]
async fn sessions_end_and_do_not_come_back() {
    let world = World::new().await;
    let lifetime = world.provider.live().configuration.session_id_lifetime;
    let mut alice = world.alices_browser().await;
    let silently = with(&web_request(), &[("prompt", "none")]);
    for _ in 0..2 {
        world.clock.advance_seconds(-DAY);
        let answer = world.authorize(&mut alice, &silently).await;
        assert!(
            answer.is_ok(),
            "a session ended because the clock was set back"
        );
        world.clock.advance_seconds(DAY);
    }
    world.clock.advance_seconds(lifetime + 1);
    sweep(&world).await;
    let ended = world.authorize(&mut alice, &silently).await;
    assert_eq!(refusal_by_redirect(ended), Code::LoginRequired);
    world.clock.advance_seconds(-lifetime - 1);
    let swept = world.authorize(&mut alice, &silently).await;
    assert_eq!(refusal_by_redirect(swept), Code::LoginRequired);
    // A new login works at any time.
    for jump in [-DAY, 2 * DAY] {
        world.clock.advance_seconds(jump);
        world.walk(&mut browser(), &web_request()).await.unwrap();
    }
}

#[tokio::test]
async fn codes_and_tokens_live_as_long_as_they_were_told() {
    let world = World::new().await;
    // A token from before its client's registration is none; the clients here are older.
    world.clock.advance_seconds(30 * DAY);
    let kept = world.walk(&mut browser(), &web_request()).await.unwrap();
    let late = world.walk(&mut browser(), &web_request()).await.unwrap();
    world.clock.advance_seconds(-DAY);
    let tokens = world.exchange(&member(&kept, "code")).await.unwrap();
    assert!(world.is_active(&tokens.access_token).await);
    world.clock.advance_seconds(2 * DAY);
    assert!(!world.is_active(&tokens.access_token).await);
    let refused = world.exchange(&member(&late, "code")).await;
    assert_eq!(refusal(refused), Code::InvalidGrant);
}
