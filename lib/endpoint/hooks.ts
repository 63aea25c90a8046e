import { UnauthorizedClientError } from '../errors/catalogue.js';
import { ask } from '../host/ask.js';
import { isObject } from '../values.js';
import type { GrantContext } from '../options/router-options.js';
import type { RouterSettings } from './settings.js';

type Authorize = NonNullable<RouterSettings['authorize']>;
type ExtraClaims = NonNullable<RouterSettings['claims']>;

/** @throws UnauthorizedClientError unless the host's `authorize` answers `true`, and the errors of `ask` */
export async function authorizeGrant(grant: GrantContext, authorize: Authorize, timeout: number): Promise<void> {
  const answer: unknown = await ask('authorize', timeout, () => authorize(copyOf(grant)));
  if (answer !== true) throw new UnauthorizedClientError({ reason: 'authorize_refused' });
}

/**
 * The host's extra claims as plain JSON: what has a `toJSON` or a getter speaks here, not while a token is made.
 *
 * @throws the errors of `ask`; what is no object, or can't be JSON, is a failed hook
 */
export function extraClaims(
  grant: GrantContext,
  claims: ExtraClaims,
  timeout: number,
): Promise<Record<string, unknown>> {
  return ask('claims', timeout, async () => {
    const plain: unknown = JSON.parse(JSON.stringify(await claims(copyOf(grant))));
    if (!isObject(plain)) throw new TypeError('claims() must give an object');
    return plain;
  });
}

/** What a hook changes of it, the token does not follow. */
function copyOf({ account, credential, scopes, ...grant }: GrantContext): GrantContext {
  return {
    ...grant,
    account: { ...account, scopes: [...account.scopes] },
    credential: { ...credential },
    scopes: [...scopes],
  };
}
