//! What commands change while a server runs, the server sees within a second.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    future::Future,
    time::{Duration, Instant},
};

use serde_json::Value;
use support::{
    caller::Caller,
    home::{Home, notifying, password_of},
    visitor::{Visitor, authorize_url},
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;

/// The promise, from the end of the command to the first answer that shows it.
const SOON: Duration = Duration::from_secs(1);

/// Tries a change up to three times: a machine busy with other things may be
/// late once, a server that does not look is late always.
async fn soon<F: Future<Output = bool>>(
    what: &str,
    mut change: impl FnMut(usize),
    mut shows: impl FnMut(usize) -> F,
) {
    let mut waits = Vec::new();
    for turn in 0..3 {
        change(turn);
        let began = Instant::now();
        let mut look = || {
            let seen = shows(turn);
            async move { seen.await.then_some(()) }
        };
        until_async(what, LONG, &mut look).await;
        waits.push(began.elapsed());
        if began.elapsed() <= SOON {
            eprintln!("{what}: seen after {waits:?}");
            return;
        }
    }
    panic!("{what}: seen after {waits:?}");
}

#[test]
fn a_new_user_can_log_in_and_a_new_client_can_ask() {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        let _server = home.serve();
        let caller = Caller::new(&home);
        let app = home.app();
        soon(
            "a new client",
            |_| (),
            |_| {
                let (caller, app) = (caller.clone(), app.clone());
                async move { caller.client_credentials(&app).await.unwrap().status == 200 }
            },
        )
        .await;
        soon(
            "a new user",
            |turn| home.user(&format!("user{turn}")),
            |turn| {
                let (caller, app) = (caller.clone(), app.clone());
                async move {
                    let user = format!("user{turn}");
                    let mut visitor = Visitor::new(&caller);
                    let page = visitor
                        .open(&authorize_url(&caller, &app, "login"))
                        .await
                        .unwrap();
                    let password = password_of(&user);
                    let typed = [("username", user.as_str()), ("password", password.as_str())];
                    visitor.press(&page, "login", &typed).await.unwrap().status == 303
                }
            },
        )
        .await;
    });
}

#[test]
fn configuration_is_taken_over() {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        let app = home.app();
        let _server = home.serve();
        let caller = Caller::new(&home);
        let lifetime = |turn: usize| 100 + turn;
        soon(
            "accessTokenLifetime",
            |turn| home.set("accessTokenLifetime", &lifetime(turn).to_string()),
            |turn| {
                let (caller, app) = (caller.clone(), app.clone());
                async move {
                    let answer = caller.client_credentials(&app).await.unwrap().json();
                    answer["expires_in"] == lifetime(turn)
                }
            },
        )
        .await;
        // A feature that is switched off is gone, from the metadata too.
        let features = [r#"["ciba"]"#, r#"["ciba", "introspection"]"#];
        soon(
            "featureFlags",
            |turn| home.set("featureFlags", features[turn % 2]),
            |turn| {
                let (caller, app) = (caller.clone(), app.clone());
                async move {
                    let fields = [("token", "x")];
                    let answer = caller
                        .post("/introspection", Some(&app), &fields)
                        .await
                        .unwrap();
                    (answer.status == 404) == (turn % 2 == 0)
                }
            },
        )
        .await;
    });
}

/// Does a notification reach the script? With `reject` the client is told.
async fn is_refused(caller: Caller, app: support::home::Credentials) -> bool {
    let answer = caller.ciba(&app, "alice", "W4SCT").await.unwrap();
    assert!([200, 401].contains(&answer.status), "{answer:?}");
    answer.status == 401
}

#[test]
fn scripts_come_change_and_go() {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        home.user("alice");
        home.set("backchannelPendingRequestsPerUser", "1000000");
        home.set("notificationFailure", "reject");
        let app = home.app();
        let _server = home.serve();
        let caller = Caller::new(&home);
        let refused = |_| is_refused(caller.clone(), app.clone());
        let accepted = |_| {
            let ask = is_refused(caller.clone(), app.clone());
            async move { !ask.await }
        };
        assert!(accepted(0).await, "no script yet");
        let put = |text: String| home.script("notify", &text, &[]).ok();
        let no = |turn: usize| notifying(&format!("print('no {turn}')\nreturn False"));
        soon("script put --enable", |turn| drop(put(no(turn))), refused).await;
        soon(
            "a new version",
            |_| drop(put(notifying("return True"))),
            accepted,
        )
        .await;

        // A version that does not load is refused, and the one that serves goes on.
        let broken = notifying("return True").replacen("return True", "return False", 1);
        assert_eq!(home.script("notify", &broken, &[]).code, Some(1));
        assert!(accepted(0).await);

        put(no(7));
        soon("the third version", |_| (), refused).await;
        let disable = |_| drop(home.run(&["script", "disable", "notify"]).ok());
        soon("script disable", disable, accepted).await;
        let enable = |_| drop(home.run(&["script", "enable", "notify"]).ok());
        soon("script enable", enable, refused).await;
    });
}

async fn kids(caller: &Caller) -> Vec<String> {
    let keys = caller.get(&caller.url("/jwks")).await.unwrap().json();
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    keys["keys"].as_array().unwrap().iter().map(kid).collect()
}

#[test]
fn rotated_keys_are_published_and_sign() {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        let mut metadata = support::home::app_metadata(support::home::REDIRECT_URI);
        metadata["access_token_as_jwt"] = true.into();
        metadata["access_token_signing_alg"] = "ES256".into();
        let app = home.client(&metadata);
        let _server = home.serve();
        let caller = Caller::new(&home);
        let old = caller
            .client_credentials(&app)
            .await
            .unwrap()
            .text("access_token");
        let before = kids(&caller).await;
        let mut fresh = String::new();
        let rotate = || {
            let arguments = [
                "key",
                "rotate",
                "--alg",
                "ES256",
                "--publish-before",
                "0",
                "--json",
            ];
            home.run(&arguments).ok().json()[0]["kid"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let newest = std::sync::Mutex::new(String::new());
        soon(
            "key rotate",
            |_| *newest.lock().unwrap() = rotate(),
            |_| {
                let (caller, newest) = (caller.clone(), newest.lock().unwrap().clone());
                async move { kids(&caller).await.contains(&newest) }
            },
        )
        .await;
        fresh.push_str(&newest.lock().unwrap());
        assert!(!before.contains(&fresh));
        let after = kids(&caller).await;
        assert!(
            before.iter().all(|kid| after.contains(kid)),
            "old keys stay published"
        );
        let token = caller
            .client_credentials(&app)
            .await
            .unwrap()
            .text("access_token");
        let header = durward_jose::verify::unverified_header(&token, 16 * 1024).unwrap();
        assert_eq!(
            header.kid.as_deref(),
            Some(fresh.as_str()),
            "the new key signs"
        );
        assert!(
            caller.is_active(&app, &old).await.unwrap(),
            "what the old key signed holds"
        );
        assert!(caller.is_active(&app, &token).await.unwrap());
    });
}
