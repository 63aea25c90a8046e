import type { RequestHandler } from 'express';
import { documentRoute } from '../endpoint/document-route.js';
import type { RouterSettings } from '../endpoint/settings.js';
import { describeRouter } from './openapi-document.js';

/** The OpenAPI document of the router, mounted where the request reached it. */
export function openApiRoute(settings: RouterSettings): RequestHandler {
  const describe = (mountPath: string) => ({ mountPath, document: describeRouter({ ...settings, mountPath }) });
  // It takes a millisecond to make, anybody may ask for it, and most routers are mounted once.
  let last = describe('');
  return documentRoute(settings.domain, ({ baseUrl }) => {
    if (last.mountPath !== baseUrl) last = describe(baseUrl);
    return last.document;
  });
}
