//! Which host a script runs on, and what is said when there is none for it.

use std::sync::Arc;

use durward_engine::{HostEngine, Hosts};
use durward_script::{
    Engine as _, EngineError,
    program::{Program, Runtime},
};
use serde_json::json;

use crate::stand::{Heard, java_script, jvm, native, program, python};

const NO_JVM: &str = "install one first";

fn hosts(jvm: Option<HostEngine>) -> Hosts {
    let heard = Arc::new(Heard::default());
    Hosts::new(native(&heard), jvm.ok_or_else(|| NO_JVM.to_owned()))
}

/// Runs anywhere and says where: an import that may fail decides nothing.
fn where_it_runs() -> String {
    python(
        "try:\n    from javax.crypto import Mac\n    return 'jython'\n\
         except ImportError:\n    return 'native'",
    )
}

/// What only a JVM has.
fn needs_java() -> String {
    format!(
        "from javax.crypto import Mac\n{}",
        python("import sys\nMac.getInstance('HmacSHA256')\nreturn sys.platform[:4]")
    )
}

async fn answer(hosts: &Hosts, program: Program) -> serde_json::Value {
    let opened = hosts.open(Arc::new(program)).await.unwrap();
    let answer = crate::stand::result(&opened, json!({})).await;
    opened.program.close().await;
    answer
}

#[tokio::test]
async fn python_runs_where_its_imports_are() {
    let heard = Arc::new(Heard::default());
    let Some(jvm) = jvm("python_runs_where_its_imports_are", &heard) else {
        return;
    };
    let hosts = hosts(Some(jvm));
    for (source, runtime, place) in [
        (where_it_runs(), Runtime::Auto, "native"),
        (where_it_runs(), Runtime::Native, "native"),
        (where_it_runs(), Runtime::Jython, "jython"),
        (needs_java(), Runtime::Auto, "java"),
    ] {
        let program = program(&source, runtime);
        assert!(hosts.check(&program).await.unwrap().problems.is_empty());
        assert_eq!(answer(&hosts, program).await, place, "{runtime:?}");
    }
    let told = hosts.check(&program(&needs_java(), Runtime::Native)).await;
    assert!(told.unwrap().problems[0].message.contains("javax.crypto"));
}

#[tokio::test]
async fn what_nobody_has_is_told_as_the_native_host_tells_it() {
    let heard = Arc::new(Heard::default());
    let Some(jvm) = jvm(
        "what_nobody_has_is_told_as_the_native_host_tells_it",
        &heard,
    ) else {
        return;
    };
    let source = format!("import org.nobody.has as this\n{}", python("return ''"));
    let report = hosts(Some(jvm))
        .check(&program(&source, Runtime::Auto))
        .await
        .unwrap();
    assert_eq!(report.problems.len(), 1, "{report:?}");
    assert_eq!(report.problems[0].line, 1);
    assert!(report.problems[0].message.contains("org"), "{report:?}");
}

#[tokio::test]
async fn without_a_jvm_the_refusal_says_what_to_do() {
    let hosts = hosts(None);
    let auto = program(&needs_java(), Runtime::Auto);
    let report = hosts.check(&auto).await.unwrap();
    assert_eq!(report.problems[0].line, 1);
    assert!(report.problems[0].message.ends_with(NO_JVM), "{report:?}");
    let Err(EngineError::Script(failure)) = hosts.open(Arc::new(auto)).await else {
        panic!("it was opened");
    };
    assert!(failure.message.ends_with(NO_JVM), "{failure:?}");
    for runtime in [Runtime::Java, Runtime::Jython] {
        let source = java_script("", "return null;");
        let told = hosts.check(&program(&source, runtime)).await;
        assert_eq!(told.unwrap_err(), EngineError::Missing(NO_JVM.to_owned()));
    }
    assert_eq!(
        answer(&hosts, program(&where_it_runs(), Runtime::Auto)).await,
        "native"
    );
}
