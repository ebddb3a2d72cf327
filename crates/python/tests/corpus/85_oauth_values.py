import base64, json, time, urllib
header = {"alg": "none"}
def b64(s): return base64.urlsafe_b64encode(s).rstrip("=")
def unb64(s): return base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))
token = ".".join([b64(json.dumps(header)), b64(json.dumps({"sub": u"J\u00fcrgen"})), ""])
print token.count("."), json.loads(unb64(token.split(".")[0]))["alg"]
print json.loads(unb64(token.split(".")[1]))["sub"] == u"J\xfcrgen"
params = [("client_id", "abc"), ("redirect_uri", "https://x.example/cb?a=1&b=2"), ("scope", "openid profile")]
print urllib.urlencode(params)
exp = int(time.time()) + 300
print exp - int(time.time()) in (299, 300), exp / 1000 < exp
detail = json.loads('{"type":"payment","amount":"12.50","currency":"EUR","list":[{"a":1}]}')
if detail.has_key("amount") and float(detail["amount"]) > 10 and detail.get("currency") in ("EUR", "USD"):
    print "ok %s %.2f" % (detail["type"], float(detail["amount"]))
scopes = "openid profile  email".split()
print "email" in scopes, " ".join(sorted(set(scopes) - set(["profile"]))), len(scopes) == 3
status = 204
print (status >= 200 and status < 300), 200 <= status < 300
