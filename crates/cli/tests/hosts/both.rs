//! What holds for a Python script wherever it runs.

use std::time::Duration;

use durward_script::{
    Engine as _, EngineError,
    program::{FailureKind, Limits, Program, Runtime},
};
use serde_json::{Value, json};

use std::sync::Arc;

use crate::stand::{
    Heard, LIMITS, call, java_script, jvm, open, program, python, python_hosts, result,
};

/// What an attacker would have run if names became code, as they did elsewhere.
const HOSTILE: [&str; 12] = [
    "__class__",
    "__import__('os').system('id')",
    "\"; import os; print('owned'); \"",
    "'+print('owned')+'",
    "x): pass\nprint('owned')\ndef f(x",
    "{{7*7}}${7*7}#{7*7}",
    "constructor",
    "prototype.__proto__",
    "getClass",
    "class",
    "getFrontchannelLogoutUris",
    "\\u0022;System.out.println(1);//",
];

/// A call is given this long where it is to be ended.
const SHORT: Limits = Limits {
    wall_ms: 1000,
    cpu_ms: 900,
    ..LIMITS
};

fn limited(source: &str, limits: Limits) -> Program {
    Program {
        limits,
        ..program(source, Runtime::Auto)
    }
}

#[tokio::test]
async fn results_logs_and_contexts_are_the_same() {
    let source = python(
        "print 'asked', 1, None\n\
         print u'gr\\xfc\\xdfe'\n\
         uris = context.getFrontchannelLogoutUris()\n\
         return {'now': self.now, 'name': self.name, 'colour': self.colour,\n    \
             'uris': [uri for uri in uris], 'count': len(uris), 'api': self.getApiVersion(),\n    \
             'none': None, 'half': 1 / 2, 'long': 2 ** 40}",
    );
    let context =
        json!({ "frontchannelLogoutUris": ["https://a.test/", "https://b.test/?x=\u{e9}"] });
    for (host, engine, _) in python_hosts("results_logs_and_contexts_are_the_same") {
        let opened = open(&engine, program(&source, Runtime::Auto)).await;
        assert_eq!(opened.report.api_version, 11, "{host}");
        let execution = call(&opened, context.clone()).await;
        let reply = execution.outcome.unwrap();
        assert_eq!(
            reply.result,
            json!({
                "now": 1_700_000_000_123_i64, "name": "probe", "colour": "blue",
                "uris": ["https://a.test/", "https://b.test/?x=\u{e9}"], "count": 2, "api": 11,
                "none": null, "half": 0, "long": 1_099_511_627_776_i64,
            }),
            "{host}"
        );
        let lines: Vec<&str> = execution
            .log
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(lines, ["asked 1 None", "gr\u{fc}\u{df}e"], "{host}");
        opened.program.close().await;
    }
}

#[tokio::test]
async fn an_exception_names_its_type_and_the_authors_line() {
    let source = python("values = {}\nif True:\n    values['missing']\nreturn ''");
    let line = 1 + source
        .lines()
        .position(|line| line.contains("['missing']"))
        .unwrap();
    for (host, engine, _) in python_hosts("an_exception_names_its_type_and_the_authors_line") {
        let opened = open(&engine, program(&source, Runtime::Auto)).await;
        let Err(EngineError::Script(failure)) = call(&opened, json!({})).await.outcome else {
            panic!("{host}: it did not raise");
        };
        assert_eq!(failure.kind, FailureKind::Raised, "{host}");
        assert_eq!(failure.message, "KeyError: 'missing'", "{host}");
        assert_eq!(failure.line, u32::try_from(line).ok(), "{host}");
        assert!(
            failure.trace.contains("getFrontchannelHtml"),
            "{host}: {}",
            failure.trace
        );
        // The script itself lives on.
        assert!(call(&opened, json!({})).await.outcome.is_err());
        opened.program.close().await;
    }
}

#[tokio::test]
async fn both_inits_are_called_as_the_version_says() {
    let source = |version: u32, init: &str| {
        format!(
            "from io.jans.model.custom.script.type.logout import EndSessionType\n\
             class EndSession(EndSessionType):\n    \
                 def __init__(self, now):\n        self.saw = None\n    \
                 {init}\n    \
                 def destroy(self, attributes):\n        return True\n    \
                 def getApiVersion(self):\n        return {version}\n    \
                 def getFrontchannelHtml(self, context):\n        return self.saw\n"
        )
    };
    let one = "def init(self, attributes):\n        self.saw = 'one'\n        return True";
    let two = "def init(self, script, attributes):\n        self.saw = script.getName()\n        return True";
    for (host, engine, _) in python_hosts("both_inits_are_called_as_the_version_says") {
        for (version, init, saw) in [(1, one, "one"), (11, two, "probe")] {
            let opened = open(&engine, program(&source(version, init), Runtime::Auto)).await;
            assert_eq!(result(&opened, json!({})).await, saw, "{host} {version}");
            opened.program.close().await;
        }
    }
}

#[tokio::test]
async fn host_calls_are_answered_recorded_and_bounded() {
    let source = python(
        "service = CdiUtil.bean(EncryptionService)\n\
         return [service.decrypt(uri) for uri in context.getFrontchannelLogoutUris()]",
    );
    for (host, engine, heard) in python_hosts("host_calls_are_answered_recorded_and_bounded") {
        let opened = open(&engine, program(&source, Runtime::Auto)).await;
        // A set in Java: no two are the same.
        let uris = |count: usize| {
            let uris: Vec<String> = (0..count).map(|number| format!("word{number}")).collect();
            json!({ "frontchannelLogoutUris": uris })
        };
        let execution = call(&opened, uris(2)).await;
        assert_eq!(
            execution.outcome.unwrap().result,
            json!(["WORD0", "WORD1"]),
            "{host}"
        );
        assert_eq!(execution.host_calls.len(), 2, "{host}");
        let execution = call(&opened, uris(9)).await;
        assert!(
            execution.outcome.is_err(),
            "{host}: nine calls are too many"
        );
        assert_eq!(execution.host_calls.len(), 8, "{host}");
        assert_eq!(result(&opened, uris(0)).await, json!([]), "{host}");
        opened.program.close().await;
        // Its worker was told of its end, and could still ask.
        assert!(heard.all().contains(&"destroyed".to_owned()), "{host}");
    }
}

#[tokio::test]
async fn what_does_not_end_is_ended_and_the_next_call_is_served() {
    let source = python(
        "wanted = context.getPostLogoutRedirectUri()\n\
         if wanted == 'loop':\n    while True: pass\n\
         if wanted == 'sleep':\n    import time\n    time.sleep(600)\n\
         if wanted == 'catch':\n    \
             while True:\n        \
                 try:\n            while True: pass\n        \
                 except BaseException: pass\n\
         return 'served'",
    );
    for (host, engine, _) in python_hosts("what_does_not_end_is_ended_and_the_next_call_is_served")
    {
        let opened = open(&engine, limited(&source, SHORT)).await;
        for wanted in ["loop", "sleep", "catch"] {
            let execution = call(&opened, json!({ "postLogoutRedirectUri": wanted })).await;
            let kind = execution.outcome.map_err(|error| error.kind()).unwrap_err();
            assert!(
                ["timedOut", "exhausted"].contains(&kind),
                "{host} {wanted}: {kind}"
            );
            assert!(
                execution.duration < Duration::from_secs(10),
                "{host} {wanted}"
            );
            // A worker may have to be made first.
            let mut served = false;
            for _ in 0..20 {
                served |= call(&opened, json!({})).await.outcome.is_ok();
            }
            assert!(served, "{host} after {wanted}");
        }
        opened.program.close().await;
    }
}

#[tokio::test]
async fn results_and_logs_are_bounded() {
    let source = python(
        "wanted = context.getPostLogoutRedirectUri()\n\
         if wanted == 'result':\n    return 'x' * 1000000\n\
         if wanted == 'lines':\n    for n in range(1000): print n\n\
         if wanted == 'line':\n    print 'y' * 100000\n\
         return 'served'",
    );
    for (host, engine, _) in python_hosts("results_and_logs_are_bounded") {
        let opened = open(&engine, program(&source, Runtime::Auto)).await;
        let asked = |wanted: &str| json!({ "postLogoutRedirectUri": wanted });
        let error = call(&opened, asked("result")).await.outcome.unwrap_err();
        assert_eq!(error.kind(), "exhausted", "{host}");
        let execution = call(&opened, asked("lines")).await;
        assert_eq!(execution.outcome.unwrap().result, "served", "{host}");
        assert_eq!(execution.log.len(), LIMITS.log_lines + 1, "{host}");
        assert!(execution.log.last().unwrap().text.contains("744"), "{host}");
        let execution = call(&opened, asked("line")).await;
        assert_eq!(execution.outcome.unwrap().result, "served", "{host}");
        let longest = execution.log.iter().map(|line| line.text.len()).max();
        assert!(longest.unwrap() <= LIMITS.log_line_bytes, "{host}");
        opened.program.close().await;
    }
}

#[tokio::test]
async fn an_error_that_a_script_shapes_travels_back() {
    let source = python(
        "from jakarta.ws.rs import WebApplicationException\n\
         from jakarta.ws.rs.core import Response\n\
         raise WebApplicationException(Response.status(418).entity('short and stout').build())",
    );
    for (host, engine, _) in python_hosts("an_error_that_a_script_shapes_travels_back") {
        let opened = open(&engine, program(&source, Runtime::Auto)).await;
        let reply = call(&opened, json!({})).await.outcome.unwrap();
        assert_eq!(reply.result, Value::Null, "{host}");
        assert_eq!(
            reply.changes["webApplicationException"],
            json!({ "status": 418, "entity": "short and stout" }),
            "{host}"
        );
        opened.program.close().await;
    }
}

#[tokio::test]
async fn many_calls_at_once_are_all_answered() {
    let source = python("return context.getPostLogoutRedirectUri() + '!'");
    for (host, engine, _) in python_hosts("many_calls_at_once_are_all_answered") {
        let opened = std::sync::Arc::new(open(&engine, program(&source, Runtime::Auto)).await);
        let calls: Vec<_> = (0..40)
            .map(|number| {
                let opened = opened.clone();
                tokio::spawn(async move {
                    let context = json!({ "postLogoutRedirectUri": format!("{number}") });
                    (number, result(&opened, context).await)
                })
            })
            .collect();
        for one in calls {
            let (number, answer) = one.await.unwrap();
            assert_eq!(answer, format!("{number}!"), "{host}");
        }
        opened.program.close().await;
    }
}

#[tokio::test]
async fn a_check_tells_every_problem_with_its_line() {
    let class = "class EndSession:\n    def init(self):\n        return True\n";
    for (host, engine, _) in python_hosts("a_check_tells_every_problem_with_its_line") {
        let report = engine.check(&program(class, Runtime::Auto)).await.unwrap();
        let told: Vec<String> = report
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.line, problem.message))
            .collect();
        for missing in ["destroy", "getApiVersion", "getFrontchannelHtml"] {
            assert!(
                told.iter()
                    .any(|line| line.starts_with("1: ") && line.contains(missing)),
                "{host}: {missing} in {told:?}"
            );
        }
        assert!(
            told.iter().any(|line| line.starts_with("2: ")),
            "{host}: {told:?}"
        );
        let broken = engine
            .check(&program("def f(:\n", Runtime::Auto))
            .await
            .unwrap();
        assert_eq!(broken.problems[0].line, 1, "{host}: {broken:?}");
    }
}

/// The hosts make getters of contexts: a name that nobody knows makes none, and runs nothing.
#[tokio::test]
async fn context_keys_are_data_only_cve_2026_25227() {
    let test = "context_keys_are_data_only_cve_2026_25227";
    let named: serde_json::Map<String, Value> = HOSTILE
        .iter()
        .map(|name| ((*name).to_owned(), json!("print('owned')")))
        .collect();
    // Where a contract takes any names, and where it takes none of these.
    let mut context = named.clone();
    context.insert("httpRequest".to_owned(), json!({ "parameters": named }));
    context.insert("sessionId".to_owned(), json!(named));
    context.insert("frontchannelLogoutUris".to_owned(), json!([]));
    let context = Value::Object(context);
    let mut wanted = HOSTILE.to_vec();
    wanted.sort_unstable();
    let source = python(
        "given = context.getHttpRequest().getParameterMap()\n\
         names = [name for name in given.keySet()]\n\
         names.sort()\n\
         return {'names': names, 'uris': len(context.getFrontchannelLogoutUris())}",
    );
    let expected = json!({ "names": wanted, "uris": 0 });
    for (host, engine, _) in python_hosts(test) {
        let opened = open(&engine, program(&source, Runtime::Auto)).await;
        let execution = call(&opened, context.clone()).await;
        assert_eq!(execution.outcome.unwrap().result, expected, "{host}");
        assert!(execution.log.is_empty(), "{host}: {:?}", execution.log);
        opened.program.close().await;
    }
    let Some(engine) = jvm(test, &Arc::new(Heard::default())) else {
        return;
    };
    let body = "return String.join(\"\\u0001\", new TreeSet<String>(\
                context.getHttpRequest().getParameterMap().keySet()));";
    let opened = open(&engine, program(&java_script("", body), Runtime::Java)).await;
    let execution = call(&opened, context).await;
    let told = execution.outcome.unwrap().result;
    assert_eq!(told, wanted.join("\u{1}"));
    assert!(execution.log.is_empty(), "{:?}", execution.log);
    opened.program.close().await;
}
