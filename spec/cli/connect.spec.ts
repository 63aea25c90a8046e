import { sql } from 'kysely';
import { connect } from '../../lib/cli/state/connect';
import { placeOf } from '../../lib/cli/state/place';
import { StoreUnavailableError } from 'frontier-token';
import { SqlStore } from 'frontier-token/sql';
import { mysql, onEach, postgres } from '../support/databases';
import { TcpProxy } from '../support/tcp-proxy';

const io = {
  env: {},
  out: () => undefined,
  err: () => undefined,
  notes: [],
  readInput: () => Promise.resolve(undefined),
  endAsked: () => Promise.resolve(),
};

onEach([postgres, mysql], 'connections', (database) => {
  it('that fall silent are given up, and others take their place', async () => {
    await new SqlStore(database().db).migrate();
    const { proxy, url } = await TcpProxy.to(database().url);
    const db = await connect(placeOf({ database: url }, io), io, 1_000);
    const store = new SqlStore(db);
    // More than there are connections.
    const asked = () => Promise.allSettled(Array.from({ length: 15 }, () => store.findAccount('robot')));
    expect(new Set((await asked()).map(({ status }) => status))).toEqual(new Set(['fulfilled']));
    proxy.silence();
    const failed = (await asked()).filter((each) => each.status === 'rejected');
    expect(failed.length).toBeGreaterThanOrEqual(10);
    for (const { reason } of failed) expect(reason).toBeInstanceOf(StoreUnavailableError);

    expect(await store.findAccount('robot')).toBeUndefined();
    await db.destroy();
    await proxy.close();
  });

  it('that are idle for long end without a word', async () => {
    const db = await connect(placeOf({ database: database().url }, io), io, 300);
    await sql`select 1`.execute(db);
    await new Promise((resolve) => setTimeout(resolve, 600));

    await expect(sql`select 1 as one`.execute(db)).resolves.toMatchObject({ rows: [{ one: 1 }] });
    await db.destroy();
  });
});
