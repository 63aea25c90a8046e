import type { RouterSettings } from '../endpoint/settings.js';
import { routeUrls } from '../endpoint/urls.js';
import type { OpenApiPathItem, OpenApiSchema, OpenApiServer } from './specification.js';

/** What a description depends on. */
export interface DescribedRouter extends Pick<
  RouterSettings,
  | 'issuer'
  | 'domain'
  | 'profile'
  | 'path'
  | 'jwksPath'
  | 'metadataPath'
  | 'openApiPath'
  | 'tokenEndpoint'
  | 'jwksUri'
  | 'accessTokenLifetime'
  | 'bodyLimit'
  | 'rateLimit'
> {
  /** Without a slash at its end; empty at the root. */
  readonly mountPath: string;
}

/** A route's place in a document, and the schemas that it refers to. */
export interface DescribedRoute {
  path: string;
  item: OpenApiPathItem;
  schemas: Record<string, OpenApiSchema>;
}

/** A route's path as the host sees it. What would be a template in OpenAPI, a brace, is percent-encoded. */
export function mountedPath({ mountPath }: DescribedRouter, path: string): string {
  return new URL(`http://host${mountPath}${path}`).pathname;
}

/** The URL that the metadata names for a route, where the host says no other. */
export function routeUrl({ issuer, mountPath }: DescribedRouter, path: string): string {
  return routeUrls(issuer)({ baseUrl: mountPath }, path);
}

/** What comes before a route's path in the URLs that clients see. */
export function serverUrl(router: DescribedRouter): string {
  const { issuer, path } = router;
  return before(routeUrl(router, path), mountedPath(router, path)) ?? new URL(issuer).origin;
}

/**
 * Where clients find a route whose URL the host says, a proxy being between: another server, where the path stays what
 * it is; in words, where it does not.
 */
export function seenByClients(
  router: DescribedRouter,
  path: string,
  url = '',
): { servers?: OpenApiServer[] | undefined; note: string } {
  if (url === '') return { note: '' };
  const server = before(url, mountedPath(router, path));
  if (server === undefined) return { note: ` Clients find it at \`${url}\`.` };
  return { servers: server === serverUrl(router) ? undefined : [{ url: server }], note: '' };
}

/** A URL up to this path, which Express takes in any case; undefined where it does not end with it. */
function before(url: string, path: string): string | undefined {
  const { href } = new URL(url);
  return href.toLowerCase().endsWith(path.toLowerCase()) ? href.slice(0, -path.length) : undefined;
}
