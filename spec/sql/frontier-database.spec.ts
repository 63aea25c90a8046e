import { hashSync } from '@node-rs/bcrypt';
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError, verifySecret } from 'frontier-token';
import { FrontierDatabase } from '../../lib/sql/frontier-database.js';
import { credentialStoreContract, type HeldRecords } from '../../lib/testing/credential-store-contract.js';
import { CamelCasePlugin, Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely';
import { onEach, pglite, pgPool, postgres } from '../support/databases.js';
import { FrontierTables, jwks, PLATFORM, type Columns } from '../support/frontier-tables.js';
import { rejection } from '../support/private-keys.js';

const onPostgres = [pglite, postgres];
const HASH = hashSync('secret', 4).replace('$2b$', '$2a$');
const EC = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

onEach(onPostgres, 'FrontierDatabase', (database) => {
  let tables: FrontierTables;
  let store: FrontierDatabase;
  let user: string;
  let untouched: Error;
  beforeAll(async () => {
    tables = new FrontierTables(database().db);
    store = new FrontierDatabase(database().db);
    untouched = await rejection(store.findCredential(randomUUID()));
    await tables.create();
    user = await tables.serviceUser();
  });

  it('gives what the tables hold of a secret, its service user and the organisation', async () => {
    const org = await tables.organization();
    const created_at = '2024-02-29T23:59:58.123+05:30';
    const robot = await tables.serviceUser({ org_id: org, title: 'Robot', metadata: '{"plan":["gold"]}', created_at });
    const id = await tables.secret(robot, HASH, { title: 'blue', created_at: '2024-03-31T02:30:00.007Z' });

    expect(await store.findCredential(id)).toStrictEqual({
      id,
      accountId: robot,
      type: 'client_secret',
      title: 'blue',
      secretHash: HASH,
      createdAt: new Date('2024-03-31T02:30:00.007Z'),
      account: {
        id: robot,
        title: 'Robot',
        orgId: org,
        state: 'enabled',
        scopes: [],
        metadata: { plan: ['gold'] },
        createdAt: new Date(created_at),
      },
    });
  });

  it.each(['null', null, '"text"', '[1]'])('leaves out what was not given, with metadata %j', async (metadata) => {
    const robot = await tables.serviceUser({ title: '', metadata });
    const found = await store.findCredential(await tables.secret(robot, HASH, { title: null }));
    expect(found).not.toHaveProperty('title');
    expect(Object.keys(found?.account ?? {}).sort()).toEqual(['createdAt', 'id', 'orgId', 'scopes', 'state']);
  });

  it.each([{ type: 'client_credential' }, { type: null }, { type: '' }])(
    'takes %j with a secret_hash for a client secret',
    async (columns) => {
      const found = await store.findCredential(await tables.secret(user, HASH, columns));
      expect(found).toMatchObject({ type: 'client_secret', secretHash: HASH });
    },
  );

  it.each([
    { type: 'jwt_bearer', secret_hash: '' },
    { type: 'jwt_bearer', secret_hash: null },
    { type: null, secret_hash: '' },
    { type: '', secret_hash: null },
  ])('takes %j for a key', async (columns) => {
    const id = await tables.credential(user, { public_key: jwks({ ...EC, alg: 'ES256' }), ...columns });
    expect(await store.findCredential(id)).toMatchObject({ type: 'public_key', publicKey: { ...EC, alg: 'ES256' } });
  });

  it('takes an opaque token for a client secret, whose hash fits that token and no other', async () => {
    const { id, token } = await tables.token(user);
    const found = await store.findCredential(id);
    expect(found).toMatchObject({ type: 'client_secret', accountId: user });
    const { secretHash } = found as { secretHash: string };
    expect(await verifySecret(token, secretHash)).toBe(true);
    expect(await verifySecret((await tables.token(user)).token, secretHash)).toBe(false);
  });

  it.each<[string, Columns]>([
    ["its type 'mtls' is unknown", { type: 'mtls', secret_hash: HASH }],
    ['its secret_hash is empty', { type: 'client_credential', secret_hash: '', public_key: jwks(EC) }],
    ['its secret_hash is empty', { type: 'opaque_token', secret_hash: null }],
    ['its public_key is no JWK set', { type: 'jwt_bearer', public_key: null }],
    ['its public_key is no JWK set', { type: 'jwt_bearer', public_key: 'null' }],
    ['its public_key is no JWK set', { type: 'jwt_bearer', public_key: JSON.stringify(EC) }],
    ['its public_key is no JWK set', { type: null }],
    ['its public_key holds 0 keys, not one', { type: 'jwt_bearer', public_key: jwks() }],
    ['its public_key holds 2 keys, not one', { type: 'jwt_bearer', public_key: jwks(EC, EC) }],
    ['its public_key holds 1 keys, not one', { type: 'jwt_bearer', public_key: '{"keys":["text"]}' }],
  ])('says of a credential that it can not use: %s', async (why, columns) => {
    const id = await tables.credential(user, columns);
    expect(await rejection(store.findCredential(id))).toEqual(
      new Error(`Frontier's credential ${id} can't be used: ${why}`),
    );
  });

  it.each<['enabled' | 'disabled', string, Columns, Columns?]>([
    ['enabled', 'that is enabled', {}],
    ['enabled', 'with states that were never set', { state: null }, { state: '' }],
    ['disabled', 'that is disabled', { state: 'disabled' }],
    ['disabled', 'with another state', { state: 'Enabled' }],
    ['disabled', 'of a disabled organisation', {}, { state: 'disabled' }],
    ['disabled', 'of an organisation with another state', {}, { state: 'archived' }],
    ['disabled', 'of a deleted organisation', {}, { deleted_at: '2024-01-01' }],
    ['disabled', 'of an organisation without a row', { org_id: randomUUID() }],
    ['disabled', 'of no organisation', { org_id: null }],
    ['enabled', "of the platform's own, which has no row", { org_id: PLATFORM }],
    ['disabled', "of the platform's own, but disabled", { org_id: PLATFORM, state: 'disabled' }],
  ])('counts as %s a service user %s', async (state, _which, columns, organization = {}) => {
    const robot = await tables.serviceUser({ org_id: await tables.organization(organization), ...columns });
    expect(await store.findCredential(await tables.secret(robot, HASH))).toMatchObject({ account: { state } });
  });

  it('takes a deleted credential, and one of a deleted service user, for unknown', async () => {
    const deleted_at = '2999-01-01';
    expect(await store.findCredential(await tables.secret(user, HASH, { deleted_at }))).toBeUndefined();
    const gone = await tables.serviceUser({ deleted_at });
    expect(await store.findCredential(await tables.secret(gone, HASH))).toBeUndefined();
  });

  it('works beside a plugin of the host that renames columns', async () => {
    const renaming = new FrontierDatabase(database().db.withPlugin(new CamelCasePlugin()));
    const id = await tables.secret(user, HASH);
    expect(await renaming.findCredential(id)).toEqual(await store.findCredential(id));
  });

  it('says what to do in a database that Frontier has not migrated', () => {
    expect(untouched).toEqual(new Error('a table is missing: let Frontier migrate its database first'));
  });

  it('sees what changes in between', async () => {
    const org = await tables.organization();
    const robot = await tables.serviceUser({ org_id: org });
    const id = await tables.secret(robot, HASH);
    const state = async () => (await store.findCredential(id))?.account?.state;
    expect(await state()).toBe('enabled');
    await tables.update('organizations', org, { state: 'disabled' });
    expect(await state()).toBe('disabled');
    await tables.update('organizations', org, { state: 'enabled' });
    expect(await state()).toBe('enabled');
    await tables.update('serviceuser_credentials', id, { deleted_at: '2024-01-01' });
    expect(await state()).toBeUndefined();
  });

  describe('keeps the promises of a credential store:', () => {
    /** Frontier's tables have no column for these. */
    const without = ["gives the account's scopes", "gives the account's orgId", 'gives the expiresAt of a credential'];
    const rules = credentialStoreContract(async ({ accounts, credentials }: HeldRecords) => {
      for (const { id, title, state, createdAt: created_at, metadata } of accounts) {
        await tables.serviceUser({ id, title, state, created_at, metadata: JSON.stringify(metadata ?? null) });
      }
      for (const { id, accountId, title, createdAt: created_at, expiresAt, revokedAt, ...proof } of credentials) {
        const columns = { id, title, created_at, deleted_at: revokedAt ?? expiresAt };
        if (proof.type === 'client_secret') await tables.secret(accountId, proof.secretHash, columns);
        else await tables.credential(accountId, { type: 'jwt_bearer', public_key: jwks(proof.publicKey), ...columns });
      }
      return store;
    });
    const kept = rules.filter(({ title }) => !without.some((beginning) => title.startsWith(beginning)));

    it.each(without)('all but: %s', (beginning) => {
      expect(rules.some(({ title }) => title.startsWith(beginning))).toBe(true);
    });

    for (const { title, run } of kept) it(title, run);
  });
});

describe('FrontierDatabase', () => {
  it('tells a database that is down from an error', async () => {
    const pool = pgPool('postgres://127.0.0.1:1/frontier');
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    expect(await rejection(new FrontierDatabase(db).findCredential(randomUUID()))).toBeInstanceOf(
      StoreUnavailableError,
    );
    await db.destroy();
  });

  it('has a decoy as slow to check as a secret of Frontier', () => {
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: {} as never }) });
    expect(new FrontierDatabase(db).decoySecretHash).toMatch(/^\$2a\$14\$[./A-Za-z0-9]{53}$/);
  });
});

describe('new FrontierDatabase()', () => {
  it.each([
    ['SQLite', () => new Kysely<unknown>({ dialect: new SqliteDialect({ database: {} as never }) })],
    ['MySQL', () => new Kysely<unknown>({ dialect: new MysqlDialect({ pool: {} as never }) })],
  ])('refuses %s', (_dialect, db) => {
    expect(() => new FrontierDatabase(db())).toThrow(
      new TypeError('FrontierDatabase: db must be a Kysely instance for PostgreSQL, where Frontier keeps its data'),
    );
  });

  it.each([undefined, {}, 'postgres://frontier:password@db/frontier'])('refuses %j', (db) => {
    expect(() => new FrontierDatabase(db as never)).toThrow(
      /^FrontierDatabase: db must be a Kysely instance, but got /,
    );
  });
});
