import json
print json.dumps({"a": 1}), json.dumps([1, 2.5, None, True, "x"]), json.dumps("q\"\n")
print json.dumps({"b": 1, "a": [1, {"c": 2}]}, sort_keys=True)
print json.dumps(u"\u00e9"), json.dumps({"k": [1, 2]}, separators=(",", ":"))
print json.dumps({"b": 2, "a": 1}, indent=2, sort_keys=True)
d = json.loads('{"n": 5, "s": "t", "l": [1, 2], "f": 1.5, "x": null, "t": true}')
print d["n"], d["s"], d["l"], d["f"], d["x"], d["t"], sorted(d.keys()) == ["f", "l", "n", "s", "t", "x"]
print json.loads('"\\u0041"'), json.loads("[]"), json.loads(' 12 '), d.get("none"), d.has_key("n")
try:
    json.loads("nope")
except ValueError, e:
    print "ValueError:", e
try:
    json.dumps(set())
except TypeError, e:
    print "TypeError"
print json.loads(json.dumps({"k": u"\u20ac"}))["k"] == u"\u20ac"
print json.dumps({1: 2}), json.dumps((1, 2)), json.dumps(10 ** 12), json.dumps(1.1 * 3)
print json.dumps({"default": 1}, default=str), json.loads('{"a": {"b": [1]}}')["a"]["b"][0]
