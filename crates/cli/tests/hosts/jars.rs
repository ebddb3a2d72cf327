//! Jars that administrators put beside their scripts.

use std::{fs, path::PathBuf, sync::Arc};

use durward_engine::{HostEngine, Hosts};
use durward_script::{Engine as _, program::Runtime};
use serde_json::json;

use crate::stand::{
    Heard, SETTINGS, java_script, jvm_command, native, open, program, python, result,
};

/// The version that published scripts name.
fn jose4j(test: &str) -> Option<PathBuf> {
    let jar = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../hosts/jvm/host/target/test-libs/jose4j-0.7.7.jar");
    if !jar.is_file() {
        println!("skipped {test}: jose4j is not there (bin/setup fetches it)");
        return None;
    }
    Some(jar)
}

fn python_script() -> String {
    format!(
        "from org.jose4j.jwk import RsaJsonWebKey, JsonWebKeySet, EcJwkGenerator\n\
         from org.jose4j.keys import EllipticCurves\n\
         from org.jose4j.jws import JsonWebSignature\n{}",
        python(
            "key = EcJwkGenerator.generateJwk(EllipticCurves.P256)\n\
             made = JsonWebSignature()\n\
             made.setPayload(context.getPostLogoutRedirectUri())\n\
             made.setAlgorithmHeaderValue('ES256')\n\
             made.setKey(key.getPrivateKey())\n\
             compact = made.getCompactSerialization()\n\
             read = JsonWebSignature()\n\
             read.setCompactSerialization(compact)\n\
             read.setKey(JsonWebKeySet([key]).getJsonWebKeys().get(0).getPublicKey())\n\
             return [read.verifySignature(), read.getPayload()]",
        )
    )
}

fn java_source() -> String {
    let body = "try {\n\
         org.jose4j.jwk.EllipticCurveJsonWebKey key = org.jose4j.jwk.EcJwkGenerator.generateJwk(org.jose4j.keys.EllipticCurves.P256);\n\
         org.jose4j.jws.JsonWebSignature made = new org.jose4j.jws.JsonWebSignature();\n\
         made.setPayload(context.getPostLogoutRedirectUri());\n\
         made.setAlgorithmHeaderValue(\"ES256\");\n\
         made.setKey(key.getPrivateKey());\n\
         org.jose4j.jws.JsonWebSignature read = new org.jose4j.jws.JsonWebSignature();\n\
         read.setCompactSerialization(made.getCompactSerialization());\n\
         read.setKey(key.getPublicKey());\n\
         return read.verifySignature() + \" \" + read.getPayload();\n\
         } catch (org.jose4j.lang.JoseException e) { throw new IllegalStateException(e); }";
    java_script("", body)
}

#[tokio::test]
async fn a_jar_is_there_at_the_next_save_without_a_restart() {
    let test = "a_jar_is_there_at_the_next_save_without_a_restart";
    let (Some(jar), folder) = (jose4j(test), tempfile::tempdir().unwrap()) else {
        return;
    };
    let libs = folder.path().join("custom").join("libs");
    let Some(command) = jvm_command(test, &[&libs]) else {
        return;
    };
    let heard = Arc::new(Heard::default());
    let jvm = HostEngine::jvm(command, SETTINGS, heard.clone());
    let hosts = Hosts::new(native(&heard), Ok(jvm));

    let python = program(&python_script(), Runtime::Auto);
    let java = program(&java_source(), Runtime::Java);
    let before = hosts.check(&python).await.unwrap().problems;
    let lines: Vec<u32> = before.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [1, 2, 3], "{before:?}");
    assert!(!hosts.check(&java).await.unwrap().problems.is_empty());

    fs::create_dir_all(&libs).unwrap();
    fs::copy(jar, libs.join("jose4j.jar")).unwrap();
    assert_eq!(hosts.check(&python).await.unwrap().problems, []);
    assert_eq!(hosts.check(&java).await.unwrap().problems, []);
    let context = json!({ "postLogoutRedirectUri": "signed words" });
    let opened = hosts.open(Arc::new(python)).await.unwrap();
    assert_eq!(
        result(&opened, context.clone()).await,
        json!([true, "signed words"])
    );
    opened.program.close().await;
    let opened = open(hosts.jvm().unwrap(), java).await;
    assert_eq!(result(&opened, context).await, "true signed words");
    opened.program.close().await;

    fs::remove_file(libs.join("jose4j.jar")).unwrap();
    assert!(
        !hosts
            .check(&program(&java_source(), Runtime::Java))
            .await
            .unwrap()
            .problems
            .is_empty()
    );
}
