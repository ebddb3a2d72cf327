d = {"a": 1}
print d.has_key("a"), d.has_key("z"), "a" in d, d.get("z"), d.get("z", 0)
print d.keys(), d.values(), d.items(), type(d.keys()).__name__
for k, v in d.iteritems():
    print k, v
print list(d.iterkeys()), list(d.itervalues()), d.keys()[0], d.items()[0][1]
d["b"] = 2
print sorted(d), sorted(d.keys()), sorted(d.items()), len(d)
ks = d.keys()
ks.sort()
print ks
for k in d.keys():
    del d[k]
print d
d = dict(a=1)
d.update({"b": 2})
d.setdefault("c", []).append(1)
print sorted(d.items()), d.pop("a"), d.pop("zz", None), sorted(d)
print dict([("x", 1)]), dict.fromkeys([1], 0), {}.items(), {1: {2: 3}}[1][2]
print sorted(dict((k, k * 2) for k in [1, 2]).items()), sorted({k: 1 for k in "ab"}.items())
h = d.has_key
print h("b"), map(d.has_key, ["b", "q"])
from collections import OrderedDict, defaultdict
o = OrderedDict()
o["z"] = 1
o["a"] = 2
print o.keys(), o.items(), o.values()
e = defaultdict(list)
e["k"].append(1)
print e.items(), e["missing"], e.has_key("k")
print d == {"b": 2, "c": [1]}, cmp({}, {"a": 1}), d.copy() is d
c = d.viewkeys()
print len(c)
