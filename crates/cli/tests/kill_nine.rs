//! What the server acknowledged survives `kill -9`: a loaded server is killed
//! twice, and every code, token, request and session that a client was told of
//! is checked on the same data directory afterwards.
//!
//! Shows that nothing is acknowledged before it is committed. Losing the
//! machine's power is another matter: that the commit is synced is not seen here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use support::{
    caller::Caller,
    home::{Credentials, Home, notifying},
    process::{descendants, is_gone},
    visitor::Visitor,
    wait::{LONG, until, until_async},
};
use tokio::{
    runtime::Runtime,
    task::{AbortHandle, JoinSet},
};

/// Acknowledgements of each round before the server is killed.
const ACKNOWLEDGED: usize = 400;

/// What clients were told, each entry put down only once the whole answer was
/// there. What a request consumes is taken out before the request is sent:
/// whether one without an answer happened, nobody can know.
#[derive(Default)]
struct Told {
    codes: Vec<String>,
    spent_codes: Vec<String>,
    access_tokens: Vec<String>,
    revoked_tokens: Vec<String>,
    refresh_tokens: Vec<String>,
    spent_refresh_tokens: Vec<String>,
    requests: Vec<String>,
    sessions: Vec<BTreeMap<String, String>>,
    count: usize,
}

type Shared = Arc<Mutex<Told>>;

/// One of the loads.
#[derive(Clone)]
struct Load {
    caller: Caller,
    app: Credentials,
    told: Shared,
}

impl Load {
    fn note(&self, put: impl FnOnce(&mut Told)) {
        let mut told = self.told.lock().unwrap();
        told.count += 1;
        put(&mut told);
    }

    /// Codes of one session: some kept, some exchanged, some of their tokens
    /// refreshed or revoked. Ends when the server does.
    async fn flows(self, user: &'static str) -> reqwest::Result<()> {
        let mut visitor = Visitor::new(&self.caller);
        let code = visitor.code_by_hand(&self.app, user).await?;
        self.note(|told| told.codes.push(code));
        let cookies = visitor.cookies().clone();
        self.note(|told| told.sessions.push(cookies));
        for turn in 0.. {
            let code = visitor.code(&self.app).await?;
            if turn % 3 == 0 {
                self.note(|told| told.codes.push(code));
            } else {
                self.exchange(&code, turn).await?;
            }
        }
        Ok(())
    }

    async fn exchange(&self, code: &str, turn: u32) -> reqwest::Result<()> {
        let tokens = self.caller.exchange(&self.app, code).await?;
        assert_eq!(tokens.status, 200, "{tokens:?}");
        let (access, mut refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
        self.note(|told| told.spent_codes.push(code.to_owned()));
        if turn % 3 == 1 {
            let renewed = self.caller.refresh(&self.app, &refresh).await?;
            assert_eq!(renewed.status, 200, "{renewed:?}");
            let next = renewed.text("refresh_token");
            let spent = std::mem::replace(&mut refresh, next);
            let fresh = renewed.text("access_token");
            self.note(|told| {
                told.spent_refresh_tokens.push(spent);
                told.access_tokens.push(fresh);
            });
        }
        self.note(|told| told.refresh_tokens.push(refresh));
        if turn % 5 == 2 {
            let answer = self
                .caller
                .post("/revoke", Some(&self.app), &[("token", &access)])
                .await?;
            assert_eq!(answer.status, 200, "{answer:?}");
            self.note(|told| told.revoked_tokens.push(access));
        } else {
            self.note(|told| told.access_tokens.push(access));
        }
        Ok(())
    }

    /// Logins and consents, each in a browser of its own.
    async fn logins(self, user: &'static str) -> reqwest::Result<()> {
        loop {
            let mut visitor = Visitor::new(&self.caller);
            let code = visitor.code_by_hand(&self.app, user).await?;
            let cookies = visitor.cookies().clone();
            self.note(|told| told.codes.push(code));
            self.note(|told| told.sessions.push(cookies));
        }
    }

    async fn client_credentials(self) -> reqwest::Result<()> {
        loop {
            let answer = self.caller.client_credentials(&self.app).await?;
            assert_eq!(answer.status, 200, "{answer:?}");
            self.note(|told| told.access_tokens.push(answer.text("access_token")));
        }
    }

    async fn requests(self, user: &'static str) -> reqwest::Result<()> {
        loop {
            let answer = self.caller.ciba(&self.app, user, "W4SCT").await?;
            assert_eq!(answer.status, 200, "{answer:?}");
            self.note(|told| told.requests.push(answer.text("auth_req_id")));
        }
    }
}

fn prepared() -> (Home, Credentials) {
    let home = Home::new();
    for user in ["alice", "bob", "carol"] {
        home.user(user);
    }
    home.set("authorizationCodeLifetime", "900");
    home.set("accessTokenLifetime", "900");
    home.set("backchannelPendingRequestsPerUser", "1000000");
    let app = home.app();
    (home, app)
}

/// Loads a server, and kills it in the middle.
async fn load_and_kill(home: &Home, app: &Credentials, told: &Shared) {
    let server = home.serve();
    let load = Load {
        caller: Caller::new(home),
        app: app.clone(),
        told: told.clone(),
    };
    let target = told.lock().unwrap().count + ACKNOWLEDGED;
    let mut loads = JoinSet::new();
    let mut handles = Vec::new();
    for user in ["alice", "bob", "carol"] {
        handles.push(loads.spawn(load.clone().flows(user)));
        handles.push(loads.spawn(load.clone().requests(user)));
    }
    handles.push(loads.spawn(load.clone().logins("alice")));
    for _ in 0..2 {
        handles.push(loads.spawn(load.clone().client_credentials()));
    }
    until_async("the load is acknowledged", LONG, || async {
        assert!(
            !handles.iter().any(AbortHandle::is_finished),
            "a load ended"
        );
        (told.lock().unwrap().count >= target).then_some(())
    })
    .await;
    let log = server.kill_nine();
    assert!(!log.iter().any(|line| line.contains("draining")), "{log:?}");
    while let Some(ended) = loads.join_next().await {
        // Every load ends in a request without an answer; an assertion would panic here.
        assert!(ended.unwrap().is_err());
    }
}

#[test]
fn everything_acknowledged_survives() {
    Runtime::new().unwrap().block_on(async {
        let (home, app) = prepared();
        let told = Shared::default();
        load_and_kill(&home, &app, &told).await;
        load_and_kill(&home, &app, &told).await;
        let _server = home.serve();
        let caller = Caller::new(&home);
        let told = std::mem::take(&mut *told.lock().unwrap());
        check(&caller, &app, &told).await;
    });
}

async fn check(caller: &Caller, app: &Credentials, told: &Told) {
    let lists = [
        &told.codes,
        &told.spent_codes,
        &told.access_tokens,
        &told.revoked_tokens,
        &told.refresh_tokens,
        &told.spent_refresh_tokens,
        &told.requests,
    ];
    let sizes: Vec<usize> = lists.iter().map(|list| list.len()).collect();
    assert!(
        sizes.iter().all(|size| *size > 0),
        "the load was lopsided: {sizes:?}"
    );
    eprintln!("acknowledged: {} in all, by kind {sizes:?}", told.count);

    for token in &told.access_tokens {
        assert!(
            caller.is_active(app, token).await.unwrap(),
            "an access token was lost"
        );
    }
    for token in &told.revoked_tokens {
        assert!(
            !caller.is_active(app, token).await.unwrap(),
            "a revocation was lost"
        );
    }
    for auth_req_id in &told.requests {
        let answer = caller.poll(app, auth_req_id).await.unwrap();
        assert_eq!(
            answer.error(),
            "authorization_pending",
            "a request was lost"
        );
    }
    for cookies in &told.sessions {
        Visitor::with_cookies(caller, cookies.clone())
            .code(app)
            .await
            .unwrap();
    }
    for token in &told.refresh_tokens {
        let answer = caller.refresh(app, token).await.unwrap();
        assert_eq!(answer.status, 200, "a refresh token was lost: {answer:?}");
    }
    for code in &told.codes {
        let answer = caller.exchange(app, code).await.unwrap();
        assert_eq!(answer.status, 200, "a code was lost: {answer:?}");
        let answer = caller.exchange(app, code).await.unwrap();
        assert_eq!(answer.error(), "invalid_grant", "a code worked twice");
    }
    // Last: a second use ends its whole grant.
    for code in &told.spent_codes {
        let answer = caller.exchange(app, code).await.unwrap();
        assert_eq!(answer.error(), "invalid_grant", "a spent code works again");
    }
    for token in &told.spent_refresh_tokens {
        let answer = caller.refresh(app, token).await.unwrap();
        assert_eq!(
            answer.error(),
            "invalid_grant",
            "a spent refresh token works again"
        );
    }
}

#[test]
fn workers_do_not_outlive_a_killed_server() {
    let home = Home::new();
    home.script("notify", &notifying("return True"), &[]).ok();
    let server = home.serve();
    let below = until("the script's worker runs", LONG, || {
        let below = descendants(server.pid());
        (below.len() >= 2).then_some(below)
    });
    server.kill_nine();
    until("the workers are gone", Duration::from_secs(10), || {
        below.iter().all(|pid| is_gone(*pid)).then_some(())
    });
}
