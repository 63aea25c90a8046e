import {
  AccountGoneError,
  BodyTooLargeError,
  InsufficientScopeError,
  InvalidClientError,
  InvalidRequestError,
  InvalidTokenError,
  MalformedAssertionError,
  ServerError,
  TemporarilyUnavailableError,
  UnauthorizedClientError,
  UnsupportedMediaTypeError,
} from '../../lib/errors/catalogue.js';
import { settle, type Outcome } from '../../lib/strategies/outcome.js';

describe('what a strategy reports to passport', () => {
  const challenge = () => 'Bearer';
  const report = (outcome: Promise<Outcome>, asErrors?: boolean) =>
    new Promise<unknown[]>((resolve) => {
      const strategy = {
        success: (...given: unknown[]) => resolve(['success', ...given]),
        fail: (...given: unknown[]) => resolve(['fail', ...given]),
        error: (...given: unknown[]) => resolve(['error', ...given]),
      };
      settle(strategy, outcome, challenge, asErrors);
    });

  it('is the user and the info of a success', async () => {
    const [user, info] = [{ id: 1 }, { scope: 'a' }];
    expect(await report(Promise.resolve({ user, info }))).toEqual(['success', user, info]);
    expect(await report(Promise.resolve({ user }))).toEqual(['success', user, undefined]);
  });

  it.each([
    [401, new InvalidTokenError({ reason: 'token_expired' })],
    [401, new InvalidClientError({ reason: 'secret_mismatch' })],
    [401, new AccountGoneError()],
    [403, new InsufficientScopeError(['a'])],
    [403, new UnauthorizedClientError({ reason: 'account_disabled' })],
    [400, new InvalidClientError({ reason: 'credentials_missing' })],
    [400, new InvalidClientError({ reason: 'credentials_unreadable' })],
    [400, new InvalidRequestError('assertion', 'missing')],
    [400, new MalformedAssertionError()],
    [400, new BodyTooLargeError()],
    [400, new UnsupportedMediaTypeError('body_compressed')],
  ])('is a failure with %i and the challenge for a refusal: %s', async (status, error) => {
    expect(await report(Promise.reject(error))).toEqual(['fail', 'Bearer', status]);
  });

  it.each([
    new TemporarilyUnavailableError({ reason: 'key_store_timeout' }),
    new ServerError({ reason: 'key_store_failed' }),
  ])('is an error for an outage: %s', async (error) => {
    expect(await report(Promise.reject(error))).toEqual(['error', error]);
  });

  it.each([new TypeError('a bug'), undefined, 'text'])('is a server error for anything else: %s', async (thrown) => {
    const [reported, error] = await report(Promise.reject(thrown));
    expect(reported).toBe('error');
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 500, reason: 'internal', cause: thrown });
  });

  it('is an error for every refusal where it is asked for so', async () => {
    const error = new InvalidTokenError({ reason: 'token_expired' });
    expect(await report(Promise.reject(error), true)).toEqual(['error', error]);
  });
});
