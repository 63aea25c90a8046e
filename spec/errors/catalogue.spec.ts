import * as catalogue from '../../lib/errors/catalogue.js';
import { asTokenError } from '../../lib/errors/as-token-error.js';
import { ConflictError, NotFoundError, StoreUnavailableError } from '../../lib/errors/store-errors.js';

const {
  AccountGoneError,
  BodyTooLargeError,
  InvalidClientError,
  InvalidGrantError,
  InvalidScopeError,
  MalformedAssertionError,
  MethodNotAllowedError,
  UnauthorizedClientError,
  UnsupportedGrantTypeError,
  UnsupportedMediaTypeError,
} = catalogue;

describe('an error of the token route', () => {
  // Made in the test: whoever mutates a message is to find the test by its name.
  it.each<[string, string, () => Error]>([
    ['UnsupportedGrantTypeError', 'grant type', () => new UnsupportedGrantTypeError()],
    ['InvalidScopeError', 'scope', () => new InvalidScopeError('scope_malformed')],
    ['MalformedAssertionError', 'assertion', () => new MalformedAssertionError()],
    ['InvalidClientError', 'client', () => new InvalidClientError({ reason: 'a' })],
    ['InvalidGrantError', 'assertion', () => new InvalidGrantError({ reason: 'a' })],
    ['UnauthorizedClientError', 'client', () => new UnauthorizedClientError({ reason: 'a' })],
    ['AccountGoneError', 'account', () => new AccountGoneError()],
    ['MethodNotAllowedError', 'method', () => new MethodNotAllowedError('POST')],
    ['BodyTooLargeError', 'large', () => new BodyTooLargeError()],
    ['UnsupportedMediaTypeError', 'application/json', () => new UnsupportedMediaTypeError('body_compressed')],
  ])('tells the client what is wrong: %s says "%s"', (_name, word, make) => {
    expect(make().message).toContain(word);
  });
});

describe('what was thrown', () => {
  it('and is an error of the token route, is answered as it is', () => {
    const error = new BodyTooLargeError();
    expect(asTokenError(error)).toBe(error);
  });

  it.each([
    [new StoreUnavailableError('users-db'), 503, 'store_unavailable'],
    [new ConflictError('users-db'), 500, 'internal'],
    [new NotFoundError('users-db'), 500, 'internal'],
    [new Error('users-db'), 500, 'internal'],
    ['users-db', 500, 'internal'],
    [undefined, 500, 'internal'],
  ])('and is %p, is answered without its message, which the operator gets', (thrown, status, reason) => {
    const error = asTokenError(thrown);
    expect(error).toMatchObject({ status, reason, cause: thrown });
    expect(error.message).not.toContain('users-db');
  });
});
