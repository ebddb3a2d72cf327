//! `durward doctor`: what is wrong with a data directory, and what to type.

mod permissions;

use std::{path::Path, process::ExitCode, sync::Arc};

use durward_engine::Hosts;
use durward_model::Script;
use durward_protocol::script_keeping;
use durward_script::Engine as _;
use durward_server::services::KeyStores;
use serde::Serialize;

use super::DataArgs;
use crate::{failure::Failure, mutual_tls, node::Node, output};

/// One look at one thing.
#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    good: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Finding {
    fn good(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            good: true,
            problem: None,
            hint: None,
        }
    }

    /// What may be missing.
    fn note(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..Self::good(what)
        }
    }

    fn bad(what: impl Into<String>, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            good: false,
            problem: Some(problem.into()),
            hint: Some(hint.into()),
        }
    }
}

/// Runs the command: exit code 1 when something is wrong.
///
/// # Errors
/// The findings cannot be printed, or a server was named instead of a directory.
pub async fn run(args: &DataArgs, json: bool) -> Result<ExitCode, Failure> {
    let findings = examine(args.here()?).await;
    let sound = findings.iter().all(|finding| finding.good);
    output::print(json, &findings, || {
        let lines: Vec<String> = findings.iter().map(line).collect();
        lines.join("\n")
    })?;
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn line(finding: &Finding) -> String {
    match (&finding.problem, &finding.hint) {
        (Some(problem), Some(hint)) => {
            let problem = problem.replace('\n', "\n       ");
            let word = if is_command(hint) { "type" } else { "hint" };
            format!("wrong  {}: {problem}\n       {word}: {hint}", finding.what)
        }
        (None, Some(hint)) => format!("note   {}: {hint}", finding.what),
        _ => format!("good   {}", finding.what),
    }
}

/// Can it be typed as it is?
fn is_command(hint: &str) -> bool {
    ["durward ", "chmod "]
        .iter()
        .any(|begin| hint.starts_with(begin))
}

async fn examine(data: &Path) -> Vec<Finding> {
    let shown = data.display();
    let node = match Node::open(data).await {
        Ok(node) => node,
        Err(failure) => {
            let hint = failure
                .hint
                .unwrap_or_else(|| format!("durward init --data {shown}"));
            return vec![Finding::bad("data directory", failure.message, hint)];
        }
    };
    let mut findings = vec![Finding::good(format!("data directory {shown}"))];
    findings.extend(permissions::permissions(data, &node));
    findings.push(keys(&node));
    findings.extend(certificates(&node, data));
    findings.extend(people_and_clients(&node, data).await);
    findings.extend(notification(&node, data));
    findings.extend(key_stores(&node, data));
    findings.extend(scripts(&node, data).await);
    findings
}

/// Certificates of clients, where any come in.
fn certificates(node: &Node, data: &Path) -> Option<Finding> {
    const WHAT: &str = "client certificates";
    let mtls = &node.bootstrap.mtls;
    if let Err(failure) = mutual_tls::certificates(data, mtls) {
        let hint = failure
            .hint
            .unwrap_or_else(|| "correct [mtls] in durward.toml".to_owned());
        return Some(Finding::bad(WHAT, failure.message, hint));
    }
    let offered = &node.provider.mutual_tls;
    match (offered.is_on, offered.has_authorities) {
        (false, false) => None,
        (false, true) => Some(Finding::note(
            WHAT,
            "mtls.client_ca is set, but neither mtls.bind nor mtls.trusted_proxies",
        )),
        (true, false) => Some(Finding::note(
            WHAT,
            "self-signed ones only: mtls.client_ca names nobody who issues others",
        )),
        (true, true) => Some(Finding::good(WHAT)),
    }
}

fn key_stores(node: &Node, data: &Path) -> Option<Finding> {
    let listing = node.bootstrap.key_stores.listing(data);
    let count = listing.named.len();
    let problems = KeyStores::new(listing).problems();
    if problems.is_empty() {
        return (count > 0).then(|| Finding::good(format!("key stores: {count}")));
    }
    let hint = format!(
        "mend [key_stores] in {}",
        data.join("durward.toml").display()
    );
    Some(Finding::bad("key stores", problems.join("; "), hint))
}

fn keys(node: &Node) -> Finding {
    let live = node.provider.live();
    let now = node.provider.now();
    let missing: Vec<&str> = durward_protocol::keyring::ALGORITHMS
        .iter()
        .filter(|algorithm| live.keys.signer(**algorithm, now).is_err())
        .map(|algorithm| algorithm.name())
        .collect();
    if missing.is_empty() {
        Finding::good("signing keys")
    } else {
        let problem = format!("no key signs with {}", missing.join(", "));
        Finding::bad(
            "signing keys",
            problem,
            "durward key rotate --publish-before 0",
        )
    }
}

async fn people_and_clients(node: &Node, data: &Path) -> Vec<Finding> {
    let store = &node.provider.store;
    let shown = data.display();
    let users = store.list_users().await.map_or(0, |users| users.len());
    let clients = store
        .list_clients()
        .await
        .map_or(0, |clients| clients.len());
    let users = if users == 0 {
        let command = format!("durward user add alice --data {shown}");
        Finding::bad("users", "nobody can log in", command)
    } else {
        Finding::good(format!("users: {users}"))
    };
    // One client is our own, for approval links.
    let clients = if clients <= 1 {
        let command = format!("durward client add client.json --data {shown}");
        Finding::bad("clients", "no application is registered", command)
    } else {
        Finding::good(format!("clients: {}", clients - 1))
    };
    vec![users, clients]
}

fn notification(node: &Node, data: &Path) -> Option<Finding> {
    let live = node.provider.live();
    let configuration = &live.configuration;
    if !configuration.has_feature("ciba") {
        return None;
    }
    let url = &configuration
        .ciba_end_user_notification_config
        .notification_url;
    Some(if url.is_empty() {
        let command = format!(
            "durward config set cibaEndUserNotificationConfig.notificationUrl URL --data {}",
            data.display()
        );
        Finding::bad(
            "CIBA notifications",
            "no push service is configured",
            command,
        )
    } else {
        Finding::good("CIBA notifications")
    })
}

async fn jvm_host(engine: &Hosts) -> Finding {
    match engine.jvm() {
        Ok(jvm) => match jvm.warm().await {
            Ok(()) => Finding::good("JVM host (Java, Jython)"),
            Err(error) => Finding::bad(
                "JVM host",
                error.to_string(),
                "install a JDK, 17 to 23, and run bin/setup",
            ),
        },
        Err(reason) => Finding::note("no JVM host, so no Java scripts", reason.to_string()),
    }
}

async fn scripts(node: &Node, data: &Path) -> Vec<Finding> {
    let engine = match node.engine() {
        Ok(engine) => engine,
        Err(failure) => {
            let hint = "run durward from a readable file";
            return vec![Finding::bad("script workers", failure.message, hint)];
        }
    };
    let native = match engine.native().warm().await {
        Ok(()) => Finding::good("script workers (Python)"),
        Err(error) => Finding::bad(
            "script workers",
            error.to_string(),
            "Linux with seccomp and Unix sockets is needed",
        ),
    };
    let mut findings = vec![native, jvm_host(&engine).await];
    let stored = node.provider.store.list_scripts().await.unwrap_or_default();
    for script in stored.iter().filter(|script| script.enabled) {
        let what = format!("script {}", script.name);
        let live = node.provider.live();
        let now = node.provider.now();
        let sealing = &node.provider.sealing;
        let opened = match script_keeping::program(script, &live.configuration, sealing, now) {
            Ok(program) => engine
                .open(Arc::new(program))
                .await
                .map_err(|error| error.in_full()),
            Err(error) => Err(error.to_string()),
        };
        findings.push(match opened {
            Ok(opened) => {
                opened.program.close().await;
                Finding::good(what)
            }
            Err(problem) => {
                let command = format!(
                    "durward script disable {} --data {}",
                    script.name,
                    data.display()
                );
                Finding::bad(what, problem, command)
            }
        });
        findings.extend(file(node, script).await);
    }
    findings
}

/// The file of a script, if its text is in one: can it be read, does it serve?
async fn file(node: &Node, script: &Script) -> Option<Finding> {
    let path = script.file()?;
    let what = format!("file of script {}", script.name);
    Some(match node.provider.script_files.read(path).await {
        Ok(text) if text == script.script => Finding::good(what),
        Ok(_) => {
            let hint = format!("durward script reload {}", script.name);
            Finding::bad(what, "what serves is another text", hint)
        }
        Err(why) => Finding::bad(what, why, "mend the file, or [scripts] in durward.toml"),
    })
}
