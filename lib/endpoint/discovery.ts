import type { JsonWebKey } from '../keys/json-web-key.js';
import type { RequestHandler } from 'express';
import { grants } from '../grants/registry.js';
import { ask } from '../host/ask.js';
import { algorithm } from '../jwa/algorithms.js';
import { ImportedKeys } from '../keys/imported-keys.js';
import { publishable } from '../keys/jwk.js';
import { publicKeysOf } from '../keys/public-keys.js';
import { isObject } from '../values.js';
import { documentRoute } from './document-route.js';
import type { RouterSettings } from './settings.js';
import { routeUrls } from './urls.js';

/** The JWKS (RFC 7517 §5): the public parts of the key store's keys, whatever it returns of them. */
export function jwksRoute({ keyStore, storeTimeout, domain }: RouterSettings): RequestHandler {
  const imported = new ImportedKeys();
  const published = (jwk: unknown) => (isObject(jwk) ? publishable(jwk, (key) => imported.import(key)) : undefined);
  return documentRoute(domain, async () => {
    const jwks = await publicKeysOf(keyStore, storeTimeout);
    const keys = jwks.map(published);
    const usable = keys.filter((key) => key !== undefined);
    return { keys: usable.every(({ alg }) => alg) ? usable : await withSigningAlg(usable) };
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
