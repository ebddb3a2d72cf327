//! A relying party that we did not write: npm `openid-client` discovers the server, pushes
//! and signs its requests, authenticates by `private_key_jwt`, and gets, refreshes and
//! introspects tokens. It is installed into a temporary directory, as its lock file says.
//!
//! Without Node.js and npm, or where npm reaches no registry, the test says so by name and
//! does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use support::{
    caller::Caller,
    home::{Home, REDIRECT_URI},
    visitor::Visitor,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const RESOURCE: &str = "https://accounts.example/api";

/// What the client asks for in detail; the script of our catalogue vets it.
fn details() -> Value {
    json!([{
        "type": "payment_initiation",
        "instructedAmount": { "currency": "EUR", "amount": "123.50" },
        "creditorName": "Merchant A",
        "creditorAccount": { "iban": "DE02100100109307118603" },
    }])
}

/// Every way of carrying a request, the plain one first: it asks for consent.
const CARRIAGES: [&str; 5] = ["plain", "par", "jar", "jar in par", "encrypted"];

/// The client, installed; or why not.
fn install() -> Result<TempDir, String> {
    for program in ["node", "npm"] {
        let found = Command::new(program).arg("--version").output();
        if !found.is_ok_and(|ran| ran.status.success()) {
            return Err(format!("there is no {program} on this machine"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openid_client");
    for file in ["package.json", "package-lock.json", "walk.mjs"] {
        std::fs::copy(source.join(file), folder.path().join(file)).unwrap();
    }
    let ran = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    // A package that is not the locked one is no reason to look away.
    assert!(!said.contains("EINTEGRITY"), "{said}");
    if ran.status.success() {
        Ok(folder)
    } else {
        Err("npm could not install openid-client".to_owned())
    }
}

/// The client at work.
struct Party {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    _folder: TempDir,
}

impl Party {
    fn keys(folder: &Path) -> Value {
        let ran = Command::new("node")
            .args(["walk.mjs", "keys"])
            .current_dir(folder)
            .output()
            .unwrap();
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
    }

    fn start(folder: TempDir, settings: &Value) -> Self {
        let mut child = Command::new("node")
            .arg("walk.mjs")
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut party = Self {
            stdin: child.stdin.take().unwrap(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
            _folder: folder,
        };
        party.tell(&settings.to_string());
        party
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    /// The next thing that happened; what it complains about is on standard error.
    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("it ended: {line:?}"))
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn metadata(public_key: &Value) -> Value {
    json!({
        "client_name": "Foreign",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": { "keys": [public_key] },
        "id_token_signed_response_alg": "ES256",
        "introspection_signed_response_alg": "ES256",
        "require_pkce": true,
        "authorization_details_types": ["payment_initiation"],
    })
}

/// A person opens what the client sent them to, and what comes back to the client.
async fn visit(visitor: &mut Visitor, url: &str) -> String {
    let mut page = visitor.open(url).await.unwrap();
    if page.body.contains("name=\"username\"") {
        page = visitor.log_in(&page, "alice").await.unwrap();
    }
    if page.body.contains("value=\"allow\"") {
        // As a browser sends the ticks that the page comes with.
        let ticked = [("choose", "details"), ("detail_0", "on")];
        let ticked: &[_] = if page.body.contains("detail_0") {
            &ticked
        } else {
            &[]
        };
        page = visitor.press(&page, "allow", ticked).await.unwrap();
    }
    let location = page.header("location");
    location
        .unwrap_or_else(|| panic!("no redirect: {page:?}"))
        .to_owned()
}

fn walk(name: &str, encryption: [&str; 2], resource: Option<&str>) {
    let folder = match install() {
        Ok(folder) => folder,
        Err(missing) => {
            println!("skipped {name}: {missing}");
            return;
        }
    };
    let keys = Party::keys(folder.path());
    let home = Home::new();
    home.user("alice");
    home.set("resourcesSupported", &json!([RESOURCE]).to_string());
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../catalog/authz_detail/payment_initiation.py")
        .canonicalize()
        .unwrap();
    let put = [
        "script",
        "put",
        script.to_str().unwrap(),
        "--type",
        "authz_detail",
        "--enable",
        "--property",
        "maxAmount=1000",
    ];
    home.run(&put).ok();
    let client = home.client(&metadata(&keys["public"]));
    let _server = home.serve();
    let settings = json!({
        "issuer": home.issuer(),
        "clientId": client.id,
        "privateKey": keys["private"],
        "redirectUri": REDIRECT_URI,
        "carriages": CARRIAGES,
        "encryption": encryption,
        "resource": resource,
        "authorizationDetails": details(),
    });
    let mut party = Party::start(folder, &settings);
    Runtime::new().unwrap().block_on(async {
        let caller = Caller::new(&home);
        let mut visitor = Visitor::new(&caller);
        let discovered = party.hear()["discovered"].clone();
        assert_eq!(discovered["issuer"], home.issuer());
        for carriage in CARRIAGES {
            let asked = party.hear();
            assert_eq!(asked["carriage"], carriage);
            let url = asked["visit"].as_str().unwrap();
            assert_eq!(url.contains("redirect_uri="), carriage == "plain", "{url}");
            let back = visit(&mut visitor, url).await;
            party.tell(&back);
            let got = party.hear();
            assert_eq!(got["tokens"]["scope"], "openid profile", "{got}");
            assert_ne!(
                got["tokens"]["access_token"],
                got["refreshed"]["access_token"]
            );
            assert_eq!(got["tokens"]["authorization_details"], details(), "{got}");
            assert_eq!(
                got["refreshed"]["authorization_details"],
                details(),
                "{got}"
            );
            let told = &got["introspected"];
            assert_eq!(told["authorization_details"], details(), "{got}");
            assert_eq!(told["active"], true, "{got}");
            assert_eq!(told["sub"], got["subject"]);
            let issuer = home.issuer();
            assert_eq!(told["aud"], resource.unwrap_or(&issuer));
        }
        assert_eq!(party.hear()["done"], true);
    });
}

#[test]
fn openid_client_walks_with_every_carriage() {
    let ways = ["RSA-OAEP-256", "A256GCM"];
    walk("openid_client_walks_with_every_carriage", ways, None);
}

#[test]
fn openid_client_gets_tokens_for_a_resource() {
    let ways = ["ECDH-ES+A256KW", "A256CBC-HS512"];
    walk(
        "openid_client_gets_tokens_for_a_resource",
        ways,
        Some(RESOURCE),
    );
}
