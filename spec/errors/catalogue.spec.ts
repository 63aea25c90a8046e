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
  it.each([
    [new UnsupportedGrantTypeError(), 'grant type'],
    [new InvalidScopeError('scope_malformed'), 'scope'],
    [new MalformedAssertionError(), 'assertion'],
    [new InvalidClientError({ reason: 'a' }), 'client'],
    [new InvalidGrantError({ reason: 'a' }), 'assertion'],
    [new UnauthorizedClientError({ reason: 'a' }), 'client'],
    [new AccountGoneError(), 'account'],
    [new MethodNotAllowedError('POST'), 'method'],
    [new BodyTooLargeError(), 'large'],
    [new UnsupportedMediaTypeError('body_compressed'), 'application/json'],
  ])('tells the client what is wrong: %s', (error, word) => {
    expect(error.message).toContain(word);
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
