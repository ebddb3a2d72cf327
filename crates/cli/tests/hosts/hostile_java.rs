//! Java scripts that do what no script should: each costs one call.

use std::{sync::Arc, time::Duration};

use durward_script::{
    engine::Opened,
    program::{Limits, Program, Runtime},
};
use serde_json::json;

use crate::stand::{Heard, LIMITS, call, java_script, jvm, open, program, result};

/// Ended by the clock. Loading has more time.
const SHORT: Limits = Limits {
    wall_ms: 1500,
    ..LIMITS
};

/// A name, what the method does, and whether it is refused (a result says so) or fails.
const REFUSED: &[(&str, &str)] = &[
    ("exit", "System.exit(3); return \"left\";"),
    ("halt", "Runtime.getRuntime().halt(3); return \"left\";"),
    (
        "a program",
        "new ProcessBuilder(\"/bin/true\").start().waitFor(); return \"ran\";",
    ),
    (
        "a file",
        "return new String(java.nio.file.Files.readAllBytes(java.nio.file.Path.of(\"/etc/hostname\")));",
    ),
    (
        "a new file",
        "java.nio.file.Files.createTempFile(\"a\", \"b\"); return \"made\";",
    ),
    (
        "a socket",
        "new java.net.Socket(\"127.0.0.1\", 22).close(); return \"connected\";",
    ),
    (
        "a listener",
        "new java.net.ServerSocket(0).close(); return \"listened\";",
    ),
    (
        "the environment",
        "return System.getenv().toString() + System.getenv(\"PATH\");",
    ),
    (
        "inner classes of Java",
        "var f = String.class.getDeclaredField(\"value\"); f.setAccessible(true); return \"open\";",
    ),
    (
        "the security manager",
        "System.setSecurityManager(null); return \"off\";",
    ),
    (
        "a library",
        "System.loadLibrary(\"net\"); return \"loaded\";",
    ),
    (
        "the host's classes",
        "return Class.forName(\"durward.host.Main\").getName();",
    ),
];

const FAILING: &[(&str, &str, &[&str])] = &[
    (
        "endless loop",
        "while (true) { Math.random(); }",
        &["timedOut"],
    ),
    (
        "sleep",
        "try { Thread.sleep(600000); } catch (InterruptedException e) { } return \"woke\";",
        &["timedOut"],
    ),
    (
        "deadlock",
        "synchronized (this) { try { wait(); } catch (InterruptedException e) { } } return \"woke\";",
        &["timedOut"],
    ),
    (
        "heap",
        "List<byte[]> all = new ArrayList<>(); while (true) { all.add(new byte[1 << 20]); }",
        &["exhausted"],
    ),
    (
        "stack",
        "return getFrontchannelHtml(given);",
        &["exhausted", "raised"],
    ),
    (
        "giant result",
        "return \"x\".repeat(10_000_000);",
        &["exhausted"],
    ),
];

fn limited(members: &str, body: &str) -> Program {
    let body = format!(
        "try {{ {body} }} catch (Exception e) {{ throw new RuntimeException(e.toString()); }}"
    );
    Program {
        limits: SHORT,
        ..program(&java_script(members, &body), Runtime::Java)
    }
}

async fn is_served(other: &Opened) -> bool {
    call(other, json!({})).await.outcome.is_ok()
}

#[tokio::test]
async fn what_leads_out_is_refused() {
    let Some(engine) = jvm("what_leads_out_is_refused", &Arc::new(Heard::default())) else {
        return;
    };
    for (name, body) in REFUSED {
        let opened = open(&engine, limited("", body)).await;
        let outcome = call(&opened, json!({})).await.outcome;
        match outcome {
            // The environment may be read, and is empty.
            Ok(reply) => assert_eq!(reply.result, "{}null", "{name}"),
            Err(error) => assert_eq!(error.kind(), "raised", "{name}: {error}"),
        }
        opened.program.close().await;
    }
}

#[tokio::test]
async fn one_bad_call_costs_one_call() {
    let Some(engine) = jvm("one_bad_call_costs_one_call", &Arc::new(Heard::default())) else {
        return;
    };
    let other = open(
        &engine,
        program(&java_script("", "return \"fine\";"), Runtime::Java),
    )
    .await;
    for (name, body, kinds) in FAILING {
        let opened = open(&engine, limited("", body)).await;
        let execution = call(&opened, json!({})).await;
        let kind = execution.outcome.map_err(|error| error.kind()).unwrap_err();
        assert!(kinds.contains(&kind), "{name}: {kind}");
        assert!(execution.duration < Duration::from_secs(10), "{name}");
        assert!(is_served(&other).await, "after {name}");
        opened.program.close().await;
    }
    other.program.close().await;
}

#[tokio::test]
async fn a_flooded_log_is_cut() {
    let Some(engine) = jvm("a_flooded_log_is_cut", &Arc::new(Heard::default())) else {
        return;
    };
    let body = "for (int n = 0; n < 100000; n++) { log.warn(\"line {}\", n); System.out.println(n); } return \"done\";";
    let opened = open(&engine, program(&java_script("", body), Runtime::Java)).await;
    let execution = call(&opened, json!({})).await;
    assert_eq!(execution.outcome.unwrap().result, "done");
    assert_eq!(execution.log.len(), LIMITS.log_lines + 1);
    assert_eq!(execution.log[0].level, "warn");
    assert_eq!(execution.log[0].text, "line 0");
    opened.program.close().await;
}

#[tokio::test]
async fn java_as_people_write_it_works() {
    let Some(engine) = jvm("java_as_people_write_it_works", &Arc::new(Heard::default())) else {
        return;
    };
    // Jans's compiler refuses classes within the class, and lambdas with them.
    let members = "private interface Words { String of(int n); }\n\
         private static final class Pair { final int a; final int b; Pair(int a, int b) { this.a = a; this.b = b; } int sum() { return a + b; } }\n\
         private enum Colour { RED, BLUE }\n\
         private record Point(int x, int y) { }";
    let body = "Words words = n -> \"n\" + n;\n\
         Words anonymous = new Words() { public String of(int n) { return \"a\" + n; } };\n\
         StringBuilder text = new StringBuilder(words.of(new Pair(1, 2).sum())).append(anonymous.of(4));\n\
         context.getFrontchannelLogoutUris().forEach(text::append);\n\
         return text.append(Colour.BLUE).append(new Point(5, 6)).toString();";
    let opened = open(&engine, program(&java_script(members, body), Runtime::Java)).await;
    assert_eq!(opened.report.dialect, "java");
    let context = json!({ "frontchannelLogoutUris": ["-x-", "-y-"] });
    assert_eq!(
        result(&opened, context).await,
        "n3a4-x--y-BLUEPoint[x=5, y=6]"
    );
    opened.program.close().await;
}

#[tokio::test]
async fn compile_errors_have_their_places() {
    use durward_script::Engine as _;
    let Some(engine) = jvm(
        "compile_errors_have_their_places",
        &Arc::new(Heard::default()),
    ) else {
        return;
    };
    let source = java_script("", "int x = \"text\";\nreturn undefined;");
    let report = engine
        .check(&program(&source, Runtime::Java))
        .await
        .unwrap();
    let first = source
        .lines()
        .position(|line| line.starts_with("int x"))
        .unwrap()
        + 1;
    let places: Vec<(usize, u32)> = report
        .problems
        .iter()
        .map(|problem| (problem.line as usize, problem.column))
        .collect();
    assert_eq!(places, [(first, 9), (first + 1, 8)], "{report:?}");
}
