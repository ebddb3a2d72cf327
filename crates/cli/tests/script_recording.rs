//! `durward script record`, `recordings`, `replay`, and a script tried from afar: the whole
//! binary, with a server whose calls are recorded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use serde_json::{Value, json};
use support::{
    caller::{Caller, plain_client},
    home::{Credentials, Home, notifying},
    server::Server,
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;

const SECRET: &str = "a-secret-that-nobody-may-read";

/// Says no to a message that it does not like, and tells its secret to whoever reads its log.
const PICKY: &str = "print('%s sends for %s' % (self.key, context.getUser().getUserId()))\n\
    return context.getBindingMessage() != 'LATER'";

fn script(body: &str) -> String {
    notifying(body).replace(
        "return True\n    def destroy",
        "self.key = configurationAttributes.get('key').getValue2()\n        \
         return True\n    def destroy",
    )
}

struct Place {
    home: Home,
    app: Credentials,
    caller: Caller,
    _server: Server,
}

impl Place {
    fn open() -> Self {
        let home = Home::new();
        home.user("alice");
        home.set("backchannelPendingRequestsPerUser", "1000");
        let app = home.app();
        let secret = home.file("key", SECRET);
        let secret = format!("key={}", secret.display());
        let more = ["--hidden-property-file", &secret];
        home.script("picky", &script(PICKY), &more).ok();
        let server = home.serve();
        let caller = Caller::new(&home);
        Self {
            home,
            app,
            caller,
            _server: server,
        }
    }

    async fn ask(&self, message: &str) {
        self.caller.ciba(&self.app, "alice", message).await.unwrap();
    }

    fn recordings(&self) -> Vec<Value> {
        let ran = self.home.run(&["script", "recordings", "picky", "--json"]);
        ran.ok().json().as_array().unwrap().clone()
    }

    /// Asks until so many calls are recorded: the server is told of `record` by the store.
    async fn recorded(&self, messages: &[&str]) -> Vec<Value> {
        self.home.run(&["script", "record", "picky", "20"]).ok();
        until_async("a call is recorded", LONG, || async {
            self.ask("FIRST").await;
            (!self.recordings().is_empty()).then_some(())
        })
        .await;
        for message in messages {
            self.ask(message).await;
        }
        let has = |calls: &[Value], message: &str| {
            calls
                .iter()
                .any(|call| call["context"]["bindingMessage"] == message)
        };
        until_async("all are recorded", LONG, || async {
            let calls = self.recordings();
            messages
                .iter()
                .all(|message| has(&calls, message))
                .then_some(calls)
        })
        .await
    }

    fn replay(&self, more: &[&str]) -> (Option<i32>, Value) {
        let mut arguments = vec!["script", "replay", "picky", "--json"];
        arguments.extend(more);
        let ran = self.home.run(&arguments);
        (ran.code, ran.json())
    }
}

#[test]
fn calls_are_recorded_and_replayed_against_another_version() {
    Runtime::new().unwrap().block_on(async {
        let place = Place::open();
        let calls = place.recorded(&["NOW", "LATER"]).await;
        let all = json!(calls).to_string();
        for gone in [SECRET, "alice"] {
            assert!(!all.contains(gone), "{gone}: {all}");
        }
        let no = calls
            .iter()
            .find(|call| call["context"]["bindingMessage"] == "LATER")
            .unwrap();
        assert_eq!(no["verdict"], "false");
        let (code, told) = place.replay(&[]);
        assert_eq!((code, &told["differing"]), (Some(0), &json!([])), "{told}");

        let body = PICKY.replace("!= 'LATER'", "!= 'NOW'");
        let file = place.home.file("candidate.py", &script(&body));
        let candidate = ["--candidate", file.to_str().unwrap()];
        let (code, told) = place.replay(&candidate);
        assert_eq!(code, Some(1));
        let differing = told["differing"].as_array().unwrap();
        assert_eq!(differing.len(), 2, "{told}");
        assert_eq!(differing[0]["recorded"], "true", "the oldest first");
        assert_eq!(differing[1]["id"], no["id"]);
        assert_eq!(differing[1]["fields"][0]["field"], "result");
        let data = place
            .home
            .run(&["script", "replay", "picky", candidate[0], candidate[1]]);
        assert_eq!(data.code, Some(1));
        assert!(data.stdout.contains("false then, true now"), "{data:?}");

        let first = no["version"].as_str().unwrap().to_owned();
        let candidate = candidate[1];
        let put = [
            "script",
            "put",
            candidate,
            "--type",
            "ciba_end_user_notification",
            "--name",
            "picky",
            "--property",
            "key=x",
        ];
        place.home.run(&put).ok();
        assert_eq!(
            place.replay(&[]).0,
            Some(1),
            "what is stored now decides otherwise"
        );
        let (code, told) = place.replay(&["--version", &first[..12]]);
        assert_eq!(code, Some(0), "{told}");

        let table = place
            .home
            .run(&["script", "recordings", "picky"])
            .ok()
            .stdout;
        assert!(
            table.contains("notifyEndUser") && table.contains("VERDICT"),
            "{table}"
        );
        place.home.run(&["script", "record", "picky", "off"]).ok();
        assert_eq!(place.recordings(), Vec::<Value>::new());
    });
}

#[test]
fn mistakes_are_told() {
    let home = Home::new();
    home.script("picky", &notifying("return True"), &[]).ok();
    for (arguments, wanted) in [
        (vec!["record", "nobody", "5"], "nobody"),
        (vec!["record", "picky", "1000000"], "scriptRecordMaximum"),
        (vec!["replay", "nobody"], "nobody"),
        (
            vec!["replay", "picky", "--version", "0123456789"],
            "0123456789",
        ),
        (
            vec!["replay", "picky", "--candidate", "not-there.py"],
            "not-there.py",
        ),
    ] {
        let mut all = vec!["script"];
        all.extend(&arguments);
        let ran = home.run(&all);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains(wanted), "{ran:?}");
    }
    let ran = home.run(&["script", "record", "picky", "few"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let ran = home.run(&["script", "replay", "picky"]).ok();
    assert!(
        ran.stdout.contains("no call of picky is recorded"),
        "{ran:?}"
    );
}

#[test]
fn a_script_is_tried_from_afar() {
    Runtime::new().unwrap().block_on(async {
        let place = Place::open();
        let client = place.home.client(&json!({
            "client_name": "Pipeline", "grant_types": ["client_credentials"],
            "response_types": [], "scope": "https://jans.io/oauth/config/scripts.write",
        }));
        let asked = [("grant_type", "client_credentials")];
        let token = place
            .caller
            .post("/token", Some(&client), &asked)
            .await
            .unwrap();
        let token = token.text("access_token");
        let shown = place
            .home
            .run(&["script", "show", "picky", "--json"])
            .ok()
            .json();
        let address = format!(
            "{}/jans-config-api/api/v1/config/scripts/{}/call",
            place.home.issuer(),
            shown["inum"].as_str().unwrap()
        );
        let http = plain_client().build().unwrap();
        let call = |body: Value| {
            let request = http
                .post(&address)
                .bearer_auth(&token)
                .header("content-type", "application/json")
                .body(body.to_string());
            async move {
                let answer = request.send().await.unwrap();
                let status = answer.status().as_u16();
                let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
                (status, body)
            }
        };
        let context = json!({ "bindingMessage": "LATER", "user": { "userId": "bob" } });
        let (status, told) = call(json!({ "method": "notifyEndUser", "context": context })).await;
        assert_eq!((status, &told["result"]), (200, &json!(false)), "{told}");
        let line = told["log"][0].as_str().unwrap();
        assert!(
            line.ends_with(" sends for bob") && !line.contains(SECRET),
            "{line}"
        );

        let asking = script(
            "from io.jans.as.model.util import JwtUtil\n\
             keys = JwtUtil.getJSONWebKeys('https://a.example/keys')\n\
             return keys is not None",
        );
        let answer = json!({ "status": 200, "headers": {}, "body": "{\"keys\":[]}" });
        let (_, told) = call(json!({ "method": "notifyEndUser", "script": asking,
            "answers": [{ "service": "http", "answer": answer }] }))
        .await;
        assert_eq!(told["result"], true, "{told}");
        assert_eq!(told["hostCalls"][0]["answer"], answer);
        let (_, told) = call(json!({ "method": "notifyEndUser", "script": asking })).await;
        assert_eq!(
            told["hostCalls"][0]["answered"], false,
            "nothing was sent: {told}"
        );

        let loops = script("while True: pass");
        let trial = json!({ "method": "notifyEndUser", "script": loops });
        let (_, told) = call(trial.clone()).await;
        let kind = told["error"]["kind"].as_str().unwrap();
        assert!(["exhausted", "timedOut"].contains(&kind), "{told}");
        let (_, told) = call(json!({ "method": "notifyEndUser", "script": "x = = 1\n" })).await;
        assert_eq!(told["error"]["line"], 1, "{told}");
        let (status, told) =
            call(json!({ "method": "notifyEndUser", "context": { "__class__": 1 } })).await;
        assert_eq!(
            (status, &told["errors"][0]["field"]),
            (400, &json!("context"))
        );

        // Two go on at a time; a third is told to come again, and nothing else waits.
        let many = futures_of(4, || call(trial.clone())).await;
        let busy = many.iter().filter(|(status, _)| *status == 503).count();
        assert_eq!(busy, 2, "{many:?}");
        assert_eq!(
            place.home.script_log("picky"),
            Vec::<Value>::new(),
            "no call is kept"
        );
        let after = place
            .home
            .run(&["script", "show", "picky", "--json"])
            .ok()
            .json();
        assert_eq!(after["revision"], shown["revision"]);
    });
}

/// So many of them at once.
async fn futures_of<F>(count: usize, of: impl Fn() -> F) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..count {
        all.spawn(of());
    }
    all.join_all().await
}
