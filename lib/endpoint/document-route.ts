import { hash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { asTokenError } from '../errors/as-token-error.js';
import { MethodNotAllowedError } from '../errors/catalogue.js';
import { sendError } from '../http/answer.js';

/** A public JSON document, to be cached for five minutes, with an ETag whatever the host's app sets for its own. */
export function documentRoute(domain: string, make: (req: Request) => object | Promise<object>): RequestHandler {
  async function answer(req: Request, res: Response): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new MethodNotAllowedError('GET, HEAD');
    const text = JSON.stringify(await make(req));
    if (res.headersSent) return;
    res.set({ 'Cache-Control': 'public, max-age=300', ETag: `"${hash('sha256', text, 'base64url')}"` });
    res.type('json').send(text);
  }
  return (req, res) => {
    answer(req, res)
      .catch((thrown: unknown) => {
        sendError(res, asTokenError(thrown), domain);
      })
      // Only a response that the host has broken gets here.
      .catch(() => res.destroy());
  };
}
