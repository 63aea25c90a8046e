import { sql } from 'kysely';
import { migrate } from '../../lib/sql/migrate.js';
import { dialectOf, seenAs } from '../../lib/sql/database.js';
import { tableNames, type Tables } from '../../lib/sql/schema.js';
import { engines, onEach, pglite } from '../support/databases.js';

onEach(engines, 'migrate()', (database, engine) => {
  it('makes the tables once, however many instances start at once', async () => {
    const { db, another } = database();
    const instances = Array.from({ length: 10 }, () => seenAs<Tables>(engine === pglite ? db : another()));
    const tables = tableNames('frontier_token_');
    const applied = await Promise.all(instances.map((instance) => migrate(instance, dialectOf(db), tables)));
    expect(applied.flat()).toEqual([1]);
    await sql`select * from frontier_token_claims`.execute(db);
    expect(await migrate(seenAs(db), dialectOf(db), tables)).toEqual([]);
  });
});
