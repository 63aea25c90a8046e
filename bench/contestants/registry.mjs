/**
 * Who is measured. Each has a file of its name here that exports
 *
 *     async function handler({ scenario, alg, privateKey, accountKey, accounts }): (req, res) => void
 *
 * for a node:http server which answers `POST /v1beta1/auth/token` with a token that `privateKey` (PEM) signed with
 * `alg`, for the clients 0 to `accounts` - 1 of host/clients.mjs (`accountKey`, a JWK, is the public key of them all),
 * and `GET /ping` as host/pong.mjs does. `scenario` says how the client proves itself: see SCENARIOS. And, where its
 * tokens are not told apart by `usualIds` of host/tokens.mjs and a `jti` each,
 *
 *     function claims({ scenario }): { ids, constant }
 *
 * `ids` says which property of the client each claim is to equal; with `constant` all tokens are one, for client 0.
 *
 * `packages` are those whose versions belong to its figures.
 */
export const contestants = [
  { name: 'frontier-token', packages: [] },
  { name: 'bare-express', packages: [] },
  { name: 'bare-http', packages: [] },
  { name: 'oidc-provider', packages: ['oidc-provider'] },
  { name: 'node-oauth', packages: ['@node-oauth/oauth2-server'] },
  { name: 'jmondi', packages: ['@jmondi/oauth2-server'] },
  { name: 'oauth2orize', packages: ['oauth2orize', 'passport', 'passport-http', 'passport-oauth2-client-password'] },
  {
    name: 'passport-jsonwebtoken',
    packages: ['passport', 'passport-http', 'passport-oauth2-client-password', 'jsonwebtoken'],
  },
];

/** What all are compared with. */
export const YARDSTICK = 'bare-express';

/** How a client proves itself, by the name that `--scenario` takes. */
export const SCENARIOS = {
  body: 'client_credentials, id and secret in the body',
  basic: 'client_credentials, id and secret in `Authorization: Basic`',
  'jwt-bearer': 'jwt-bearer, an assertion of the same algorithm, each used once',
};

export const ALGORITHMS = ['RS256', 'ES256'];
