import type { Request } from 'express';

/** Makes the absolute URL of a route, on the request that the router was reached by: its mount path is known then. */
export type RouteUrl = (req: Request, path: string) => string;

/**
 * issuer + mount path + route path. The mount path is left out where the issuer ends with it already: an issuer
 * `https://api.example.com/auth` is often mounted at `/auth`.
 */
export function routeUrls(issuer: string): RouteUrl {
  const base = issuer.replace(/\/+$/, '');
  const path = issuerPath(issuer);
  return ({ baseUrl }, routePath) => base + (path.endsWith(baseUrl) ? '' : baseUrl) + routePath;
}

/** The path of the issuer, without a slash at its end. */
export function issuerPath(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/+$/, '');
}
