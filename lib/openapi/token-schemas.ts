import { grants } from '../grants/registry.js';
import type { Profile } from '../profiles/profile.js';
import type { OpenApiSchema } from './specification.js';

/** For examples. */
export const SCOPE = 'reports:read';
export const JWT = 'header.payload.signature';

/** RFC 7515 §7.1. */
const jwt: OpenApiSchema = { type: 'string', pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$' };
export const accessToken: OpenApiSchema = {
  ...jwt,
  description: 'A JWT, for the `Authorization: Bearer` header.',
};

/** RFC 6749 §3.3. */
const scope: OpenApiSchema = {
  type: 'string',
  pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+( [\\x21\\x23-\\x5b\\x5d-\\x7e]+)*$',
};

/** RFC 6749 §4.4.2 and RFC 7523 §2.1. */
export function tokenRequest({ grantTypeFromHeader }: Profile): OpenApiSchema {
  const leftOut = ' Left out, the `Authorization` header tells: Basic or Bearer.';
  return {
    type: 'object',
    description: 'Other parameters are ignored; those without a value count as left out.',
    ...(grantTypeFromHeader ? {} : { required: ['grant_type'] }),
    dependentRequired: { client_secret: ['client_id'] },
    properties: {
      grant_type: {
        type: 'string',
        description: `The kind of proof: a client id and secret, or a signed assertion.${grantTypeFromHeader ? leftOut : ''}`,
        enum: grants.map(({ type }) => type),
      },
      client_id: { type: 'string', description: 'Names the secret. For `client_credentials`: here, or in Basic.' },
      client_secret: {
        type: 'string',
        description: 'The secret itself, as it was shown when it was made: here, or in Basic.',
        format: 'password',
      },
      assertion: {
        ...jwt,
        description: 'A JWT that is signed with a key of the account (RFC 7523 §3): here, or in Bearer.',
      },
      scope: {
        ...scope,
        description:
          'Scopes that the token is to have, separated by spaces; only those of the account. Left out: all of them.',
      },
    },
  };
}

/** RFC 6749 §5.1. */
export const tokenResponse: OpenApiSchema = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in'],
  additionalProperties: false,
  properties: {
    access_token: accessToken,
    token_type: { type: 'string', const: 'Bearer', description: 'How the token is sent (RFC 6750 §2.1).' },
    expires_in: { type: 'integer', minimum: 1, description: 'Seconds from now on.' },
    scope: { ...scope, description: 'The scopes that the token has; left out where it has none.' },
  },
};
