class StringHelper:
    @staticmethod
    def isEmpty(s): return s is None or len(s.strip()) == 0
    @staticmethod
    def equalsIgnoreCase(a, b): return (a or "").lower() == (b or "").lower()
class ArrayHelper(object):
    @classmethod
    def add(cls, array, item):
        array = list(array or ())
        array.append(item)
        return array
attributes = {"scopes": "openid, profile", "flag": "true", "n": "12"}
scopes = [s.strip() for s in attributes.get("scopes").split(",")]
print scopes, StringHelper.isEmpty(" "), StringHelper.equalsIgnoreCase("A", "a"), ArrayHelper.add(None, 1)
flag = attributes.has_key("flag") and StringHelper.equalsIgnoreCase(attributes["flag"], "true")
limit = int(attributes["n"]) / 5
print flag, limit, "%s" % limit, "limit: " + str(limit), limit > None
if not scopes or "email" not in scopes: print "no email"
result = {}
for name, value in sorted(attributes.iteritems()):
    result.setdefault(type(value).__name__, []).append(name)
print result, len(result["str"]) == len(attributes)
def check(value, *allowed, **options):
    strict = options.pop("strict", False)
    if options: raise TypeError, "unknown options: %s" % options.keys()
    return value in allowed or not strict
print check(1, 2, 3), check(1, 2, strict=True)
try:
    check(1, loose=1)
except TypeError, error:
    print error
