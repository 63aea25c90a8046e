import { MemoryStore } from '../../lib/credentials/memory-store.js';
import type { Credential, ServiceAccount } from '../../lib/credentials/contract.js';
import { account, publicKey } from '../support/records.js';

describe('MemoryStore copies what it takes and gives', () => {
  const givenAccount = () => account('a', { scopes: ['x'], metadata: { list: [{ deep: 'kept' }], at: new Date(1) } });
  const givenKey = () => publicKey('k', 'a', { expiresAt: new Date(2), revokedAt: new Date(3) });

  const spoilAccount = (given: ServiceAccount) => {
    given.state = 'disabled';
    given.scopes.push('admin');
    given.createdAt.setTime(0);
    (given.metadata!.list as { deep: string }[])[0]!.deep = 'changed';
    (given.metadata!.at as Date).setTime(0);
    given.metadata!.more = true;
  };
  const spoilKey = (given: Credential) => {
    for (const date of [given.createdAt, given.expiresAt, given.revokedAt]) date!.setTime(0);
    if (given.type !== 'public_key') throw new Error('a key was given');
    given.publicKey.x = 'changed';
    (given.publicKey.key_ops as string[]).push('sign');
    given.accountId = 'b';
  };

  const expectKept = async (store: MemoryStore) => {
    expect(await store.findAccount('a')).toStrictEqual(givenAccount());
    expect(await store.findCredential('k')).toStrictEqual({ ...givenKey(), account: givenAccount() });
  };

  it('taken when created', async () => {
    const store = new MemoryStore();
    const [taken, key] = [givenAccount(), givenKey()];
    await store.createAccount(taken);
    await store.createCredential(key);
    spoilAccount(taken);
    spoilKey(key);
    await expectKept(store);
  });

  it('taken when changed', async () => {
    const store = new MemoryStore();
    await store.createAccount(account('a'));
    await store.createCredential(publicKey('k', 'a'));
    const [changed, key] = [givenAccount(), givenKey()];
    await store.updateAccount('a', changed);
    await store.updateCredential('k', key);
    spoilAccount(changed);
    spoilKey(key);
    const createdAt = account('a').createdAt;
    expect(await store.findAccount('a')).toStrictEqual({ ...givenAccount(), createdAt });
    expect((await store.listCredentials('a'))[0]).toMatchObject({ expiresAt: new Date(2), revokedAt: new Date(3) });
  });

  it.each<[string, (store: MemoryStore) => Promise<void>]>([
    ['findAccount', async (store) => spoilAccount((await store.findAccount('a'))!)],
    ['listAccounts', async (store) => spoilAccount((await store.listAccounts())[0]!)],
    ['updateAccount', async (store) => spoilAccount((await store.updateAccount('a', {}))!)],
    ['listCredentials', async (store) => spoilKey((await store.listCredentials('a'))[0]!)],
    ['updateCredential', async (store) => spoilKey((await store.updateCredential('k', {}))!)],
    [
      'findCredential',
      async (store) => {
        const found = (await store.findCredential('k'))!;
        spoilAccount(found.account!);
        spoilKey(found);
      },
    ],
  ])('given by %s', async (_, spoil) => {
    const store = new MemoryStore();
    await store.createAccount(givenAccount());
    await store.createCredential(givenKey());
    await spoil(store);
    await expectKept(store);
  });

  it('with a metadata member of any name', async () => {
    const store = new MemoryStore();
    const metadata = JSON.parse('{ "__proto__": { "admin": true }, "constructor": 1 }') as Record<string, unknown>;
    await store.createAccount(account('a', { metadata }));
    const found = (await store.findAccount('a'))!.metadata!;
    expect(JSON.stringify(found)).toBe(JSON.stringify(metadata));
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });

  it.each<[string, Record<string, unknown>]>([
    ['what is undefined, and a negative zero', { gone: undefined, list: [1, undefined, -0] }],
    ['numbers that JSON has no words for', { most: Infinity, none: NaN, large: 2n ** 70n }],
    ['a map and a set', { map: new Map([['a', new Set([1])]]) }],
    ['bytes', { bytes: new Uint8Array([1, 2, 255]) }],
    ['text with half a surrogate pair', { text: 'a\ud800' }],
  ])('with metadata of any kind: %s', async (_, metadata) => {
    const store = new MemoryStore();
    await store.createAccount(account('a', { metadata }));
    expect((await store.findAccount('a'))?.metadata).toStrictEqual(metadata);
    await store.updateAccount('a', { title: 'changed' });
    await store.createCredential(publicKey('k', 'a'));
    expect((await store.findAccount('a'))?.metadata).toStrictEqual(metadata);
  });

  it('or rejects, where metadata holds what nothing can copy', async () => {
    const store = new MemoryStore();
    await expect(store.createAccount(account('a', { metadata: { call: () => 1 } }))).rejects.toThrow('not be cloned');
    expect(await store.findAccount('a')).toBeUndefined();
  });

  it('or rejects, where metadata is nested too deeply to be read again', async () => {
    const store = new MemoryStore();
    // V8 writes this, and does not read it.
    const nested = (depth: number) => JSON.parse(`{ "n": -0, "x": ${'{"x":'.repeat(depth)}1${'}'.repeat(depth)} }`);
    await store.createAccount(account('b', { metadata: nested(100) }));
    await expect(store.createAccount(account('a', { metadata: nested(2500) }))).rejects.toThrow('call stack');
    expect((await store.listAccounts()).map(({ id }) => id)).toEqual(['b']);
  });

  it('or rejects what can not be written, and is as it was', async () => {
    const store = new MemoryStore();
    for (const id of ['a', 'b']) await store.createAccount(account(id));
    await expect(store.updateAccount('a', { orgId: 1n } as never)).rejects.toThrow(TypeError);
    for (const id of ['c', 'd']) await store.createAccount(account(id));
    expect(await store.listAccounts()).toStrictEqual(['a', 'b', 'c', 'd'].map((id) => account(id)));
  });

  it('and leaves a date invalid that is: no other is made of it', async () => {
    const store = new MemoryStore();
    await store.createAccount(account('a', { createdAt: new Date(NaN) }));
    await store.createCredential(publicKey('k', 'a', { expiresAt: new Date(NaN) }));
    const found = await store.findCredential('k');
    expect([found?.expiresAt, found?.account?.createdAt].map((date) => date?.getTime())).toEqual([NaN, NaN]);
  });
});
