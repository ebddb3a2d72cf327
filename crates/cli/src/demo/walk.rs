//! `durward demo walk`: one login from the first request to the last token,
//! and one that is denied, with every claim of ours checked on the way; or a
//! registration (`registration.rs`).

mod browser;
mod evidence;
mod form;
mod login;
mod person;
mod registration;
mod report;
mod script_log;

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use durward_jose::JwkSet;
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::timeout};

use self::report::Report;
use super::{
    Course,
    caller::{Answer, Caller},
    push::{self, Inbox},
    script::{self, NotificationScript},
    setup::{self, Addresses, Prepared},
    shop::{basic, endpoint},
};
use crate::{
    bootstrap::{Bootstrap, Log, LogFormat},
    command::{config, serve},
    failure::Failure,
    node::Node,
    telemetry,
};

/// Exit code of a walk that was interrupted.
const INTERRUPTED: u8 = 130;

/// Seconds between polls, the shortest there is: the walk is short.
const INTERVAL_SECONDS: &str = "1";

/// Time that the server has to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Lines of the script's log that are shown.
const LOG_LINES: usize = 40;

/// What the steps share.
struct Walk {
    report: Report,
    caller: Caller,
    issuer: String,
    /// The server's metadata, once asked for.
    metadata: Value,
    jwks: JwkSet,
    prepared: Prepared,
    inbox: Arc<Inbox>,
    script: NotificationScript,
}

/// Walks, prints, and says by the exit code whether everything held.
///
/// # Errors
/// When the demonstration cannot be set up.
pub async fn run(course: Course, script: Option<&Path>, json: bool) -> Result<ExitCode, Failure> {
    if course == Course::Registration && script.is_some() {
        return Err(Failure::new("--script is for the walk of a login")
            .hint("try a registration script with: durward script call"));
    }
    let script = script.map_or_else(|| Ok(NotificationScript::ours()), NotificationScript::read)?;
    // What goes wrong is in the report; the rest would only be in between.
    let log = Log {
        format: LogFormat::Pretty,
        level: "off".to_owned(),
    };
    telemetry::start(&Bootstrap {
        log,
        ..Bootstrap::default()
    })?;
    let stop = serve::stop_signal()?;
    let scratch = Scratch::new()?;
    let data = scratch.data();
    let walked = tokio::select! {
        walked = walk_along(course, &data, script, json) => walked,
        () = stop => {
            eprintln!("interrupted");
            return Ok(ExitCode::from(INTERRUPTED));
        }
    };
    Ok(if walked? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn walk_along(
    course: Course,
    data: &Path,
    script: NotificationScript,
    json: bool,
) -> Result<bool, Failure> {
    match course {
        Course::Login => walk(data, script, json).await,
        Course::Registration => registration::run(data, json).await,
    }
}

/// A directory that is gone when the walk is over, however it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("durward-demo-{}", setup::unique()));
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} could not be removed: {error}", self.0.display());
        }
    }
}

async fn walk(data: &Path, script: NotificationScript, json: bool) -> Result<bool, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let addresses = Addresses {
        scheme: "http",
        server: free_address().await?,
        demo: listener.local_addr()?,
    };
    let prepared = setup::prepare(data, &addresses, Some(&script)).await?;
    let property = "backchannelAuthenticationResponseInterval";
    config::change(&prepared.node, property, INTERVAL_SECONDS).await?;
    let inbox = Inbox::new(&prepared.kept.push_key);
    let receiver = push::router(inbox.clone());
    let receiver = tokio::spawn(async move { axum::serve(listener, receiver).await });
    let server = Server::start(data, &prepared.node, addresses).await?;

    let mut walk = Walk {
        report: Report::new(json),
        caller: Caller::new()?,
        issuer: server.addresses.issuer(),
        metadata: Value::Null,
        jwks: JwkSet::default(),
        prepared,
        inbox,
        script,
    };
    let steps = walk.steps().await;
    if let Err(failure) = &steps {
        walk.report
            .check("the walk goes on", false, || failure.message.clone());
    }
    walk.show_script_log().await?;
    let held = walk.report.finish()?;
    server.stop().await;
    receiver.abort();
    Ok(held)
}

/// An address that nobody listens on at this moment.
async fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await?
        .local_addr()?)
}

/// The server under demonstration, in this very process.
struct Server {
    addresses: Addresses,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts it. Somebody may have taken the address meanwhile: then at another.
    async fn start(data: &Path, node: &Node, mut addresses: Addresses) -> Result<Self, Failure> {
        let mut attempts = 3;
        let running = loop {
            match serve::start(data, Some(&addresses.server.to_string())).await {
                Ok(running) => break running,
                Err(failure) if attempts == 0 => return Err(failure),
                Err(_) => {
                    attempts -= 1;
                    addresses.server = free_address().await?;
                    setup::adapt(node, &addresses).await?;
                }
            }
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(running.until(async move {
            // A sender that is gone means the same.
            let _ = stopped.await;
        }));
        Ok(Self {
            addresses,
            stop,
            task,
        })
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        let _ = timeout(STOP_TIMEOUT, self.task).await;
    }
}

impl Walk {
    async fn steps(&mut self) -> Result<(), Failure> {
        self.meet_the_server().await?;
        let request = self.ask("Ask for a login of alice").await?;
        self.poll_too_early(&request).await?;
        self.somebody_else(&request).await?;
        let alice = self.approve(&request).await?;
        let tokens = self.redeem(&request).await?;
        self.look_into(&tokens).await?;
        self.use_tokens(&tokens).await?;
        self.redeem_again(&request, &tokens).await?;
        self.deny(alice).await
    }

    async fn meet_the_server(&mut self) -> Result<(), Failure> {
        self.report.step("A server is up and says what it can do");
        let origin = self.script.origin.clone();
        self.report.say(&format!("notification script: {origin}"));
        let ready = self
            .get(&format!("{}/health/ready", self.issuer), &[])
            .await?;
        self.report
            .same("it is ready", "200", &ready.status.to_string());

        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        self.report.request(&format!("GET {url}"), None, &[]);
        let answer = self.caller.get(&url, &[]).await?;
        self.metadata = answer.json();
        self.report.say(&format!("← {}", answer.status));
        for name in [
            "issuer",
            "backchannel_authentication_endpoint",
            "token_endpoint",
            "jwks_uri",
        ] {
            let value = endpoint(&self.metadata, name)?.to_owned();
            self.report.say(&format!("    {name}: {value}"));
        }
        let issuer = endpoint(&self.metadata, "issuer")?.to_owned();
        self.report.same(
            "the issuer is the one we asked",
            &self.issuer.clone(),
            &issuer,
        );
        let modes = self
            .metadata
            .get("backchannel_token_delivery_modes_supported");
        let modes = modes.map(Value::to_string).unwrap_or_default();
        self.report.check(
            "CIBA by polling is offered",
            modes.contains("\"poll\""),
            || modes.clone(),
        );

        let keys = self.get(self.endpoint("jwks_uri")?.as_str(), &[]).await?;
        let parsed = JwkSet::parse(keys.body.as_bytes()).map_err(|error| error.to_string());
        self.report.sound("the signing keys can be read", &parsed);
        self.jwks = parsed.unwrap_or_default();
        let count = self.jwks.keys.len();
        self.report
            .check("there is a key for each algorithm", count >= 4, || {
                format!("{count} keys")
            });
        Ok(())
    }

    fn endpoint(&self, name: &str) -> Result<String, Failure> {
        endpoint(&self.metadata, name).map(str::to_owned)
    }

    async fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, Failure> {
        self.caller.get(url, headers).await
    }

    /// A request of the client, shown with its answer.
    async fn client_post(
        &mut self,
        name: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        let url = self.endpoint(name)?;
        let kept = &self.prepared.kept;
        let authorization = basic(&kept.client_id, &kept.client_secret);
        self.report
            .request(&format!("POST {url}"), Some(&authorization), fields);
        let answer = self
            .caller
            .post(&url, &[("authorization", &authorization)], fields)
            .await?;
        self.report.answer(&answer);
        Ok(answer)
    }

    /// What the script printed: always worth a look, and the first place to
    /// look when something did not hold.
    async fn show_script_log(&mut self) -> Result<(), Failure> {
        let store = self.prepared.node.provider.store.clone();
        let Some(kept) = store.find_script_by_name(script::NAME).await? else {
            return Ok(());
        };
        let entries = script_log::settled(&*store, &kept.inum).await?;
        self.report.step("What the script logged");
        let mut lines = Vec::new();
        for entry in &entries {
            let end = entry.error.as_deref().unwrap_or("no error");
            lines.push(format!(
                "{} took {} µs: {end}",
                entry.method, entry.duration_us
            ));
            lines.extend(entry.lines.iter().map(|line| format!("    {line}")));
        }
        let skipped = lines.len().saturating_sub(LOG_LINES);
        self.report.say(&lines.split_off(skipped).join("\n"));
        if let Some(error) = &kept.script_error {
            self.report.say(&error.stack_trace);
        }
        let called = entries
            .iter()
            .filter(|entry| entry.method == "notifyEndUser");
        let failed: Vec<&str> = called.filter_map(|entry| entry.error.as_deref()).collect();
        self.report
            .check("none of its calls failed", failed.is_empty(), || {
                failed.join("\n")
            });
        Ok(())
    }
}
