//! `authz_detail` scripts: what they see of an element, what they make of it, and the samples.

use durward_engine::wire::{Attribute, Program};
use durward_script::types::authz_detail::CONTRACT;
use serde_json::{Value, json};

use crate::harness::{Worker, any_dialect};

const ELEMENT: &str = r#"{"type":"pay","z":1.50,"n":-0,"big":100000000000000000000001,"e":1e2,"list":[{"k":null}],"ok":true,"s":"é\"\n"}"#;

fn context(element: &str) -> Value {
    json!({
        "authzDetail": { "jsonObject": element, "type": "pay", "uiRepresentation": null },
        "authzDetails": format!("[{element},{{\"type\":\"b\"}}]"),
        "authzRequest": { "scope": "openid x", "prompt": "login consent", "authzDetailsString": format!("[{element}]") },
        "httpRequest": {
            "method": "GET", "remoteAddr": "192.0.2.7",
            "headers": { "user-agent": "Browser" }, "parameters": { "state": "s" },
        },
        "client": { "clientId": "c1", "clientName": "Shop", "scopes": ["openid"] },
        "user": { "inum": "i", "userId": "alice" },
        "grantedAuthzDetail": null,
        "resourceServer": [],
    })
}

/// A script whose `validateDetail` has this body.
fn script(head: &str, body: &str) -> String {
    let body = body.trim().replace('\n', "\n        ");
    format!(
        "from io.jans.model.custom.script.type.authzdetails import AuthzDetailType\n{head}\n\
         class AuthzDetail(AuthzDetailType):\n    \
         def __init__(self, currentTimeMillis):\n        pass\n    \
         def init(self, customScript, configurationAttributes):\n        return True\n    \
         def destroy(self, configurationAttributes):\n        return True\n    \
         def getApiVersion(self):\n        return 11\n    \
         def validateDetail(self, context):\n        {body}\n    \
         def getUiRepresentation(self, context):\n        return context.getAuthzDetail().getJsonObject().optString('ui_representation')\n    \
         def projectDetail(self, context):\n        return self.validateDetail(context)\n"
    )
}

fn worker(source: &str, attributes: &[(&str, &str)]) -> Worker {
    let mut worker = Worker::new();
    let attributes = attributes.iter().map(|(name, value)| Attribute {
        value1: (*name).to_owned(),
        value2: (*value).to_owned(),
        description: String::new(),
        hide: false,
    });
    let program = Program {
        attributes: attributes.collect(),
        ..any_dialect(source, CONTRACT.host_contract())
    };
    worker.load(program);
    worker
}

fn printed(body: &str) -> Vec<String> {
    let mut worker = worker(&script("", &format!("{body}\nreturn True")), &[]);
    let done = worker.call("validateDetail", context(ELEMENT)).done();
    assert_eq!(done.result, json!(true));
    worker
        .texts("info")
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[test]
fn an_element_that_is_only_read_stays_as_it_was_written() {
    let body = "detail = context.getAuthzDetail()\n\
        o = detail.getJsonObject()\n\
        o.optString('z'); o.getJSONArray('list').getJSONObject(0).has('k'); o.optInt('n'); o.similar(o); o.toString(); str(detail)\n\
        return o.getBoolean('ok')";
    let mut worker = worker(&script("", body), &[]);
    let done = worker.call("validateDetail", context(ELEMENT)).done();
    assert_eq!((done.result, done.changes.len()), (json!(true), 0));
}

#[test]
fn what_a_script_puts_in_travels_as_text_and_the_rest_keeps_every_digit() {
    let body = "o = context.authzDetail.jsonObject\n\
        o.put('account', 'DE1').put('more', {'x': 2.5})\n\
        o.getJSONArray('list').put(7)\n\
        o.remove('s')\n\
        return True";
    let mut worker = worker(&script("", body), &[]);
    let done = worker.call("validateDetail", context(ELEMENT)).done();
    assert_eq!(
        done.changes["authzDetail.jsonObject"],
        json!(
            r#"{"type":"pay","z":1.50,"n":-0,"big":100000000000000000000001,"e":1e2,"list":[{"k":null},7],"ok":true,"account":"DE1","more":{"x":2.5}}"#
        )
    );
    assert_eq!(done.changes.len(), 1);
}

#[test]
fn true_is_not_one_when_changes_are_looked_for() {
    let body = "context.authzDetail.jsonObject.put('ok', 1)\nreturn True";
    let mut worker = worker(&script("", body), &[]);
    let done = worker.call("validateDetail", context(ELEMENT)).done();
    let made = done.changes["authzDetail.jsonObject"].as_str().unwrap();
    assert!(made.contains(r#""ok":1"#), "{made}");
}

#[test]
fn a_whole_element_can_be_set_and_a_projection_is_text() {
    let body = "from org.json import JSONObject\n\
        context.authzDetail.setJsonObject(JSONObject('{\"type\":\"pay\",\"a\":1.0}'))\n\
        return context.authzDetail.jsonObject";
    let mut worker = worker(&script("", body), &[]);
    let done = worker.call("projectDetail", context(ELEMENT)).done();
    assert_eq!(done.result, json!(r#"{"type":"pay","a":1.0}"#));
    assert_eq!(done.changes["authzDetail.jsonObject"], done.result);
    for (result, expected) in [
        ("None", json!(null)),
        ("{'type': 'pay', 'n': 1}", json!(r#"{"type":"pay","n":1}"#)),
        (
            "'{\"type\":\"pay\",\"n\":1.10}'",
            json!(r#"{"type":"pay","n":1.10}"#),
        ),
        ("context.authzDetail", json!(ELEMENT)),
    ] {
        let mut worker = self::worker(&script("", &format!("return {result}")), &[]);
        let done = worker.call("projectDetail", context(ELEMENT)).done();
        assert_eq!(done.result, expected, "{result}");
    }
    for wrong in [
        "1",
        "True",
        "[1]",
        "'[]'",
        "float('nan')",
        "{'n': float('nan')}",
    ] {
        let mut worker = self::worker(&script("", &format!("return {wrong}")), &[]);
        worker.call("projectDetail", context(ELEMENT)).failed();
    }
}

#[test]
fn org_json_behaves_as_scripts_expect() {
    let said = printed(
        "o = context.getAuthzDetail().getJsonObject()\n\
         print(o.optString('z') + ' ' + o.optString('none') + ' ' + o.optString('none', 'd') + ' ' + o.optString('big'))\n\
         print('%s %s %s' % (o.has('z'), o.has('none'), o.isNull('none')))\n\
         print('%s %s' % (o.getDouble('z'), o.getInt('e')))\n\
         from org.json import JSONObject, JSONException\n\
         print('%s %s %s' % (JSONObject('{\"a\":1,\"b\":[2]}').similar(JSONObject('{\"b\":[2],\"a\":1.0}')), JSONObject('{\"a\":1}').similar(JSONObject('{\"a\":true}')), JSONObject('{\"a\":1}').similar(JSONObject('{}'))))\n\
         print(JSONObject('{\"a\":1.10}').toString())\n\
         try:\n    \
             o.getString('none')\n\
         except JSONException:\n    \
             print('not found')\n\
         try:\n    \
             JSONObject('{\"a\":NaN}')\n\
         except JSONException:\n    \
             print('no JSON')",
    );
    assert_eq!(
        said,
        [
            "1.50  d 100000000000000000000001",
            "True False True",
            "1.5 100",
            "True False False",
            "{\"a\":1.10}",
            "not found",
            "no JSON"
        ]
    );
}

#[test]
fn details_are_compared_and_merged_as_in_jans() {
    let said = printed(
        "from io.jans.as.model.authzdetails import AuthzDetails\n\
         one = AuthzDetails.of('[{\"type\":\"a\",\"n\":1}]')\n\
         print('%s %s' % (one.similar('[{\"n\":1.0,\"type\":\"a\"}]'), AuthzDetails.similar(one, AuthzDetails.of('[{\"n\":true,\"type\":\"a\"}]'))))\n\
         print('%s %s' % (AuthzDetails.simpleMerge(one, context.authzDetails).getDetails().size(), AuthzDetails.simpleMerge(None, None)))",
    );
    assert_eq!(said, ["True False", "3 None"]);
}

#[test]
fn the_whole_context_can_be_reached_in_every_way() {
    let said = printed(
        "e = context.getExecutionContext()\n\
         r = context.getHttpRequest()\n\
         print('%s %s %s' % (r.getHeader('User-Agent'), r.getParameter('state'), context.getRequestParameter('state')))\n\
         print('%s %s %s' % (context.getIpAddress(), context.isInNetwork('192.0.2.0/24'), e.getHttpRequest().getMethod()))\n\
         print('%s %s %s' % (e.getClient().getClientId(), e.client.clientName, e.getUser().getUserId()))\n\
         print('%s %s' % (e.getAuthzDetail() is context.getAuthzDetail(), e.getAuthzDetail().getType()))\n\
         print('%s %s' % (e.getAuthzDetails().getDetails().size(), list(context.authzDetails.getTypes())))\n\
         q = context.getAuthzRequest()\n\
         print('%s %s %s' % (q.getScope(), list(q.getPromptList()), q.getAuthzDetails().getDetails().get(0).getJsonObject().optString('z')))\n\
         print('%s %s %s' % (e.getSessionId(), e.getAppConfiguration(), e.getAttribute('x')))\n\
         e.getAttributes().put('x', 'y')\n\
         print(context.executionContext.getAttribute('x'))",
    );
    assert_eq!(
        said,
        [
            "Browser s s",
            "192.0.2.7 True GET",
            "c1 Shop alice",
            "True pay",
            "2 ['pay', 'b']",
            "openid x ['login', 'consent'] 1.50",
            "None None None",
            "y"
        ]
    );
}

#[test]
fn a_script_in_python_2_words_an_element_as_the_seeds_script_does() {
    let source = script(
        "",
        "print 'asked', context.getAuthzDetail().getType()\nreturn context.getAuthzDetail() is not None",
    );
    let mut worker = worker(&source, &[]);
    let element = r#"{"type":"pay","ui_representation":"Read"}"#;
    assert_eq!(
        worker
            .call("validateDetail", context(element))
            .done()
            .result,
        json!(true)
    );
    assert_eq!(worker.texts("info"), ["asked pay"]);
    let worded = worker
        .call("getUiRepresentation", context(element))
        .done()
        .result;
    assert_eq!(worded, json!("Read"));
    let blank = worker
        .call("getUiRepresentation", context(ELEMENT))
        .done()
        .result;
    assert_eq!(blank, json!(""));
}

fn sample(name: &str) -> String {
    let path = format!(
        "{}/../../catalog/authz_detail/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap()
}

const PAYMENT: &str = r#"{"type":"pay","instructedAmount":{"currency":"EUR","amount":"123.50"},"creditorName":"Merchant A","creditorAccount":{"iban":"DE02100100109307118603"}}"#;

#[test]
fn the_payment_sample_takes_payments_and_says_what_is_wrong_with_others() {
    let mut worker = worker(&sample("payment_initiation.py"), &[("maxAmount", "1000")]);
    let done = worker.call("validateDetail", context(PAYMENT)).done();
    assert_eq!((done.result, done.changes.len()), (json!(true), 0));
    let worded = worker
        .call("getUiRepresentation", context(PAYMENT))
        .done()
        .result;
    assert_eq!(
        worded,
        json!(
            "Pay 123.50 EUR\nto account DE02100100109307118603\nwhose owner the application calls “Merchant A”"
        )
    );
    for (from, to, words) in [
        (
            "123.50",
            "1000.01",
            "instructedAmount.amount is nothing, or over the limit",
        ),
        (
            "123.50",
            "0.00",
            "instructedAmount.amount is nothing, or over the limit",
        ),
        (
            "\"123.50\"",
            "123.50",
            "instructedAmount.amount is not an amount",
        ),
        ("123.50", "-1", "instructedAmount.amount is not an amount"),
        ("EUR", "USD", "instructedAmount.currency is not taken"),
        ("118603", "118604", "creditorAccount.iban is not an IBAN"),
        (
            "Merchant A",
            " ",
            "creditorName is missing, too long or not printable",
        ),
        (
            "\"type\":\"pay\"",
            "\"type\":\"pay\",\"urgent\":true",
            "it has a member that this type does not know",
        ),
        (
            "\"currency\":\"EUR\",",
            "",
            "instructedAmount or creditorAccount is incomplete",
        ),
    ] {
        let done = worker
            .call("validateDetail", context(&PAYMENT.replace(from, to)))
            .done();
        assert_eq!(done.result, json!(false), "{to}");
        let entity = done.changes["webApplicationException"]["entity"]
            .as_str()
            .unwrap();
        let entity: Value = serde_json::from_str(entity).unwrap();
        assert_eq!(entity["error_description"], words);
    }
    let mut bare = Worker::new();
    bare.load_fails(any_dialect(
        &sample("payment_initiation.py"),
        CONTRACT.host_contract(),
    ));
}

#[test]
fn the_account_sample_fills_in_accounts_narrows_and_projects() {
    let properties = [("accounts", "alice=DE1 alice=DE2 bob=DE3")];
    let mut worker = worker(&sample("account_access.py"), &properties);
    let asked = r#"{"type":"pay","actions":["list_accounts","read_balances"],"locations":["https://a","https://b"]}"#;
    let done = worker.call("validateDetail", context(asked)).done();
    assert_eq!(done.result, json!(true));
    let granted = done.changes["authzDetail.jsonObject"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        granted,
        asked.replace("]}", "],\"accounts\":[\"DE1\",\"DE2\"]}")
    );
    let foreign = granted.replace("DE2", "DE3");
    for refused in [
        foreign.as_str(),
        r#"{"type":"pay","actions":["delete"]}"#,
        r#"{"type":"pay"}"#,
        r#"{"type":"pay","actions":["list_accounts"],"x":1}"#,
    ] {
        assert_eq!(
            worker
                .call("validateDetail", context(refused))
                .done()
                .result,
            json!(false),
            "{refused}"
        );
    }
    let worded = worker
        .call("getUiRepresentation", context(&granted))
        .done()
        .result;
    assert_eq!(
        worded,
        json!("see which accounts you have\nsee how much is in them\naccount DE1\naccount DE2")
    );
    for (wanted, within) in [
        (granted.replace(",\"read_balances\"", ""), true),
        (granted.replace(",\"DE2\"", ""), true),
        (granted.replace("DE2", "DE4"), false),
        (
            granted.replace(",\"accounts\":[\"DE1\",\"DE2\"]", ""),
            false,
        ),
        (granted.replace("read_balances", "read_transactions"), false),
    ] {
        let mut context = context(&wanted);
        context["grantedAuthzDetail"] =
            json!({ "jsonObject": granted, "type": "pay", "uiRepresentation": null });
        assert_eq!(
            worker.call("narrowDetail", context).done().result,
            json!(within),
            "{wanted}"
        );
    }
    for (server, shown) in [
        ("https://a", json!(granted.replace(",\"https://b\"", ""))),
        ("https://c", json!(null)),
    ] {
        let mut context = context(&granted);
        context["resourceServer"] = json!([server]);
        assert_eq!(
            worker.call("projectDetail", context).done().result,
            shown,
            "{server}"
        );
    }
}
