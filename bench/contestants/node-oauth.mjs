import OAuth2Server from '@node-oauth/oauth2-server';
import express from 'express';
import { bareProof } from '../host/bare-proof.mjs';
import { Clients, JWT_BEARER, LIFETIME, PATH, SCOPE } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { claimsOf, tokenMaker } from '../host/tokens.mjs';

/** In Express, as its own adapter does; it leaves making a token to the host, and a JWT needs no saving. */
export function handler(task) {
  const clients = new Clients(task.accounts);
  const tokens = tokenMaker(task);
  const server = new OAuth2Server({
    accessTokenLifetime: LIFETIME,
    extendedGrantTypes: { [JWT_BEARER]: jwtBearerGrant(bareProof(task)) },
    requireClientAuthentication: { [JWT_BEARER]: false },
    model: {
      getClient(id, secret) {
        // Without a secret it comes only for the grant that needs none.
        const client = secret === undefined ? clients.find(id) : clients.prove(id, secret);
        return client && { ...client, grants: ['client_credentials', JWT_BEARER] };
      },
      getUserFromClient: (client) => ({ id: client.accountId }),
      validateScope: (user, client, scope = [SCOPE]) => (scope.every((asked) => asked === SCOPE) ? scope : false),
      generateAccessToken: (client) => tokens.make(claimsOf(client)),
      saveToken: (token, client, user) => ({ ...token, client, user }),
      getAccessToken: () => undefined,
    },
  });
  const app = express();
  app.post(PATH, express.urlencoded(), async (req, res) => {
    const response = new OAuth2Server.Response(res);
    try {
      await server.token(new OAuth2Server.Request(req), response);
    } catch (error) {
      response.status = error.code;
    }
    res.set(response.headers).status(response.status).send(response.body);
  });
  app.get(PING, pong);
  return app;
}

/** As its documentation has extension grants: the client names itself, and the assertion proves it. */
function jwtBearerGrant(proves) {
  return class JwtBearerGrantType extends OAuth2Server.AbstractGrantType {
    async handle(request, client) {
      if (!proves(request.headers, request.body)) throw new OAuth2Server.InvalidGrantError('assertion');
      const user = { id: client.accountId };
      const scope = await this.validateScope(user, client, this.getScope(request));
      const accessToken = await this.generateAccessToken(client, user, scope);
      const accessTokenExpiresAt = this.getAccessTokenExpiresAt();
      return this.model.saveToken({ accessToken, accessTokenExpiresAt, scope }, client, user);
    }
  };
}
