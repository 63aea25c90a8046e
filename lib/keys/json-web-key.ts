/**
 * A JSON Web Key (RFC 7517 §4). The package's own: what `node:crypto` calls so is gone from the types of Node 25, and
 * the DOM library's is not there for every host.
 */
export interface JsonWebKey {
  kty?: string;
  crv?: string;
  d?: string;
  dp?: string;
  dq?: string;
  e?: string;
  k?: string;
  n?: string;
  p?: string;
  q?: string;
  qi?: string;
  x?: string;
  y?: string;
  [member: string]: unknown;
}
