import type { Authorization } from '../http/authorization.js';
import type { Parameters } from '../http/parameters.js';

/** How a client proves itself on one request. */
export interface Presented {
  /** The passport strategy that checks the proof, by its name. */
  strategy: string;
  /** The ids that the proof is for: failures are counted by them. */
  ids: string[];
  /** What the strategy's own reading of the request would have found. */
  proof: unknown;
}

/** A grant type: one module, and one line in the registry. */
export interface Grant {
  /** `grant_type` (RFC 6749 §4.5). */
  readonly type: string;
  /** The scheme of the challenge in its 401, and of the header that the frontier profile takes it from. */
  readonly scheme: 'Basic' | 'Bearer';
  /** How Frontier names it in its tokens (`auth_via`). */
  readonly authVia: string;
  /**
   * Finds the client's proof.
   *
   * @throws TokenError where there is none, or more than one
   */
  present(parameters: Parameters, authorization: Authorization | undefined): Presented;
}
