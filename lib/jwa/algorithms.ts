/** What the package signs with and accepts: asymmetric ones only (RFC 7518 §3.1), never `none`, never HMAC. */
export interface Algorithm {
  /** Key type as in a JWK, RFC 7518 §6.1. */
  readonly kty: 'RSA' | 'EC';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** "crv" of the only curve that fits, for EC. */
  readonly curve?: 'P-256' | 'P-384' | 'P-521';
  /** The size of a signature, for EC: `r` and `s`, RFC 7518 §3.4. */
  readonly signatureBytes?: number;
  readonly pss?: true;
  /** To check a signature takes milliseconds, not a fraction of one. */
  readonly slowToCheck?: true;
}

const algorithms = {
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  PS256: { kty: 'RSA', hash: 'sha256', pss: true },
  PS384: { kty: 'RSA', hash: 'sha384', pss: true },
  PS512: { kty: 'RSA', hash: 'sha512', pss: true },
  ES256: { kty: 'EC', hash: 'sha256', curve: 'P-256', signatureBytes: 64 },
  ES384: { kty: 'EC', hash: 'sha384', curve: 'P-384', signatureBytes: 96, slowToCheck: true },
  ES512: { kty: 'EC', hash: 'sha512', curve: 'P-521', signatureBytes: 132, slowToCheck: true },
} as const satisfies Record<string, Algorithm>;

export type AlgorithmName = keyof typeof algorithms;

export const algorithmNames = Object.keys(algorithms) as readonly AlgorithmName[];

/** The algorithm of this name; undefined for any that the package does not know. */
export function algorithm(name: unknown): Algorithm | undefined {
  return isAlgorithmName(name) ? algorithms[name] : undefined;
}

function isAlgorithmName(name: unknown): name is AlgorithmName {
  return typeof name === 'string' && Object.hasOwn(algorithms, name);
}
