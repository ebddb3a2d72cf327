//! The Java classes that scripts import.

use durward_engine::wire::Answer;
use serde_json::json;

use crate::harness::{probe, run};

#[test]
fn strings_work_both_ways() {
    let body = "s = String('Hello')\n\
        return [s.equals('Hello'), s == 'Hello', s.equalsIgnoreCase('hELLO'), s.isEmpty(), s.length(), len(s), s.toUpperCase(),\n\
        s.substring(1, 3), s.indexOf('l'), s.startsWith('He'), s.startswith('He'), s.contains('ell'), s.split('l'), s.replace('l', 'L'),\n\
        s.charAt(0), s.hashCode(), String('a b').trim().concat('c'), str(s), isinstance(s, str), {'Hello': 1}[s], s + '!', '%s' % s,\n\
        String.valueOf(5), String(None), String.format('%s-%d-%b', 'x', 3, True), String(True), '{}'.format(s), String('{0}').format('f'),\n\
        s.replaceAll('l+', 'L'), s.matches('H.*o'), list(String('ab').toCharArray()), String(['a', 'b']), bytes(s.getBytes()).decode()]";
    assert_eq!(
        run("from java.lang import String", body),
        json!([
            true,
            true,
            true,
            false,
            5,
            5,
            "HELLO",
            "el",
            2,
            true,
            true,
            true,
            ["He", "", "o"],
            "HeLLo",
            "H",
            69_609_650,
            "a bc",
            "Hello",
            true,
            1,
            "Hello!",
            "Hello",
            "5",
            "null",
            "x-3-true",
            "true",
            "Hello",
            "f",
            "HeLo",
            true,
            ["a", "b"],
            "ab",
            "Hello"
        ])
    );
}

#[test]
fn lists_and_arrays_work_both_ways() {
    let body = r"a = ArrayList()
a.add('x'); a.add('y'); a.add(0, 'w'); a.addAll(['z'])
b = Arrays.asList('p', 'q')
c = LinkedList([3, 1, 2]); c.sort()
it = a.iterator(); walked = []
while it.hasNext(): walked.append(it.next())
r = [a.size(), len(a), a.get(1), a[1], 'x' in a, a.contains('nope'), a.indexOf('z'), a.isEmpty(), str(a), list(b), b.toString(),
     list(c), c.getFirst(), walked, a.toArray(), a.remove('x'), a.remove(0), list(a), Arrays.asList(['k']).get(0), a.subList(0, 1),
     Collections.emptyList().isEmpty(), [n for n in b], a == ['y', 'z']]
return r";
    assert_eq!(
        run(
            "from java.util import ArrayList, Arrays, LinkedList, Collections",
            body
        ),
        json!([
            4,
            4,
            "x",
            "x",
            true,
            false,
            3,
            false,
            "[w, x, y, z]",
            ["p", "q"],
            "[p, q]",
            [1, 2, 3],
            1,
            ["w", "x", "y", "z"],
            ["w", "x", "y", "z"],
            true,
            "w",
            ["y", "z"],
            "k",
            ["y"],
            true,
            ["p", "q"],
            true
        ])
    );
}

#[test]
fn maps_and_sets_work_both_ways() {
    let body = "m = HashMap()\n\
        r = [m.put('a', 1), m.put('a', 2), m.get('a'), m['a'], m.get('z'), m.containsKey('a'), 'a' in m, m.size(), m.getOrDefault('z', 9), str(m)]\n\
        m['b'] = None\n\
        r += [[(e.getKey(), e.getValue()) for e in m.entrySet()], [k for k in m], list(m.keySet()), list(m.values()), m.remove('a'), m.isEmpty()]\n\
        t = TreeMap(); t.put('y', 1); t.put('x', 2)\n\
        s = HashSet(['a']); \n\
        r += [list(t), t.firstKey(), s.add('a'), s.add('b'), s.contains('b'), 'b' in s, len(s), s.size(), sorted(s), s.remove('a'), str(s), m]\n\
        return r";
    assert_eq!(
        run("from java.util import HashMap, TreeMap, HashSet", body),
        json!([null, 1, 2, 2, null, true, true, 1, 9, "{a=2}", [["a", 2], ["b", null]], ["a", "b"], ["a", "b"], [2, null], 2, false,
            ["x", "y"], "x", false, true, true, true, 2, 2, ["a", "b"], true, "[b]", {"b": null}])
    );
}

#[test]
fn json_objects_follow_org_json_and_are_dicts() {
    let body = r#"o = JSONObject('{"a": 1, "s": "t", "o": {"x": [1, {"y": true}]}, "n": null}')
o.put('l', [1, 2]); o.accumulate('l', 3); o.accumulate('a', 2)
r = [o.getString('s'), o.optString('zz'), o.optString('zz', 'd'), o.optString('o'), o.has('n'), o.isNull('n'), o.getJSONObject('o').getJSONArray('x').getJSONObject(1).getBoolean('y'),
     o['l'], o.getJSONArray('l').length(), o.optInt('s', 7), o.get('a'), 'a' in o, o.similar(JSONObject(o.toString())), sorted(o.keySet())]
for bad in (lambda: o.get('zz'), lambda: o.getString('a'), lambda: JSONObject('{'), lambda: JSONArray('{}')):
    try:
        bad(); r.append('no error')
    except JSONException as e:
        r.append(type(e).__name__)
r += [o.get('zz', 5), JSONObject().put('k', 'v').toString(), JSONArray([1, 'x']).toString(), o.remove('a') is not None, o]
return r"#;
    assert_eq!(
        run(
            "from org.json import JSONObject, JSONArray, JSONException",
            body
        ),
        json!(["t", "", "d", "{\"x\":[1,{\"y\":true}]}", true, true, true, [1, 2, 3], 3, 7, [1, 2], true, true, ["a", "l", "n", "o", "s"],
            "JSONException", "JSONException", "JSONException", "JSONException", 5, "{\"k\":\"v\"}", "[1,\"x\"]", true,
            {"s": "t", "o": {"x": [1, {"y": true}]}, "n": null, "l": [1, 2, 3]}])
    );
}

#[test]
fn identity_encoding_and_numbers() {
    let head = "from java.util import UUID, Base64\nfrom java.net import URLEncoder, URLDecoder, URL, URI\nfrom java.lang import Integer, Long, Boolean, Math, StringBuilder, System, NumberFormatException\nimport re";
    let body = r"u = UUID.randomUUID()
assert re.match('^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$', u.toString())
assert u.toString() == str(u) and UUID.fromString(str(u)).equals(u) and u != UUID.randomUUID()
b = StringBuilder(); b.append('a').append(1).append(None).append(True)
try:
    Integer.parseInt('x'); bad = None
except NumberFormatException as e:
    bad = e.getMessage()
return [URLEncoder.encode('a b&c=*~é', 'UTF-8'), URLEncoder.encode('x y'), URLDecoder.decode('a+b%26', 'UTF-8'), Base64.getEncoder().encodeToString('hi?'),
    Base64.getUrlEncoder().withoutPadding().encodeToString(b'\xff\xfe'), bytes(Base64.getDecoder().decode('aGk/')).decode(), Integer.parseInt('12'), bad,
    Long.valueOf('5'), Boolean.parseBoolean('TRUE'), Math.round(2.5), Math.max(1, 2), b.toString(), b.length(), System.currentTimeMillis() > 1600000000000,
    URL('https://h.test:8443/p?q=1').getHost(), URI.create('https://h/p').getPath(), Integer.toHexString(255), Integer.MAX_VALUE]";
    assert_eq!(
        run(head, body),
        json!([
            "a+b%26c%3D*%7E%C3%A9",
            "x+y",
            "a b&",
            "aGk/",
            "__4",
            "hi?",
            12,
            "For input string: \"x\"",
            5,
            true,
            3,
            2,
            "a1nulltrue",
            10,
            true,
            "h.test",
            "/p",
            "ff",
            2_147_483_647
        ])
    );
}

#[test]
fn dates_and_calendars() {
    let head = "from java.util import Date, Calendar, GregorianCalendar\nfrom java.time import Instant\nfrom java.text import SimpleDateFormat";
    let body = "c = GregorianCalendar(2024, 0, 31)\nc.add(Calendar.MONTH, 1)\nd = Date(c.getTimeInMillis())\nc.add(1, 10)\n\
        return [str(d), d.getTime(), c.get(Calendar.YEAR), c.getTime().after(d), Instant.ofEpochSecond(1).toString(), Instant.parse('2024-01-01T00:00:00Z').getEpochSecond(),\n\
        SimpleDateFormat(\"yyyy-MM-dd'T'HH:mm:ss.SSS\").format(Date(1001)), SimpleDateFormat('yyyy-MM-dd').parse('1970-01-02').getTime(), Instant.now().getEpochSecond() > 1600000000]";
    assert_eq!(
        run(head, body),
        json!([
            "Thu Feb 29 00:00:00 UTC 2024",
            1_709_164_800_000_i64,
            2034,
            true,
            "1970-01-01T00:00:01Z",
            1_704_067_200,
            "1970-01-01T00:00:01.001",
            86_400_000,
            true
        ])
    );
}

#[test]
fn helpers_keep_jans_rules() {
    let body = "r = [StringHelper.isEmpty('  '), StringHelper.isNotEmptyString(None), StringHelper.isEmptyString(None), list(StringHelper.split(' a, b ,,c', ',')),\n\
        StringHelper.equalsIgnoreCase('A', 'a'), StringHelper.toBoolean('', True), StringHelper.toBoolean('yes', True), StringHelper.toLowerCase(None),\n\
        list(ArrayHelper.addItemToStringArray(None, 'x')), list(ArrayHelper.addItemToStringArray(['a'], 'x')), ArrayHelper.isEmpty([]), Twin is StringHelper]\n\
        uri = RedirectUri('https://op/a?x=1')\nuri.addResponseParameter('b', 'c d'); uri.addResponseParameter('blank', ' '); uri.addResponseParameter(' ', 'v'); uri.addResponseParameter('n', None)\n\
        r += [uri.toString(), str(RedirectUri('https://op/a')), uri.getResponseParamentersSize()]\n\
        return r";
    let head = "from io.jans.util import StringHelper, ArrayHelper\nfrom io.jans.orm.util import StringHelper as Twin".to_owned()
        + "\nfrom io.jans.as.common.util import RedirectUri";
    assert_eq!(
        run(&head, body),
        json!([
            true,
            true,
            true,
            ["a", "b", "c"],
            true,
            true,
            false,
            null,
            ["x"],
            ["a", "x"],
            true,
            true,
            "https://op/a?x=1&b=c+d",
            "https://op/a",
            3
        ])
    );
}

#[test]
fn http_goes_through_the_server() {
    let head = "from io.jans.as.server.service.net import HttpService\nfrom io.jans.service.cdi.util import CdiUtil\nfrom java.util import HashMap\nfrom java.lang import String";
    let body = "http = CdiUtil.bean(HttpService)\nclient = http.getHttpsClient()\nh = HashMap(); h.put('X-A', 'b')\n\
        one = http.executePost(client, 'https://a.test/p', None, {'Content-Type': 'application/json'}, '{}')\n\
        two = http.executeGet(client, 'https://a.test/g', h)\n\
        three = http.executePost(client, 'https://refused.test', 'YTpi', 'x=1', 'application/x-www-form-urlencoded')\n\
        response = one.getHttpResponse()\n\
        text = http.convertEntityToString(http.getResponseContent(response))\n\
        one.closeConnection()\n\
        try:\n    CdiUtil.bean(String); why = None\nexcept RuntimeError as e:\n    why = str(e)\n\
        return [response.getStatusLine().getStatusCode(), text, http.isResponseStastusCodeOk(response), two.getHttpResponse().getFirstHeader('ETag').getValue(), three, why]";
    let mut worker = probe(head, body);
    worker.answer = Box::new(|call| {
        if call.arguments["url"] == "https://refused.test" {
            return Answer::Refused("not allowed".to_owned());
        }
        Answer::Value(json!({"status": 200, "headers": {"etag": "e1"}, "body": "é"}))
    });
    let result = worker.call("run", json!({})).done().result;
    assert_eq!(
        json!(result.as_array().unwrap()[..5]),
        json!([200, "é", true, "e1", null])
    );
    assert!(
        result[5]
            .as_str()
            .unwrap()
            .starts_with("CdiUtil.bean(String): no such service"),
        "{result}"
    );
    let sent: Vec<_> = worker
        .host_calls
        .iter()
        .map(|call| call.arguments.clone())
        .collect();
    assert_eq!(
        sent[0],
        json!({"method": "POST", "url": "https://a.test/p", "headers": {"Content-Type": "application/json"}, "body": "{}"})
    );
    assert_eq!(
        sent[1],
        json!({"method": "GET", "url": "https://a.test/g", "headers": {"X-A": "b"}})
    );
    assert_eq!(
        sent[2]["headers"],
        json!({"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic YTpi"})
    );
}

#[test]
fn encryption_asks_the_server() {
    let body = "s = context.getEncryptionService()\n\
        r = [s.decrypt('sealed'), s.decrypt('bad', True), s.decrypt('bad', False), s.decrypt(None, True), s.decrypt(' '), s.encrypt('open'), s.encrypt('')]\n\
        try:\n    s.decrypt('bad')\nexcept EncryptionException as e:\n    r.append(e.getMessage())\n\
        r.append(s.decryptAllProperties({'p': 'sealed'}).getProperty('p'))\nreturn r";
    let mut worker = probe("from durward.encryption import EncryptionException", body);
    worker.answer =
        Box::new(
            |call| match (call.service.as_str(), call.arguments["value"].as_str()) {
                ("decrypt", Some("sealed")) => Answer::Value(json!({"value": "plain"})),
                ("encrypt", Some("open")) => Answer::Value(json!({"value": "closed"})),
                _ => Answer::Refused("cannot".to_owned()),
            },
        );
    assert_eq!(
        worker.call("run", json!({})).done().result,
        json!([
            "plain", "bad", null, null, null, "closed", null, "cannot", "plain"
        ])
    );
}

#[test]
fn tokens_and_details_and_enums() {
    let head = "from io.jans.as.model.jwt import Jwt\nfrom io.jans.as.model.exception import InvalidJwtException\nfrom io.jans.as.model.authzdetails import AuthzDetails\nfrom io.jans.as.model.common import GrantType";
    let body = "j = context.getSoftwareStatement()\n\
        r = [j.getClaims().getClaimAsString('iss'), j.claims.getClaim('n'), j.getHeader().getKeyId(), list(j.getClaims().getClaimAsStringList('aud')), context.claims.get('none')]\n\
        try:\n    Jwt.parse('x')\nexcept InvalidJwtException as e:\n    r.append('invalid')\n\
        r += [Jwt.parseSilently('a.b'), list(AuthzDetails.of('[{\"type\": \"t\"}]').getTypes()), AuthzDetails.ofSilently('[1]'), GrantType.CIBA.toString(), GrantType.fromString('password') is GrantType.RESOURCE_OWNER_PASSWORD_CREDENTIALS]\n\
        return r";
    // {"alg":"none","kid":"k1"} . {"iss":"i","n":5,"aud":"a"}
    let token = "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ.eyJpc3MiOiJpIiwibiI6NSwiYXVkIjoiYSJ9.";
    assert_eq!(
        probe(head, body)
            .call(
                "run",
                json!({"softwareStatement": token, "claims": {"a": 1}})
            )
            .done()
            .result,
        json!([
            "i",
            5,
            "k1",
            ["a"],
            null,
            "invalid",
            null,
            ["t"],
            null,
            "urn:openid:params:grant-type:ciba",
            true
        ])
    );
}
