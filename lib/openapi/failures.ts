import { errorBody, type ErrorBody } from '../errors/envelope.js';
import type { TokenError } from '../errors/token-error.js';
import type { DescribedRouter } from './described-router.js';
import { exactly, noStore, retryAfter } from './headers.js';
import type { OpenApiHeader, OpenApiResponse, OpenApiSchema } from './specification.js';

/** An error of the catalogue that a route may answer with, and when. */
export interface Failure {
  error: TokenError;
  when: string;
}

/**
 * The answers to these failures, by status: what the catalogue says of each is what is promised of it.
 *
 * @param challenges what `WWW-Authenticate` may be, in a 401
 */
export function failureResponses(
  failures: readonly Failure[],
  { domain }: DescribedRouter,
  challenges: string[] = [],
): Record<string, OpenApiResponse> {
  const statuses = [...new Set(failures.map(({ error }) => error.status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const alike = failures.filter(({ error }) => error.status === status);
      return [String(status), failureResponse(alike, domain, status === 401 ? challenges : [])];
    }),
  );
}

function failureResponse(alike: readonly Failure[], domain: string, challenges: string[]): OpenApiResponse {
  const bodies = alike.map(({ error }) => errorBody(error, domain));
  return {
    description: alike.map(({ error, when }) => `\`${error.error}\`: ${when}.`).join(' '),
    headers: { ...noStore, ...challengeHeader(challenges), ...ownHeaders(alike) },
    content: {
      'application/json': {
        schema: { allOf: [{ $ref: '#/components/schemas/TokenError' }, narrowed(bodies)] },
        examples: Object.fromEntries(bodies.map((value) => [value.error, { value }])),
      },
    },
  };
}

/** What sets the errors of one status apart from those of others. */
function narrowed(bodies: readonly ErrorBody[]): OpenApiSchema {
  const [{ code, details } = { code: 0, details: [] }] = bodies;
  const prefixItems = details.map((detail) => ({ $ref: `#/components/schemas/${messageName(detail)}` }));
  return {
    type: 'object',
    properties: {
      code: { type: 'integer', const: code },
      error: { type: 'string', enum: [...new Set(bodies.map(({ error }) => error))] },
      details: { type: 'array', minItems: prefixItems.length, maxItems: prefixItems.length, prefixItems },
    },
  };
}

/** `ErrorInfo`, of `type.googleapis.com/google.rpc.ErrorInfo`. */
function messageName(detail: object): string {
  const { '@type': type = '' } = detail as { '@type'?: string };
  return type.slice(type.lastIndexOf('.') + 1);
}

function challengeHeader(challenges: string[]): Record<string, OpenApiHeader> {
  if (challenges.length === 0) return {};
  const description = 'How to prove who the client is (RFC 9110 §11.6.1).';
  return { 'WWW-Authenticate': { description, required: true, schema: { type: 'string', enum: challenges } } };
}

function ownHeaders(alike: readonly Failure[]): Record<string, OpenApiHeader> {
  const entries = alike.flatMap(({ error }) => Object.entries(error.headers));
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      name === 'Retry-After' ? retryAfter : exactly(value, 'The methods that this route takes.'),
    ]),
  );
}
