import {
  AccountGoneError,
  BodyTooLargeError,
  InvalidClientError,
  InvalidGrantError,
  InvalidRequestError,
  InvalidScopeError,
  MalformedAssertionError,
  MethodNotAllowedError,
  ServerError,
  TemporarilyUnavailableError,
  TooManyAttemptsError,
  UnauthorizedClientError,
  UnsupportedGrantTypeError,
  UnsupportedMediaTypeError,
} from '../errors/catalogue.js';
import type { DescribedRouter } from './described-router.js';
import type { Failure } from './failures.js';

/** Whatever the token route refuses. */
export function tokenFailures({ bodyLimit, rateLimit }: DescribedRouter): Failure[] {
  const tooMany: Failure = {
    error: new TooManyAttemptsError(60_000),
    when: 'this client failed too often; for a while the right credentials are refused too',
  };
  return [
    {
      error: new InvalidRequestError('grant_type', 'grant_type is missing'),
      when: 'the body is malformed, a parameter is missing, repeated or no string, or credentials came twice or in the URL',
    },
    { error: new UnsupportedGrantTypeError(), when: 'the grant type is none of those offered' },
    {
      error: new InvalidScopeError('scope_not_allowed'),
      when: 'a scope is malformed, or the account does not have it',
    },
    { error: new MalformedAssertionError(), when: 'the assertion is no JWT' },
    {
      error: new InvalidClientError({ reason: 'credentials_missing' }),
      when: 'no client id and secret, or not the right ones: unknown, wrong, revoked or expired',
    },
    {
      error: new InvalidGrantError({ reason: 'assertion_expired' }),
      when: 'the assertion does not hold: its signature, claims or time, an unknown, revoked or expired key, or a replay',
    },
    {
      error: new UnauthorizedClientError({ reason: 'account_disabled' }),
      when: 'the client is known, but its account is disabled or may not have a token',
    },
    { error: new AccountGoneError(), when: 'the credential is right, but its account is gone' },
    { error: new MethodNotAllowedError('POST'), when: 'the method was another than POST' },
    { error: new BodyTooLargeError(), when: `the body is larger than ${bodyLimit} bytes` },
    {
      error: new UnsupportedMediaTypeError('media_type_unsupported'),
      when: 'the body is neither a form nor JSON, or it is compressed',
    },
    ...(rateLimit === false ? [] : [tooMany]),
    ...outages,
  ];
}

/** Of each route that asks the host's stores. */
const outages: readonly Failure[] = [
  { error: new ServerError({ reason: 'internal' }), when: 'a fault of the server' },
  {
    error: new TemporarilyUnavailableError({ reason: 'secret_check_timeout' }),
    when: 'the server can not answer now, but soon',
  },
];

/** Whatever the routes of public documents refuse: all of them other methods, those that ask a store outages too. */
export function documentFailures({ asksStore }: { asksStore: boolean }): Failure[] {
  const otherMethod = {
    error: new MethodNotAllowedError('GET, HEAD'),
    when: 'the method was another than GET or HEAD',
  };
  return [otherMethod, ...(asksStore ? outages : [])];
}
