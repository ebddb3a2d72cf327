//! What an operator sees of scripts: health, journal, log, metrics, spans.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::any_value::Value as Attribute,
    trace::v1::Span,
};
use prost::Message as _;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;
use support::{
    caller::{Answer, Caller, form, read},
    home::{Credentials, DURWARD, Home, notifying},
    process::{Signal, send},
    server::Server,
    wait::{LONG, until},
};
use tokio::{io::AsyncReadExt as _, runtime::Runtime, sync::mpsc};
use tokio_rustls::TlsAcceptor;

/// Fails when the message says so, at [`RAISES_AT`].
const MOODY: &str = "print('asked')\nif context.getBindingMessage() == 'fail':\n    raise ValueError('not today')\nreturn True";

/// Line of the `raise` in it.
const RAISES_AT: i64 = 13;

struct Place {
    home: Home,
    app: Credentials,
    server: Server,
    caller: Caller,
}

impl Place {
    fn open(toml: &str) -> Self {
        let home = Home::new();
        home.user("alice");
        let app = home.app();
        home.script("moody", &notifying(MOODY), &[]).ok();
        home.edit_toml(|text| format!("{text}\n{toml}"));
        let server = home.serve();
        let caller = Caller::new(&home);
        Self {
            home,
            app,
            server,
            caller,
        }
    }

    async fn ask(&self, message: &str) -> Answer {
        self.caller.ciba(&self.app, "alice", message).await.unwrap()
    }

    /// Entries of the journal once there are so many.
    fn journal(&self, count: usize, more: &[&str]) -> Vec<Value> {
        let mut arguments = vec!["audit", "--json"];
        arguments.extend(more);
        until("calls are in the journal", LONG, || {
            let printed = self.home.run(&arguments).ok().stdout;
            let lines = printed
                .lines()
                .map(|line| serde_json::from_str(line).unwrap());
            let entries: Vec<Value> = lines.collect();
            (entries.len() >= count).then_some(entries)
        })
    }
}

fn run(test: impl Future<Output = ()>) {
    Runtime::new().unwrap().block_on(test);
}

#[test]
fn the_journal_names_version_input_verdict_request_and_client() {
    run(async {
        let place = Place::open("");
        let good = place.ask("hello").await;
        let bad = place.ask("fail").await;
        let entries = place.journal(2, &[]);
        let shown = place
            .home
            .run(&["script", "show", "moody", "--json"])
            .ok()
            .json();
        for entry in &entries {
            assert_eq!(entry["script"], "moody", "{entry}");
            assert_eq!(entry["version"], shown["version"]);
            assert_eq!(entry["clientId"], place.app.id);
            assert_eq!(entry["input"].as_str().unwrap().len(), 64);
            assert!(entry["durationUs"].as_u64().unwrap() > 0);
        }
        assert_ne!(entries[0]["input"], entries[1]["input"]);
        assert_eq!(entries[0]["verdict"], "true");
        assert_eq!(
            entries[0]["requestId"],
            good.header("x-request-id").unwrap()
        );
        assert_eq!(entries[1]["verdict"], "failed");
        assert_eq!(entries[1]["failure"], "raised");
        let id = bad.header("x-request-id").unwrap();
        for filter in [
            vec!["--request", id],
            vec!["--verdict", "failed", "--script", "moody"],
            vec!["--limit", "1", "--since", "1h"],
        ] {
            assert_eq!(place.journal(1, &filter), entries[1..], "{filter:?}");
        }
        let nothing = place.home.run(&["audit", "--json", "--until", "1h"]).ok();
        assert_eq!(nothing.stdout, "");
        let text = place.home.run(&["audit"]).ok().stdout;
        assert!(
            text.contains("failed (raised)") && text.contains(id),
            "{text}"
        );
        for private in ["alice", "hello", "not today", "asked", &place.app.secret] {
            let printed = serde_json::to_string(&entries).unwrap() + &text;
            assert!(!printed.contains(private), "{private}: {printed}");
        }
    });
}

#[test]
fn a_list_shows_health_at_a_glance_and_a_stopped_server_owes_nothing() {
    run(async {
        let mut place = Place::open("");
        for message in ["one", "two", "fail"] {
            place.ask(message).await;
        }
        // What a server has counted is stored when it ends, if not before.
        place.server.terminate();
        place.server.end(LONG);
        let list = place.home.run(&["script", "list", "--json"]).ok().json();
        let health = &list[0]["health"];
        assert_eq!(
            (&health["calls"], &health["failed"]),
            (&3.into(), &1.into())
        );
        assert_eq!(health["verdicts"]["notifyEndUser"]["true"], 2, "{health}");
        assert_eq!(health["failures"]["raised"], 1);
        assert!(health["p95Us"].as_u64().unwrap() > 0, "{health}");
        assert!(
            health["peakWorkerBytes"].as_u64().unwrap() > 1024 * 1024,
            "{health}"
        );
        let error = &health["lastError"];
        assert_eq!(error["line"], RAISES_AT, "{error}");
        assert!(
            error["stackTrace"]
                .as_str()
                .unwrap()
                .contains("notifyEndUser"),
            "{error}"
        );
        assert_eq!(list[0]["scriptError"]["line"], RAISES_AT, "{list}");
        let text = place.home.run(&["script", "list"]).ok().stdout;
        let row = text.lines().nth(1).unwrap();
        assert!(
            row.contains("line 13") && row.contains("not today"),
            "{text}"
        );
        let shown = place.home.run(&["script", "show", "moody"]).ok().stdout;
        assert!(shown.contains("calls: 3, of which 1 failed"), "{shown}");
        assert!(shown.contains("1 failed, 2 true"), "{shown}");
    });
}

/// A command that goes on, and the lines that it printed so far.
struct Following {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Following {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut child = Command::new(DURWARD)
            .args(arguments)
            .arg("--data")
            .arg(home.data())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (kept, stdout) = (lines.clone(), BufReader::new(child.stdout.take().unwrap()));
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self { child, lines }
    }

    fn wait_for(&self, text: &str) -> Vec<String> {
        until(text, LONG, || {
            let lines = self.lines.lock().unwrap().clone();
            lines
                .iter()
                .any(|line| line.contains(text))
                .then_some(lines)
        })
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_log_is_followed_until_it_is_interrupted() {
    run(async {
        let place = Place::open("");
        place.ask("before").await;
        let first = place.journal(1, &[])[0]["id"].as_str().unwrap().to_owned();
        let mut following = Following::start(&place.home, &["script", "logs", "-f", "moody"]);
        following.wait_for(&first);
        place.ask("fail").await;
        let lines = following.wait_for("ValueError: not today");
        let id = place.journal(2, &[])[1]["id"].as_str().unwrap().to_owned();
        let head = lines.iter().position(|line| line.contains(&id)).unwrap();
        assert!(lines[head].contains("notifyEndUser") && lines[head].contains("raised"));
        let of_first = lines.iter().filter(|line| line.contains(&first)).count();
        assert_eq!(of_first, 1, "nothing is told twice: {lines:?}");
        let printed = following.wait_for("info asked");
        assert!(
            printed.iter().any(|line| line == "    info asked"),
            "{printed:?}"
        );
        send(following.child.id(), Signal::INT);
        let status = until("it ends", LONG, || following.child.try_wait().unwrap());
        assert!(status.success(), "{status}");
    });
}

#[test]
fn metrics_are_served_on_an_address_of_their_own() {
    run(async {
        let place = Place::open("[metrics]\nbind = \"127.0.0.1:0\"\n");
        let log = place.server.log();
        let told = log.iter().find_map(|line| {
            let url = line.strip_prefix("durward: metrics on ")?;
            url.strip_suffix("/metrics")
        });
        let address = told.unwrap_or_else(|| panic!("{log:?}"));
        place.ask("fine").await;
        place.ask("fail").await;
        let url = format!("{address}/metrics");
        let scraped = place.caller.get(&url).await.unwrap();
        let kind = scraped.header("content-type").unwrap();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        for line in [
            "durward_script_calls_total{script=\"moody\",method=\"notifyEndUser\",verdict=\"true\"} 1",
            "durward_script_calls_total{script=\"moody\",method=\"notifyEndUser\",verdict=\"failed\"} 1",
            "durward_script_failures_total{script=\"moody\",kind=\"raised\"} 1",
            "durward_script_call_duration_seconds_count{script=\"moody\"} 2",
            "durward_script_workers{script=\"moody\"} 1",
            "durward_script_workers_lost_total{script=\"moody\"} 0",
        ] {
            assert!(
                scraped.body.lines().any(|found| found == line),
                "{line}: {}",
                scraped.body
            );
        }
        let memory = "durward_script_worker_memory_bytes{script=\"moody\"} ";
        let memory = scraped
            .body
            .lines()
            .find_map(|line| line.strip_prefix(memory));
        let bytes: u64 = memory.unwrap().parse().unwrap();
        assert!(bytes > 1024 * 1024, "{bytes}");
        for url in [
            place.caller.url("/metrics"),
            format!("{}/metrics", place.home.issuer()),
        ] {
            assert_eq!(place.caller.get(&url).await.unwrap().status, 404, "{url}");
        }
        let other = format!("{address}/health/live");
        assert_eq!(place.caller.get(&other).await.unwrap().status, 404);
    });
}

/// What a collector was sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(HeaderMap, ExportTraceServiceRequest)>>>);

impl Collector {
    async fn start(&self) -> u16 {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new()
            .route("/v1/traces", post(Self::take))
            .with_state(self.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        port
    }

    // A handler is asynchronous, whether it waits or not.
    #[allow(clippy::unused_async)]
    async fn take(State(taken): State<Self>, headers: HeaderMap, body: Bytes) -> Vec<u8> {
        let request = ExportTraceServiceRequest::decode(body).unwrap();
        taken.0.lock().unwrap().push((headers, request));
        ExportTraceServiceResponse::default().encode_to_vec()
    }

    fn spans(&self) -> Vec<Span> {
        let taken = self.0.lock().unwrap();
        let resources = taken
            .iter()
            .flat_map(|(_, request)| &request.resource_spans);
        let scopes = resources.flat_map(|resource| &resource.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

fn attribute(span: &Span, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|one| one.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Attribute::StringValue(text) => Some(text.clone()),
        Attribute::IntValue(number) => Some(number.to_string()),
        Attribute::BoolValue(truth) => Some(truth.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn spans_of_a_request_its_script_and_the_scripts_own_calls_are_one_trace() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const CALLER: &str = "00f067aa0ba902b7";
    run(async {
        let collector = Collector::default();
        let port = collector.start().await;
        let mut place = Place::open(&format!(
            "[tracing]\notlp_traces_endpoint = \"http://127.0.0.1:{port}/v1/traces\"\n\
             headers = {{ x-key = \"of-the-collector\" }}\n"
        ));
        let asking = "try:\n    context.getEncryptionService().decrypt('nothing')\nexcept Exception:\n    pass\nreturn True";
        place.home.script("moody", &notifying(asking), &[]).ok();
        let version = place
            .home
            .run(&["script", "show", "moody", "--json"])
            .ok()
            .json()["version"]
            .as_str()
            .unwrap()
            .to_owned();
        until("the new version serves", LONG, || {
            let lines = place.server.log();
            lines
                .iter()
                .any(|line| line.contains(&version))
                .then_some(())
        });
        let url = place.caller.url("/bc-authorize");
        let request = place.caller.request(reqwest::Method::POST, &url);
        let request = request
            .basic_auth(&place.app.id, Some(&place.app.secret))
            .header("traceparent", format!("00-{TRACE}-{CALLER}-01"));
        let fields = [
            ("scope", "openid"),
            ("login_hint", "alice"),
            ("binding_message", "hi"),
        ];
        let request = form(request, &fields);
        let answer = read(request).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        // An answer to nobody's trace begins one.
        place
            .caller
            .get(&format!("{}/health/live", place.home.issuer()))
            .await
            .unwrap();
        place.server.terminate();
        place.server.end(LONG);
        let spans = collector.spans();
        let in_trace: Vec<&Span> = spans
            .iter()
            .filter(|span| hex(&span.trace_id) == TRACE)
            .collect();
        let named = |name: &str| -> &Span {
            let mut found = in_trace.iter().copied().filter(|span| span.name == name);
            found
                .next()
                .unwrap_or_else(|| panic!("no {name} among {in_trace:#?}"))
        };
        let request = named("POST /jans-auth/restv1/bc-authorize");
        assert_eq!(hex(&request.parent_span_id), CALLER);
        assert_eq!(
            attribute(request, "http.response.status_code").as_deref(),
            Some("200")
        );
        let id = answer.header("x-request-id");
        assert_eq!(attribute(request, "durward.request_id").as_deref(), id);
        let call = named("script call");
        assert_eq!(call.parent_span_id, request.span_id);
        for (name, value) in [
            ("script.name", "moody"),
            ("script.method", "notifyEndUser"),
            ("script.version", &version),
            ("script.outcome", "true"),
        ] {
            assert_eq!(attribute(call, name).as_deref(), Some(value), "{name}");
        }
        let host_call = named("host call");
        assert_eq!(host_call.parent_span_id, call.span_id);
        assert_eq!(attribute(host_call, "service").as_deref(), Some("decrypt"));
        assert_eq!(attribute(host_call, "answered").as_deref(), Some("false"));
        let live = spans
            .iter()
            .find(|span| span.name == "GET /health/live")
            .unwrap();
        assert!(live.parent_span_id.is_empty() && hex(&live.trace_id) != TRACE);
        let taken = collector.0.lock().unwrap();
        assert_eq!(taken[0].0["x-key"], "of-the-collector");
        let all = format!("{spans:?}");
        for private in ["alice", &place.app.secret, "login_hint"] {
            assert!(!all.contains(private), "{private} is in a span: {all}");
        }
    });
}

#[test]
fn a_collector_that_is_away_costs_no_request() {
    run(async {
        // Nobody listens on the port for discarding.
        let mut place =
            Place::open("[tracing]\notlp_traces_endpoint = \"http://127.0.0.1:9/v1/traces\"\n");
        assert_eq!(place.ask("hello").await.status, 200);
        place.server.terminate();
        let status = place.server.end(Duration::from_secs(30));
        assert!(status.success(), "{status}");
    });
}

#[test]
fn an_address_that_is_none_is_refused_at_start() {
    let home = Home::new();
    home.edit_toml(|text| {
        format!("{text}\n[tracing]\notlp_traces_endpoint = \"collector:4318\"\n")
    });
    let ran = home.run(&["serve"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("otlp_traces_endpoint"), "{ran:?}");
    home.edit_toml(|text| {
        text.replace("collector:4318\"", "http://127.0.0.1:9/v1\"\nsample = 1.5")
    });
    let ran = home.run(&["serve"]);
    assert!(ran.stderr.contains("tracing.sample"), "{ran:?}");
    home.edit_toml(|text| text.replace("otlp_traces_endpoint", "otlp_trace_endpoint"));
    let ran = home.run(&["serve"]);
    assert!(
        ran.stderr.contains("did you mean 'otlp_traces_endpoint'"),
        "{ran:?}"
    );
}

/// Takes requests by TLS and tells of their first bytes; the certificate that vouches for it.
async fn collector_by_tls() -> (u16, String, mpsc::UnboundedReceiver<String>) {
    // A second time it is there already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let tls = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (seen, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = tls.accept(stream).await else {
                continue;
            };
            let mut bytes = [0; 16];
            if stream.read_exact(&mut bytes).await.is_ok() {
                let _ = seen.send(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    });
    (port, made.cert.pem(), requests)
}

#[test]
fn a_collector_is_trusted_as_whatever_else_is_sent_to() {
    run(async {
        let (port, pem, mut requests) = collector_by_tls().await;
        let folder = tempfile::tempdir().unwrap();
        let trusted = folder.path().join("collector.pem");
        std::fs::write(&trusted, pem).unwrap();
        let place = Place::open(&format!(
            "[tracing]\notlp_traces_endpoint = \"https://127.0.0.1:{port}/v1/traces\"\n\
             [outgoing]\ntrust = [{trusted:?}]\n"
        ));
        assert_eq!(place.ask("hello").await.status, 200);
        place.server.terminate();
        let sent = tokio::time::timeout(LONG, requests.recv()).await;
        let sent = sent.expect("spans are sent").unwrap();
        assert_eq!(sent, "POST /v1/traces ");
    });
}

#[test]
fn an_authority_that_is_none_is_refused_at_start() {
    let home = Home::new();
    // It decodes; what it decodes to is no certificate.
    let pem = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let file = home.file("none.pem", pem);
    home.edit_toml(|text| format!("{text}\n[outgoing]\ntrust = [{file:?}]\n"));
    let ran = home.run(&["config", "get", "issuer"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("outgoing.trust"), "{ran:?}");
}
