//! How the server speaks and ends: HTTP/1.1 and HTTP/2, plain and TLS, request
//! ids, JSON logs without secrets, health, and draining at SIGTERM.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{collections::BTreeSet, net::TcpStream, time::Duration};

use reqwest::{Certificate, Method, Version};
use serde_json::Value;
use support::{
    caller::{Answer, Caller, plain_client, read},
    home::{Credentials, Home, notifying, password_of},
    push::Push,
    server::Server,
    visitor::{Visitor, authorize_url, code_of},
    wait::{LONG, until, until_async},
};
use tokio::runtime::Runtime;

fn run(test: impl Future<Output = ()>) {
    Runtime::new().unwrap().block_on(test);
}

#[test]
fn plain_http_1_and_2() {
    run(async {
        let home = Home::new();
        let app = home.app();
        let _server = home.serve();
        let one = Caller::with(&home, plain_client().http1_only().build().unwrap());
        let two = Caller::with(
            &home,
            plain_client().http2_prior_knowledge().build().unwrap(),
        );
        for (caller, version) in [(one, Version::HTTP_11), (two, Version::HTTP_2)] {
            let answer = caller.client_credentials(&app).await.unwrap();
            assert_eq!((answer.status, answer.version), (200, version));
        }
    });
}

/// Puts TLS into `durward.toml`; the certificate.
fn with_tls(home: &Home) -> Certificate {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(home.data().join("server.pem"), made.cert.pem()).unwrap();
    std::fs::write(
        home.data().join("server.key"),
        made.signing_key.serialize_pem(),
    )
    .unwrap();
    home.edit_toml(|text| {
        text.replace("# [tls]", "[tls]")
            .replace("# certificate", "certificate")
            .replace("# key", "key")
    });
    Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
}

#[test]
fn tls_with_http_1_and_2_by_alpn() {
    run(async {
        let home = Home::with_scheme("https");
        home.user("alice");
        let app = home.app();
        let certificate = with_tls(&home);
        let _server = home.serve();
        let trusting = || {
            plain_client()
                .tls_certs_only([certificate.clone()])
                .https_only(true)
        };
        let one = Caller::with(&home, trusting().http1_only().build().unwrap());
        let two = Caller::with(&home, trusting().build().unwrap());
        for (caller, version) in [(one, Version::HTTP_11), (two.clone(), Version::HTTP_2)] {
            let answer = caller.client_credentials(&app).await.unwrap();
            assert_eq!((answer.status, answer.version), (200, version));
        }
        // Over TLS, cookies are Secure and bound to the host.
        let mut visitor = Visitor::new(&two);
        let page = visitor
            .open(&authorize_url(&two, &app, "login"))
            .await
            .unwrap();
        let cookie = page.header("set-cookie").unwrap();
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("; Secure"),
            "{cookie}"
        );
        let code = visitor.code_by_hand(&app, "alice").await.unwrap();
        assert_eq!(two.exchange(&app, &code).await.unwrap().status, 200);
        // Who speaks plainly gets nothing, and harms nobody.
        let plain = plain_client().build().unwrap();
        let url = home.issuer().replace("https", "http");
        assert!(plain.get(url).send().await.is_err());
        assert_eq!(two.client_credentials(&app).await.unwrap().status, 200);
    });
}

#[test]
fn health_and_metadata() {
    run(async {
        let home = Home::new();
        let _server = home.serve();
        let caller = Caller::new(&home);
        let get = |path: &str| {
            let (caller, url) = (caller.clone(), format!("{}{path}", home.issuer()));
            async move { caller.get(&url).await.unwrap() }
        };
        let live = get("/health/live").await;
        assert_eq!((live.status, live.text("status").as_str()), (200, "live"));
        let ready = get("/health/ready").await;
        assert_eq!(
            (ready.status, ready.text("status").as_str()),
            (200, "ready")
        );
        let metadata = get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["issuer"], home.issuer());
        assert_eq!(metadata["token_endpoint"], home.url("/token"));
        let same = get("/.well-known/oauth-authorization-server").await.json();
        assert_eq!(metadata, same);
    });
}

#[test]
fn every_answer_has_its_own_request_id() {
    run(async {
        let home = Home::new();
        let _server = home.serve();
        let caller = Caller::new(&home);
        let root = home.issuer();
        let base = home.url("");
        let mut seen = BTreeSet::new();
        for (method, url, status) in [
            (Method::GET, format!("{root}/health/live"), 200),
            (Method::GET, format!("{root}/no/such/path"), 404),
            (Method::GET, format!("{base}/token"), 405),
            (Method::POST, format!("{base}/token"), 400),
            (Method::GET, format!("{base}/authorize"), 400),
            (Method::GET, format!("{base}/static/durward.css"), 200),
            (Method::GET, format!("{base}/userinfo"), 401),
            (Method::GET, format!("{base}/jwks"), 200),
        ] {
            let request = caller.request(method, &url).header("x-request-id", "mine");
            let answer = read(request).await.unwrap();
            assert_eq!(answer.status, status, "{url}");
            let id = answer
                .header("x-request-id")
                .unwrap_or_else(|| panic!("none: {url}"));
            assert!(id.len() >= 16, "{url}: {id}");
            assert!(seen.insert(id.to_owned()), "{url}: an id came twice");
        }
        assert!(!seen.contains("mine"), "a caller does not choose the id");
    });
}

/// What happened in a flow, and every secret of it.
struct Flow {
    secrets: Vec<String>,
    answers: Vec<Answer>,
}

async fn flow(home: &Home, caller: &Caller, app: &Credentials) -> Flow {
    let mut secrets = vec![
        app.secret.clone(),
        password_of("alice"),
        "wrong-password-typed".into(),
    ];
    let mut answers = Vec::new();
    let mut visitor = Visitor::new(caller);
    let url = authorize_url(caller, app, "login consent");
    let page = visitor.open(&url).await.unwrap();
    let typed = [("username", "alice"), ("password", "wrong-password-typed")];
    let page = visitor.press(&page, "login", &typed).await.unwrap();
    let page = visitor.log_in(&page, "alice").await.unwrap();
    let answer = visitor.press(&page, "allow", &[]).await.unwrap();
    let code = code_of(&answer);
    let tokens = caller.exchange(app, &code).await.unwrap();
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    secrets.extend([
        code.clone(),
        access.clone(),
        refresh.clone(),
        tokens.text("id_token"),
    ]);
    secrets.extend(visitor.cookies().values().cloned());
    answers.extend([page, answer, tokens]);
    answers.push(caller.exchange(app, &code).await.unwrap());
    answers.push(caller.refresh(app, &refresh).await.unwrap());
    answers.push(
        caller
            .post("/introspection", Some(app), &[("token", &access)])
            .await
            .unwrap(),
    );
    let userinfo = caller
        .request(Method::GET, &home.url("/userinfo"))
        .bearer_auth(&access);
    answers.push(read(userinfo).await.unwrap());
    answers.push(
        caller
            .post("/revoke", Some(app), &[("token", &access)])
            .await
            .unwrap(),
    );
    let wrong = Credentials {
        secret: "a-wrong-client-secret".to_owned(),
        ..app.clone()
    };
    answers.push(caller.client_credentials(&wrong).await.unwrap());
    secrets.push(wrong.secret);
    let ciba = caller.ciba(app, "alice", "W4SCT").await.unwrap();
    let auth_req_id = ciba.text("auth_req_id");
    answers.push(ciba);
    answers.push(caller.poll(app, &auth_req_id).await.unwrap());
    let url = support::visitor::approval_url(caller, &auth_req_id);
    let page = visitor.open(&url).await.unwrap();
    answers.push(visitor.press(&page, "allow", &[]).await.unwrap());
    answers.push(page);
    secrets.push(auth_req_id);
    Flow { secrets, answers }
}

fn logged(level: &str) -> (Vec<String>, Flow) {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        home.user("alice");
        home.edit_toml(|text| {
            text.replace("format = \"pretty\"", "format = \"json\"")
                .replace("level = \"info\"", &format!("level = \"{level}\""))
        });
        let app = home.app();
        home.script("notify", &notifying("print('told')\nreturn True"), &[])
            .ok();
        let mut server = home.serve();
        let flow = flow(&home, &Caller::new(&home), &app).await;
        server.terminate();
        server.end(LONG);
        (server.all_log(), flow)
    })
}

#[test]
fn json_logs_name_the_request_and_hold_no_secret() {
    let (lines, flow) = logged("info");
    let mut answered = BTreeSet::new();
    for line in lines
        .iter()
        .filter(|line| !line.starts_with("durward: serving "))
    {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        for name in ["timestamp", "level", "target"] {
            assert!(event[name].is_string(), "no {name}: {line}");
        }
        if event["message"] == "answered" {
            let span = &event["span"];
            assert!(
                event["status"].is_u64() && event["duration_us"].is_u64(),
                "{line}"
            );
            assert!(
                span["method"].is_string() && span["path"].is_string(),
                "{line}"
            );
            answered.insert(span["request_id"].as_str().unwrap().to_owned());
        }
    }
    for answer in &flow.answers {
        let id = answer.header("x-request-id").unwrap();
        assert!(answered.contains(id), "no line for {id}");
    }
    refuse_secrets(&lines, &flow);
}

#[test]
fn even_a_talkative_log_holds_no_secret() {
    let (lines, flow) = logged("debug");
    assert!(lines.len() > 20);
    refuse_secrets(&lines, &flow);
}

fn refuse_secrets(lines: &[String], flow: &Flow) {
    for secret in &flow.secrets {
        assert!(secret.len() > 5);
        let found = lines.iter().find(|line| line.contains(secret.as_str()));
        assert!(found.is_none(), "'{secret}' is in the log: {found:?}");
    }
}

/// A server whose CIBA requests wait until the push service is released.
async fn waiting() -> (Home, Credentials, Push, Server) {
    let push = Push::holding().await;
    let home = Home::new();
    home.user("alice");
    home.set("scriptHttp.allowedPrivateHosts", r#"["127.0.0.1"]"#);
    let text = notifying(&format!(
        "from durward.services import ask\nask('http', url='{}')\nreturn True",
        push.url("/slow")
    ));
    home.script("slow", &text, &[]).ok();
    let app = home.app();
    let server = home.serve();
    (home, app, push, server)
}

#[test]
fn at_sigterm_requests_under_way_finish_and_new_ones_go_elsewhere() {
    run(async {
        let (home, app, push, mut server) = waiting().await;
        let caller = Caller::new(&home);
        let under_way = {
            let (caller, app) = (caller.clone(), app.clone());
            tokio::spawn(async move { caller.ciba(&app, "alice", "W4SCT").await })
        };
        until_async("the request is under way", LONG, || async {
            (!push.received().is_empty()).then_some(())
        })
        .await;
        server.terminate();
        let address = home.issuer().replace("http://", "");
        until("no new connection is taken", LONG, || {
            TcpStream::connect(&address).err()
        });
        assert!(!server.has_ended(), "the request under way is waited for");
        push.release();
        let answer = under_way
            .await
            .unwrap()
            .expect("the request under way is answered");
        assert_eq!(answer.status, 200, "{answer:?}");
        let status = server.end(Duration::from_secs(20));
        assert_eq!(status.code(), Some(0), "{:?}", server.all_log());
        // What it acknowledged while draining is there afterwards.
        let _server = home.serve();
        let poll = caller
            .poll(&app, &answer.text("auth_req_id"))
            .await
            .unwrap();
        assert_eq!(poll.error(), "authorization_pending");
    });
}

#[test]
fn a_balancer_sees_that_the_server_is_about_to_stop() {
    run(async {
        let home = Home::new();
        home.edit_toml(|text| format!("drain_delay_seconds = 600\n{text}"));
        let mut server = home.serve();
        let caller = Caller::new(&home);
        server.terminate();
        let ready = format!("{}/health/ready", home.issuer());
        until_async("it says that it is not ready", LONG, || async {
            let answer = caller
                .get(&ready)
                .await
                .expect("connections are still taken");
            (answer.status == 503).then_some(())
        })
        .await;
        let live = format!("{}/health/live", home.issuer());
        assert_eq!(caller.get(&live).await.unwrap().status, 200);
        assert!(!server.has_ended());
    });
}

#[test]
fn an_idle_server_ends_at_once_and_leaves_nothing_behind() {
    run(async {
        let home = Home::new();
        home.script("notify", &notifying("return True"), &[]).ok();
        let mut server = home.serve();
        let caller = Caller::new(&home);
        // A connection that is kept alive must not hold the server up.
        let url = format!("{}/health/live", home.issuer());
        assert_eq!(caller.get(&url).await.unwrap().status, 200);
        let below = support::process::descendants(server.pid());
        assert!(!below.is_empty());
        server.terminate();
        assert_eq!(server.end(Duration::from_secs(10)).code(), Some(0));
        until("its workers are gone", LONG, || {
            below
                .iter()
                .all(|pid| support::process::is_gone(*pid))
                .then_some(())
        });
        assert!(caller.get(&url).await.is_err());
    });
}

#[test]
fn a_port_in_use_is_told() {
    let home = Home::new();
    let _server = home.serve();
    let mut second = Server::launch(&home.data());
    let status = second.end(LONG);
    assert_eq!(status.code(), Some(1));
    let log = second.all_log().join("\n");
    assert!(
        log.contains("cannot listen") && log.contains("--bind"),
        "{log}"
    );
}
