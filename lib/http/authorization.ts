import type { IncomingMessage } from 'node:http';
import { InvalidRequestError } from '../errors/catalogue.js';

/** An `Authorization` header (RFC 9110 §11.6.2), split. */
export interface Authorization {
  /** In lower case. */
  scheme: string;
  credentials: string;
}

/**
 * The request's `Authorization` header.
 *
 * @throws InvalidRequestError where there are two: Node keeps the first and hides the other
 */
export function readAuthorization(req: IncomingMessage): Authorization | undefined {
  const header = req.headers.authorization;
  if (header === undefined || header === '') return undefined;
  const { rawHeaders = [] } = req as Partial<IncomingMessage>;
  if (rawHeaders.filter((name, index) => index % 2 === 0 && /^authorization$/i.test(name)).length > 1) {
    throw new InvalidRequestError('authorization', 'send one Authorization header', { reason: 'credentials_twice' });
  }
  const [, scheme = '', credentials = ''] = /^(\S+)\s*(.*)$/.exec(header) ?? [];
  return { scheme: scheme.toLowerCase(), credentials };
}
