// A relying party that we did not write: openid-client, over the whole binary.
//
// Standard input: one line of settings, then one line with the callback address for every
// "visit" that was asked for. Standard output: one line of JSON for everything that happened.

import { createInterface } from "node:readline";
import { webcrypto } from "node:crypto";
import * as jose from "jose";
import * as oidc from "openid-client";

globalThis.crypto ??= webcrypto;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

if (process.argv[2] === "keys") {
  const pair = await jose.generateKeyPair("ES256", { extractable: true });
  const name = { kid: "foreign", alg: "ES256" };
  say({
    public: { ...(await jose.exportJWK(pair.publicKey)), ...name, use: "sig" },
    private: { ...(await jose.exportJWK(pair.privateKey)), ...name },
  });
  process.exit(0);
}

const settings = JSON.parse(await next());
const key = { key: await jose.importJWK(settings.privateKey, "ES256"), kid: "foreign" };
const metadata = {
  id_token_signed_response_alg: "ES256",
  introspection_signed_response_alg: "ES256",
};
const config = await oidc.discovery(
  new URL(settings.issuer),
  settings.clientId,
  metadata,
  oidc.PrivateKeyJwt(key),
  { execute: [oidc.allowInsecureRequests] },
);
say({ discovered: config.serverMetadata() });

/** The usual request, and what its answer has to fit. */
async function request() {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expected = {
    pkceCodeVerifier,
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
    idTokenExpected: true,
  };
  const parameters = {
    redirect_uri: settings.redirectUri,
    scope: "openid profile",
    response_type: "code",
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expected.expectedState,
    nonce: expected.expectedNonce,
    ...(settings.resource && { resource: settings.resource }),
    ...(settings.authorizationDetails && { authorization_details: JSON.stringify(settings.authorizationDetails) }),
  };
  return [parameters, expected];
}

/** Signed and then encrypted for the server, which openid-client itself does not do. */
async function encrypted(parameters) {
  const signed = await oidc.buildAuthorizationUrlWithJAR(config, parameters, key);
  const keys = await (await fetch(config.serverMetadata().jwks_uri)).json();
  const [alg, enc] = settings.encryption;
  const kty = alg.startsWith("RSA") ? "RSA" : "EC";
  const jwk = keys.keys.find((one) => one.use === "enc" && one.kty === kty);
  const object = await new jose.CompactEncrypt(new TextEncoder().encode(signed.searchParams.get("request")))
    .setProtectedHeader({ alg, enc, kid: jwk.kid, cty: "JWT" })
    .encrypt(await jose.importJWK(jwk, alg));
  signed.searchParams.set("request", object);
  return signed;
}

const carriages = {
  plain: (parameters) => oidc.buildAuthorizationUrl(config, parameters),
  par: (parameters) => oidc.buildAuthorizationUrlWithPAR(config, parameters),
  jar: (parameters) => oidc.buildAuthorizationUrlWithJAR(config, parameters, key),
  encrypted,
  "jar in par": async (parameters) => {
    const signed = await oidc.buildAuthorizationUrlWithJAR(config, parameters, key);
    return oidc.buildAuthorizationUrlWithPAR(config, signed.searchParams);
  },
};

for (const carriage of settings.carriages) {
  const [parameters, expected] = await request();
  const url = await carriages[carriage](parameters);
  say({ visit: url.href, carriage });
  const tokens = await oidc.authorizationCodeGrant(config, new URL(await next()), expected);
  const again = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  say({
    carriage,
    tokens,
    subject: tokens.claims().sub,
    refreshed: again,
    user: carriage === "plain" && !settings.resource
      ? await oidc.fetchUserInfo(config, again.access_token, tokens.claims().sub)
      : null,
    introspected: await oidc.tokenIntrospection(config, again.access_token),
  });
}
say({ done: true });
process.exit(0);
