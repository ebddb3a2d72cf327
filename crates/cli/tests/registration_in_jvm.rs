//! Registration by scripts that run in the JVM: with real Java classes out of jars that
//! administrators put there, and those of the catalogue.
//!
//! What needs the JVM host, or the jar, says that it was skipped where there is none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::path::{Path, PathBuf};

use durward_jose::{Algorithm, SigningKey};
use serde_json::json;
use support::{
    jvm::host_jar_for,
    open_banking::{Stage, catalogue, thumbprint, thumbprint_in},
};
use tokio::runtime::Runtime;

/// The version that the published page names.
fn jose4j(test: &str) -> Option<PathBuf> {
    let jar = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../hosts/jvm/host/target/test-libs/jose4j-0.7.7.jar");
    if !jar.is_file() {
        println!("skipped {test}: jose4j is not there (bin/setup fetches it)");
        return None;
    }
    Some(jar)
}

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/jose4j")
        .join(name)
}

#[test]
fn jose4j_verifies_statements_in_python_and_in_java() {
    let test = "jose4j_verifies_statements_in_python_and_in_java";
    let (Some(_), Some(jar)) = (host_jar_for(test), jose4j(test)) else {
        return;
    };
    for script in ["registration.py", "Registration.java"] {
        Runtime::new().unwrap().block_on(async {
            let stage = Stage::set().await;
            let libs = stage.home.data().join("custom/libs");
            std::fs::create_dir_all(&libs).unwrap();
            std::fs::copy(&jar, libs.join("jose4j-0.7.7.jar")).unwrap();
            // The server leaves it to the script alone.
            stage.home.set("softwareStatementUnsignedForTests", "true");
            stage.home.set("softwareStatementValidationType", "none");
            stage.put(&own(script), "jose4j", &[]).ok();
            let _server = stage.home.serve();

            let mut metadata = stage.metadata();
            metadata.remove("token_endpoint_auth_signing_alg");
            metadata.insert(
                "token_endpoint_auth_method".to_owned(),
                json!("client_secret_basic"),
            );
            let registered = stage.register(&metadata).await;
            assert_eq!(registered.status, 201, "{script}: {registered:?}");
            assert_eq!(registered.text("client_name"), "verified tpp-1");

            let key = SigningKey::generate(Algorithm::PS256).unwrap();
            let claims = durward_jose::unverified_claims(
                metadata["software_statement"].as_str().unwrap(),
                64 * 1024,
            );
            let forged = key.sign("JWT", &claims.unwrap()).unwrap();
            metadata.insert("software_statement".to_owned(), json!(forged));
            let refused = stage.register(&metadata).await;
            assert_eq!(refused.error(), "invalid_client_metadata", "{script}");
            stage.home.script_log_with("jose4j", |log| {
                json!(log).to_string().contains("no key fits")
            });
        });
    }
}

#[test]
fn the_open_banking_script_runs_on_jython_too() {
    let test = "the_open_banking_script_runs_on_jython_too";
    if host_jar_for(test).is_none() {
        return;
    }
    Runtime::new().unwrap().block_on(async {
        let stage = Stage::set().await;
        let file = catalogue("open_banking_jython.py");
        stage.put_on("jython", &file, "open_banking", &[]).ok();
        let _server = stage.home.serve();
        let without = stage.register_as(&stage.bare(), &stage.metadata()).await;
        assert_eq!(without.error(), "invalid_client_metadata", "{without:?}");
        let eidas = stage.directory.eidas(&stage.tpp).unwrap();
        let other = stage.directory.transport("tpp-1", "org-2").unwrap();
        let other = stage
            .register_as(&stage.showing(&other), &stage.metadata())
            .await;
        assert_eq!(other.error(), "invalid_client_metadata", "{other:?}");
        assert_eq!(stage.directory.counts().scim, 0);
        let registered = stage.register(&stage.metadata()).await;
        let log = json!(stage.home.script_log("open_banking")).to_string();
        assert_eq!(registered.status, 201, "{registered:?} {log}");
        let token = stage.token("tpp-1", "one").await;
        assert_eq!(
            thumbprint_in(&token.text("access_token")),
            thumbprint(&stage.tpp.transport)
        );
        // Another of its certificates: by the organisation's number.
        let updated = stage
            .update_as(&stage.showing(&eidas), &registered, &stage.metadata())
            .await;
        assert_eq!(updated.status, 200, "{updated:?} {log}");
        stage.directory.set_active("tpp-1", false);
        let again = stage.update(&updated, &stage.metadata()).await;
        assert_eq!(again.error(), "unapproved_software_statement");
        let counts = stage.directory.counts();
        assert_eq!((counts.token, counts.keys, counts.scim), (1, 1, 3));
    });
}

#[test]
fn the_sample_in_java_lets_in_whom_the_directory_vouches_for() {
    let test = "the_sample_in_java_lets_in_whom_the_directory_vouches_for";
    if host_jar_for(test).is_none() {
        return;
    }
    Runtime::new().unwrap().block_on(async {
        let stage = Stage::set().await;
        let keys = stage
            .equipment
            .properties
            .iter()
            .find(|(name, _)| *name == "jwks_endpoint");
        let keys = keys.unwrap().1.as_str();
        let file = catalogue("SoftwareStatements.java");
        stage.put(&file, "statements", &[("jwks_uri", keys)]).ok();
        let _server = stage.home.serve();
        let mut metadata = stage.metadata();
        metadata.insert(
            "jwks".to_owned(),
            json!({ "keys": [stage.tpp.signing.public_jwk().to_object()] }),
        );
        let registered = stage.register(&metadata).await;
        assert_eq!(registered.status, 201, "{registered:?}");
        assert_eq!(registered.text("client_name"), "Application tpp-1");
        assert_eq!(registered.text("software_client_name"), "Application tpp-1");
        let elsewhere =
            stage.statement(&json!({ "software_redirect_uris": ["https://other.example/"] }));
        metadata.insert("software_statement".to_owned(), json!(elsewhere));
        let refused = stage.register(&metadata).await;
        assert_eq!(refused.error(), "invalid_redirect_uri");
    });
}
