//! What a script sees and what comes back.

use durward_engine::wire::ToHost;
use serde_json::json;

use crate::harness::{Worker, any_dialect, probe, probe_contract, probe_source, program, run};

#[test]
fn beans_answer_by_getter_and_by_property() {
    let mut worker = probe(
        "",
        "return [context.getScope(), context.scope, context.isTrusted(), context.trusted, context.getLifetime(),\n\
         context.uris.size(), context.getUris()[1], list(context.uris), context.detail.getString('type'),\n\
         context.getClient().getClientId(), context.client.attributes, context.getHttpRequest().getHeader('x-a'),\n\
         context.getRequestParameter('state'), context.httpRequest.getParameter('none'), context.getIpAddress()]",
    );
    let context = json!({
        "scope": "openid", "trusted": true, "lifetime": 60, "uris": ["https://a", "https://b"],
        "detail": {"type": "payment"}, "client": {"clientId": "c1"},
        "httpRequest": {"headers": {"X-A": "1"}, "parameters": {"state": ["s1", "s2"]}, "remoteAddr": "10.1.2.3"},
    });
    assert_eq!(
        worker.call("run", context).done().result,
        json!([
            "openid",
            "openid",
            true,
            true,
            60,
            2,
            "https://b",
            ["https://a", "https://b"],
            "payment",
            "c1",
            null,
            "1",
            "s1",
            null,
            "10.1.2.3"
        ])
    );
}

#[test]
fn what_is_not_in_the_snapshot_is_none_and_what_is_not_in_the_contract_is_named() {
    let mut worker = probe(
        "",
        "return [context.getScope(), context.uris, context.client, context.isTrusted()]",
    );
    assert_eq!(
        worker.call("run", json!({})).done().result,
        json!([null, null, null, false])
    );
    let failure = probe("", "return context.getScopes()")
        .call("run", json!({}))
        .failed();
    assert_eq!(
        failure.message,
        "AttributeError: ProbeContext has no member 'getScopes'; did you mean 'getScope'?"
    );
    let failure = probe("", "context.scope = 'x'")
        .call("run", json!({}))
        .failed();
    assert_eq!(
        failure.message,
        "AttributeError: ProbeContext.scope cannot be set"
    );
}

#[test]
fn what_setters_do_travels_back_by_path() {
    let mut worker = probe(
        "from java.util import Date",
        "client = context.getClient()\n\
         client.setTrustedClient(True)\n\
         client.jwksUri = 'https://k'\n\
         client.setClientSecretExpiresAt(Date(5))\n\
         client.getScopes().add('s2')\n\
         client.getAttributes().getIntrospectionScripts().add('inum=1')\n\
         client.attributes.extra.put('a', 1)\n\
         return [client.trustedClient, client.getJwksUri(), list(client.scopes)]",
    );
    let context = json!({"client": {"trustedClient": false, "scopes": ["s1"], "attributes": {"introspectionScripts": [], "extra": {}}}});
    let done = worker.call("run", context.clone()).done();
    assert_eq!(done.result, json!([true, "https://k", ["s1", "s2"]]));
    assert_eq!(
        serde_json::Value::Object(done.changes),
        json!({
            "client.trustedClient": true, "client.jwksUri": "https://k", "client.clientSecretExpiresAt": 5,
            "client.scopes": ["s1", "s2"], "client.attributes.introspectionScripts": ["inum=1"],
            "client.attributes.extra": {"a": 1},
        })
    );
    let mut reader = probe(
        "",
        "return [list(context.client.scopes), context.client.attributes.extra.length()]",
    );
    assert!(reader.call("run", context).done().changes.is_empty());
}

#[test]
fn results_are_converted_as_the_contract_says() {
    let source = probe_source("", "return None")
        + "    def flag(self, context):\n        return {'1': 1, '2': '', '3': None, '4': [0]}[context.scope]\n\n    \
           def text(self, context):\n        return {'1': 'a', '2': None, '3': 5, '4': b'\\xc3\\xa9'}[context.scope]\n\n    \
           def number(self, context):\n        return {'1': 1, '2': True, '3': 'x', '4': None}[context.scope]\n";
    let mut worker = Worker::new();
    worker.load(program(&source, probe_contract()));
    let mut ask = |method: &str, case: &str| worker.call(method, json!({"scope": case}));
    for (case, expected) in [("1", true), ("2", false), ("3", false), ("4", true)] {
        assert_eq!(ask("flag", case).done().result, json!(expected));
    }
    assert_eq!(ask("text", "1").done().result, json!("a"));
    assert_eq!(ask("text", "2").done().result, json!(null));
    assert_eq!(
        ask("text", "3").failed().message,
        "TypeError: text must return text, not int"
    );
    assert_eq!(ask("text", "4").done().result, json!("é"));
    assert_eq!(ask("number", "1").done().result, json!(1));
    assert_eq!(ask("number", "2").done().result, json!(1));
    assert_eq!(
        ask("number", "3").failed().message,
        "TypeError: number must return an integer, not str"
    );
    assert!(
        ask("modify", "1")
            .failed()
            .message
            .contains("no method modify")
    );
}

#[test]
fn other_arguments_arrive_and_what_is_done_to_them_returns() {
    let source = probe_source("", "return None")
        + "    def modify(self, response, context):\n        response.put('added', context.getScope())\n        response.accumulate('list', 1)\n        return True\n";
    let mut worker = Worker::new();
    worker.load(program(&source, probe_contract()));
    let mut frame = crate::harness::call("modify", json!({"scope": "s"}));
    if let ToHost::Call(call) = &mut frame {
        call.arguments
            .insert("response".to_owned(), json!({"a": 1}));
    }
    let done = worker.turn(&frame).done();
    assert_eq!(done.result, json!(true));
    assert_eq!(
        done.changes["response"],
        json!({"a": 1, "added": "s", "list": 1})
    );
}

#[test]
fn a_script_shapes_an_error_by_storing_or_by_raising_it() {
    let done = probe(
        "",
        "context.createWebApplicationException(401, '{\"error\":\"x\"}')\nreturn True",
    )
    .call("run", json!({}))
    .done();
    assert_eq!(done.result, json!(true));
    assert_eq!(
        done.changes["webApplicationException"],
        json!({"status": 401, "entity": "{\"error\":\"x\"}"})
    );
    let done = probe("", "raise context.createWebApplicationException(403, None)")
        .call("run", json!({}))
        .done();
    assert_eq!(done.result, json!(null));
    assert_eq!(
        done.changes["webApplicationException"],
        json!({"status": 403, "entity": null})
    );
    let body = "raise WebApplicationException(Response.status(409).entity('gone').build())";
    let done = probe("from jakarta.ws.rs import WebApplicationException\nfrom jakarta.ws.rs.core import Response", body)
        .call("run", json!({}))
        .done();
    assert_eq!(
        done.changes["webApplicationException"],
        json!({"status": 409, "entity": "gone"})
    );
}

#[test]
fn an_exception_shows_the_authors_lines_and_none_of_ours() {
    let head =
        "from java.util import ArrayList\ndef inner(values):\n    return ArrayList(values).get(7)";
    let mut worker = probe(
        head,
        "try:\n    {}['k']\nexcept KeyError:\n    return inner([1])",
    );
    let failure = worker.call("run", json!({})).failed();
    assert_eq!(
        failure.message,
        "IndexOutOfBoundsException: Index 7 out of bounds for length 1"
    );
    assert_eq!(failure.line, Some(3));
    assert!(failure.trace.contains("KeyError: 'k'"), "{}", failure.trace);
    assert!(
        failure
            .trace
            .contains("File \"probe.py\", line 3, in inner\n    return ArrayList(values).get(7)"),
        "{}",
        failure.trace
    );
    assert!(!failure.trace.contains("durward"), "{}", failure.trace);
    assert_eq!(
        worker.call("run", json!({})).failed().line,
        Some(3),
        "the worker goes on"
    );
    let failure = probe("", "raise SystemExit(3)")
        .call("run", json!({}))
        .failed();
    assert_eq!(failure.message, "SystemExit: 3");
    let head = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError('no')";
    let failure = probe(head, "raise Odd()").call("run", json!({})).failed();
    assert!(
        failure.message.starts_with("Odd: (no text"),
        "{}",
        failure.message
    );
}

#[test]
fn output_goes_to_the_log_line_by_line() {
    let body = "import sys, logging\n\
                print('one\\ntwo')\nsys.stdout.write('half')\nsys.stdout.write(' line\\n')\nsys.stderr.write('bad\\n')\n\
                context.getLog().warn('{} of {}', 1, None)\nlogging.getLogger('x').error('e %d', 5)\n\
                logging.getLogger('x').info('i')\nsys.stdout.write('tail')";
    let mut worker = probe("", body);
    worker.call("run", json!({})).done();
    let lines: Vec<_> = worker
        .log
        .iter()
        .map(|line| (line.level.as_str(), line.text.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            ("info", "one"),
            ("info", "two"),
            ("info", "half line"),
            ("error", "bad"),
            ("warn", "1 of null"),
            ("error", "e 5"),
            ("info", "i"),
            ("info", "tail"),
        ]
    );
}

#[test]
fn state_lives_across_calls_and_destroy_is_called() {
    let mut worker = probe(
        "calls = []",
        "calls.append(1)\nself.count = getattr(self, 'count', 0) + 1\nreturn [len(calls), self.count, self.now]",
    );
    worker.call("run", json!({})).done();
    assert_eq!(
        worker.call("run", json!({})).done().result,
        json!([2, 2, 1_700_000_000_000_i64])
    );
    worker.turn(&ToHost::Destroy).done();
}

#[test]
fn configuration_comes_as_a_java_map_and_as_a_dict() {
    let body = "a = self.attributes\n\
                return [a.get('url').getValue2(), a['url'].value2, a.containsKey('x'), 'url' in a, a.get('x'), a.size(),\n\
                list(a.keySet()), a.get('secret').getHideValue(), str(a.get('secret')), self.script.getName(), self.script.level,\n\
                [e.getKey() for e in a.entrySet()], context.getScript().getInum()]";
    assert_eq!(
        run("", body),
        json!([
            "https://x.test",
            "https://x.test",
            false,
            true,
            null,
            2,
            ["url", "secret"],
            true,
            "SimpleExtendedCustomProperty{value1='secret', value2='***', description='', hide=true}",
            "probe",
            3,
            ["url", "secret"],
            "AB-1"
        ])
    );
}

#[test]
fn a_failure_stands_at_the_authors_column_in_both_dialects() {
    // The first three become longer lines on their way to code.
    for (text, column) in [
        ("print 'x', missing", 20),
        ("y = `1` + `missing`", 20),
        ("x = 1 if True else 2; print 'é', x, missing", 46),
        ("y = len(missing)", 17),
    ] {
        let source = probe_source("print 'two'", text);
        let mut worker = Worker::new();
        worker.load(any_dialect(&source, probe_contract()));
        let failure = worker.call("run", json!({})).failed();
        assert!(failure.message.starts_with("NameError"), "{failure:?}");
        assert_eq!(failure.column, Some(column), "{text}: {failure:?}");
    }
}

#[test]
fn constant_sets_are_sets() {
    // Their code constants are frozen sets, which once killed the worker.
    let body = "found = [x for x in 'abcd' if x in {'a', 'c', 'z'}]\n\
        for one in {1}:\n    found.append(one)\n\
        return [found, {1, 2} <= {1, 2, 3}, eval('2 in {1, 2, 3}')]";
    assert_eq!(run("", body), json!([["a", "c", 1], true, true]));
}
