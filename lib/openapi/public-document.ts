import type { DescribedRouter } from './described-router.js';
import { failureResponses } from './failures.js';
import { kept } from './headers.js';
import { documentFailures } from './route-failures.js';
import type { OpenApiOperation, OpenApiPathItem, OpenApiResponse, OpenApiSchema } from './specification.js';

/** What sets one public document apart from the others. */
export interface PublicDocument {
  /** Ends the ids of its operations. */
  name: string;
  summary: string;
  description: string;
  schema: OpenApiSchema;
  asksStore: boolean;
}

/** What each route of `documentRoute` answers. */
export function describePublicDocument(
  router: DescribedRouter,
  { name, summary, description, schema, asksStore }: PublicDocument,
): OpenApiPathItem {
  const get: OpenApiOperation = {
    operationId: `get${name}`,
    summary,
    description,
    tags: ['Discovery'],
    security: [],
    parameters: [
      {
        name: 'If-None-Match',
        in: 'header',
        description: 'The ETag of a document that the client has.',
        schema: { type: 'string' },
      },
    ],
    responses: {
      '200': { description: 'The document.', headers: kept, content: { 'application/json': { schema } } },
      '304': { description: 'The client has this document already.', headers: kept },
      ...failureResponses(documentFailures({ asksStore }), router),
    },
  };
  return {
    get,
    head: {
      ...get,
      operationId: `head${name}`,
      summary: `${summary}: the headers alone`,
      responses: withoutBodies(get.responses),
    },
  };
}

function withoutBodies(responses: Record<string, OpenApiResponse>): Record<string, OpenApiResponse> {
  return Object.fromEntries(Object.entries(responses).map(([status, { content: _, ...headers }]) => [status, headers]));
}
