import { MemoryStore } from '../../lib/credentials/memory-store.js';
import { ConflictError } from '../../lib/errors/store-errors.js';
import { account, secret } from '../support/records.js';

describe('MemoryStore keeps accounts', () => {
  let store: MemoryStore;
  beforeEach(() => {
    store = new MemoryStore();
  });

  it('as they were given, dates to the millisecond', async () => {
    const full = account('a', {
      title: 'A',
      orgId: 'o',
      scopes: ['x', 'y'],
      metadata: { n: 1, list: [{ deep: true }] },
    });
    await store.createAccount(full);
    expect(await store.findAccount('a')).toStrictEqual(full);
    expect(await store.findAccount('b')).toBeUndefined();
  });

  it('without the members that were not given', async () => {
    await store.createAccount(account('a', { title: undefined, metadata: undefined }));
    expect(Object.keys((await store.findAccount('a'))!).sort()).toEqual(['createdAt', 'id', 'scopes', 'state']);
  });

  it('one for each id', async () => {
    await store.createAccount(account('a', { title: 'first' }));
    await expect(store.createAccount(account('a'))).rejects.toThrow(ConflictError);
    expect((await store.findAccount('a'))?.title).toBe('first');
  });

  it.each([
    ['A', 'a'],
    ['a', 'a '],
    ['é', 'e\u0301'],
    ['a', 'a\0'],
    ['__proto__', 'constructor'],
    ['\ud800', '\ud801'],
    ['', ' '],
  ])('whose ids differ byte for byte: %j and %j', async (one, other) => {
    await store.createAccount(account(one));
    expect(await store.findAccount(other)).toBeUndefined();
    await store.createAccount(account(other));
    expect((await store.findAccount(other))?.id).toBe(other);
    expect((await store.findAccount(one))?.id).toBe(one);
  });

  it('of any id, however long', async () => {
    const id = '\u{1f600}'.repeat(100_000);
    await store.createAccount(account(id));
    expect((await store.findAccount(id))?.id).toBe(id);
  });

  it('and changes what is given, and nothing that is undefined', async () => {
    await store.createAccount(account('a', { title: 'A', orgId: 'o', scopes: ['x'] }));
    const changed = await store.updateAccount('a', { state: 'disabled', title: undefined, scopes: ['y'] });
    expect(changed).toStrictEqual(account('a', { title: 'A', orgId: 'o', scopes: ['y'], state: 'disabled' }));
    expect(await store.findAccount('a')).toStrictEqual(changed);
    expect(await store.updateAccount('b', { title: 'B' })).toBeUndefined();
  });

  it('and never changes their id, their creation or what it does not know', async () => {
    await store.createAccount(account('a'));
    const changes = { id: 'b', createdAt: new Date(0), role: 'admin' };
    expect(await store.updateAccount('a', changes as never)).toStrictEqual(account('a'));
    expect(await store.findAccount('b')).toBeUndefined();
  });

  it('and deletes them with their credentials, and no others', async () => {
    await Promise.all([store.createAccount(account('a')), store.createAccount(account('b'))]);
    await Promise.all(['1', '2'].map((id) => store.createCredential(secret(id, 'a'))));
    await store.createCredential(secret('3', 'b'));
    expect(await store.deleteAccount('a')).toBe(true);
    expect(await store.deleteAccount('a')).toBe(false);
    expect(await Promise.all(['1', '2', '3'].map((id) => store.findCredential(id)))).toEqual([
      undefined,
      undefined,
      expect.objectContaining({ id: '3' }),
    ]);
    await store.createAccount(account('a'));
    expect(await store.listCredentials('a')).toEqual([]);
    await store.createCredential(secret('1', 'a'));
    expect(await store.findCredential('1')).toMatchObject({ accountId: 'a' });
  });
});

describe('MemoryStore lists accounts', () => {
  // In UTF-8 U+FF5E is EF BD 9E, and U+10000 is F0 90 80 80; UTF-16 has them the other way round.
  const sorted = [
    '',
    'A',
    'Z',
    'a',
    'a\0',
    'aa',
    'b',
    'é',
    '\ud7ff',
    '\ue000',
    '\uff5e',
    '\u{10000}',
    '\u{1f600}',
    '\u{1f600}a',
  ];
  const ids = async (page?: { limit?: number; after?: string }) => (await store.listAccounts(page)).map(({ id }) => id);
  let store: MemoryStore;
  beforeEach(async () => {
    store = new MemoryStore();
    for (const id of [...sorted].reverse()) await store.createAccount(account(id));
  });

  it('in the order of the bytes of their ids, as Buffer.compare has it', async () => {
    expect(await ids()).toEqual(sorted);
    expect(sorted).toEqual([...sorted].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it('all of them without a limit', async () => {
    expect(await ids({})).toHaveLength(sorted.length);
    expect(await ids({ limit: undefined, after: undefined })).toHaveLength(sorted.length);
  });

  it('page by page', async () => {
    expect(await ids({ limit: 3 })).toEqual(sorted.slice(0, 3));
    expect(await ids({ limit: 3, after: sorted[2] })).toEqual(sorted.slice(3, 6));
    expect(await ids({ after: sorted.at(-2) })).toEqual(sorted.slice(-1));
    expect(await ids({ limit: 100, after: sorted.at(-1) })).toEqual([]);
  });

  it('behind an id that is not there', async () => {
    expect(await ids({ after: 'aaa', limit: 1 })).toEqual(['b']);
  });

  it('with those made and without those deleted since the last page', async () => {
    await ids();
    await store.deleteAccount('b');
    await store.createAccount(account('c'));
    expect(await ids({ after: 'aa', limit: 1 })).toEqual(['c']);
  });
});
