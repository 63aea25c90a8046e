import { algorithm, algorithmNames } from '../jwa/algorithms.js';
import type { OpenApiSchema } from './specification.js';

const base64url: OpenApiSchema = { type: 'string', pattern: '^[A-Za-z0-9_-]+$' };

/** RFC 7517 §5, RFC 7518 §6.2.1 and §6.3.1: public members alone. An RSA key may leave open which of six algorithms it is for. */
export const jwksSchemas: Record<string, OpenApiSchema> = {
  JsonWebKeySet: {
    type: 'object',
    required: ['keys'],
    additionalProperties: false,
    properties: {
      keys: {
        type: 'array',
        items: { oneOf: [{ $ref: '#/components/schemas/RsaPublicKey' }, { $ref: '#/components/schemas/EcPublicKey' }] },
      },
    },
  },
  RsaPublicKey: publicKey('RSA', { n: base64url, e: base64url }),
  EcPublicKey: publicKey('EC', { crv: { type: 'string', enum: curves() }, x: base64url, y: base64url }, ['alg']),
};

function publicKey(
  kty: 'RSA' | 'EC',
  members: Record<string, OpenApiSchema>,
  alsoRequired: string[] = [],
): OpenApiSchema {
  return {
    type: 'object',
    required: ['kid', 'use', 'kty', ...Object.keys(members), ...alsoRequired],
    additionalProperties: false,
    properties: {
      kid: { type: 'string', minLength: 1, description: 'The `kid` of tokens that this key signed.' },
      use: { type: 'string', const: 'sig' },
      alg: { type: 'string', enum: algorithmNames.filter((name) => algorithm(name)?.kty === kty) },
      kty: { type: 'string', const: kty },
      ...members,
    },
  };
}

function curves(): string[] {
  return algorithmNames.flatMap((name) => algorithm(name)?.curve ?? []);
}
