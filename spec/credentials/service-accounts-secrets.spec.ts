import { createHash } from 'node:crypto';
import { MemoryStore } from '../../lib/credentials/memory-store.js';
import { verifySecret } from '../../lib/credentials/secret-hash.js';
import { ServiceAccounts } from '../../lib/credentials/service-accounts.js';
import { ConflictError } from '../../lib/errors/store-errors.js';
import { rejection } from '../support/private-keys.js';

describe('ServiceAccounts.createSecret', () => {
  let store: MemoryStore;
  let accounts: ServiceAccounts;
  beforeEach(async () => {
    store = new MemoryStore();
    accounts = new ServiceAccounts(store, { issuer: 'https://api.example.com' });
    await accounts.create({ id: 'robot' });
  });

  it('makes secrets of 256 random bits, with an id of their own', async () => {
    const [one, two] = [await accounts.createSecret('robot'), await accounts.createSecret('robot')];
    expect(one.clientSecret).toMatch(/^[\w-]{43}$/);
    expect(one.clientId).not.toBe(two.clientId);
    expect(one.clientSecret).not.toBe(two.clientSecret);
    expect(Object.keys(one).sort()).toEqual(['clientId', 'clientSecret', 'createdAt']);
  });

  it('stores the SHA-256, and not the secret', async () => {
    const { clientId, clientSecret } = await accounts.createSecret('robot');
    const found = await store.findCredential(clientId);
    const secretHash = `sha256$${createHash('sha256').update(clientSecret).digest('base64url')}`;
    expect(found).toMatchObject({ type: 'client_secret', accountId: 'robot', secretHash });
    expect(JSON.stringify(found)).not.toContain(clientSecret);
    expect(await verifySecret(clientSecret, secretHash)).toBe(true);
  });

  it('keeps title and end, to the millisecond', async () => {
    const expiresAt = new Date(Date.now() + 1001);
    const made = await accounts.createSecret('robot', { title: 'CI', expiresAt });
    expect(made).toMatchObject({ title: 'CI', expiresAt });
    const { clientId: id, createdAt } = made;
    expect(await store.findCredential(id)).toMatchObject({ title: 'CI', expiresAt, createdAt });
    const end = expiresAt.getTime();
    made.expiresAt!.setTime(0);
    expect(expiresAt.getTime()).toBe(end);
  });

  it.each([
    ['an end that is a number', { expiresAt: Date.now() }, "option 'expiresAt' must be a valid Date"],
    ['an end that is text', { expiresAt: '2030-01-01' }, "option 'expiresAt'"],
    ['an invalid date', { expiresAt: new Date(NaN) }, 'but got an invalid Date'],
    ['an end of null', { expiresAt: null }, "option 'expiresAt'"],
    ['an unknown option', { expires: new Date() }, "option 'expires' must be left out"],
    ['an alg', { alg: 'RS256' }, "option 'alg' must be left out"],
  ])('rejects with a TypeError for %s', async (_, options, message) => {
    const thrown = await rejection(accounts.createSecret('robot', options as never));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toContain(message);
    expect(await accounts.listCredentials('robot')).toEqual([]);
  });

  it('rejects with what the store rejects with', async () => {
    store.createCredential = () => Promise.reject(new ConflictError());
    await expect(accounts.createSecret('robot')).rejects.toThrow(ConflictError);
  });
});

describe('ServiceAccounts lists and revokes credentials', () => {
  it('of one account, without what verifies them', async () => {
    const accounts = new ServiceAccounts(new MemoryStore(), { issuer: 'https://api.example.com' });
    await accounts.create({ id: 'robot' });
    const { clientId } = await accounts.createSecret('robot', { title: 'CI' });
    const { kid } = await accounts.createKey('robot', { alg: 'ES256' });
    const listed = await accounts.listCredentials('robot');
    expect(listed.map(({ id, type }) => [id, type]).sort()).toEqual(
      [
        [clientId, 'client_secret'],
        [kid, 'public_key'],
      ].sort(),
    );
    expect(JSON.stringify(listed)).not.toMatch(/secretHash|sha256|publicKey/);
  });

  it('at once, and one only', async () => {
    const store = new MemoryStore();
    const accounts = new ServiceAccounts(store, { issuer: 'https://api.example.com' });
    await accounts.create({ id: 'robot' });
    const [old, fresh] = [await accounts.createSecret('robot'), await accounts.createSecret('robot')];
    await accounts.revokeCredential(old.clientId);
    expect((await store.findCredential(old.clientId))!.revokedAt).toBeInstanceOf(Date);
    expect(await store.findCredential(fresh.clientId)).not.toHaveProperty('revokedAt');
  });
});
