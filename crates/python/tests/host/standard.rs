//! The standard library that scripts may count on.

use serde_json::json;

use crate::harness::run;

#[test]
fn every_module_that_known_scripts_import_is_there() {
    let body = "import json, sys, time, random, uuid, ast, datetime, calendar, re, string, traceback, base64, hashlib, hmac\n\
        import collections, functools, itertools, decimal, logging, dataclasses, typing, urllib.parse, copy, math, os, os.path\n\
        import enum, operator, struct, binascii, secrets, statistics, fractions, heapq, bisect, textwrap, html, io, contextlib\n\
        import types, inspect, abc, warnings, weakref, threading, queue, csv, zlib, unicodedata, ipaddress, email.message, numbers\n\
        import xml.etree.ElementTree, html.parser, difflib, pprint, locale, configparser\n\
        return 1";
    assert_eq!(run("", body), json!(1));
}

#[test]
fn the_usual_work_is_done() {
    let head = "import json, uuid, hashlib, hmac, base64, datetime, decimal, re, dataclasses, urllib.parse, os, calendar, copy\n\
        from dataclasses import dataclass, field\nfrom typing import Optional, List\n\
        @dataclass\nclass Point:\n    x: int\n    y: Optional[List[int]] = field(default_factory=list)";
    let body = "p = Point(1)\n\
        return [hashlib.sha256(b'a').hexdigest()[:8], hmac.new(b'k', b'm', hashlib.sha256).hexdigest()[:8],\n\
        base64.urlsafe_b64encode(b'\\xff\\xfe').decode(), str(decimal.Decimal('0.1') + decimal.Decimal('0.2')),\n\
        datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc).isoformat(), calendar.timegm((2024, 1, 1, 0, 0, 0)),\n\
        re.sub(r'(\\d+)', r'<\\1>', 'a12b'), dataclasses.asdict(p), urllib.parse.urlencode({'a b': 'c&d'}),\n\
        os.path.join('a', 'b'), len(str(uuid.uuid4())), json.loads(json.dumps({'x': [1, 2.5, None, True]})), copy.deepcopy([[1]])]";
    assert_eq!(
        run(head, body),
        json!(["ca978112", "b60090e3", "__4=", "0.3", "2024-02-29T00:00:00+00:00", 1_704_067_200, "a<12>b", {"x": 1, "y": []},
            "a+b=c%26d", "a/b", 36, {"x": [1, 2.5, null, true]}, [[1]]])
    );
}

#[test]
fn times_are_utc() {
    assert_eq!(
        run(
            "import time, datetime",
            "return [time.localtime(0)[:6], time.strftime('%H:%M', time.gmtime(60)), datetime.datetime.fromtimestamp(0).hour, time.time() > 1e9]"
        ),
        json!([[1970, 1, 1, 0, 0, 0], "00:01", 0, true])
    );
}
