import type { Failure } from './failures.js';
import type { OpenApiSchema } from './specification.js';

/** RFC 6749 §5.2: the characters of an "error_description". */
const description: OpenApiSchema = {
  type: 'string',
  pattern: '^[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]+$',
  description: 'What went wrong, in words. Nothing about a credential.',
};

/** The body of every error, as `errorBody` makes it. */
export function errorSchemas(failures: readonly Failure[], domain: string): Record<string, OpenApiSchema> {
  const errors = [...new Set(failures.map(({ error }) => error.error))];
  return {
    TokenError: {
      type: 'object',
      description: 'An error as google.rpc.Status and as RFC 6749 §5.2 has it, at once.',
      required: ['code', 'message', 'details', 'error', 'error_description'],
      additionalProperties: false,
      properties: {
        code: { type: 'integer', description: 'gRPC status number, as in google.rpc.Code.' },
        message: description,
        details: { type: 'array', items: { oneOf: [ref('ErrorInfo'), ref('BadRequest')] } },
        error: { type: 'string', description: 'OAuth error code.', enum: errors },
        error_description: description,
      },
    },
    ErrorInfo: detail('google.rpc.ErrorInfo', 'The error for programs.', {
      reason: { type: 'string', description: '`error` in capitals.', enum: errors.map((name) => name.toUpperCase()) },
      domain: { type: 'string', description: 'The host of the issuer.', const: domain },
    }),
    BadRequest: detail('google.rpc.BadRequest', 'Which part of the request is at fault.', {
      fieldViolations: {
        type: 'array',
        minItems: 1,
        maxItems: 1,
        items: {
          type: 'object',
          required: ['field', 'description'],
          additionalProperties: false,
          properties: {
            field: { type: 'string', minLength: 1, description: 'A parameter, `body` or `authorization`.' },
            description,
          },
        },
      },
    }),
  };
}

function detail(type: string, description: string, properties: Record<string, OpenApiSchema>): OpenApiSchema {
  return {
    type: 'object',
    description,
    required: ['@type', ...Object.keys(properties)],
    additionalProperties: false,
    properties: { '@type': { type: 'string', const: `type.googleapis.com/${type}` }, ...properties },
  };
}

function ref(name: string): OpenApiSchema {
  return { $ref: `#/components/schemas/${name}` };
}
