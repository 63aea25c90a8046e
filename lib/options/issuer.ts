/** Where Raystack Frontier has its token route. */
export const TOKEN_PATH = '/v1beta1/auth/token';
export const JWKS_PATH = '/.well-known/jwks.json';

/** The URL of a path below an issuer. */
export function below(issuer: string, path: string): string {
  return issuer.replace(/\/+$/, '') + path;
}

/** The path of an issuer, without a slash at its end. */
export function issuerPath(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/+$/, '');
}
