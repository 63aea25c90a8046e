import { MemoryStore } from '../../lib/credentials/memory-store.js';
import { ServiceAccounts } from '../../lib/credentials/service-accounts.js';
import { ConflictError, NotFoundError } from '../../lib/errors/store-errors.js';
import { rejection } from '../support/private-keys.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('ServiceAccounts', () => {
  let store: MemoryStore;
  let accounts: ServiceAccounts;
  beforeEach(() => {
    store = new MemoryStore();
    accounts = new ServiceAccounts(store, { issuer: 'https://api.example.com' });
  });

  it('creates an account with what was given', async () => {
    const given = { id: 'robot', title: 'R', orgId: 'o', scopes: ['a:b', 'c'], metadata: { team: 'x' } };
    const created = await accounts.create(given);
    expect(created).toStrictEqual({ ...given, state: 'enabled', createdAt: expect.any(Date) });
    expect(await store.findAccount('robot')).toStrictEqual(created);
  });

  it('creates an account with nothing given: a random id, no scopes, enabled', async () => {
    const [one, two] = [await accounts.create(), await accounts.create({ title: undefined })];
    expect(Object.keys(two).sort()).toEqual(['createdAt', 'id', 'scopes', 'state']);
    expect(one).toMatchObject({ id: expect.stringMatching(UUID), scopes: [], state: 'enabled' });
    expect(one.id).not.toBe(two.id);
  });

  it('gives an account that can be changed without changing what was given or kept', async () => {
    const given = { id: 'robot', scopes: ['a'], metadata: { list: [1] } };
    const created = await accounts.create(given);
    created.scopes.push('b');
    (created.metadata!.list as number[]).push(2);
    expect(given).toEqual({ id: 'robot', scopes: ['a'], metadata: { list: [1] } });
    expect(await accounts.get('robot')).toMatchObject(given);
  });

  it('gets, lists, disables and enables accounts', async () => {
    for (const id of ['c', 'a', 'b']) await accounts.create({ id });
    const ids = async (page?: { limit?: number; after?: string }) => (await accounts.list(page)).map(({ id }) => id);
    expect(await ids()).toEqual(['a', 'b', 'c']);
    expect(await ids({ limit: 2 })).toEqual(['a', 'b']);
    expect(await ids({ limit: 2, after: 'b' })).toEqual(['c']);
    expect(await accounts.disable('a')).toMatchObject({ id: 'a', state: 'disabled' });
    expect(await accounts.get('a')).toMatchObject({ state: 'disabled' });
    expect(await accounts.enable('a')).toMatchObject({ id: 'a', state: 'enabled' });
    expect(await accounts.get('b')).toMatchObject({ state: 'enabled' });
  });

  it('deletes an account with its credentials, and does not revive them', async () => {
    await accounts.create({ id: 'robot' });
    const { clientId } = await accounts.createSecret('robot');
    await accounts.delete('robot');
    await expect(accounts.get('robot')).rejects.toThrow(NotFoundError);
    await accounts.create({ id: 'robot' });
    expect(await store.findCredential(clientId)).toBeUndefined();
    expect(await accounts.listCredentials('robot')).toEqual([]);
  });

  it('rejects with ConflictError where the id is taken', async () => {
    await accounts.create({ id: 'robot', title: 'first' });
    await expect(accounts.create({ id: 'robot' })).rejects.toThrow(ConflictError);
    expect(await accounts.get('robot')).toMatchObject({ title: 'first' });
  });

  it.each<[string, (accounts: ServiceAccounts) => Promise<unknown>]>([
    ['get', (it) => it.get('nobody')],
    ['disable', (it) => it.disable('nobody')],
    ['enable', (it) => it.enable('nobody')],
    ['delete', (it) => it.delete('nobody')],
    ['createSecret', (it) => it.createSecret('nobody')],
    ['createKey', (it) => it.createKey('nobody', { alg: 'ES256' })],
    ['listCredentials', (it) => it.listCredentials('nobody')],
    ['revokeCredential', (it) => it.revokeCredential('nobody')],
  ])('rejects with NotFoundError where %s is asked of what is unknown', async (_, call) => {
    expect(await rejection(call(accounts))).toBeInstanceOf(NotFoundError);
  });

  it('takes a null of the store for "none"', async () => {
    store.findAccount = () => Promise.resolve(null as never);
    await expect(accounts.get('robot')).rejects.toThrow(NotFoundError);
  });

  it.each<[string, (accounts: ServiceAccounts) => Promise<unknown>, string]>([
    ['an unknown member', (it) => it.create({ name: 'x' } as never), "ServiceAccounts.create: option 'name'"],
    ['options that are no object', (it) => it.create('x' as never), 'must be an object'],
    ['an empty id', (it) => it.create({ id: '' }), "option 'id'"],
    ['an id of null', (it) => it.create({ id: null as never }), "option 'id'"],
    ['a title that is no text', (it) => it.create({ title: 7 as never }), "option 'title'"],
    ['scopes as one text', (it) => it.create({ scopes: 'a b' as never }), "option 'scopes' must be an array of scope"],
    ['a scope with a space', (it) => it.create({ scopes: ['a b'] }), "option 'scopes'"],
    ['a scope that is empty', (it) => it.create({ scopes: [''] }), "option 'scopes'"],
    ['metadata that is a list', (it) => it.create({ metadata: [] as never }), "option 'metadata'"],
    ['a limit of none', (it) => it.list({ limit: 0 }), "ServiceAccounts.list: option 'limit'"],
    ['a limit that is no number', (it) => it.list({ limit: '5' as never }), "option 'limit'"],
    ['an unknown page member', (it) => it.list({ offset: 5 } as never), "option 'offset'"],
    ['an account id that is no text', (it) => it.get(7 as never), 'ServiceAccounts.get: id must be a non-empty string'],
    ['no id to disable', (it) => it.disable(undefined as never), 'ServiceAccounts.disable: id'],
    ['no id to delete', (it) => it.delete(undefined as never), 'ServiceAccounts.delete: id'],
  ])('rejects with a TypeError for %s', async (_, call, message) => {
    const thrown = await rejection(call(accounts));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toContain(message);
  });
});
