// The server that durward-bench measures against: oidc-provider with its
// in-memory store, one process. Prints one line of JSON once it listens.
//
// Clients, scopes, key type and the steps of each flow are those of the
// prepared Durward data directory (src/prepared.rs); keep the two alike.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { Provider } from 'oidc-provider';

const SECRET = 'durward-bench-secret-of-every-client';
const API = 'urn:bench:api';
const SCOPE = 'openid profile email';

const [pushUrl] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signingKey = { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' };
const pushes = new Agent({ keepAlive: true });

/** Posts to the push service, as a notification script does, and waits for its answer. */
function push(body) {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const sent = httpRequest(pushUrl, { method: 'POST', agent: pushes, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error('not pushed'))));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

function client(clientId, grants, rest) {
  return {
    client_id: clientId,
    client_secret: SECRET,
    grant_types: grants,
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
    ...rest,
  };
}

const configuration = {
  jwks: { keys: [signingKey] },
  scopes: ['openid', 'profile', 'email', 'read'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  clients: [
    client('machine', ['client_credentials'], { scope: 'read' }),
    client('shop', ['authorization_code'], {
      redirect_uris: ['https://shop.example/cb'],
      response_types: ['code'],
      scope: SCOPE,
    }),
    client('till', ['urn:openid:params:grant-type:ciba'], {
      backchannel_token_delivery_mode: 'poll',
      scope: SCOPE,
    }),
  ],
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: id, email: `${id}@shop.example` }) }),
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // The machine client gets a JWT (RFC 9068); the others the opaque default.
      defaultResource: (ctx, asking) => (asking?.clientId === 'machine' ? API : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: API,
        accessTokenTTL: 300,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
    ciba: {
      enabled: true,
      deliveryModes: ['poll'],
      processLoginHint: (ctx, hint) => hint,
      validateBindingMessage: () => {},
      validateRequestContext: () => {},
      verifyUserCode: () => {},
      async triggerAuthenticationDevice(ctx, request, account) {
        const link = `${ctx.oidc.issuer}/approve?auth_req_id=${request.jti}`;
        await push({ to: account.accountId, notification: { click_action: link } });
      },
    },
  },
};

const server = createServer({ keepAliveTimeout: 600_000 });
await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, configuration);

/** The user's yes to a CIBA request: the one step that oidc-provider leaves to its embedder. */
async function approve(id) {
  const request = await provider.BackchannelAuthenticationRequest.find(id);
  const grant = new provider.Grant({ clientId: request.clientId, accountId: request.accountId });
  grant.addOIDCScope(request.scope);
  await grant.save();
  await provider.backchannelResult(request, grant, { acr: 'urn:bench', amr: ['pwd'], authTime: Math.floor(Date.now() / 1000) });
}

const answer = provider.callback();
server.on('request', (incoming, outgoing) => {
  const url = new URL(incoming.url, issuer);
  if (url.pathname !== '/approve') {
    answer(incoming, outgoing);
    return;
  }
  incoming.resume();
  approve(url.searchParams.get('auth_req_id')).then(
    () => outgoing.end(`approved ${randomUUID()}`),
    (error) => { outgoing.statusCode = 500; outgoing.end(String(error)); },
  );
});
console.log(JSON.stringify({ issuer }));
