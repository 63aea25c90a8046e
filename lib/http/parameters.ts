import type { Request } from 'express';
import { InvalidRequestError } from '../errors/catalogue.js';
import { isObject } from '../values.js';
import { malformed, readBody, type Body } from './body.js';

const names = ['grant_type', 'client_id', 'client_secret', 'assertion', 'scope'] as const;
type ParameterName = (typeof names)[number];

/** The parameters of a token request (RFC 6749 §4.4.2, RFC 7523 §2.1); those without a value are left out. */
export type Parameters = Partial<Record<ParameterName, string>>;

/**
 * Reads the parameters from the body. Unknown ones are ignored.
 *
 * @param bodyLimit bytes
 * @throws InvalidRequestError for a parameter that is repeated or no string (RFC 6749 §3.2: "Request and response
 *   parameters MUST NOT be included more than once"), and the errors of `readBody`
 */
export async function readParameters(req: Request, bodyLimit: number): Promise<Parameters> {
  const parameters: Parameters = {};
  const seen: ParameterName[] = [];
  for (const [key, value] of entries(await readBody(req, bodyLimit))) {
    const name = parameterName(key);
    if (name === undefined || value === undefined) continue;
    if (key !== name || seen.includes(name) || (typeof value !== 'string' && value !== null)) {
      throw new InvalidRequestError(name, `${name} must be given once, as a string`, { reason: 'parameter_repeated' });
    }
    seen.push(name);
    if (value !== null && value !== '') parameters[name] = value;
  }
  return parameters;
}

/**
 * Credentials in a URL end up in logs: RFC 6749 §2.3.1, "The parameters can only be transmitted in the request-body
 * and MUST NOT be included in the request URI."
 *
 * @throws InvalidRequestError
 */
export function refuseCredentialsInQuery(req: Request): void {
  const start = req.originalUrl.indexOf('?');
  if (start === -1) return;
  for (const key of new URLSearchParams(req.originalUrl.slice(start)).keys()) {
    const name = parameterName(key);
    if (name === 'client_id' || name === 'client_secret' || name === 'assertion') {
      throw new InvalidRequestError(name, `${name} must not be in the URL`, { reason: 'credentials_in_query' });
    }
  }
}

/** The parameter that a key is for: parsers make arrays and objects of `name[]` and `name[key]`. */
function parameterName(key: string): ParameterName | undefined {
  const bracket = key.indexOf('[');
  const name = bracket === -1 ? key : key.slice(0, bracket);
  return (names as readonly string[]).includes(name) ? (name as ParameterName) : undefined;
}

function entries(body: Body): Iterable<[string, unknown]> {
  switch (body.type) {
    case 'form':
      return new URLSearchParams(body.text);
    case 'json':
      return jsonEntries(body.text);
    case 'parsed':
      return Object.entries(body.value);
  }
}

function jsonEntries(text: string): Iterable<[string, unknown]> {
  if (text === '') return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (!isObject(value)) throw malformed();
  // JSON.parse keeps the last of two members with one name; a gateway before us may have read the first.
  return memberNames(text).map((name) => [name, value[name]]);
}

/** The names of a JSON object's own members as they stand in its text, repeated ones too. */
function memberNames(json: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let string = '';
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '"') {
      const end = endOfString(json, at);
      string = json.slice(at, end);
      at = end - 1;
    } else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ':' && depth === 1) names.push(JSON.parse(string) as string);
  }
  return names;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}
