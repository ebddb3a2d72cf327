//! Registration through the whole binary: a token of the command line, a script in a
//! real worker, a client that manages itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use support::{
    caller::{Answer, Caller, read},
    home::Home,
};
use tokio::runtime::Runtime;

/// As Jans's administrators write them.
const SCRIPT: &str = "
from io.jans.model.custom.script.type.client import ClientRegistrationType
from io.jans.as.server.service import ScopeService
from io.jans.service.cdi.util import CdiUtil
from java.lang import String

class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        print \"Client registration. Initialization\"
        return True

    def destroy(self, configurationAttributes):
        return True

    def getApiVersion(self):
        return 11

    def createClient(self, context):
        client = context.getClient()
        if client.getClientName() == \"Unwanted\":
            context.createWebApplicationException(409, '{\"error\": \"unwanted\"}')
            return True
        if client.getClientName() == \"Broken\":
            raise ValueError, \"a secret cause\"
        scopeService = CdiUtil.bean(ScopeService)
        client.setScopes([scopeService.getScopeById(String(\"email\")).getDn()])
        client.setClientName(\"Approved \" + client.getClientName())
        return True

    def updateClient(self, context):
        return False

    def modifyPostResponse(self, responseAsJsonObject, executionContext):
        responseAsJsonObject.put(\"client_seen\", executionContext.getClient().getClientId())
        return True
";

async fn register(caller: &Caller, token: Option<&str>, name: &str) -> Answer {
    let body = json!({ "client_name": name, "redirect_uris": ["https://new.example/cb"] });
    let mut request = caller
        .request(Method::POST, &caller.url("/register"))
        .header("content-type", "application/json")
        .body(body.to_string());
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    read(request).await.unwrap()
}

#[test]
fn a_client_registers_with_a_token_and_as_a_script_will_have_it() {
    let home = Home::new();
    let file = home.file("registration.py", SCRIPT);
    let put = [
        "script",
        "put",
        file.to_str().unwrap(),
        "--type",
        "client_registration",
        "--enable",
    ];
    home.run(&put).ok();
    let told = home
        .run(&["client", "token", "--uses", "1", "--owner", "alice"])
        .ok()
        .json();
    let token = told["initial_access_token"].as_str().unwrap().to_owned();
    let _server = home.serve();
    let caller = Caller::new(&home);
    Runtime::new().unwrap().block_on(async {
        let nobody = register(&caller, None, "New").await;
        assert_eq!(
            (nobody.status, nobody.error()),
            (401, "invalid_token".to_owned())
        );
        let unwanted = register(&caller, Some(&token), "Unwanted").await;
        assert_eq!(
            (unwanted.status, unwanted.error()),
            (409, "unwanted".to_owned())
        );
        let broken = register(&caller, Some(&token), "Broken").await;
        assert_eq!(broken.error(), "invalid_client_metadata");
        assert!(!broken.json().to_string().contains("cause"));

        let registered = register(&caller, Some(&token), "New").await;
        assert_eq!(registered.status, 201, "{}", registered.json());
        assert_eq!(registered.text("client_name"), "Approved New");
        assert_eq!(registered.text("scope"), "email");
        let id = registered.text("client_id");
        assert_eq!(registered.text("client_seen"), id);
        let second = register(&caller, Some(&token), "New").await;
        assert_eq!(second.error(), "invalid_token");

        let address = registered.text("registration_client_uri");
        let management = registered.text("registration_access_token");
        let own = read(
            caller
                .request(Method::GET, &address)
                .header("authorization", format!("Bearer {management}")),
        );
        assert_eq!(own.await.unwrap().text("client_id"), id);

        let known = home
            .run(&["client", "show", &id, "--provenance"])
            .ok()
            .json();
        assert_eq!(known["owner"], "alice");
        assert_eq!(known["provenance"]["client_name"], "script");
        assert_eq!(known["provenance"]["redirect_uris"], "request");
        assert_eq!(known["access_token_hash"], Value::Null);
    });
}

#[test]
fn the_sample_of_the_catalogue_is_taken_with_its_properties() {
    let home = Home::new();
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../catalog/client_registration/software_statement.py");
    let with = |more: &[&str]| {
        let mut arguments = vec![
            "script",
            "put",
            file.to_str().unwrap(),
            "--type",
            "client_registration",
            "--enable",
        ];
        arguments.extend(more);
        home.run(&arguments)
    };
    assert_ne!(with(&[]).code, Some(0), "a property is missing");
    with(&[
        "--property",
        "jwks_endpoint=https://directory.example/jwks",
        "--property",
        "role_scopes={}",
    ])
    .ok();
}

#[test]
fn a_client_whose_id_begins_with_a_hyphen_is_shown() {
    let home = Home::new();
    let metadata = json!({ "client_id": "-h9", "redirect_uris": ["https://new.example/cb"] });
    let file = home.file("client.json", &metadata.to_string());
    home.run(&["client", "add", file.to_str().unwrap()]).ok();
    for arguments in [
        ["client", "show", "-h9"].as_slice(),
        &["client", "show", "--provenance", "-h9"],
    ] {
        home.run(arguments).ok();
    }
}
