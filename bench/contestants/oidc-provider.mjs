import { createPrivateKey } from 'node:crypto';
import { errors, Provider } from 'oidc-provider';
import { bareProof } from '../host/bare-proof.mjs';
import { clientAt, ISSUER, JWT_BEARER, LIFETIME, PATH, SCOPE } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { thumbprint } from '../host/tokens.mjs';

const AUTH_METHODS = { body: 'client_secret_post', basic: 'client_secret_basic', 'jwt-bearer': 'none' };

/** On node:http with nothing before it, its clients in memory, JWT access tokens, which it does not store. */
export function handler(task) {
  const { scenario, alg, privateKey, accounts } = task;
  const key = createPrivateKey(privateKey).export({ format: 'jwk' });
  const resource = { scope: SCOPE, audience: ISSUER, accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
  const provider = new Provider(ISSUER, {
    routes: { token: PATH },
    jwks: { keys: [{ ...key, kid: thumbprint(privateKey), alg, use: 'sig' }] },
    clients: Array.from({ length: accounts }, (_, number) => clientOf(clientAt(number), scenario, alg)),
    clientAuthMethods: Object.values(AUTH_METHODS),
    scopes: [SCOPE],
    ttl: { ClientCredentials: LIFETIME, AccessToken: LIFETIME },
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => ISSUER,
        getResourceServerInfo: () => resource,
      },
    },
  });
  if (scenario === 'jwt-bearer') registerJwtBearer(provider, bareProof(task), resource);
  const answer = provider.callback();
  return (req, res) => (req.url === PING ? pong(req, res) : answer(req, res));
}

/** A client's own token has its id as the subject, one for an account the account's. */
export function claims({ scenario }) {
  return { ids: { sub: scenario === 'jwt-bearer' ? 'accountId' : 'id', client_id: 'id' } };
}

/** As its documentation has custom grants; the client is public there, and proves the account by the assertion. */
function registerJwtBearer(provider, proves, resource) {
  const { accountId } = clientAt(0);
  const grant = async (ctx) => {
    const { client, params } = ctx.oidc;
    if (!proves(ctx.headers, params)) throw new errors.InvalidGrant('assertion');
    const resourceServer = new provider.ResourceServer(ISSUER, resource);
    const token = new provider.AccessToken({ accountId, client, resourceServer, scope: SCOPE, gty: JWT_BEARER });
    ctx.body = {
      access_token: await token.save(),
      expires_in: token.expiration,
      scope: token.scope,
      token_type: token.tokenType,
    };
  };
  provider.registerGrantType(JWT_BEARER, grant, ['assertion']);
}

function clientOf({ id, secret }, scenario, alg) {
  return {
    client_id: id,
    client_secret: secret,
    grant_types: [scenario === 'jwt-bearer' ? JWT_BEARER : 'client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: SCOPE,
    id_token_signed_response_alg: alg,
    token_endpoint_auth_method: AUTH_METHODS[scenario],
  };
}
