//! Open Banking through the whole binary: a third party with a statement registers, the
//! script asks a directory that speaks real TLS, the client gets tokens and updates itself,
//! and is refused once the directory has taken its approval back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::time::{Duration, Instant};

use durward_directory::{Counts, Identity};
use reqwest::Method;
use serde_json::{Map, Value, json};
use support::{
    caller::{Answer, Caller, read},
    home::{Credentials, REDIRECT_URI},
    open_banking::{Stage, catalogue, directory, now_seconds, thumbprint, thumbprint_in},
    visitor::{Visitor, authorize_url_for, code_of},
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;

const NAME: &str = "open_banking";

/// Both of the catalogue: the same behaviour is asked of both.
const SCRIPTS: [&str; 2] = ["open_banking.py", "open_banking_jython.py"];

fn put(stage: &Stage, script: &str, others: &[(&str, &str)]) {
    stage.put(&catalogue(script), NAME, others).ok();
}

#[track_caller]
fn refused(answer: &Answer, error: &str) {
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (400, error),
        "{answer:?}"
    );
}

fn with_each_script(test: &impl AsyncFn(&str)) {
    let runtime = Runtime::new().unwrap();
    for script in SCRIPTS {
        runtime.block_on(test(script));
    }
}

#[test]
fn a_third_party_registers_gets_tokens_updates_itself_and_is_refused_when_it_must_be() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[]);
        let _server = stage.home.serve();

        let registered = stage.register(&stage.metadata()).await;
        assert_eq!(registered.status, 201, "{script}: {registered:?}");
        assert_eq!(registered.text("client_id"), "tpp-1");
        assert_eq!(registered.text("software_id"), "tpp-1");
        assert_eq!(registered.text("client_name"), "Application tpp-1");
        // payments is not for an AISP.
        assert_eq!(registered.text("scope"), "openid accounts");
        let keys = registered.text("jwks_uri");
        assert!(keys.ends_with("/keystore/org-1/tpp-1.jwks"), "{keys}");

        let token = stage.token("tpp-1", "one").await;
        assert_eq!(token.status, 200, "{token:?}");
        assert_eq!(token.text("scope"), "accounts");
        counts_with_its_certificate_only(&stage, &token.text("access_token")).await;

        let updated = stage.update(&registered, &stage.metadata()).await;
        assert_eq!(updated.status, 200, "{updated:?}");

        stage.directory.set_active("tpp-1", false);
        let again = stage.update(&updated, &stage.metadata()).await;
        refused(&again, "unapproved_software_statement");
        let anew = stage.register(&stage.metadata()).await;
        refused(&anew, "unapproved_software_statement");

        // Asked every time, with one token and one set of keys.
        let counts = stage.directory.counts();
        let seen = Counts {
            software_keys: 0,
            ..counts
        };
        assert_eq!(
            seen,
            Counts {
                token: 1,
                scim: 4,
                keys: 1,
                software_keys: 0
            },
            "{script}"
        );
        assert_nothing_secret_is_logged(&stage);
    });
}

/// A token of the third party's own is worth nothing elsewhere.
async fn counts_with_its_certificate_only(stage: &Stage, token: &str) {
    let own = thumbprint(&stage.tpp.transport);
    assert_eq!(thumbprint_in(token), own);
    let told = stage
        .post_signed(
            &stage.caller(),
            "/introspection",
            "tpp-1",
            "two",
            &[("token", token)],
        )
        .await
        .json();
    assert_eq!(
        (&told["active"], &told["cnf"]["x5t#S256"]),
        (&json!(true), &json!(own))
    );
    // It is a token, of nobody whom UserInfo could tell of; for the others it is none.
    let renewed = stage.directory.transport("tpp-1", "org-1").unwrap();
    for (caller, status, error) in [
        (stage.caller(), 403, "insufficient_scope"),
        (stage.showing(&renewed), 401, "invalid_token"),
        (stage.bare(), 401, "invalid_token"),
    ] {
        let answer = userinfo(&caller, token).await;
        assert_eq!((answer.status, answer.error().as_str()), (status, error));
    }
    let unbound = stage.token_as(&stage.bare(), "tpp-1", "three").await;
    refused(&unbound, "invalid_request");
    let caller = stage.showing(&renewed);
    let bound = stage.token_as(&caller, "tpp-1", "four").await;
    let bound = thumbprint_in(&bound.text("access_token"));
    assert_eq!(bound, thumbprint(&renewed));
}

async fn userinfo(caller: &Caller, token: &str) -> Answer {
    let request = caller.request(Method::GET, &caller.url("/userinfo"));
    read(request.bearer_auth(token)).await.unwrap()
}

#[test]
fn a_certificate_of_nobody_or_of_somebody_else_does_not_register() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[]);
        let _server = stage.home.serve();
        let made = |software: &str, organisation: &str| {
            let made = stage.directory.transport(software, organisation);
            stage.showing(&made.unwrap())
        };
        let elsewhere = stage
            .directory
            .enrol("tpp-2", "org-2", &["AISP"], &[])
            .unwrap();
        // The right names, and an authority that the bank does not know.
        let another = directory().await;
        let forged = another.transport("tpp-1", "org-1").unwrap();
        let strangers = [
            (stage.bare(), "a client certificate is needed"),
            (stage.showing(&forged), "a client certificate is needed"),
            (
                made("tpp-2", "org-1"),
                "the certificate is another software's",
            ),
            (
                made("tpp-1", "org-2"),
                "the certificate is another organisation's",
            ),
            (
                stage.showing(&elsewhere.transport),
                "the certificate is another software's",
            ),
            (
                stage.showing(&stage.directory.eidas(&elsewhere).unwrap()),
                "the certificate is another organisation's",
            ),
        ];
        for (caller, sentence) in &strangers {
            let answer = stage.register_as(caller, &stage.metadata()).await;
            refused(&answer, "invalid_client_metadata");
            assert_eq!(answer.text("error_description"), *sentence, "{script}");
        }
        // Nobody troubles the directory.
        assert_eq!(stage.directory.counts().scim, 0);

        let registered = stage.register(&stage.metadata()).await;
        assert_eq!(registered.status, 201, "{script}: {registered:?}");
        for (caller, sentence) in strangers.iter().skip(2) {
            let answer = stage
                .update_as(caller, &registered, &stage.metadata())
                .await;
            refused(&answer, "invalid_client_metadata");
            assert_eq!(answer.text("error_description"), *sentence, "{script}");
        }
    });
}

#[test]
fn a_certificate_and_a_statement_do_not_stand_for_the_directorys_approval() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[]);
        let _server = stage.home.serve();
        let unknown = "nobody-knows-it";
        let shown = stage.directory.transport(unknown, "org-1").unwrap();
        let statement = stage.statement(&json!({ "software_id": unknown }));
        let answer = stage
            .register_as(&stage.showing(&shown), &stage.metadata_with(&statement))
            .await;
        refused(&answer, "unapproved_software_statement");
        assert_eq!(stage.directory.counts().scim, 1, "{script}");
    });
}

#[test]
fn without_certificates_where_the_operator_says_so() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[("requireCertificate", "false")]);
        let _server = stage.home.serve();
        let answer = stage.register_as(&stage.bare(), &stage.metadata()).await;
        assert_eq!(answer.status, 201, "{script}: {answer:?}");
        let token = stage.token_as(&stage.bare(), "tpp-1", "one").await;
        refused(&token, "invalid_request");
    });
}

/// The third party's certificates and their subjects: as the directory has them and as
/// eIDAS has them.
fn certificates(stage: &Stage) -> [(Identity, &'static str); 2] {
    [
        (
            stage.tpp.transport.clone(),
            "CN=tpp-1,OU=org-1,O=OpenBanking,C=GB",
        ),
        (
            stage.directory.eidas(&stage.tpp).unwrap(),
            "CN=Third Party Ltd,organizationIdentifier=PSDGB-FCA-org-1,O=Third Party Ltd,C=GB",
        ),
    ]
}

#[test]
fn a_certificate_is_all_that_a_third_party_authenticates_with() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[]);
        stage.home.user("alice");
        stage.home.set("dynamicRegistrationMode", "mtls");
        let _server = stage.home.serve();
        for (shown, subject) in certificates(&stage) {
            let own = stage.showing(&shown);
            let other = stage.directory.transport("tpp-2", "org-1").unwrap();
            let other = stage.showing(&other);
            let metadata = stage.metadata_by_certificate(subject);
            let registered = stage.register_as(&own, &metadata).await;
            assert_eq!(registered.status, 201, "{script}: {registered:?}");

            let code = code(&stage).await;
            let exchange = [
                ("grant_type", "authorization_code"),
                ("client_id", "tpp-1"),
                ("code", code.as_str()),
                ("redirect_uri", REDIRECT_URI),
            ];
            for impostor in [&stage.bare(), &other] {
                let answer = impostor.post("/token", None, &exchange).await.unwrap();
                let told = (answer.status, answer.error());
                assert_eq!(told, (401, "invalid_client".to_owned()), "{script}");
            }
            let tokens = own.post("/token", None, &exchange).await.unwrap();
            assert_eq!(tokens.status, 200, "{script}: {subject}: {tokens:?}");
            let token = tokens.text("access_token");
            assert_eq!(thumbprint_in(&token), thumbprint(&shown));
            assert_eq!(userinfo(&own, &token).await.status, 200);
            assert_eq!(userinfo(&other, &token).await.status, 401);
            assert_eq!(userinfo(&stage.bare(), &token).await.status, 401);

            let updated = stage.update_as(&own, &registered, &metadata).await;
            assert_eq!(updated.status, 200, "{script}: {updated:?}");
            let left = stage.unregister(&updated).await;
            assert_eq!(left.status, 204, "{left:?}");
        }
    });
}

/// Alice lets the third party in.
async fn code(stage: &Stage) -> String {
    let caller = Caller::with(&stage.home, stage.listener.bare());
    let client = Credentials {
        id: "tpp-1".to_owned(),
        secret: String::new(),
    };
    let url = authorize_url_for(&caller, &client, "openid accounts", "login consent");
    let mut alice = Visitor::new(&caller);
    let page = alice.open(&url).await.unwrap();
    let page = alice.log_in(&page, "alice").await.unwrap();
    code_of(&alice.press(&page, "allow", &[]).await.unwrap())
}

fn assert_nothing_secret_is_logged(stage: &Stage) {
    let log = stage.home.script_log_with(NAME, |log| {
        json!(log).to_string().contains("registered tpp-1")
    });
    let log = json!(log).to_string();
    for secret in [
        "not-a-secret",
        "eyJ",
        "Bearer",
        "PRIVATE",
        "client_assertion",
    ] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn a_directory_that_hangs_costs_one_time_out_and_lets_nobody_in() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[]);
        let _server = stage.home.serve();
        // The keys are known, the directory is not.
        let registered = stage.register(&stage.metadata()).await;
        assert_eq!(registered.status, 201, "{registered:?}");
        stage.directory.hang(true);
        // Too short for everything that a registration fetches on a slow machine, and taken over
        // within a second: until then a time-out is the three seconds of the default.
        stage.home.set("scriptHttp.timeoutMs", "700");
        until_async("a request costs one short time-out", LONG, || async {
            let began = Instant::now();
            let answer = stage.update(&registered, &stage.metadata()).await;
            assert_eq!(
                (answer.status, answer.error().as_str()),
                (503, "temporarily_unavailable")
            );
            (began.elapsed() < Duration::from_millis(2500)).then_some(())
        })
        .await;
        stage.directory.hang(false);
        stage.home.set("scriptHttp.timeoutMs", "3000");
        until_async("the third party is let in again", LONG, || async {
            let answer = stage.update(&registered, &stage.metadata()).await;
            (answer.status == 200).then_some(())
        })
        .await;
    });
}

#[test]
fn what_is_not_as_it_should_be_is_refused() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[("statementSeconds", "3600")]);
        let _server = stage.home.serve();
        let now = now_seconds();
        let inactive = json!({ "authority_id": "FCAGBR", "status": "Revoked" });
        for (claims, error) in [
            (json!({ "iat": now - 4_000 }), "invalid_software_statement"),
            (json!({ "software_id": null }), "invalid_software_statement"),
            (
                json!({ "software_id": "x\" or Id pr" }),
                "invalid_software_statement",
            ),
            (
                json!({ "org_status": "Revoked" }),
                "unapproved_software_statement",
            ),
            (
                json!({ "organisation_competent_authority_claims": inactive }),
                "unapproved_software_statement",
            ),
            (
                json!({ "organisation_competent_authority_claims": [inactive] }),
                "unapproved_software_statement",
            ),
            (
                json!({ "software_roles": ["ASPSP"] }),
                "unapproved_software_statement",
            ),
            (
                json!({ "software_redirect_uris": ["https://other.example/"] }),
                "invalid_redirect_uri",
            ),
        ] {
            let metadata = stage.metadata_with(&stage.statement(&claims));
            let answer = stage.register(&metadata).await;
            assert_eq!(answer.error(), error, "{script}: {claims}: {answer:?}");
        }
        let mut by_secret = stage.metadata();
        by_secret.insert(
            "token_endpoint_auth_method".to_owned(),
            json!("client_secret_basic"),
        );
        by_secret.remove("token_endpoint_auth_signing_alg");
        refused(&stage.register(&by_secret).await, "invalid_client_metadata");
        let mut without = stage.metadata();
        without.remove("software_statement");
        assert_eq!(stage.register(&without).await.status, 400);
        // Signed by somebody else, with the name of the directory's key.
        let mut forged = stage.metadata();
        let claims =
            json!({ "iss": stage.directory.hosts()[1], "iat": now, "software_id": "tpp-1" });
        let kid = "another";
        let key = durward_jose::SigningKey::generate(durward_jose::Algorithm::PS256).unwrap();
        let forgery = key.with_kid(kid).sign("JWT", &claims).unwrap();
        forged.insert("software_statement".to_owned(), json!(forgery));
        for _ in 0..3 {
            refused(&stage.register(&forged).await, "invalid_software_statement");
        }
        // An unknown key is looked for, but not with every request.
        assert!(
            stage.directory.counts().keys <= 2,
            "{:?}",
            stage.directory.counts()
        );
    });
}

/// With keys of its own: no claim of the statement stands for them here.
fn signed_metadata(stage: &Stage, statement: Option<&str>) -> Map<String, Value> {
    let mut metadata = statement.map_or_else(|| stage.metadata(), |text| stage.metadata_with(text));
    let key = stage.tpp.signing.public_jwk().to_object();
    metadata.insert("jwks".to_owned(), json!({ "keys": [key] }));
    metadata
}

#[test]
fn a_signed_request_is_checked_with_the_softwares_own_keys() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[]);
        stage.home.set("dcrSignatureValidationEnabled", "true");
        // Jans's default names a claim; without it the script is asked.
        stage
            .home
            .set("dcrSignatureValidationSoftwareStatementJwksURIClaim", "");
        let _server = stage.home.serve();
        let registered = stage
            .register_signed(&signed_metadata(&stage, None), "one")
            .await;
        assert_eq!(registered.status, 201, "{script}: {registered:?}");
        let replayed = stage
            .register_signed(&signed_metadata(&stage, None), "one")
            .await;
        assert_eq!(replayed.status, 400, "{replayed:?}");
        assert_eq!(stage.directory.counts().software_keys, 1);

        // Keys at a host of somebody's own choosing are not fetched.
        let elsewhere =
            stage.statement(&json!({ "software_jwks_endpoint": "https://evil.example/keys" }));
        let answer = stage
            .register_signed(&stage.metadata_with(&elsewhere), "two")
            .await;
        refused(&answer, "invalid_client_metadata");
    });
}

#[test]
fn an_authorisation_in_the_member_state_is_asked_for_where_it_is_wanted() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        put(&stage, script, &[("memberState", "GBR")]);
        let _server = stage.home.serve();
        let registered = stage.register(&stage.metadata()).await;
        assert_eq!(registered.status, 201, "{script}: {registered:?}");
        // The statement says PISP too; the directory does not.
        let more = stage.statement(&json!({ "software_roles": ["AISP", "PISP"] }));
        let answer = stage.update(&registered, &stage.metadata_with(&more)).await;
        refused(&answer, "unapproved_software_statement");
    });
}

#[test]
fn init_names_the_property_that_is_missing_and_the_store_that_is_not_listed() {
    with_each_script(&async |script| {
        let stage = Stage::set().await;
        let file = catalogue(script);
        for (name, _) in &stage.equipment.properties {
            let ran = stage.put(&file, NAME, &[(name, "")]);
            assert_ne!(ran.code, Some(0), "{script}: {name}");
            let said = format!("the property {name} is missing");
            assert!(
                ran.stderr.contains(&said),
                "{script}: {name}: {}",
                ran.stderr
            );
        }
        let outside = stage.home.file("outside.p12", "");
        for (name, value, said) in [
            (
                "transportKeyStore",
                outside.to_str().unwrap(),
                "there is no key store",
            ),
            ("transportKeyStore", "/etc/passwd", "there is no key store"),
            (
                "transportKeyStorePassword",
                "another one",
                "another password",
            ),
            (
                "tokenUrl",
                "http://127.0.0.1/",
                "tokenUrl is not an https address",
            ),
        ] {
            let ran = stage.put(&file, NAME, &[(name, value)]);
            assert_ne!(ran.code, Some(0), "{script}: {name}");
            assert!(
                ran.stderr.contains(said),
                "{script}: {name}: {}",
                ran.stderr
            );
            assert!(!ran.stderr.contains("another one"), "{}", ran.stderr);
        }
        let stored = stage.home.run(&["script", "list", "--json"]).ok().json();
        assert_eq!(stored, Value::Array(Vec::new()));
    });
}
