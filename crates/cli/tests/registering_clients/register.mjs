// npm openid-client registers itself and uses what it became.
//
// Standard input: one line of settings, then the callback address. Standard output: one line
// of JSON for everything that happened.

import { createInterface } from "node:readline";
import { webcrypto } from "node:crypto";
import * as oidc from "openid-client";

globalThis.crypto ??= webcrypto;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const settings = JSON.parse(await next());
const config = await oidc.dynamicClientRegistration(
  new URL(settings.issuer),
  settings.metadata,
  oidc.ClientSecretBasic(),
  { initialAccessToken: settings.initialAccessToken, execute: [oidc.allowInsecureRequests] },
);
const client = config.clientMetadata();
say({ registered: client });

const machine = await oidc.clientCredentialsGrant(config, { scope: "orders" });
const told = await oidc.tokenIntrospection(config, machine.access_token);
say({ machine: { active: told.active, client_id: told.client_id } });

const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
const expectedState = oidc.randomState();
const url = oidc.buildAuthorizationUrl(config, {
  redirect_uri: settings.metadata.redirect_uris[0],
  scope: "openid profile",
  code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
  state: expectedState,
});
say({ visit: url.href });
const tokens = await oidc.authorizationCodeGrant(config, new URL(await next()), {
  pkceCodeVerifier,
  expectedState,
  idTokenExpected: true,
});
const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
say({ login: { name: user.name } });

// openid-client has nothing for RFC 7592.
const management = { authorization: `Bearer ${client.registration_access_token}` };
const own = await fetch(client.registration_client_uri, { headers: management });
say({ own: { status: own.status, client_id: (await own.json()).client_id } });
process.exit(0);
