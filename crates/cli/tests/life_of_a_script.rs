//! Scripts in a serving server: two hundred of all types, of which one is reloaded; and one
//! that is saved again and again by the config API while people look at what it writes.
//!
//! Not here: five hundred versions under load (`hosts/swaps.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use durward_model::ScriptLogEntry;
use durward_store::{Kind, SqliteStore, Store};
use reqwest::Method;
use serde_json::{Value, json};
use support::{
    caller::{Caller, read},
    config_api::Api,
    home::{Credentials, Home, REDIRECT_URI, app_metadata},
    process::{descendants, resident_kib},
    server::Server,
    visitor::{Visitor, authorize_url},
    wait::{LONG, until_async},
};
use tokio::{runtime::Runtime, task::JoinSet};
use url::form_urlencoded;

/// A type, its class and its methods.
type Sort = (&'static str, &'static str, &'static str);

/// Every type, with methods that let the next script have its turn.
const SORTS: [Sort; 4] = [
    (
        "ciba_end_user_notification",
        "EndUserNotification",
        "    def notifyEndUser(self, context):\n        return count()\n",
    ),
    (
        "authz_detail",
        "AuthzDetail",
        "    def validateDetail(self, context):\n        return count()\n    \
             def getUiRepresentation(self, context):\n        return ''\n",
    ),
    (
        "client_registration",
        "ClientRegistration",
        "    def createClient(self, context):\n        return count()\n    \
             def updateClient(self, context):\n        return True\n",
    ),
    (
        "end_session",
        "EndSession",
        "    def getFrontchannelHtml(self, context):\n        count()\n        return ''\n",
    ),
];

/// Scripts of each type.
const OF_EACH: usize = 50;

/// A script that counts the calls since it was loaded.
fn counting((_, class, methods): &Sort) -> String {
    format!(
        "CALLS = 0\n\
         def count():\n    global CALLS\n    CALLS += 1\n    print('call %d' % CALLS)\n    return True\n\
         class {class}:\n    \
             def __init__(self, currentTimeMillis):\n        pass\n    \
             def init(self, customScript, configurationAttributes):\n        return True\n    \
             def destroy(self, configurationAttributes):\n        return True\n    \
             def getApiVersion(self):\n        return 11\n{methods}"
    )
}

fn name_of(sort: &Sort, number: usize) -> String {
    format!("{}_{number}", sort.0)
}

fn names() -> Vec<String> {
    let all = SORTS.iter();
    all.flat_map(|sort| (0..OF_EACH).map(|number| name_of(sort, number)))
        .collect()
}

struct Stage {
    home: Home,
    caller: Caller,
    app: Credentials,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        home.user("alice");
        for (property, value) in [
            ("dynamicRegistrationMode", "open"),
            ("backchannelPendingRequestsPerUser", "1000000"),
            ("notificationFailure", "reject"),
            // The machine may be busy; this is not about limits.
            ("scriptLimits.wallMs", "60000"),
        ] {
            home.set(property, value);
        }
        let mut metadata = app_metadata(REDIRECT_URI);
        metadata["authorization_details_types"] = (0..OF_EACH)
            .map(|number| name_of(&SORTS[1], number))
            .collect();
        let app = home.client(&metadata);
        let caller = Caller::new(&home);
        Self { home, caller, app }
    }

    /// Asks every script once.
    async fn ask_all(&self) {
        let answer = self.caller.ciba(&self.app, "alice", "W4SCT").await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");

        let details: Vec<Value> = (0..OF_EACH)
            .map(|number| json!({ "type": name_of(&SORTS[1], number) }))
            .collect();
        let details = Value::from(details).to_string();
        let fields = [
            ("response_type", "code"),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid"),
            ("authorization_details", &details),
        ];
        let answer = self.caller.post("/par", Some(&self.app), &fields).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");

        let request = self
            .caller
            .request(Method::POST, &self.caller.url("/register"))
            .header("content-type", "application/json")
            .body(json!({ "redirect_uris": ["https://new.example/cb"] }).to_string());
        let answer = read(request).await.unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");

        let mut visitor = Visitor::new(&self.caller);
        let code = visitor.code_by_hand(&self.app, "alice").await.unwrap();
        let tokens = self.caller.exchange(&self.app, &code).await.unwrap();
        let hint = tokens.text("id_token");
        let url = self
            .caller
            .url(&format!("/end_session?id_token_hint={hint}"));
        let page = visitor.open(&url).await.unwrap();
        assert!(page.body.contains("You are signed out"), "{page:?}");
    }

    /// What each script printed, by name, once there are `calls` of each.
    async fn printed(&self, calls: usize) -> BTreeMap<String, Vec<String>> {
        let store = SqliteStore::open(&self.home.data().join("durward.db")).unwrap();
        let store: &dyn Store = &store;
        let mut names = BTreeMap::new();
        for script in store.list_scripts().await.unwrap() {
            names.insert(script.inum.clone(), script.name.clone());
        }
        until_async("every call is in the log", LONG, || async {
            let mut printed: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for row in store.fetch_all(Kind::ScriptLog).await.unwrap() {
                let entry: ScriptLogEntry = serde_json::from_str(&row.body).unwrap();
                let lines = printed.entry(names[&entry.inum].clone()).or_default();
                lines.extend(entry.lines);
            }
            let enough =
                |name: &String| printed.get(name).is_some_and(|lines| lines.len() >= calls);
            names.values().all(enough).then_some(printed)
        })
        .await
    }

    /// `/health/ready`, which must be.
    async fn ready(&self) -> Value {
        let url = format!("{}/health/ready", self.caller.issuer());
        let answer = self.caller.get(&url).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

async fn add_all(stage: &Stage) {
    let api = Api::new(&stage.home).await;
    for sort in &SORTS {
        for number in 0..OF_EACH {
            let script = json!({
                "name": name_of(sort, number), "scriptType": sort.0, "level": number,
                "enabled": true, "script": counting(sort),
            });
            api.add_script(&script).await;
        }
    }
}

fn megabytes(pids: &[u32]) -> u64 {
    let private = |pid: &u32| -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let lines = text.lines().filter(|line| line.starts_with("Private_"));
        let numbers = lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        numbers.sum()
    };
    pids.iter().map(private).sum::<u64>() / 1024
}

#[test]
fn two_hundred_scripts_serve_and_a_reload_touches_one() {
    Runtime::new().unwrap().block_on(async {
        let stage = Stage::new();
        {
            let _server = stage.home.serve();
            let began = Instant::now();
            add_all(&stage).await;
            println!("{} scripts saved in {:?}", names().len(), began.elapsed());
        }
        let began = Instant::now();
        let server: Server = stage.home.serve();
        println!("start: {:?}", began.elapsed());
        let ready = stage.ready().await;
        let count = names().len();
        assert_eq!(
            (&ready["status"], &ready["scripts"], &ready["brokenScripts"]),
            (&json!("ready"), &json!(count), &json!(0))
        );
        stage.ask_all().await;
        let first = stage.printed(1).await;
        assert_eq!(first.keys().cloned().collect::<Vec<_>>(), {
            let mut names = names();
            names.sort();
            names
        });
        assert!(
            first.values().all(|lines| lines == &["info call 1"]),
            "{first:?}"
        );
        let below = descendants(server.pid());
        println!(
            "server: {} MB resident; {} processes below it: {} MB of their own",
            resident_kib(server.pid()) / 1024,
            below.len(),
            megabytes(&below),
        );

        let chosen = name_of(&SORTS[0], 7);
        let loaded = || {
            server
                .log()
                .iter()
                .filter(|line| line.contains("script loaded"))
                .count()
        };
        let before = loaded();
        stage.home.run(&["script", "reload", &chosen]).ok();
        until_async("it is loaded anew", LONG, || async {
            (loaded() > before).then_some(())
        })
        .await;
        stage.ask_all().await;
        for (name, lines) in stage.printed(2).await {
            // Another instance of the chosen one; of the others the one that was there.
            let second = if name == chosen {
                "info call 1"
            } else {
                "info call 2"
            };
            assert_eq!(lines, ["info call 1", second], "{name}");
        }
        assert_eq!(loaded(), before + 1);
    });
}

/// Versions that are saved while people look.
const VERSIONS: usize = 16;

/// People who look.
const PEOPLE: usize = 8;

/// A script that words an element with its version, which it carries in four places.
fn wording(version: usize) -> String {
    format!(
        "GLOBAL = {version}\n\
         class AuthzDetail:\n    \
             ATTRIBUTE = {version}\n    \
             def __init__(self, currentTimeMillis):\n        pass\n    \
             def init(self, customScript, configurationAttributes):\n        \
                 self.begun = {version}\n        return True\n    \
             def destroy(self, configurationAttributes):\n        return True\n    \
             def getApiVersion(self):\n        return 11\n    \
             def validateDetail(self, context):\n        \
                 return GLOBAL == self.ATTRIBUTE == self.begun == {version}\n    \
             def getUiRepresentation(self, context):\n        \
                 return 'worded by {version} %d %d %d end' % (GLOBAL, self.ATTRIBUTE, self.begun)\n"
    )
}

/// The version that a page is of; it must be of one.
fn version_on(page: &str) -> usize {
    let words = page.split_once("worded by ").map(|(_, rest)| rest);
    let words = words.and_then(|rest| rest.split_once(" end"));
    let (marks, _) = words.unwrap_or_else(|| panic!("no wording: {page}"));
    let marks: Vec<&str> = marks.split(' ').collect();
    assert!(
        marks.len() == 4 && marks.iter().all(|mark| *mark == marks[0]),
        "mixed: {marks:?}"
    );
    marks[0].parse().unwrap()
}

/// Looks at the consent page until the end. Nobody sees an older version after a newer one.
async fn look(
    mut visitor: Visitor,
    url: String,
    seen: Arc<AtomicUsize>,
    looks: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
) {
    let mut last = 0;
    while !over.load(Ordering::Relaxed) {
        let page = visitor.open(&url).await.unwrap();
        assert_eq!(page.status, 200, "{page:?}");
        let version = version_on(&page.body);
        assert!(version >= last, "{version} after {last}");
        last = version;
        seen.fetch_max(version, Ordering::Relaxed);
        looks.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn every_page_is_of_one_version() {
    Runtime::new().unwrap().block_on(async {
        let stage = Stage::new();
        let _server = stage.home.serve();
        let api = Api::new(&stage.home).await;
        let name = name_of(&SORTS[1], 0);
        let mut script = json!({
            "name": name, "scriptType": "authz_detail", "enabled": true, "script": wording(1),
        });
        script["inum"] = api.add_script(&script).await.into();
        let details = json!([{ "type": name }]).to_string();
        let details = form_urlencoded::Serializer::new(String::new())
            .append_pair("authorization_details", &details)
            .finish();
        let url = format!(
            "{}&{details}",
            authorize_url(&stage.caller, &stage.app, "consent")
        );
        let mut first = Visitor::new(&stage.caller);
        first.code_by_hand(&stage.app, "alice").await.unwrap();
        until_async("the first version serves", LONG, || {
            let mut visitor = Visitor::with_cookies(&stage.caller, first.cookies().clone());
            let url = url.clone();
            async move { (visitor.open(&url).await.unwrap().status == 200).then_some(()) }
        })
        .await;
        let (seen, looks) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let over = Arc::<AtomicBool>::default();
        let mut people = JoinSet::new();
        for _ in 0..PEOPLE {
            let visitor = Visitor::with_cookies(&stage.caller, first.cookies().clone());
            people.spawn(look(
                visitor,
                url.clone(),
                seen.clone(),
                looks.clone(),
                over.clone(),
            ));
        }
        for version in 2..=VERSIONS {
            script["script"] = wording(version).into();
            let answer = api.put_script(&script).await.unwrap();
            assert_eq!(answer.status, 200, "{answer:?}");
            until_async("somebody sees the new version", LONG, || {
                if let Some(ended) = people.try_join_next() {
                    panic!("somebody ended: {ended:?}");
                }
                let done = seen.load(Ordering::Relaxed) == version;
                async move { done.then_some(()) }
            })
            .await;
        }
        over.store(true, Ordering::Relaxed);
        while let Some(ended) = people.join_next().await {
            ended.unwrap();
        }
        println!(
            "{VERSIONS} versions, {} pages",
            looks.load(Ordering::Relaxed)
        );
    });
}
