//! Every method of a `client_registration` script through the whole binary: what it answers,
//! changes, raises, shapes and never comes to the end of, has its effect and no other.
//! `isCertValidForClient` is in `mutual_tls.rs`, where there are certificates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use durward_jose::{Algorithm, SigningKey};
use reqwest::Method;
use serde_json::{Value, json};
use support::{
    caller::{Answer, Caller, read},
    home::Home,
};
use tokio::runtime::Runtime;

const SECRET: &str = "a secret that is long enough for HS256";

/// Each method looks up what to do in the request that it is asked about.
const SCRIPT: &str = r#"
import json
from io.jans.model.custom.script.type.client import ClientRegistrationType


class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        self.jwks = configurationAttributes.get("jwks").getValue2()
        self.secret = configurationAttributes.get("secret").getValue2()
        return True

    def destroy(self, configurationAttributes):
        return True

    def getApiVersion(self):
        return 11

    def trouble(self, wanted, context):
        if wanted == "raise":
            raise ValueError("a secret cause")
        if wanted == "hang":
            while True:
                pass
        if wanted == "shape":
            context.createWebApplicationException(409, json.dumps({"error": "shaped"}))

    def decide(self, context):
        wanted = context.getRegisterRequest().getClientName()
        self.trouble(wanted, context)
        if wanted == "change":
            context.getClient().setClientName("changed")
        return wanted != "refuse"

    def createClient(self, context):
        return self.decide(context)

    def updateClient(self, context):
        return self.decide(context)

    def known(self, jwt, value, context):
        wanted = jwt.getClaims().getClaimAsString("wanted")
        self.trouble(wanted, context)
        return "" if wanted == "refuse" else value

    def getSoftwareStatementJwks(self, context):
        return self.known(context.getSoftwareStatement(), self.jwks, context)

    def getSoftwareStatementHmacSecret(self, context):
        return self.known(context.getSoftwareStatement(), self.secret, context)

    def getDcrJwks(self, context):
        return self.known(context.getDcr(), self.jwks, context)

    def getDcrHmacSecret(self, context):
        return self.known(context.getDcr(), self.secret, context)

    def modify(self, method, answer, context):
        wanted = context.getClient().getClientName()
        if wanted.startswith(method + " "):
            answer.put("told_by", "the script")
            self.trouble(wanted.split()[1], context)
            return wanted.split()[1] != "refuse"
        return False

    def modifyPostResponse(self, responseAsJsonObject, executionContext):
        return self.modify("post", responseAsJsonObject, executionContext)

    def modifyPutResponse(self, responseAsJsonObject, executionContext):
        return self.modify("put", responseAsJsonObject, executionContext)

    def modifyReadResponse(self, responseAsJsonObject, executionContext):
        return self.modify("read", responseAsJsonObject, executionContext)
"#;

/// What a method can do wrong, and what the client hears then, if it is a verdict.
const TROUBLE: [(&str, u16, Option<&str>); 4] = [
    ("refuse", 400, None),
    ("raise", 400, None),
    ("hang", 400, None),
    ("shape", 409, Some("shaped")),
];

/// A server with the script, and the key that it vouches for.
struct Stage {
    home: Home,
    key: SigningKey,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let key = SigningKey::generate(Algorithm::ES256)
            .unwrap()
            .with_kid("k1");
        let jwks = json!({ "keys": [key.public_jwk()] });
        let file = home.file("methods.py", SCRIPT);
        let (jwks, secret) = (format!("jwks={jwks}"), format!("secret={SECRET}"));
        home.run(&[
            "script",
            "put",
            file.to_str().unwrap(),
            "--type",
            "client_registration",
            "--enable",
            "--property",
            &jwks,
            "--property",
            &secret,
        ])
        .ok();
        for (property, value) in [
            ("dynamicRegistrationMode", "open"),
            ("dynamicRegistrationQuota", "0"),
            ("softwareStatementValidationType", "script"),
            ("scriptLimits.wallMs", "1500"),
        ] {
            home.set(property, value);
        }
        Self { home, key }
    }

    /// Claims as a JWT, with the key or with the secret.
    fn signed(&self, by_secret: bool, claims: &Value) -> String {
        if !by_secret {
            return self.key.sign("JWT", claims).unwrap();
        }
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let text = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()),
            text.as_bytes(),
        );
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
    }
}

fn now_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

fn metadata(name: &str) -> Value {
    json!({ "client_name": name, "redirect_uris": ["https://new.example/cb"] })
}

async fn post(caller: &Caller, kind: &str, body: &str) -> Answer {
    let request = caller
        .request(Method::POST, &caller.url("/register"))
        .header("content-type", kind)
        .body(body.to_owned());
    read(request).await.unwrap()
}

async fn register(caller: &Caller, metadata: &Value) -> Answer {
    post(caller, "application/json", &metadata.to_string()).await
}

/// A request of whom `registered` is.
async fn manage(caller: &Caller, method: Method, registered: &Answer, name: &str) -> Answer {
    let mut request = caller
        .request(method.clone(), &registered.text("registration_client_uri"))
        .bearer_auth(registered.text("registration_access_token"));
    if method == Method::PUT {
        let mut body = metadata(name);
        body["client_id"] = json!(registered.text("client_id"));
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    read(request).await.unwrap()
}

#[track_caller]
fn is(answer: &Answer, status: u16, error: &str, what: &str) {
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (status, error),
        "{what}: {answer:?}"
    );
    assert!(!answer.body.contains("secret cause"), "{what}: {answer:?}");
}

#[test]
fn what_create_and_update_say_is_what_happens() {
    let stage = Stage::new();
    let _server = stage.home.serve();
    let caller = Caller::new(&stage.home);
    Runtime::new().unwrap().block_on(async {
        let registered = register(&caller, &metadata("change")).await;
        assert_eq!(registered.status, 201, "{registered:?}");
        assert_eq!(registered.text("client_name"), "changed");
        for (wanted, status, error) in TROUBLE {
            let error = error.unwrap_or("invalid_client_metadata");
            let created = register(&caller, &metadata(wanted)).await;
            is(&created, status, error, wanted);
            let updated = manage(&caller, Method::PUT, &registered, wanted).await;
            is(&updated, status, error, wanted);
        }
        // None of the refused updates left anything behind.
        let read = manage(&caller, Method::GET, &registered, "").await;
        assert_eq!(read.text("client_name"), "changed");
        let updated = manage(&caller, Method::PUT, &registered, "plain").await;
        assert_eq!(updated.text("client_name"), "plain");
        let updated = manage(&caller, Method::PUT, &updated, "change").await;
        assert_eq!(updated.text("client_name"), "changed");
    });
}

#[test]
fn keys_and_secrets_that_a_script_names_are_the_ones_that_count() {
    let stage = Stage::new();
    let _server = stage.home.serve();
    let caller = Caller::new(&stage.home);
    Runtime::new().unwrap().block_on(async {
        for by_secret in [false, true] {
            let ways = [("plain", 201, None)];
            for (wanted, status, error) in ways.into_iter().chain(TROUBLE) {
                let now = now_seconds();
                let claims = json!({ "iss": "https://d.example", "iat": now, "wanted": wanted });
                let mut with_statement = metadata("plain");
                with_statement["software_statement"] = json!(stage.signed(by_secret, &claims));
                let stated = register(&caller, &with_statement).await;

                let mut request = metadata("plain");
                let jti = format!("{by_secret}-{wanted}");
                for (name, value) in [
                    ("iss", json!("anybody")),
                    ("aud", json!(stage.home.issuer())),
                    ("iat", json!(now)),
                    ("exp", json!(now + 60)),
                    ("jti", json!(jti)),
                    ("wanted", json!(wanted)),
                ] {
                    request[name] = value;
                }
                let jwt = stage.signed(by_secret, &request);
                let asked = post(&caller, "application/jwt", &jwt).await;
                if status == 201 {
                    assert_eq!(
                        (stated.status, asked.status),
                        (201, 201),
                        "{stated:?} {asked:?}"
                    );
                    continue;
                }
                let statement = error.unwrap_or("invalid_software_statement");
                is(&stated, status, statement, &format!("statement: {jti}"));
                let request = error.unwrap_or("invalid_client_metadata");
                is(&asked, status, request, &format!("request: {jti}"));
            }
        }
    });
}

/// What is stored is stored: trouble with the answer sends it as it was.
#[test]
fn answers_are_changed_by_a_script_that_says_so_and_by_no_other() {
    let stage = Stage::new();
    let _server = stage.home.serve();
    let caller = Caller::new(&stage.home);
    Runtime::new().unwrap().block_on(async {
        let before = register(&caller, &metadata("plain")).await;
        let mut current = before;
        for wanted in ["change", "refuse", "raise", "hang", "shape"] {
            let told = |answer: &Answer| answer.json().get("told_by").cloned();
            // An exception that was only made is not an answer here: what is said counts.
            let expected = matches!(wanted, "change" | "shape").then(|| json!("the script"));
            let posted = register(&caller, &metadata(&format!("post {wanted}"))).await;
            assert_eq!(posted.status, 201, "{wanted}: {posted:?}");
            assert_eq!(told(&posted), expected, "post {wanted}");
            current = manage(&caller, Method::PUT, &current, &format!("put {wanted}")).await;
            assert_eq!(current.status, 200, "{wanted}: {current:?}");
            assert_eq!(told(&current), expected, "put {wanted}");
            current = manage(&caller, Method::PUT, &current, &format!("read {wanted}")).await;
            let read = manage(&caller, Method::GET, &current, "").await;
            assert_eq!(read.status, 200, "{wanted}: {read:?}");
            assert_eq!(told(&read), expected, "read {wanted}");
        }
    });
}
