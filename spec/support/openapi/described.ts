import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type {
  OpenApiDocument,
  OpenApiHeader,
  OpenApiOperation,
  OpenApiPathItem,
  OpenApiResponse,
} from 'frontier-token';

/** An answer as it left the server. */
export interface Answer {
  method: string;
  /** Without the query. */
  path: string;
  status: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Headers that mean something to a client of these routes: one that the document does not name is a fault. */
const TELLING = ['allow', 'cache-control', 'pragma', 'retry-after', 'www-authenticate', 'x-user-token'];

/** Tells what of an answer is not as a document says. */
export function describedBy({ components, paths }: OpenApiDocument): (answer: Answer) => string[] {
  return (answer) => {
    const path = Object.keys(paths).find((known) => isSamePath(known, answer.path));
    if (path === undefined) return ['the path is not documented'];
    const response = operationOf(paths[path]!, answer)?.responses[answer.status];
    if (!response) return ['the status is not documented'];
    return [...headerFaults(response.headers, answer.headers), ...bodyFaults(response, answer, components)];
  };
}

/** A method that the document does not name is refused like those that it does. */
function operationOf({ get, head, post }: OpenApiPathItem, { method, status }: Answer): OpenApiOperation | undefined {
  const named = { GET: get, HEAD: head, POST: post }[method];
  return named ?? (status === 405 ? (post ?? get) : undefined);
}

function headerFaults(documented: Record<string, OpenApiHeader>, headers: Answer['headers']): string[] {
  const names = Object.keys(documented).map((name) => name.toLowerCase());
  const others = TELLING.filter((name) => headers[name] !== undefined && !names.includes(name));
  const faults = Object.entries(documented).flatMap(([name, { required, schema }]) => {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return required ? [`the header ${name} is missing`] : [];
    return schemaFaults(name, schema, schema.type === 'integer' ? Number(value) : value);
  });
  return [...faults, ...others.map((name) => `the header ${name} is not documented`)];
}

function bodyFaults({ content }: OpenApiResponse, { headers, body }: Answer, components: object): string[] {
  if (!content) return body === '' ? [] : ['a body that is not documented'];
  const [mediaType = '', charset] = (headers['content-type'] ?? '').split('; ');
  const schema = content[mediaType]?.schema;
  if (!schema || charset !== 'charset=utf-8') return [`the media type ${headers['content-type']} is not documented`];
  return schemaFaults('body', { ...schema, components }, JSON.parse(body));
}

/** Draft 2020-12. Whether the schemas themselves are valid, a linter tells; to check it here takes a tenth of a second. */
const ajv = addFormats(new Ajv2020({ keywords: ['components'], meta: false, validateSchema: false }));
const compiled = new Map<string, ValidateFunction>();

function schemaFaults(what: string, schema: object, value: unknown): string[] {
  const text = JSON.stringify(schema);
  let validate = compiled.get(text);
  if (!validate) compiled.set(text, (validate = ajv.compile(schema)));
  return validate(value) ? [] : [`${what}: ${ajv.errorsText(validate.errors)}`];
}

/** As Express compares them. */
function isSamePath(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase().replace(/\/$/, '');
}
