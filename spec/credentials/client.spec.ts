import { provenClient, publicCredential } from '../../lib/credentials/client.js';
import { InvalidClientError } from '../../lib/errors/catalogue.js';

const now = new Date('2026-01-02T03:04:05.678Z');
const account = { id: 'robot', state: 'enabled' as const, scopes: ['a'], createdAt: now };
const bare = { id: 'id', accountId: 'robot', createdAt: now };
const found = { ...bare, type: 'client_secret' as const, secretHash: 'sha256$x', account };
const prove = (changes: object) => provenClient({ ...found, ...changes }, (options) => new InvalidClientError(options));

describe('the client of a credential that was proven', () => {
  beforeEach(() => jest.useFakeTimers({ now }));
  afterEach(() => jest.useRealTimers());

  it('is its account, and the credential without what verifies it', () => {
    const given = { title: 'T', expiresAt: new Date(now.getTime() + 1) };
    expect(prove({ ...given, publicKey: {} })).toStrictEqual({
      account,
      credential: { ...bare, type: 'client_secret', ...given },
    });
    expect(publicCredential({ ...found, revokedAt: now })).toStrictEqual({
      ...bare,
      type: 'client_secret',
      revokedAt: now,
    });
  });

  it.each([
    ['credential_revoked', 401, { revokedAt: new Date(8.64e15) }],
    ['credential_revoked', 401, { revokedAt: now, expiresAt: now, account: undefined }],
    ['credential_expired', 401, { expiresAt: now }],
    ['credential_expired', 401, { expiresAt: new Date(0), account: undefined }],
    ['account_gone', 404, { account: undefined }],
    ['account_disabled', 403, { account: { ...account, state: 'disabled' } }],
  ])('is refused, and the event says whose it was: %s', (reason, status, changes) => {
    const about = { accountId: 'robot', credentialId: 'id' };
    expect(() => prove(changes)).toThrow(expect.objectContaining({ reason, status, about }));
  });
});
