import type { ServerResponse } from 'node:http';
import { errorBody } from '../errors/envelope.js';
import type { TokenError } from '../errors/token-error.js';

/**
 * Writes JSON text as an answer that is not to be cached (RFC 6749 §5.1 wants both headers). Nothing happens where the host answered already (a timeout of its own).
 * Straight on the response: `res.json` would make an ETag of each token.
 */
export function sendJson(
  res: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  if (res.headersSent) return;
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    ...headers,
  });
  res.end(text);
}

/**
 * @param domain whose errors these are, for `google.rpc.ErrorInfo`
 * @param challenge of the `WWW-Authenticate` header, where the answer has one
 */
export function sendError(res: ServerResponse, error: TokenError, domain: string, challenge?: string): void {
  const headers = { ...error.headers, ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }) };
  sendJson(res, error.status, JSON.stringify(errorBody(error, domain)), headers);
}
