import { requireDistinctPaths } from '../endpoint/settings.js';
import { checkOptions } from '../options/check.js';
import { openApiChecks, type OpenApiDocumentOptions } from '../options/openapi-options.js';
import { profiles } from '../profiles/registry.js';
import { serverUrl, type DescribedRouter } from './described-router.js';
import { describeJwksRoute, describeMetadataRoute, describeOpenApiRoute } from './document-routes.js';
import { OPENAPI, type OpenApiDocument, type OpenApiSecurityScheme } from './specification.js';
import { describeTokenRoute } from './token-route.js';

/** Of what is described, not of the package: it changes when the answers of the routes do. */
const VERSION = '1.0.0';

/**
 * An OpenAPI 3.1.0 document of the routes that `frontierToken` makes of these options: plain JSON, the caller's own.
 *
 * ```ts
 * const { paths, components } = openApiDocument({ ...options, mountPath: '/auth' });
 * ```
 *
 * @param options those of `frontierToken`, and `mountPath`; only `issuer` is needed
 * @throws TypeError for wrong options; it names the option, what was given and what is expected
 */
export function openApiDocument(options: OpenApiDocumentOptions): OpenApiDocument {
  const { mountPath, ...checked } = checkOptions('openApiDocument', openApiChecks, options);
  requireDistinctPaths('openApiDocument', checked);
  return describeRouter({
    ...checked,
    profile: profiles[checked.profile],
    domain: new URL(checked.issuer).hostname,
    mountPath: mountPath.replace(/\/$/, ''),
  });
}

/** The document of a router that is mounted here. */
export function describeRouter(router: DescribedRouter): OpenApiDocument {
  const routes = [
    describeTokenRoute(router),
    ...describeJwksRoute(router),
    ...describeMetadataRoute(router),
    ...describeOpenApiRoute(router),
  ];
  const document: OpenApiDocument = {
    openapi: OPENAPI,
    info: {
      title: 'Token server',
      version: VERSION,
      description: 'Issues short-lived access tokens to service accounts, and publishes the keys that verify them.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl(router) }],
    tags: [
      { name: 'Tokens', description: 'Getting access tokens.' },
      { name: 'Discovery', description: 'What verifiers and clients need to know of this server.' },
    ],
    paths: Object.fromEntries(routes.map(({ path, item }) => [path, item])),
    components: {
      schemas: Object.fromEntries(routes.flatMap(({ schemas }) => Object.entries(schemas))),
      securitySchemes,
    },
  };
  // What is the same in several places is one object so far: who changes the document would change all of them, and ours.
  return JSON.parse(JSON.stringify(document)) as OpenApiDocument;
}

const securitySchemes: Record<string, OpenApiSecurityScheme> = {
  clientSecret: {
    type: 'http',
    scheme: 'basic',
    description: 'The client id and secret, as they are or form-encoded as RFC 6749 §2.3.1 has it.',
  },
  assertion: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The JWT that a service account signed with its key, in place of the parameter `assertion`.',
  },
};
