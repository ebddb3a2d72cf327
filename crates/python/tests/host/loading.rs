//! Loading and checking: what is accepted, what is refused, and with which words.

use durward_engine::wire::{FailureKind, ToHost};
use serde_json::json;

use crate::harness::{Worker, any_dialect, probe_contract, probe_source, program};

const CLASS: &str = "class Probe(object):\n\
    \x20   def __init__(self, now):\n        self.now = now\n\
    \x20   def INIT:\n        self.got = 1\n        return True\n\
    \x20   def destroy(self, attributes):\n        return True\n\
    \x20   def getApiVersion(self):\n        return VERSION\n\
    \x20   def run(self, context):\n        return self.now\n";

fn source(init: &str, version: &str) -> String {
    CLASS.replace("INIT", init).replace("VERSION", version)
}

#[test]
fn init_is_called_as_the_version_says_or_as_it_is_written() {
    for (init, version, warned) in [
        ("init(self, attributes)", "1", false),
        ("init(self, script, attributes)", "11", false),
        ("init(self, attributes)", "11", true),
        ("init(self, script, attributes)", "1", true),
        ("init(self, *arguments)", "11", false),
        ("init(self, attributes, more=None)", "1", false),
    ] {
        let mut worker = Worker::new();
        let report = worker.load(program(&source(init, version), probe_contract()));
        assert_eq!(report.api_version.to_string(), version);
        assert_eq!(
            !worker.texts("warn").is_empty(),
            warned,
            "{init} {version}: {:?}",
            worker.log
        );
    }
}

#[test]
fn lenient_shapes_load() {
    let text = source("init(self, a)", "1")
        .replace(
            "def getApiVersion(self)",
            "def getApiVersion(self, configurationAttributes, customScript)",
        )
        .replace(
            "def __init__(self, now):\n        self.now = now",
            "def __init__(self):\n        self.now = 5",
        );
    let mut worker = Worker::new();
    worker.load(program(&text, probe_contract()));
    assert_eq!(worker.call("run", json!({})).done().result, json!(5));
    let text = text.replace(
        "    def __init__(self):\n        self.now = 5\n",
        "    now = 7\n",
    );
    let mut worker = Worker::new();
    worker.load(program(&text, probe_contract()));
    assert_eq!(worker.call("run", json!({})).done().result, json!(7));
}

#[test]
fn what_may_not_run_is_refused_with_a_reason() {
    for (text, words) in [
        (
            "x = 1\n".to_owned(),
            "the script does not define class Probe",
        ),
        (
            source("init(self, a)", "1").replace("def run", "def walk"),
            "class Probe has no run",
        ),
        (
            source("init(self, a)", "1").replace("return True", "return False"),
            "init did not return True",
        ),
        (
            source("init(self, a)", "1").replacen("        return True\n", "", 1),
            "init did not return True",
        ),
        (
            source("init(self, a)", "'1'"),
            "getApiVersion must return an integer, not",
        ),
    ] {
        let failure = Worker::new().load_fails(program(&text, probe_contract()));
        assert_eq!(failure.kind, FailureKind::Refused, "{failure:?}");
        assert!(failure.message.contains(words), "{failure:?}");
    }
    let failure = Worker::new().load_fails(program("x = 1\ny = = 2\n", probe_contract()));
    assert_eq!(
        (failure.kind, failure.line),
        (FailureKind::Refused, Some(2))
    );
    assert_eq!(failure.problems.len(), 1);
}

#[test]
fn an_exception_while_loading_names_its_line() {
    let text = source("init(self, a)", "1").replace("self.got = 1", "self.got = {}['x']");
    let failure = Worker::new().load_fails(program(&text, probe_contract()));
    assert_eq!(
        (failure.kind, failure.line),
        (FailureKind::Raised, Some(5)),
        "{failure:?}"
    );
    let failure =
        Worker::new().load_fails(program("\n\nraise ValueError('top')\n", probe_contract()));
    assert_eq!(
        (failure.message.as_str(), failure.line),
        ("ValueError: top", Some(3))
    );
}

#[test]
fn a_check_finds_everything_at_once() {
    let text = "import json, nothing_here\n\
        from java.util import ArrayList, ArrayLst\n\
        from io.jans.nowhere import Thing\n\
        try:\n    import simplejson\nexcept ImportError:\n    pass\n\
        from json import dumps, dump_it\n\
        from java.lang import *\n\
        class Probe(object):\n\
        \x20   def __init__(self, a, b):\n        pass\n\
        \x20   def init(self):\n        return True\n\
        \x20   def run(self, context, more):\n        from io.jans.util import StringHelpr\n        return 1\n\
        \x20   def getApiVersion(self, a, b):\n        return 11\n";
    let report = Worker::new().check(program(text, probe_contract()));
    let found: Vec<_> = report
        .problems
        .iter()
        .map(|problem| (problem.line, problem.message.as_str()))
        .collect();
    assert_eq!(found.len(), 9, "{found:#?}");
    for (line, words) in [
        (1, "nothing_here"),
        (2, "java.util.ArrayLst"),
        (3, "io.jans.nowhere"),
        (8, "json has no dump_it"),
        (10, "has no method destroy"),
        (11, "Probe.__init__ takes 2 argument(s) after self"),
        (13, "Probe.init takes 0 argument(s)"),
        (
            15,
            "Probe.run takes 2 argument(s) after self, but is called with 1 (context)",
        ),
        (16, "StringHelper"),
    ] {
        assert!(
            found
                .iter()
                .any(|(at, message)| *at == line && message.contains(words)),
            "{line} {words}: {found:#?}"
        );
    }
}

#[test]
fn a_check_runs_nothing_and_accepts_what_is_right() {
    let mut worker = Worker::new();
    let text = "raise SystemExit('ran')\n".to_owned() + &source("init(self, a)", "1");
    assert_eq!(worker.check(program(&text, probe_contract())).problems, []);
    let inherited = source("init(self, a)", "1")
        .replace("class Probe(object)", "class Base(object)")
        + "class Probe(Base):\n    def run(self, context):\n        return 2\n";
    assert_eq!(
        worker.check(program(&inherited, probe_contract())).problems,
        []
    );
    worker.load(program(&inherited, probe_contract()));
    assert_eq!(
        worker.call("run", json!({})).done().result,
        json!(2),
        "a check leaves the worker usable"
    );
    let report = worker.check(any_dialect(
        "print 'x'\nclass Probe: pass\n",
        probe_contract(),
    ));
    assert_eq!(report.dialect, "2");
}

#[test]
fn another_version_of_the_wire_is_refused() {
    let mut other = program(&probe_source("", "return 1"), probe_contract());
    other.wire = 99;
    assert!(
        Worker::new()
            .load_fails(other.clone())
            .message
            .contains("wire version 99")
    );
    assert!(
        Worker::new()
            .turn(&ToHost::Check(Box::new(other)))
            .failed()
            .message
            .contains("wire version 99")
    );
}

#[test]
fn packages_come_in_all_their_spellings() {
    let text = "from io.jans.as.client.fcm import FirebaseCloudMessagingClient as A\n\
        from org.gluu.oxauth.client.fcm import FirebaseCloudMessagingClient as B\n\
        from io.jans.as.client.ciba.fcm import FirebaseCloudMessagingClient as C\n\
        from io.jans.as.util import RedirectUri as D\n\
        from io.jans.as.server.util import RedirectUri as E\n\
        from io.jans.as.common.util import RedirectUri as F\n\
        from org.gluu.oxauth.util import RedirectUri as G\n\
        import java\nimport java.util.Date as Date\nimport io\n"
        .to_owned()
        + &source("init(self, a)", "1").replace("return self.now", "return [A is B, B is C, D is E, E is F, F is G, java.util.Date is Date, io.StringIO(u'x').read()]");
    let mut worker = Worker::new();
    worker.load(any_dialect(&text, probe_contract()));
    assert_eq!(
        worker.call("run", json!({})).done().result,
        json!([true, true, true, true, true, true, "x"])
    );
}
