import { ConflictError, NotFoundError, StoreUnavailableError } from '../../lib/errors/store-errors.js';

describe.each([
  [StoreUnavailableError, 503, 14, 'temporarily_unavailable', 'store_unavailable', 'the store is unavailable'],
  [ConflictError, 409, 6, 'invalid_request', 'conflict', 'the id is taken'],
  [NotFoundError, 404, 5, 'invalid_request', 'not_found', 'not found'],
])('what a store rejects with, %p,', (StoreError, status, code, error, reason, message) => {
  it('says what an answer would', () => {
    expect(new StoreError()).toMatchObject({ name: StoreError.name, message, status, code, error, reason });
  });

  it('holds the message and the cause of the adapter', () => {
    const cause = new Error('ECONNREFUSED');
    expect(new StoreError('users-db', { cause })).toMatchObject({ message: 'users-db', cause, reason });
  });
});
