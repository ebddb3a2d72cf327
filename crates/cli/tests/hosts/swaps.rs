//! One version of a script after the other, while clients call it without a pause: saved by
//! the rules, taken over by the loader, run by the real hosts.
//!
//! A script's text carries the number of its version in every place where state can be, and
//! answers all of them; a host call at the end of each call, and in `destroy`, tells the order
//! of things. Not here: how a server learns of a save (`crates/cli/tests/life_of_a_script.rs`).

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use durward_engine::HostEngine;
use durward_protocol::{
    Provider,
    script_keeping::{Draft, Keeper},
    script_loading::ScriptLoader,
};
use durward_script::{Services, types::end_session::CONTRACT};
use durward_testkit::World;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    stand::{self, Heard, java_script},
    support::wait::{LONG, until_async},
};

/// Clients that call all the while.
const CLIENTS: usize = 8;

/// Versions of a Python script.
const VERSIONS: usize = 500;

/// Versions of a Java script, each of which is compiled three times.
const JAVA_VERSIONS: usize = 30;

/// How long the service takes that each call asks: calls are under way whenever a version is
/// swapped, and leave the processors to those who make the next one.
const SERVICE: Duration = Duration::from_millis(2);

/// The service, and what it was told, in the order of its answers.
#[derive(Default)]
struct Service(Heard);

#[async_trait]
impl Services for Service {
    async fn answer(&self, inum: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        let told = arguments["value"].as_str().unwrap_or_default();
        if told.starts_with("call") {
            tokio::time::sleep(SERVICE).await;
        }
        self.0.answer(inum, service, arguments).await
    }
}

/// A Python script of that version. `ME` tells its instances apart: the one that a save tries
/// out, and those of the pool.
fn python(version: usize) -> String {
    format!(
        "from uuid import uuid4\n\
         from io.jans.service.cdi.util import CdiUtil\n\
         from io.jans.as.common.service.common import EncryptionService\n\
         ME = str(uuid4())\n\
         GLOBAL = {version}\n\
         def tell(what):\n    \
             CdiUtil.bean(EncryptionService).decrypt('%s %d %s' % (what, GLOBAL, ME))\n\
         class EndSession:\n    \
             ATTRIBUTE = {version}\n    \
             def __init__(self, currentTimeMillis):\n        self.made = {version}\n    \
             def init(self, customScript, configurationAttributes):\n        \
                 self.begun = {version}\n        return True\n    \
             def destroy(self, configurationAttributes):\n        tell('destroy')\n        return True\n    \
             def getApiVersion(self):\n        return 11\n    \
             def getFrontchannelHtml(self, context):\n        \
                 answer = '{version} %d %d %d %d' % (GLOBAL, self.ATTRIBUTE, self.made, self.begun)\n        \
                 tell('call')\n        \
                 return answer\n"
    )
}

/// The same in Java; a class loader of its own each.
fn java(version: usize) -> String {
    let members = format!(
        "static int GLOBAL = {version};\n\
         static final String ME = UUID.randomUUID().toString();\n\
         final int made = {version};\n\
         static class Inner {{ int attribute = {version}; }}\n\
         int begun;\n\
         static void tell(String what) {{\n\
         try {{ io.jans.service.cdi.util.CdiUtil.bean(io.jans.as.common.service.common.EncryptionService.class)\n\
             .decrypt(what + \" \" + GLOBAL + \" \" + ME); }} catch (Exception e) {{ throw new RuntimeException(e); }}\n\
         }}"
    );
    let body = format!(
        "String answer = \"{version} \" + GLOBAL + \" \" + new Inner().attribute + \" \" + made + \" \" + begun;\n\
         tell(\"call\");\nreturn answer;"
    );
    java_script(&members, &body)
        .replace(
            "public boolean init(CustomScript s, Map<String, SimpleCustomProperty> a) { return true; }",
            &format!(
                "public boolean init(CustomScript s, Map<String, SimpleCustomProperty> a) {{ begun = {version}; return true; }}"
            ),
        )
        .replace(
            "public boolean destroy(Map<String, SimpleCustomProperty> a) { return true; }",
            "public boolean destroy(Map<String, SimpleCustomProperty> a) { tell(\"destroy\"); return true; }",
        )
}

/// The version that an answer is of; it must be of one.
fn version_of(answer: &str) -> usize {
    let marks: Vec<&str> = answer.split(' ').collect();
    assert_eq!(marks.len(), 5, "{answer}");
    assert!(
        marks.iter().all(|mark| *mark == marks[0]),
        "mixed: {answer}"
    );
    marks[0].parse().unwrap()
}

/// What clients share.
struct Shared {
    provider: Arc<Provider>,
    /// Number by content hash.
    saved: Mutex<HashMap<String, usize>>,
    answers: AtomicUsize,
    ended: AtomicBool,
}

impl Shared {
    /// One call, as the rules call it; the version that answered.
    async fn ask(&self) -> usize {
        let script = self.provider.scripts.of(&CONTRACT).pop().unwrap();
        let reply = self
            .provider
            .scripts
            .ask(&script, "getFrontchannelHtml", json!({}))
            .await
            .unwrap_or_else(|error| panic!("a call failed: {error}"));
        let version = version_of(reply.result.as_str().unwrap());
        let named = self.saved.lock().unwrap()[&script.info.version];
        assert_eq!(version, named, "the record names another version");
        version
    }

    /// Calls until the end. No client ever goes back to an older version.
    async fn call_on(self: Arc<Self>) {
        let mut last = 0;
        while !self.ended.load(Ordering::Relaxed) {
            let version = self.ask().await;
            assert!(version >= last, "{version} after {last}");
            last = version;
            self.answers.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn swap(engine: HostEngine, service: &Service, language: &str, versions: usize) {
    let text = if language == "java" { java } else { python };
    // The machine may be busy; this is not about limits.
    let world = World::configured(|configuration| {
        configuration.script_limits.wall_ms = 60_000;
        configuration.script_limits.cpu_ms = 20_000;
    })
    .await;
    let engine = Arc::new(engine);
    let loader = ScriptLoader::new(world.provider.clone(), engine.clone());
    let keeper = Keeper {
        engine: &*engine,
        ..world.keeper()
    };
    let shared = Arc::new(Shared {
        provider: world.provider.clone(),
        saved: Mutex::default(),
        answers: AtomicUsize::new(0),
        ended: AtomicBool::new(false),
    });
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for version in 1..=versions {
        let draft = Draft {
            name: "swapped".to_owned(),
            script_type: CONTRACT.name.to_owned(),
            programming_language: language.to_owned(),
            text: text(version),
            enabled: true,
            ..Draft::default()
        };
        let saved = keeper.save(draft).await.unwrap();
        shared.saved.lock().unwrap().insert(saved.version, version);
        loader.refresh().await.unwrap();
        assert_eq!(
            shared.ask().await,
            version,
            "it serves once it is taken over"
        );
        if clients.is_empty() {
            for _ in 0..CLIENTS {
                clients.spawn(shared.clone().call_on());
            }
        }
        // Every version is busy for a moment.
        let before = shared.answers.load(Ordering::Relaxed);
        until_async("clients are answered", LONG, || {
            if let Some(ended) = clients.try_join_next() {
                panic!("a client ended: {ended:?}");
            }
            let enough = shared.answers.load(Ordering::Relaxed) >= before + CLIENTS;
            async move { enough.then_some(()) }
        })
        .await;
    }
    shared.ended.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    loader.close().await;
    let answers = shared.answers.load(Ordering::Relaxed);
    let per_version = check_order(&service.0, versions).await;
    println!(
        "{language}: {versions} versions, {answers} answers, {per_version} in the least, {:?}",
        began.elapsed()
    );
}

/// Every version was called, and each instance that was called is destroyed once, after the
/// last call of its whole version. Answers how many calls the least busy version had.
async fn check_order(heard: &Heard, versions: usize) -> usize {
    let order = until_async("the last destroy", LONG, || async {
        let order = Order::of(&heard.all());
        order.is_complete().then_some(order)
    })
    .await;
    assert_eq!(order.calls.len(), versions);
    for (version, (_, last)) in &order.calls {
        for (instance, at) in order.destroys.get(version).into_iter().flatten() {
            if order.instances.contains(instance) {
                assert!(
                    at > last,
                    "version {version}: destroyed at {at}, called at {last}"
                );
            }
        }
    }
    order.calls.values().map(|(count, _)| *count).min().unwrap()
}

/// What scripts told, by version.
struct Order {
    /// How many calls, and where the last is.
    calls: BTreeMap<usize, (usize, usize)>,
    /// Instance and where it was destroyed.
    destroys: BTreeMap<usize, Vec<(String, usize)>>,
    /// Instances that were called.
    instances: BTreeSet<String>,
}

impl Order {
    fn of(told: &[String]) -> Self {
        let mut order = Self {
            calls: BTreeMap::new(),
            destroys: BTreeMap::new(),
            instances: BTreeSet::new(),
        };
        for (at, line) in told.iter().enumerate() {
            let words: Vec<&str> = line.split(' ').collect();
            let version = words[1].parse().unwrap();
            if words[0] == "call" {
                let (count, last) = order.calls.entry(version).or_default();
                (*count, *last) = (*count + 1, at);
                order.instances.insert(words[2].to_owned());
            } else {
                let destroys = order.destroys.entry(version).or_default();
                assert!(
                    destroys.iter().all(|(instance, _)| instance != words[2]),
                    "destroyed twice: {line}"
                );
                destroys.push((words[2].to_owned(), at));
            }
        }
        order
    }

    fn is_complete(&self) -> bool {
        let destroyed = self.destroys.values().flatten();
        let destroyed: BTreeSet<&String> = destroyed.map(|(instance, _)| instance).collect();
        self.instances
            .iter()
            .all(|instance| destroyed.contains(instance))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn versions_are_swapped_under_load() {
    let service = Arc::new(Service::default());
    let engine = stand::native_with(service.clone());
    swap(engine, &service, "python", VERSIONS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn versions_are_swapped_under_load_in_a_jvm() {
    let service = Arc::new(Service::default());
    let test = "versions_are_swapped_under_load_in_a_jvm";
    if let Some(engine) = stand::jvm_with(test, service.clone()) {
        swap(engine, &service, "java", JAVA_VERSIONS).await;
    }
}
