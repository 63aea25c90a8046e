import { InsufficientScopeError } from '../errors/catalogue.js';
import type { TokenError } from '../errors/token-error.js';
import { challenge } from '../http/challenge.js';

/**
 * The `WWW-Authenticate` value of a refusal (RFC 6750 §3). Without `error` where no token was sent (§3.1): "the
 * resource server SHOULD NOT include an error code or other error information."
 *
 * @param realm the issuer
 */
export function bearerChallenge(error: TokenError, realm: string): string {
  if (error.reason === 'token_missing') return challenge('Bearer', { realm });
  const fault = { realm, error: error.error, error_description: error.message };
  if (!(error instanceof InsufficientScopeError)) return challenge('Bearer', fault);
  return challenge('Bearer', { ...fault, scope: error.needed.join(' ') });
}
