import { grants } from '../grants/registry.js';
import { routeUrl, type DescribedRouter } from './described-router.js';
import type { OpenApiSchema } from './specification.js';

/** RFC 8414 §2. */
export function serverMetadata(router: DescribedRouter): OpenApiSchema {
  const { issuer, path, jwksPath, tokenEndpoint, jwksUri } = router;
  const keysAt = jwksUri ?? (jwksPath === false ? undefined : routeUrl(router, jwksPath));
  const properties: Record<string, OpenApiSchema> = {
    issuer: { type: 'string', const: issuer, description: 'The `iss` of access tokens.' },
    token_endpoint: { type: 'string', const: tokenEndpoint ?? routeUrl(router, path) },
    ...(keysAt === undefined ? {} : { jwks_uri: { type: 'string', const: keysAt } }),
    grant_types_supported: list(grants.map(({ type }) => type)),
    response_types_supported: { ...list([]), description: 'None: there is no authorization endpoint.' },
    token_endpoint_auth_methods_supported: list(['client_secret_basic', 'client_secret_post']),
  };
  return { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}

/** Just these, in this order. */
function list(values: string[]): OpenApiSchema {
  const prefixItems = values.map((value): OpenApiSchema => ({ type: 'string', const: value }));
  return {
    type: 'array',
    minItems: values.length,
    maxItems: values.length,
    ...(values.length > 0 ? { prefixItems } : {}),
  };
}
