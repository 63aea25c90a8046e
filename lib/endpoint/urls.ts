import type { Request } from 'express';
import { below, issuerPath } from '../options/issuer.js';

/** Makes the absolute URL of a route, on the request that the router was reached by: its mount path is known then. */
export type RouteUrl = (req: Pick<Request, 'baseUrl'>, path: string) => string;

/**
 * issuer + mount path + route path. The mount path is left out where the issuer ends with it already: an issuer
 * `https://api.example.com/auth` is often mounted at `/auth`, which Express takes in any case.
 */
export function routeUrls(issuer: string): RouteUrl {
  const root = below(issuer, '');
  const path = issuerPath(issuer).toLowerCase();
  return ({ baseUrl }, routePath) => root + (path.endsWith(baseUrl.toLowerCase()) ? '' : baseUrl) + routePath;
}
