import { findCredential } from '../../lib/credentials/find-credential.js';
import { ServerError } from '../../lib/errors/catalogue.js';
import { rejection } from '../support/private-keys.js';

const createdAt = new Date('2026-01-02T03:04:05.678Z');
const account = { id: 'robot', state: 'enabled', scopes: ['a', 'b:c'], createdAt };
const secret = { id: 'id', accountId: 'robot', type: 'client_secret', secretHash: 'sha256$x', createdAt, account };
const key = { id: 'id', accountId: 'robot', type: 'public_key', publicKey: { kty: 'EC' }, createdAt, account };
const find = (found: unknown) => findCredential({ findCredential: async () => found as never }, 'id', 1000);

describe('what a credential store finds', () => {
  it.each([
    ['a secret', secret],
    ['a key', key],
    ['a credential whose account is gone', { ...secret, account: undefined }],
    [
      'all that may be given',
      {
        ...secret,
        title: 'T',
        expiresAt: createdAt,
        revokedAt: createdAt,
        account: { ...account, title: 'R', orgId: 'o', metadata: { team: 'x' } },
      },
    ],
  ])('is taken whole: %s', async (_what, found) => {
    const read = await find(found);
    expect(read).toStrictEqual(found);
    expect(read).not.toBe(found);
  });

  it('is a copy of what hooks may change', async () => {
    const read = await find(secret);
    expect(read?.account?.scopes).not.toBe(account.scopes);
  });

  it('is rid of what is not its own, and of null for "none"', async () => {
    const none = { title: null, orgId: null, metadata: null };
    const found = { ...secret, title: null, expiresAt: null, revokedAt: null, publicKey: {}, more: 1 };
    expect(await find({ ...found, account: { ...account, ...none, more: 1 } })).toStrictEqual(secret);
    expect(await find({ ...key, secretHash: 'x' })).toStrictEqual(key);
    expect(await find({ ...secret, account: null })).toStrictEqual({ ...secret, account: undefined });
  });

  it('counts a revocation and an expiry at the beginning of time', async () => {
    const beginning = new Date(0);
    expect(await find({ ...secret, revokedAt: beginning, expiresAt: beginning })).toMatchObject({
      revokedAt: beginning,
      expiresAt: beginning,
    });
    expect(await find({ ...secret, revokedAt: '' })).toMatchObject({ revokedAt: '' });
  });

  it.each([undefined, null, { ...secret, id: 'ID' }, { ...secret, id: 'id ' }])('may be nothing: %j', async (found) => {
    expect(await find(found)).toBeUndefined();
  });

  it.each([
    ['a credential whose id is no string', { ...secret, id: 5 }],
    ['a credential without an accountId', { ...secret, accountId: undefined, account: undefined }],
    ['a credential without an accountId', { ...secret, accountId: '', account: { ...account, id: '' } }],
    ['a credential without an accountId', { ...secret, accountId: 5, account: { ...account, id: 5 } }],
    ["an account that is not the credential's (accountId)", { ...secret, account: { ...account, id: 'other' } }],
    ['an account whose scopes are no array of scope tokens', { ...secret, account: { ...account, scopes: 'a' } }],
    ['an account whose scopes are no array of scope tokens', { ...secret, account: { ...account, scopes: ['a', ''] } }],
    ['a client_secret whose secretHash is no string', { ...secret, secretHash: Buffer.from('x') }],
    ['a credential whose type is neither client_secret nor public_key', { ...key, type: 'PUBLIC_KEY' }],
    ['a public_key whose publicKey is no JWK', { ...key, publicKey: 'a PEM' }],
    ['an expiresAt that is no valid Date', { ...secret, expiresAt: '2999-01-01' }],
    ['an expiresAt that is no valid Date', { ...secret, expiresAt: new Date(NaN) }],
    ['an expiresAt that is no valid Date', { ...secret, expiresAt: 0 }],
  ])('is refused where it is nonsense, and the cause says why: %s', async (why, found) => {
    const thrown = await rejection(find(found));
    expect(thrown).toBeInstanceOf(ServerError);
    expect(thrown).toMatchObject({ status: 500, reason: 'credential_store_nonsense' });
    expect(thrown.cause).toBeInstanceOf(TypeError);
    expect((thrown.cause as Error).message).toBe(`the credential store returned ${why}`);
  });

  it('is an error of the store’s where it throws', async () => {
    const broken = { findCredential: () => Promise.reject(new Error('down')) };
    expect(await rejection(findCredential(broken, 'id', 1000))).toMatchObject({ reason: 'credential_store_failed' });
  });

  it.each(['ENABLED', '', 'disabled', undefined, true])(
    'has a disabled account in any other state: %j',
    async (state) => {
      expect((await find({ ...secret, account: { ...account, state } }))?.account?.state).toBe('disabled');
    },
  );
});
