# Shapes seen in client registration scripts.
import sys, json, time, uuid
class Client:
    def __init__(self):
        self.scopes = None
        self.uris = ["https://a.example/cb", "https://b.example/cb"]
    def setScopes(self, s): self.scopes = s
def process(client, attributes):
	print "Client registration. CreateClient method"
	uris = client.uris
	allowed = [u.strip() for u in attributes["client_redirect_uris"].split(",")]
	addAddressScope = False
	for redirectUri in uris:
	    if redirectUri in allowed:
	        addAddressScope = True
                break
	if (addAddressScope):
	    client.setScopes(["openid"] + ["address"])
	return True
c = Client()
print process(c, {"client_redirect_uris": "https://x.example, https://a.example/cb"}), c.scopes
claims = {"iss": "id", "exp": long(time.time()) + 1000}
print sorted(claims.keys()), claims["exp"] > 1000, type(json.dumps(claims)) == str
try:
    total = json.loads('{"totalResults": 0}')["totalResults"]
    if total > 0:
        print "known"
    else:
        raise Exception("unknown TPP")
except:
    print "Unexpected error:", sys.exc_info()[1]
print len(str(uuid.uuid4()).replace("-", ""))
