import { issuerPath } from '../options/issuer.js';
import { mountedPath, seenByClients, type DescribedRoute, type DescribedRouter } from './described-router.js';
import { jwksSchemas } from './jwks-schemas.js';
import { serverMetadata } from './metadata-schema.js';
import { describePublicDocument } from './public-document.js';
import { OPENAPI } from './specification.js';

/** RFC 7517 §5. */
export function describeJwksRoute(router: DescribedRouter): DescribedRoute[] {
  const { jwksPath, jwksUri } = router;
  if (jwksPath === false) return [];
  const { servers, note } = seenByClients(router, jwksPath, jwksUri);
  const item = describePublicDocument(router, {
    name: 'Jwks',
    summary: 'The public keys that access tokens are verified with',
    description: `A JSON Web Key Set (RFC 7517 §5): the key that signs now, and those whose tokens may still live.${note}`,
    schema: { $ref: '#/components/schemas/JsonWebKeySet' },
    asksStore: true,
  });
  return [{ path: mountedPath(router, jwksPath), item: { servers, ...item }, schemas: jwksSchemas }];
}

/** RFC 8414 §3; for an issuer with a path at both of its places. */
export function describeMetadataRoute(router: DescribedRouter): DescribedRoute[] {
  const { metadataPath, issuer } = router;
  if (metadataPath === false) return [];
  const ofIssuer = issuerPath(issuer);
  const places = [{ name: 'ServerMetadata', path: metadataPath }];
  if (ofIssuer !== '') places.push({ name: 'ServerMetadataOfIssuer', path: metadataPath + ofIssuer });
  return places.map(({ name, path }) => ({
    path: mountedPath(router, path),
    item: describePublicDocument(router, {
      name,
      summary: 'What this token server offers, and where',
      description: 'Authorization server metadata (RFC 8414), from which clients and verifiers set themselves up.',
      schema: { $ref: '#/components/schemas/ServerMetadata' },
      asksStore: false,
    }),
    schemas: { ServerMetadata: serverMetadata(router) },
  }));
}

/** The document that this one is. */
export function describeOpenApiRoute(router: DescribedRouter): DescribedRoute[] {
  const { openApiPath } = router;
  if (openApiPath === false) return [];
  const item = describePublicDocument(router, {
    name: 'OpenApiDocument',
    summary: 'This document',
    description: 'An OpenAPI 3.1 document of these routes.',
    schema: {
      type: 'object',
      required: ['openapi', 'info', 'paths'],
      properties: {
        openapi: { type: 'string', const: OPENAPI },
        info: { type: 'object' },
        paths: { type: 'object' },
      },
    },
    asksStore: false,
  });
  return [{ path: mountedPath(router, openApiPath), item, schemas: {} }];
}
