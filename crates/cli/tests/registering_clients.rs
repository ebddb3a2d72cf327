//! Clients that we did not write register themselves and use what they became: `openid-client` of
//! npm and Authlib of the Python index, each installed into a directory of its own.
//!
//! Without Node.js and npm, or Python and pip, or where they reach no registry, a test says
//! so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use support::{caller::Caller, home::Home, visitor::Visitor};
use tokio::runtime::Runtime;

const CALLBACK: &str = "https://app.example/callback";

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    found.is_ok_and(|ran| ran.status.success())
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|ran| ran.status.success())
}

/// A fresh folder under `target`.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The way to run `openid-client`, or why there is none.
fn node() -> Result<Command, String> {
    if !has("node") || !has("npm") {
        return Err("there is no Node.js with npm on this machine".to_owned());
    }
    let folder = folder("registering_openid_client");
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(source("openid_client").join(file), folder.join(file)).unwrap();
    }
    let script = folder.join("register.mjs");
    std::fs::copy(source("registering_clients/register.mjs"), &script).unwrap();
    let mut install = Command::new("npm");
    install
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder);
    if !succeeds(&mut install) {
        return Err("npm could not install openid-client".to_owned());
    }
    let mut command = Command::new("node");
    command.arg(script).current_dir(folder);
    Ok(command)
}

/// The way to run Authlib, or why there is none.
fn python() -> Result<Command, String> {
    if !has("python3") {
        return Err("there is no python3 on this machine".to_owned());
    }
    let folder = folder("registering_authlib");
    if !succeeds(Command::new("python3").args(["-m", "venv"]).arg(&folder)) {
        return Err("python3 makes no virtual environments (python3-venv)".to_owned());
    }
    let program = folder.join("bin/python");
    let mut install = Command::new(&program);
    install
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ])
        .arg(source("registering_clients/requirements.txt"));
    if !succeeds(&mut install) {
        return Err("pip could not install Authlib".to_owned());
    }
    let mut command = Command::new(program);
    command
        .arg(source("registering_clients/register.py"))
        // The issuer is http here, on loopback.
        .env("AUTHLIB_INSECURE_TRANSPORT", "1");
    Ok(command)
}

struct Party {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Party {
    fn start(mut command: Command, settings: &Value) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut party = Self {
            stdin: child.stdin.take().unwrap(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
        };
        party.tell(&settings.to_string());
        party
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    /// What happened next; what it complains about is on standard error.
    fn hear(&mut self, what: &str) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let event: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("it ended: {line:?}"));
        event
            .get(what)
            .unwrap_or_else(|| panic!("no {what}: {event}"))
            .clone()
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn register_and_use(command: Command) {
    let home = Home::new();
    home.user("alice");
    let told = home.run(&["client", "token", "--uses", "1"]).ok().json();
    let metadata = json!({
        "client_name": "Foreign",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "client_credentials"],
        "response_types": ["code"],
        "scope": "openid profile orders",
        "token_endpoint_auth_method": "client_secret_basic",
    });
    home.set(
        "grantTypesSupportedByDynamicRegistration",
        r#"["authorization_code","client_credentials"]"#,
    );
    for property in ["scopesSupported", "dynamicRegistrationScopes"] {
        home.set(property, r#"["openid","profile","orders"]"#);
    }
    let settings = json!({
        "issuer": home.issuer(),
        "initialAccessToken": told["initial_access_token"],
        "metadata": metadata,
    });
    let _server = home.serve();
    let mut party = Party::start(command, &settings);
    let registered = party.hear("registered");
    assert_eq!(registered["client_name"], "Foreign", "{registered}");
    assert_eq!(registered["scope"], "openid profile orders");
    let client_id = &registered["client_id"];
    let machine = party.hear("machine");
    assert_eq!(machine, json!({ "active": true, "client_id": client_id }));

    let caller = Caller::new(&home);
    let mut visitor = Visitor::new(&caller);
    let url = party.hear("visit");
    let back = Runtime::new().unwrap().block_on(async {
        let page = visitor.open(url.as_str().unwrap()).await.unwrap();
        let page = visitor.log_in(&page, "alice").await.unwrap();
        let page = visitor.press(&page, "allow", &[]).await.unwrap();
        page.header("location").unwrap().to_owned()
    });
    assert!(back.starts_with(CALLBACK), "{back}");
    party.tell(&back);
    assert_eq!(party.hear("login")["name"], "A. Person");
    assert_eq!(
        party.hear("own"),
        json!({ "status": 200, "client_id": client_id })
    );
}

fn with(name: &str, command: Result<Command, String>) {
    match command {
        Ok(command) => register_and_use(command),
        Err(missing) => println!("skipped {name}: {missing}"),
    }
}

#[test]
fn openid_client_registers_itself() {
    with("openid_client_registers_itself", node());
}

#[test]
fn authlib_registers_itself() {
    with("authlib_registers_itself", python());
}
