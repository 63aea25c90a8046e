import type { OpenApiHeader } from './specification.js';

/** A header that always has this value. */
export function exactly(value: string, description: string): OpenApiHeader {
  return { description, required: true, schema: { type: 'string', const: value } };
}

/** RFC 6749 §5.1. */
export const noStore: Record<string, OpenApiHeader> = {
  'Cache-Control': exactly('no-store', 'Not to be kept.'),
  Pragma: exactly('no-cache', 'The same, for caches of HTTP/1.0.'),
};

export const kept: Record<string, OpenApiHeader> = {
  'Cache-Control': exactly('public, max-age=300', 'May be kept for five minutes.'),
  ETag: {
    description: 'Changes with the document.',
    required: true,
    schema: { type: 'string', pattern: '^"[A-Za-z0-9_-]+"$' },
  },
};

export const retryAfter: OpenApiHeader = {
  description: 'Seconds to wait before the next try.',
  required: true,
  schema: { type: 'integer', minimum: 1 },
};
