import { sql, type CompiledQuery, type Kysely } from 'kysely';
import { SqlStore } from 'frontier-token/sql';
import { engines, mysql, onEach, pglite, sqlite } from '../support/databases.js';

const inAnHour = () => new Date(Date.now() + 3_600_000);

async function held(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from frontier_token_claims order by id`.execute(db);
  return rows.map(({ id }) => id);
}

async function hold(db: Kysely<unknown>, ids: string[], expiresAt: number): Promise<void> {
  const rows = ids.map((id) => sql`(${id}, ${expiresAt})`);
  await sql`insert into frontier_token_claims (id, expires_at) values ${sql.join(rows)}`.execute(db);
}

onEach(
  engines.filter((engine) => engine !== pglite),
  'claims',
  (database) => {
    beforeAll(() => new SqlStore(database().db).migrate());

    it('go by themselves when they have expired, at most fifty rows a statement; those taken anew stay', async () => {
      const { db, another } = database();
      const statements: CompiledQuery[] = [];
      const inTheWay: (() => Promise<unknown>)[] = [];
      const watched = another(async ({ query }) => {
        statements.push(query);
        if (query.sql.startsWith('select')) await inTheWay.pop()?.();
      });
      const store = new SqlStore(watched);
      // On MySQL the first call asks for the mode too.
      await store.findAccount('nobody');
      statements.length = 0;
      await hold(db, ['anew'], Date.now() - 5000);
      const expired = Array.from({ length: 250 }, (_, row) => `expired ${row}`);
      await hold(db, expired, Date.now() - 1000);
      const anew = sql`update frontier_token_claims set expires_at = ${inAnHour().getTime()} where id = 'anew'`;
      inTheWay.push(() => anew.execute(db));

      expect(await store.claim('first', inAnHour())).toBe(true);
      expect(statements.map((statement) => statement.sql)).toEqual([expect.stringMatching(/^insert/)]);
      while ((await held(db)).length > 2) await new Promise((resolve) => setTimeout(resolve, 20));

      expect(await held(db)).toEqual(['anew', 'first']);
      const removed = statements.filter((statement) => statement.sql.startsWith('delete'));
      // One parameter is the time.
      const rows = removed.map(({ parameters }) => parameters.length - 1);
      expect(Math.max(...rows)).toBeLessThanOrEqual(50);
      expect(rows.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(250);
      expect(inTheWay).toEqual([]);
    });
  },
);

onEach([mysql], 'an expired claim', (database) => {
  beforeAll(() => new SqlStore(database().db).migrate());

  it('that is removed while it is taken anew, is the taker’s', async () => {
    const { db, another } = database();
    await hold(db, ['expired'], Date.now() - 1000);
    const found: unknown[] = [];
    const watched = another(async (event) => {
      if (event.level !== 'error') return;
      found.push(event.error);
      await sql`delete from frontier_token_claims`.execute(db);
    });
    expect(await new SqlStore(watched).claim('expired', inAnHour())).toBe(true);
    expect(found).toEqual([expect.objectContaining({ code: 'ER_DUP_ENTRY' })]);
    expect(await new SqlStore(db).claim('expired', inAnHour())).toBe(false);
  });
});

onEach([sqlite], 'the removal of expired claims', (database) => {
  beforeAll(() => new SqlStore(database().db).migrate());
  beforeEach(() => sql`delete from frontier_token_claims`.execute(database().db));
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('begins after a claim, at most every half minute, and after the last one too', async () => {
    const { db, another } = database();
    const looks: number[] = [];
    const start = Date.now();
    const watched = another(({ query }) => {
      if (query.sql.startsWith('select "id"')) looks.push(Math.floor((Date.now() - start) / 1000));
    });
    const store = new SqlStore(watched);
    const seconds = (count: number) => jest.advanceTimersByTimeAsync(count * 1000);

    await seconds(60);
    expect(looks).toEqual([]);
    await store.claim('a', new Date(Date.now() + 2000));
    await seconds(5);
    for (const id of ['b', 'c', 'd']) await store.claim(id, inAnHour());
    await seconds(24);
    expect([looks, await held(db)]).toEqual([[60], ['a', 'b', 'c', 'd']]);
    await seconds(2);
    expect([looks, await held(db)]).toEqual([
      [60, 90],
      ['b', 'c', 'd'],
    ]);
    await seconds(3600);
    expect(looks).toEqual([60, 90]);
  });

  it('fails without a trace, and is tried again after a later claim', async () => {
    const { db, another } = database();
    const store = new SqlStore(another());
    await store.claim('late', new Date(0));
    await sql`alter table frontier_token_claims rename to away`.execute(db);
    await jest.advanceTimersByTimeAsync(60_000);
    await sql`alter table away rename to frontier_token_claims`.execute(db);
    expect(await held(db)).toContain('late');
    await store.claim('last', inAnHour());
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await held(db)).not.toContain('late');
  });

  it('keeps no process alive', async () => {
    jest.useRealTimers();
    const store = new SqlStore(database().db);
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout');
    const before = timers();
    await store.claim('a', inAnHour());
    expect(timers()).toEqual(before);
    await new Promise((resolve) => setTimeout(resolve, 150));
  });
});
