//! `durward script call`: the shape of its answer for every way a call can end.

use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{
    home::{CIBA_TYPE, DURWARD, Ran, durward, notifying},
    process::{Signal, descendants, send},
    push::Push,
    wait::{LONG, until, until_async},
};

/// A script file of its own.
struct Script {
    folder: TempDir,
}

impl Script {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notify.py"), text).unwrap();
        Self { folder }
    }

    fn of(body: &str) -> Self {
        Self::new(&notifying(body))
    }

    fn arguments(&self, more: &[&str]) -> Vec<String> {
        let file = self.folder.path().join("notify.py");
        let fixed = [
            "script",
            "call",
            file.to_str().unwrap(),
            "--type",
            CIBA_TYPE,
            "--method",
            "notifyEndUser",
            "--json",
        ];
        fixed
            .iter()
            .chain(more)
            .map(|&text| text.to_owned())
            .collect()
    }

    fn call(&self, more: &[&str]) -> Ran {
        let arguments = self.arguments(more);
        durward(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn context(&self, context: &Value) -> String {
        let path = self.folder.path().join("context.json");
        std::fs::write(&path, context.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// The six members are always there, and no other.
fn members(ran: &Ran) -> Value {
    let told = ran.json();
    let mut names: Vec<&str> = told
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "changes",
            "durationUs",
            "error",
            "hostCalls",
            "log",
            "result"
        ],
        "{told}"
    );
    told
}

/// A failed call: exit code 1, no result, an error of that kind.
fn failed(ran: &Ran, kind: &str) -> Value {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let told = members(ran);
    assert_eq!(told["error"]["kind"], kind, "{told}");
    assert!(
        told["result"].is_null() && told["error"]["message"].is_string(),
        "{told}"
    );
    told
}

#[test]
fn a_result_comes_with_its_log_and_host_calls() {
    let script = Script::of(
        "print('one')\nprint('two')\n\
         return context.encryptionService.decrypt('not sealed', True) == 'not sealed'",
    );
    let told = members(&script.call(&[]).ok());
    assert_eq!(told["result"], true);
    assert_eq!(told["error"], Value::Null);
    assert_eq!(
        told["log"],
        json!([
            "one",
            "two",
            "decrypt: the value was not sealed by this server"
        ])
    );
    assert_eq!(told["hostCalls"][0]["service"], "decrypt");
    assert_eq!(told["hostCalls"][0]["answered"], false);
    assert_eq!(told["changes"], json!({}));
}

#[test]
fn properties_and_context_reach_the_script() {
    let text = notifying(
        "print(self.greeting + ' ' + context.bindingMessage)\n\
         print(context.getAppConfiguration().getAuthorizationEndpoint())\n\
         return context.expiresIn == 300",
    )
    .replace(
        "return True\n    def destroy",
        "self.greeting = configurationAttributes.get('greeting').getValue2()\n        \
         return True\n    def destroy",
    );
    let script = Script::new(&text);
    let context = script.context(&json!({
        "bindingMessage": "W4SCT",
        "expiresIn": 300,
        "appConfiguration": { "authorizationEndpoint": "https://as.example/authorize" },
    }));
    let ran = script
        .call(&["--property", "greeting=hello=there", "--context", &context])
        .ok();
    let told = members(&ran);
    assert_eq!(
        told["log"],
        json!(["hello=there W4SCT", "https://as.example/authorize"])
    );
    assert_eq!(told["result"], true);
}

#[test]
fn an_exception_has_the_authors_line_and_trace() {
    let text = notifying("numbers = []\nreturn numbers[3] == 1");
    let line = 1 + text
        .lines()
        .position(|line| line.contains("numbers[3]"))
        .unwrap();
    let told = failed(&Script::new(&text).call(&[]), "raised");
    let error = &told["error"];
    assert!(
        error["message"].as_str().unwrap().starts_with("IndexError"),
        "{told}"
    );
    assert_eq!(error["line"], line);
    assert!(error["column"].is_null() || error["column"].as_u64().is_some_and(|column| column > 0));
    let trace = error["trace"].as_str().unwrap();
    assert!(
        trace.contains("notifyEndUser") && trace.contains(&format!("line {line}")),
        "{told}"
    );
}

#[test]
fn a_text_with_problems_is_refused_with_all_of_them() {
    let text = format!("x = = 1\n{}", notifying("return True"));
    let told = failed(&Script::new(&text).call(&[]), "refused");
    assert_eq!(told["error"]["line"], 1, "{told}");
    assert_eq!(told["error"]["problems"][0]["line"], 1);
    for name in ["message", "line", "column", "trace"] {
        assert!(told["error"].get(name).is_some(), "no {name}: {told}");
    }
}

#[test]
fn an_init_that_says_no_is_refused() {
    let text = notifying("return True").replacen("return True", "return False", 1);
    failed(&Script::new(&text).call(&[]), "refused");
}

#[test]
fn processor_time_is_exhausted() {
    let told = failed(&Script::of("while True: pass").call(&[]), "exhausted");
    assert!(
        told["error"]["message"]
            .as_str()
            .unwrap()
            .contains("processor time"),
        "{told}"
    );
}

/// Asks a service that does not answer, again and again.
const STUBBORN: &str = "from io.jans.as.client.ciba.fcm import FirebaseCloudMessagingClient\n\
    client = FirebaseCloudMessagingClient(context.appConfiguration.cibaEndUserNotificationConfig.notificationUrl)\n\
    while True: client.execFirebaseCloudMessaging('key', 'device', 'title', 'body', None)";

fn stubborn(push: &Push) -> (Script, Vec<String>) {
    let script = Script::of(STUBBORN);
    let url = push.url("/fcm/send");
    let context = script.context(&json!({
        "appConfiguration": { "cibaEndUserNotificationConfig": { "notificationUrl": url } },
    }));
    let host = push.address.to_string();
    let arguments = script.arguments(&["--context", &context, "--allow-host", &host]);
    (script, arguments)
}

fn spawn(arguments: &[String]) -> Child {
    let mut command = Command::new(DURWARD);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn end(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

#[test]
fn waiting_too_long_is_timed_out() {
    Runtime::new().unwrap().block_on(async {
        let push = Push::holding().await;
        let (_script, arguments) = stubborn(&push);
        let child = spawn(&arguments);
        let ran = tokio::task::spawn_blocking(move || end(child))
            .await
            .unwrap();
        let told = failed(&ran, "timedOut");
        assert!(!told["hostCalls"].as_array().unwrap().is_empty(), "{told}");
    });
}

#[test]
fn a_worker_that_dies_is_crashed() {
    Runtime::new().unwrap().block_on(async {
        let push = Push::holding().await;
        let (_script, arguments) = stubborn(&push);
        let child = spawn(&arguments);
        until_async("the script asks", LONG, || async {
            (!push.received().is_empty()).then_some(())
        })
        .await;
        let worker = until("the worker is found", LONG, || {
            descendants(child.id()).pop()
        });
        send(worker, Signal::KILL);
        let ran = tokio::task::spawn_blocking(move || end(child))
            .await
            .unwrap();
        failed(&ran, "crashed");
    });
}

#[test]
fn credentials_of_host_calls_are_not_printed() {
    let script = Script::of(
        "from durward.services import ask, HostRefused\n\
         try: ask('http', url='https://127.0.0.1/', method='GET', headers={'Authorization': 'Bearer ' + 'PRIVATE', 'Accept': 'a/b'})\n\
         except HostRefused: pass\n\
         try: ask('serviceAccountToken', key='PRI' + 'VATE', scope='push')\n\
         except HostRefused: pass\n\
         return True",
    );
    for more in [&[][..], &["--dry-run"]] {
        let ran = script.call(more).ok();
        assert!(!ran.stdout.contains("PRIVATE"), "{ran:?}");
        let calls = &ran.json()["hostCalls"];
        assert_eq!(calls[0]["arguments"]["headers"]["Authorization"], "…");
        assert_eq!(calls[0]["arguments"]["headers"]["Accept"], "a/b");
        assert_eq!(calls[1]["arguments"]["scope"], "push", "{calls}");
    }
}

#[test]
fn people_get_lines_instead() {
    let script = Script::of("print('hello')\nraise ValueError('not today')");
    let arguments: Vec<String> = script
        .arguments(&[])
        .into_iter()
        .filter(|argument| argument != "--json")
        .collect();
    let ran = durward(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("hello"), "{ran:?}");
    assert!(
        ran.stdout.contains("raised") && ran.stdout.contains("not today"),
        "{ran:?}"
    );
}

#[test]
fn what_a_script_prints_does_not_drive_the_terminal() {
    let body = "print('\\x1b]0;mine\\x07and \\x9b2J')\nreturn u'\\x1b' == ''";
    let script = Script::of(body);
    let told = members(&script.call(&[]).ok());
    assert_eq!(told["log"][0], "\u{1b}]0;mine\u{7}and \u{9b}2J");
    let file = script.folder.path().join("notify.py");
    let ran = durward(&[
        "script",
        "call",
        file.to_str().unwrap(),
        "--type",
        CIBA_TYPE,
        "--method",
        "notifyEndUser",
    ])
    .ok();
    let controls: Vec<char> = ran
        .stdout
        .chars()
        .filter(|c| c.is_control() && *c != '\n')
        .collect();
    assert!(ran.stdout.contains("]0;mine"), "{ran:?}");
    assert_eq!(controls, [' '; 0], "{ran:?}");
}

#[test]
fn a_secret_comes_from_a_file_and_is_not_repeated() {
    const SECRET: &str = "s3cret-of-the-bank";
    let text = notifying("return self.key == 's3cret-of-' + 'the-bank'").replace(
        "return True\n    def destroy",
        "self.key = configurationAttributes.get('key').getValue2()\n        \
         return True\n    def destroy",
    );
    let script = Script::new(&text);
    let file = script.folder.path().join("key");
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();
    let property = format!("key={}", file.display());
    let ran = script.call(&["--hidden-property-file", &property]).ok();
    assert_eq!(members(&ran)["result"], true);
    assert!(!ran.stdout.contains(SECRET), "{ran:?}");
    let ran = script.call(&["--hidden-property-file", SECRET]);
    assert_eq!(ran.code, Some(1));
    let said = ran.error_json()["error"].as_str().unwrap().to_owned();
    assert!(said.contains("name=") && !said.contains(SECRET), "{said}");
}

#[test]
fn an_unknown_method_names_the_known_ones() {
    let script = Script::of("return True");
    let file = script.folder.path().join("notify.py");
    let file = file.to_str().unwrap();
    let ran = durward(&[
        "script", "call", file, "--type", CIBA_TYPE, "--method", "notify", "--json",
    ]);
    assert_eq!(ran.code, Some(1));
    let error = ran.error_json();
    assert!(
        error["error"].as_str().unwrap().contains("'notify'"),
        "{error}"
    );
    assert!(
        error["error"].as_str().unwrap().contains("notifyEndUser"),
        "{error}"
    );
    let ran = durward(&[
        "script",
        "call",
        file,
        "--type",
        "notify",
        "--method",
        "notifyEndUser",
    ]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains(CIBA_TYPE), "{ran:?}");
}

#[test]
fn wrong_use_is_told_apart_from_a_failing_script() {
    let script = Script::of("return True");
    let file = script.context(&json!(["not an object"]));
    let ran = script.call(&["--context", &file]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.error_json()["hint"]
            .as_str()
            .unwrap()
            .contains("object"),
        "{ran:?}"
    );
    let ran = script.call(&["--property", "without-equals"]);
    assert!(
        ran.error_json()["error"]
            .as_str()
            .unwrap()
            .contains("name=value"),
        "{ran:?}"
    );
    let ran = script.call(&["--engine", "abacus"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}
