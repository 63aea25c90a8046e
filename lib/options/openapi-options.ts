import { check, optional, type Checks } from './check.js';
import { routerChecks, type FrontierTokenOptions } from './router-options.js';
import * as shared from './shared.js';

/** Options of `openApiDocument`: those of `frontierToken`, of which only `issuer` is needed. */
export interface OpenApiDocumentOptions extends Partial<FrontierTokenOptions> {
  issuer: string;
  /** Where the host mounts the router, without parameters: `/auth`. Default: at the root. */
  mountPath?: string;
}

/** RFC 3986 §3.3, as in Express's `req.baseUrl`; a segment that begins like a parameter or wildcard is a pattern. */
const MOUNT_PATH = /^(?:\/(?![:*])(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})+)*\/?$/i;

export const openApiChecks = {
  ...routerChecks,
  credentialStore: optional(shared.credentialStore),
  keyStore: optional(shared.keyStore),
  mountPath: optional(
    check<string>(
      "a path such as '/auth', without parameters, query or fragment",
      (given) => typeof given === 'string' && MOUNT_PATH.test(given),
    ),
    '',
  ),
} satisfies Checks<OpenApiDocumentOptions>;
