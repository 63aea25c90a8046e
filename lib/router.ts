import { Router } from 'express';
import { jwksRoute, metadataRoute } from './endpoint/discovery.js';
import { routerSettings } from './endpoint/settings.js';
import { tokenRoute } from './endpoint/token-route.js';
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
  const { issuer, path, jwksPath, metadataPath } = settings;
  const router = Router();
  router.all(path, tokenRoute(settings));
  if (jwksPath !== false) router.all(jwksPath, jwksRoute(settings));
  if (metadataPath !== false) {
    // RFC 8414 §3.1 puts the well-known part between the host and the issuer's path.
    router.all([metadataPath, literal(metadataPath + issuerPath(issuer))], metadataRoute(settings));
  }
  return router;
}

/** An issuer's path may hold what Express reads as a pattern. */
function literal(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/?$`);
}
