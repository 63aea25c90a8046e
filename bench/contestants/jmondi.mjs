import { randomUUID } from 'node:crypto';
import { AbstractGrant, AuthorizationServer, DateInterval, OAuthException } from '@jmondi/oauth2-server';
import { handleExpressError, handleExpressResponse, requestFromExpress } from '@jmondi/oauth2-server/express';
import express from 'express';
import { bareProof } from '../host/bare-proof.mjs';
import { Clients, fits, ISSUER, JWT_BEARER, LIFETIME, PATH, SCOPE } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { claimsOf, tokenMaker } from '../host/tokens.mjs';

/**
 * In Express, through its own adapter. Its JwtService signs HS256 only: here is one that signs as the others do, with
 * the claims that it wants.
 */
export function handler(task) {
  const clients = new Clients(task.accounts);
  const tokens = tokenMaker(task);
  const scopes = [{ name: SCOPE }];
  const parts = [
    {
      getByIdentifier: async (id) => clientOf(clients.find(id), scopes),
      isClientValid: async (grantType, client, secret) =>
        client.allowedGrants.includes(grantType) && fits(client, secret),
    },
    {
      issueToken: async (client, granted, user) => ({
        accessToken: randomUUID(),
        accessTokenExpiresAt: new Date(),
        client,
        user,
        scopes: granted,
      }),
      persist: async () => undefined,
    },
    { getAllByIdentifiers: async () => scopes, finalize: async () => scopes },
    { sign: (payload) => tokens.make(payload), extraTokenFields: ({ client }) => claimsOf(client) },
  ];
  const server = new AuthorizationServer(...parts, { issuer: ISSUER });
  const lifetime = new DateInterval(`${LIFETIME}s`);
  server.enableGrantTypes(['client_credentials', lifetime]);
  const grant = new JwtBearerGrant(bareProof(task), ...parts, server.getGrant('client_credentials').options);
  server.enableGrantTypes([{ grant }, lifetime]);
  const app = express();
  app.post(PATH, express.urlencoded(), async (req, res) => {
    try {
      handleExpressResponse(res, await server.respondToAccessTokenRequest(requestFromExpress(req)));
    } catch (error) {
      handleExpressError(error, res);
    }
  });
  app.get(PING, pong);
  return app;
}

/** There is no subject in a client's own token. */
export function claims({ scenario }) {
  return { ids: scenario === 'jwt-bearer' ? { sub: 'accountId', client_id: 'id' } : { client_id: 'id' } };
}

/** A grant of one's own, as it takes them. Its types want such a name to begin with `custom:`, its code takes any. */
class JwtBearerGrant extends AbstractGrant {
  identifier = JWT_BEARER;

  constructor(proves, ...parts) {
    super(...parts);
    this.proves = proves;
  }

  async respondToAccessTokenRequest(req, lifetime) {
    if (!this.proves(req.headers, req.body)) throw OAuthException.invalidGrant('assertion');
    const client = await this.clientRepository.getByIdentifier(this.getRequestParameter('client_id', req));
    const user = { id: client.accountId };
    const asked = await this.validateScopes(this.getRequestParameter('scope', req, []));
    const scopes = await this.scopeRepository.finalize(asked, this.identifier, client, user.id);
    const token = await this.issueAccessToken(lifetime, client, user, scopes);
    return this.makeBearerTokenResponse(client, token, scopes, await this.extraJwtFields(req, client, user));
  }
}

function clientOf(client, scopes) {
  return (
    client && {
      ...client,
      name: client.id,
      secret: 'kept as a hash',
      redirectUris: [],
      allowedGrants: ['client_credentials'],
      scopes,
    }
  );
}
