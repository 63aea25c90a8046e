import { clientCredentials } from '../grants/client-credentials.js';
import { jwtBearer } from '../grants/jwt-bearer.js';
import { grants } from '../grants/registry.js';
import { challenge } from '../http/challenge.js';
import { mountedPath, seenByClients, type DescribedRoute, type DescribedRouter } from './described-router.js';
import { errorSchemas } from './error-schemas.js';
import { failureResponses } from './failures.js';
import { noStore } from './headers.js';
import { tokenFailures } from './route-failures.js';
import { accessToken, JWT, SCOPE, tokenRequest, tokenResponse } from './token-schemas.js';
import type { OpenApiMediaType, OpenApiOperation, OpenApiResponse } from './specification.js';

/** `POST /v1beta1/auth/token`. */
export function describeTokenRoute(router: DescribedRouter): DescribedRoute {
  const { path, domain, profile } = router;
  const { servers, note } = seenByClients(router, path, router.tokenEndpoint);
  const failures = tokenFailures(router);
  const challenges = grants.map(({ scheme }) => challenge(scheme, { realm: router.issuer }));
  const post: OpenApiOperation = {
    operationId: 'issueToken',
    summary: 'Trade the credentials of a service account for an access token',
    description:
      'A service account proves who it is, with a client id and secret or with a JWT that it signed with its key, and ' +
      'gets a short-lived access token. Send that as `Authorization: Bearer` to the routes that ask for one. ' +
      `The proof goes into the body or into the \`Authorization\` header, not into both.${note}`,
    tags: ['Tokens'],
    security: [{ clientSecret: [] }, { assertion: [] }, {}],
    requestBody: { required: !profile.grantTypeFromHeader, content: requestContent() },
    responses: { '200': issued(router), ...failureResponses(failures, router, challenges) },
  };
  return {
    path: mountedPath(router, path),
    item: { servers, post },
    schemas: {
      TokenRequest: tokenRequest(profile),
      TokenResponse: tokenResponse,
      ...errorSchemas(failures, domain),
    },
  };
}

/** The parameters are the same in both media types. */
function requestContent(): Record<string, OpenApiMediaType> {
  const secret = {
    grant_type: clientCredentials.type,
    client_id: 'CLIENT_ID',
    client_secret: 'CLIENT_SECRET',
    scope: SCOPE,
  };
  const content: OpenApiMediaType = {
    schema: { $ref: '#/components/schemas/TokenRequest' },
    examples: {
      secret: { value: secret },
      assertion: { value: { grant_type: jwtBearer.type, assertion: JWT } },
    },
  };
  return { 'application/x-www-form-urlencoded': content, 'application/json': content };
}

function issued({ profile, accessTokenLifetime }: DescribedRouter): OpenApiResponse {
  const again = { description: 'The access token once more.', required: true, schema: accessToken };
  const value = { access_token: JWT, token_type: 'Bearer', expires_in: accessTokenLifetime, scope: SCOPE };
  return {
    description: 'The access token.',
    headers: {
      ...noStore,
      ...Object.fromEntries(Object.keys(profile.headers(JWT)).map((name) => [name, again])),
    },
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/TokenResponse' }, examples: { token: { value } } },
    },
  };
}
