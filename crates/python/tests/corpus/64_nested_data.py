data = {"users": [{"name": "a", "tags": ["x", "y"]}, {"name": "b", "tags": []}], "n": {"m": {"o": 1}}}
print data["users"][0]["tags"][1], [u["name"] for u in data["users"] if u["tags"]], data["n"]["m"]["o"]
def walk(v, depth=0):
    if isinstance(v, dict):
        for k in sorted(v):
            print " " * depth + k
            walk(v[k], depth + 1)
    elif isinstance(v, (list, tuple)):
        for item in v: walk(item, depth + 1)
    else:
        print " " * depth + str(v)
walk(data)
import copy
c = copy.deepcopy(data)
c["users"][0]["name"] = "changed"
print data["users"][0]["name"], copy.copy([1])
print [[]] * 2, [{}], ((),), {(): []}, [None], {"k": None}
l = [1]
l.append(l)
print l
d = {}
d["self"] = d
print d
