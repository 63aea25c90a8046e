import type { CredentialStore } from '../credentials/contract.js';
import { algorithmNames, type AlgorithmName } from '../jwa/algorithms.js';
import type { KeyStore } from '../keys/contract.js';
import type { ReplayStore } from '../replay/contract.js';
import { isScopeToken } from '../scopes/scope.js';
import { check, listOf, objectWith, oneOf, orFalse, text, wholeNumber, type Check } from './check.js';

const TEN_YEARS = 10 * 366 * 86_400;
/** The longest delay of `setTimeout`; a longer one fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

export const seconds = (least: number): Check<number> => wholeNumber('seconds', least, TEN_YEARS);
export const storeTimeout = wholeNumber('milliseconds', 1, MAX_TIMER);

/** RFC 8414 §2: "a URL that uses the 'https' scheme and has no query or fragment components"; http for trials. */
export const issuerUrl = check<string>('an absolute http(s) URL without query, fragment or password', (given) => {
  const url = httpUrl(given);
  return url !== undefined && !/[?#]/.test(given as string) && url.username === '' && url.password === '';
});

export const absoluteUrl = check<string>('an absolute http(s) URL without fragment or password', (given) => {
  const url = httpUrl(given);
  return url !== undefined && !(given as string).includes('#') && url.username === '' && url.password === '';
});

function httpUrl(given: unknown): URL | undefined {
  if (typeof given !== 'string' || !/^https?:\/\/[^/\\\s]/i.test(given) || /[\s\\"]/.test(given)) return undefined;
  // Not URL.canParse: that of Node 20 sometimes says no to a host with an umlaut.
  try {
    return new URL(given);
  } catch {
    return undefined;
  }
}

/** Literal in both majors of Express, whose pattern characters differ. */
export const routePath = check<string>(
  "a path such as '/v1beta1/auth/token', without a pattern, query or fragment",
  (given) => typeof given === 'string' && /^(?:\/[\w.~@=%,;&'-]+)+$/.test(given),
);

/** One string or several: always a list afterwards. */
export const audience: Check<readonly string[]> = (given) =>
  listOf(text, 'a non-empty string or an array of them')(typeof given === 'string' ? [given] : given);

export const algorithmList: Check<readonly AlgorithmName[]> = listOf(
  oneOf(...algorithmNames),
  `an array of ${algorithmNames.join(', ')}`,
);

export const scopeList: Check<readonly string[]> = listOf(
  check<string>('a scope token', isScopeToken),
  'an array of scope tokens (RFC 6749 §3.3: printable ASCII without space, quote and backslash)',
  0,
);

export const credentialStore = objectWith<CredentialStore>('CredentialStore', 'findCredential');
export const keyStore = objectWith<KeyStore>('KeyStore', 'signingKey', 'publicKeys');
export const replayStore = orFalse(objectWith<ReplayStore>('ReplayStore', 'claim'));
export type ProfileName = 'standard' | 'frontier';
export const profileName: Check<ProfileName> = oneOf('standard', 'frontier');
