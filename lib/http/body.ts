import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { BodyTooLargeError, InvalidRequestError, UnsupportedMediaTypeError } from '../errors/catalogue.js';
import { isObject } from '../values.js';

/** A body as text of one of the two media types, or as the object that a parser of the host's made of it. */
export type Body = { type: 'form' | 'json'; text: string } | { type: 'parsed'; value: object };

/**
 * The request's body, whoever read it: we, here, or a parser of the host's before us.
 *
 * @param limit bytes
 * @throws BodyTooLargeError, UnsupportedMediaTypeError, InvalidRequestError; with the reason `request_aborted` where
 *   the request ends before its body
 */
export async function readBody(req: Request, limit: number): Promise<Body> {
  if (Number(req.headers['content-length']) > limit) throw new BodyTooLargeError();
  const left = leftByHost(req);
  if (left === undefined) return asText(req.headers, await readUnparsed(req, limit));
  if (typeof left === 'string' || left instanceof Uint8Array) {
    const bytes = Buffer.from(left);
    if (bytes.length > limit) throw new BodyTooLargeError();
    return asText(req.headers, bytes);
  }
  if (!isObject(left)) throw malformed();
  return { type: 'parsed', value: left };
}

/** `req.body`, unless it is only what Express 4's parsers leave behind for a body that they did not read: `{}`. */
function leftByHost(req: Request & { _body?: unknown }): unknown {
  const body: unknown = req.body;
  if (body === undefined) return undefined;
  const untouched = !req.readableDidRead && !req.readableEnded && req._body !== true;
  const empty = isObject(body) && Object.keys(body).length === 0;
  return untouched && empty ? undefined : body;
}

function readUnparsed(req: Request, limit: number): Promise<Buffer> {
  const { 'content-encoding': encoding = 'identity', 'content-type': contentType } = req.headers;
  if (encoding.toLowerCase() !== 'identity') throw new UnsupportedMediaTypeError('body_compressed');
  if (contentType !== undefined) mediaType(contentType);
  if (req.readableDidRead) {
    throw new InvalidRequestError('body', 'the request body was read before and not kept', { reason: 'body_not_kept' });
  }
  // A request that a test kit made by hand is no stream.
  const ended = req.readableEnded || typeof req.resume !== 'function';
  return ended ? Promise.resolve(Buffer.alloc(0)) : readStream(req, limit);
}

function readStream(req: Request, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer | string): void => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, req.readableEncoding ?? 'utf8') : chunk;
      length += bytes.length;
      if (length <= limit) {
        chunks.push(bytes);
        return;
      }
      stop();
      // To the end, unheard: the connection serves the next request.
      req.resume();
      reject(new BodyTooLargeError());
    };
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks, length));
    };
    const onAborted = (): void => {
      stop();
      reject(requestAborted());
    };
    const stop = (): void => {
      req.off('data', onData).off('end', onEnd).off('error', onAborted).off('close', onAborted);
    };
    if (req.destroyed) {
      onAborted();
      return;
    }
    req.on('data', onData).on('end', onEnd).on('error', onAborted).on('close', onAborted).resume();
    if (req.listenerCount('readable') > 0) flowBesideReadable(req);
  });
}

/** A stream does not flow where a middleware listens for 'readable': reading it is what makes 'data'. */
function flowBesideReadable(req: Request): void {
  req.on('readable', () => {
    while (req.read() !== null);
  });
}

function asText({ 'content-type': contentType }: IncomingHttpHeaders, bytes: Buffer): Body {
  if (contentType === undefined && bytes.length === 0) return { type: 'form', text: '' };
  const type = mediaType(contentType);
  if (!isUtf8(bytes)) throw malformed();
  return { type, text: bytes.toString() };
}

function mediaType(contentType = ''): 'form' | 'json' {
  if (contentType === 'application/x-www-form-urlencoded') return 'form';
  const [type, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const isUnicode = charset === undefined || /^"?(?:utf-?8|us-ascii)"?$/.test(charset);
  if (isUnicode && type === 'application/x-www-form-urlencoded') return 'form';
  if (isUnicode && type === 'application/json') return 'json';
  throw new UnsupportedMediaTypeError('media_type_unsupported');
}

export function malformed(): InvalidRequestError {
  return new InvalidRequestError('body', 'the request body is malformed');
}

/** Nobody is there to be answered: for the event. */
export function requestAborted(): InvalidRequestError {
  return new InvalidRequestError('body', 'the request was aborted', { reason: 'request_aborted' });
}
