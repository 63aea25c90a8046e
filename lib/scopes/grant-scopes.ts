import { InvalidScopeError } from '../errors/catalogue.js';
import { parseScope } from './scope.js';

/**
 * The scopes that a token gets (RFC 6749 §3.3): those that were asked for, all of the account's where none were. A
 * scope claim of an assertion bounds the `scope` parameter beside it, and stands in for one that is left out.
 *
 * @throws InvalidScopeError where one is malformed or not the account's
 */
export function grantScopes(owned: readonly string[], parameter?: string, claim?: string): string[] {
  const bounds = claim === undefined ? owned : within(owned, claim);
  return parameter === undefined ? [...new Set(bounds)] : within(bounds, parameter);
}

function within(allowed: readonly string[], scope: string): string[] {
  const tokens = parseScope(scope);
  if (!tokens) throw new InvalidScopeError('scope_malformed');
  if (!tokens.every((token) => allowed.includes(token))) throw new InvalidScopeError('scope_not_allowed');
  return tokens;
}
