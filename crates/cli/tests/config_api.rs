//! The config API of a running server: with looping scripts of every type enabled, and by
//! schemathesis, a tester that we did not write, which asks whatever the API's own document
//! lets it ask, and more.
//!
//! Where schemathesis cannot be installed, its test says so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use support::{
    caller::plain_client,
    config_api::{API, administrator, token},
    home::{Home, notifying},
};
use tokio::runtime::Runtime;

/// Requests that schemathesis makes of each operation, at most, in each phase.
const EXAMPLES: &str = "8";

/// Where the tester sooner or later turns off or takes away the client that it calls as: it
/// learns ids from answers. These come last.
const CHANGING_CLIENTS: [&str; 3] = [
    "put-oauth-openid-client",
    "patch-oauth-openid-client-by-inum",
    "delete-oauth-openid-client-by-inum",
];

/// The way out of a script that holds everything up must not lead through it.
#[test]
fn a_looping_script_is_turned_off_from_afar() {
    Runtime::new().unwrap().block_on(async {
        let home = Home::new();
        let client = administrator(&home);
        home.script("loops", &notifying("while True: pass"), &[])
            .ok();
        let _server = home.serve();
        let bearer = token(&home, &client).await;
        let http = plain_client().build().unwrap();
        let at = |path: &str| format!("{}{API}{path}", home.issuer());
        let found = http
            .get(at("/config/scripts/name/loops"))
            .bearer_auth(&bearer)
            .send()
            .await
            .unwrap();
        let tag = found.headers()["etag"].clone();
        let found: serde_json::Value = serde_json::from_str(&found.text().await.unwrap()).unwrap();
        let off = http
            .patch(at(&format!(
                "/config/scripts/{}",
                found["inum"].as_str().unwrap()
            )))
            .bearer_auth(&bearer)
            .header("if-match", tag)
            .header("content-type", "application/json-patch+json")
            .body(r#"[{ "op": "replace", "path": "/enabled", "value": false }]"#)
            .send()
            .await
            .unwrap();
        assert_eq!(off.status(), 200);
        let shown = home.run(&["script", "show", "loops", "--json"]).ok().json();
        assert_eq!(shown["enabled"], false);
        let history = home
            .run(&["script", "history", "loops", "--json"])
            .ok()
            .json();
        let author = format!("client:{}", client.id);
        assert_eq!(history[0]["author"], author.as_str());
        let refused = http
            .post(at("/config/scripts"))
            .bearer_auth(&bearer)
            .header("content-type", "application/json")
            .body(
                json!({ "name": "broken", "scriptType": "ciba_end_user_notification",
                    "script": "x = = 1\n" })
                .to_string(),
            )
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), 400);
        let refused: serde_json::Value =
            serde_json::from_str(&refused.text().await.unwrap()).unwrap();
        assert_eq!(refused["errors"][0]["line"], 1, "{refused}");
    });
}

/// The program, installed into a folder of the build where it is not yet.
fn find_schemathesis() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
    let program = folder.join("bin/schemathesis");
    if !program.exists() {
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&folder)
            .status();
        made.ok().filter(std::process::ExitStatus::success)?;
        let installed = Command::new(folder.join("bin/pip"))
            .args(["install", "--quiet", "schemathesis>=4,<5"])
            .status();
        installed.ok().filter(std::process::ExitStatus::success)?;
    }
    program.exists().then_some(program)
}

#[test]
fn schemathesis_finds_nothing() {
    let Some(program) = find_schemathesis() else {
        println!("skipped: schemathesis_finds_nothing: schemathesis cannot be installed here");
        return;
    };
    let home = Home::new();
    home.user("alice");
    home.set("accessTokenLifetime", "3600");
    home.script("notify", &notifying("return True"), &[]).ok();
    let client = administrator(&home);
    let _server = home.serve();
    let bearer = Runtime::new().unwrap().block_on(token(&home, &client));
    let document = format!("{}{API}/openapi.json", home.issuer());
    let walk = |chosen: &str, count: usize| {
        let chosen: Vec<&str> = CHANGING_CLIENTS
            .iter()
            .flat_map(|id| [chosen, id])
            .collect();
        let ran = Command::new(&program)
            .current_dir(home.data().parent().unwrap())
            .args(["run", &document, "--max-examples", EXAMPLES])
            .args(["--header", &format!("Authorization: Bearer {bearer}")])
            .args(["--phases", "coverage,fuzzing", "--seed", "1"])
            .args(["--continue-on-failure", "--no-shrink", "--warnings", "off"])
            .args(["--suppress-health-check", "all"])
            // What a good document may still be refused for (a script that does not compile) and
            // how much a bad one may differ is not in the schema.
            .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"])
            .args(chosen)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{said}");
        assert!(said.contains(&format!("Tested: {count}")), "{said}");
    };
    let all = durward_server::openapi::OPERATIONS.len();
    walk("--exclude-operation-id", all - CHANGING_CLIENTS.len());
    // It was let in to the end: a list of refusals would be clean as well.
    let still = Runtime::new().unwrap().block_on(
        plain_client()
            .build()
            .unwrap()
            .get(format!("{}{API}/config/scripts", home.issuer()))
            .bearer_auth(&bearer)
            .send(),
    );
    assert_eq!(still.unwrap().status(), 200);
    walk("--include-operation-id", CHANGING_CLIENTS.len());
}
