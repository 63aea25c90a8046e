import { randomUUID } from 'node:crypto';
import { MemoryStore } from '../../lib/credentials/memory-store.js';
import { ConflictError, NotFoundError } from '../../lib/errors/store-errors.js';
import { bytesInUse } from '../support/heap.js';
import { account, publicKey, secret } from '../support/records.js';

describe('MemoryStore keeps credentials', () => {
  let store: MemoryStore;
  beforeEach(async () => {
    store = new MemoryStore();
    await store.createAccount(account('a', { scopes: ['x'] }));
    await store.createAccount(account('b'));
  });

  it('and finds them with their account, in one call', async () => {
    const full = secret('s', 'a', { title: 'S', expiresAt: new Date(1_800_000_000_001), revokedAt: new Date(5) });
    await store.createCredential(full);
    await store.createCredential(publicKey('k', 'b'));
    expect(await store.findCredential('s')).toStrictEqual({ ...full, account: account('a', { scopes: ['x'] }) });
    expect(await store.findCredential('k')).toStrictEqual({ ...publicKey('k', 'b'), account: account('b') });
    expect(await store.findCredential('S')).toBeUndefined();
  });

  it('without the members that were not given', async () => {
    await store.createCredential(secret('s', 'a', { title: undefined, expiresAt: undefined }));
    const [listed] = await store.listCredentials('a');
    expect(Object.keys(listed!).sort()).toEqual(['accountId', 'createdAt', 'id', 'secretHash', 'type']);
  });

  it('one for each id, whatever its account and type', async () => {
    await store.createCredential(secret('s', 'a'));
    await expect(store.createCredential(publicKey('s', 'b'))).rejects.toThrow(ConflictError);
    expect(await store.findCredential('s')).toMatchObject({ type: 'client_secret', accountId: 'a' });
    expect(await store.listCredentials('b')).toEqual([]);
  });

  it('of accounts that exist', async () => {
    await expect(store.createCredential(secret('s', 'nobody'))).rejects.toThrow(NotFoundError);
    expect(await store.findCredential('s')).toBeUndefined();
  });

  it('and lists those of one account as it was given them, whatever was changed since', async () => {
    for (const id of ['4', '3', '2', '1']) await store.createCredential(secret(id, id === '2' ? 'b' : 'a'));
    for (const id of ['1', '4', '3']) await store.updateCredential(id, { title: 'changed' });
    await store.updateAccount('a', { title: 'changed' });
    expect((await store.listCredentials('a')).map(({ id }) => id)).toEqual(['4', '3', '1']);
    await store.deleteAccount('a');
    expect(await Promise.all(['4', '3', '1'].map((id) => store.findCredential(id)))).toEqual(Array(3).fill(undefined));
    expect(await store.listCredentials('nobody')).toEqual([]);
  });

  it('and changes what is given, and nothing that is undefined', async () => {
    await store.createCredential(secret('s', 'a', { title: 'S' }));
    const revokedAt = new Date(1_750_000_000_007);
    const changed = await store.updateCredential('s', { title: undefined, revokedAt });
    expect(changed).toStrictEqual(secret('s', 'a', { title: 'S', revokedAt }));
    expect(await store.listCredentials('a')).toStrictEqual([changed]);
    expect(await store.updateCredential('nobody', { revokedAt })).toBeUndefined();
  });

  it('and takes null for no date', async () => {
    await store.createCredential(secret('s', 'a', { expiresAt: null, revokedAt: null } as never));
    expect(await store.listCredentials('a')).toStrictEqual([secret('s', 'a')]);
  });

  it('and never changes their id, account, hash or creation', async () => {
    await store.createCredential(secret('s', 'a'));
    const changes = { id: 't', accountId: 'b', secretHash: 'sha256$other', createdAt: new Date(0) };
    expect(await store.updateCredential('s', changes as never)).toStrictEqual(secret('s', 'a'));
  });

  it('at 1 KiB each at most', async () => {
    const count = 20_000;
    const before = bytesInUse();
    for (let made = 0; made < count; made += 1) {
      await store.createCredential(secret(randomUUID(), 'a', { title: `secret ${made}`, expiresAt: new Date() }));
    }
    expect((bytesInUse() - before) / count).toBeLessThan(1024);
    expect(await store.listCredentials('a')).toHaveLength(count);
  });
});
