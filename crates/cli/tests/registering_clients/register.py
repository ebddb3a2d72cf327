# PyPI Authlib registers itself and uses what it became.
#
# Standard input: one line of settings, then the callback address. Standard output: one line
# of JSON for everything that happened.

import json
import sys

from authlib.integrations.requests_client import OAuth2Session


def say(event):
    print(json.dumps(event), flush=True)


settings = json.loads(sys.stdin.readline())
initial = {"access_token": settings["initialAccessToken"], "token_type": "Bearer"}
registrar = OAuth2Session(token=initial)
server = registrar.get(settings["issuer"] + "/.well-known/openid-configuration", withhold_token=True).json()
answer = registrar.post(server["registration_endpoint"], json=settings["metadata"])
client = answer.json()
say({"registered": client})

callback = settings["metadata"]["redirect_uris"][0]
session = OAuth2Session(
    client["client_id"], client["client_secret"], scope="openid profile", redirect_uri=callback,
    token_endpoint_auth_method=client["token_endpoint_auth_method"], code_challenge_method="S256")
token = session.fetch_token(server["token_endpoint"], grant_type="client_credentials", scope="orders")
told = session.introspect_token(server["introspection_endpoint"], token=token["access_token"]).json()
say({"machine": {"active": told["active"], "client_id": told["client_id"]}})

verifier = "v" * 64
url, state = session.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier)
say({"visit": url})
session.fetch_token(
    server["token_endpoint"], authorization_response=sys.stdin.readline().strip(), state=state, code_verifier=verifier)
say({"login": {"name": session.get(server["userinfo_endpoint"]).json()["name"]}})

management = OAuth2Session(token={"access_token": client["registration_access_token"], "token_type": "Bearer"})
own = management.get(client["registration_client_uri"])
say({"own": {"status": own.status_code, "client_id": own.json()["client_id"]}})
