import { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { jwksRoute, metadataRoute } from './endpoint/discovery.js';
import { routerSettings } from './endpoint/settings.js';
import { tokenRoute } from './endpoint/token-route.js';
import { openApiRoute } from './openapi/openapi-route.js';
import { issuerPath } from './options/issuer.js';
import type { FrontierTokenOptions } from './options/router-options.js';

/**
 * Turns an Express app into a token issuer: the token route, the JWKS and the server metadata. Every other request
 * goes on to the host's own routes.
 *
 * ```ts
 * app.use(frontierToken({ issuer: 'https://api.example.com', credentialStore, keyStore }));
 * ```
 *
 * @throws TypeError for wrong options; it names the option, what was given and what is expected
 */
export function frontierToken(options: FrontierTokenOptions): Router {
  const settings = routerSettings(options);
  const { issuer, path, jwksPath, metadataPath, openApiPath } = settings;
  const router = Router();
  const issueToken = tokenRoute(settings);
  router.all(path, issueToken);
  if (jwksPath !== false) router.all(jwksPath, jwksRoute(settings));
  if (metadataPath !== false) {
    // RFC 8414 §3.1 puts the well-known part between the host and the issuer's path.
    router.all([metadataPath, literal(metadataPath + issuerPath(issuer))], metadataRoute(settings));
  }
  if (openApiPath !== false) router.all(openApiPath, openApiRoute(settings));
  return withShortcut(router, path, issueToken);
}

/** The usual token request needs no matching of routes, which costs some 5 % of it. Any other goes the router's way. */
function withShortcut(router: Router, path: string, route: RequestHandler): Router {
  const { handle } = router as unknown as { handle: RequestHandler };
  return Object.assign(router, {
    handle(req: Request, res: Response, next: NextFunction): void {
      // Without an app around it, the router is what sets `baseUrl` and `originalUrl`.
      const usual = req.url === path && req.method === 'POST' && typeof req.originalUrl === 'string';
      if (usual) void route(req, res, next);
      else void handle.call(router, req, res, next);
    },
  });
}

/** An issuer's path may hold what Express reads as a pattern. */
function literal(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/?$`);
}
