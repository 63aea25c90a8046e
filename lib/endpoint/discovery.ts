import { hash, type JsonWebKey } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { asTokenError } from '../errors/as-token-error.js';
import { MethodNotAllowedError } from '../errors/catalogue.js';
import { grants } from '../grants/registry.js';
import { ask } from '../host/ask.js';
import { sendError } from '../http/answer.js';
import { algorithm } from '../jwa/algorithms.js';
import { publishable } from '../keys/jwk.js';
import { publicKeysOf } from '../keys/public-keys.js';
import { isObject } from '../values.js';
import type { RouterSettings } from './settings.js';
import { routeUrls } from './urls.js';

/** The JWKS (RFC 7517 §5): the public parts of the key store's keys, whatever it returns of them. */
export function jwksRoute({ keyStore, storeTimeout, domain }: RouterSettings): RequestHandler {
  return documentRoute(domain, async () => {
    const jwks = await publicKeysOf(keyStore, storeTimeout);
    const keys = jwks.map((jwk) => (isObject(jwk) ? publishable(jwk) : undefined));
    const published = keys.filter((key) => key !== undefined);
    return { keys: published.every(({ alg }) => alg) ? published : await withSigningAlg(published) };
  });

  /** An RSA key that names no "alg": a verifier should know which of six the tokens have. Without it the key still verifies. */
  async function withSigningAlg(keys: JsonWebKey[]): Promise<JsonWebKey[]> {
    try {
      const { kid, alg } = await ask('key_store', storeTimeout, () => keyStore.signingKey());
      return keys.map((key) => (key.alg === undefined && key.kid === kid && algorithm(alg) ? { ...key, alg } : key));
    } catch {
      return keys;
    }
  }
}

/** Authorization server metadata, RFC 8414 §2. */
export function metadataRoute(settings: RouterSettings): RequestHandler {
  const { issuer, path, jwksPath } = settings;
  const routeUrl = routeUrls(issuer);
  return documentRoute(settings.domain, (req) => {
    const jwksUri = settings.jwksUri ?? (jwksPath === false ? undefined : routeUrl(req, jwksPath));
    return {
      issuer,
      token_endpoint: settings.tokenEndpoint ?? routeUrl(req, path),
      ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
      grant_types_supported: grants.map(({ type }) => type),
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    };
  });
}

/** A public JSON document, to be cached for five minutes, with an ETag whatever the host's app sets for its own. */
function documentRoute(domain: string, make: (req: Request) => object | Promise<object>): RequestHandler {
  async function answer(req: Request, res: Response): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new MethodNotAllowedError('GET, HEAD');
    const text = JSON.stringify(await make(req));
    if (res.headersSent) return;
    res.set({ 'Cache-Control': 'public, max-age=300', ETag: `"${hash('sha256', text, 'base64url')}"` });
    res.type('json').send(text);
  }
  return (req, res) => {
    answer(req, res)
      .catch((thrown: unknown) => {
        sendError(res, asTokenError(thrown), domain);
      })
      // Only a response that the host has broken gets here.
      .catch(() => res.destroy());
  };
}
