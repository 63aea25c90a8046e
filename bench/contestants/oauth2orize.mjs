import express from 'express';
import oauth2orize from 'oauth2orize';
import { bareProof } from '../host/bare-proof.mjs';
import { clientAt, Clients, JWT_BEARER, LIFETIME, PATH, SCOPE } from '../host/clients.mjs';
import { passportOver } from '../host/passport-clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { claimsOf, tokenMaker } from '../host/tokens.mjs';

/** In Express, behind passport's strategies, as its documentation has it; it leaves making a token to the host. */
export function handler(task) {
  const tokens = tokenMaker(task);
  const server = oauth2orize.createServer();
  const issue = (client, scope, done) => {
    tokens.make(claimsOf(client)).then((token) => done(null, token, { expires_in: LIFETIME, scope: SCOPE }), done);
  };
  const app = express();
  if (task.scenario === 'jwt-bearer') {
    server.exchange(JWT_BEARER, jwtBearer(bareProof(task), issue));
    app.post(PATH, express.urlencoded(), server.token(), server.errorHandler());
  } else {
    server.exchange(oauth2orize.exchange.clientCredentials(issue));
    const authenticate = passportOver(new Clients(task.accounts)).authenticate(task.scenario, { session: false });
    app.post(PATH, express.urlencoded(), authenticate, server.token(), server.errorHandler());
  }
  app.get(PING, pong);
  return app;
}

/** An exchange of its own: the one for client credentials, but that the assertion in the form proves who asks. */
function jwtBearer(proves, issue) {
  return oauth2orize.exchange.clientCredentials((client, scope, form, done) => {
    if (!proves({}, form)) return done(null, false);
    issue(clientAt(0), scope, done);
  });
}
