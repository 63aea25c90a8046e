import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { FrontierDatabase } from '../../lib/sql/frontier-database.js';
import { onEach, pgPool, postgres, POSTGRES_URL } from '../support/databases.js';
import { FrontierTables } from '../support/frontier-tables.js';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'moving-from-frontier.md'), 'utf8');
const statements = /^```sql\n(.*?)^```$/ms.exec(page)?.[1]?.trim().split('\n') ?? [];

onEach([postgres], 'FrontierDatabase with the role that the docs make', (database) => {
  // Roles are the whole server's.
  const role = `token_server_${randomUUID().slice(0, 8)}`;
  const queries: string[] = [];
  let tables: FrontierTables;
  let reader: Kysely<unknown>;
  beforeAll(async () => {
    const { db } = database();
    tables = new FrontierTables(db);
    await tables.create();
    for (const statement of statements) await sql.raw(statement.replaceAll('token_server', role)).execute(db);
    const url = new URL(POSTGRES_URL);
    url.username = role;
    url.password = 'choose one';
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db);
    url.pathname = rows[0]!.name;
    const dialect = new PostgresDialect({ pool: pgPool(url.href) });
    reader = new Kysely({ dialect, log: ({ query }) => void queries.push(query.sql.trim()) });
  });
  // Its rights went with the database.
  afterAll(async () => {
    await reader.destroy();
    const admin = pgPool(POSTGRES_URL);
    await admin.query(`drop role ${role}`);
    await admin.end();
  });

  it('finds a credential with one select', async () => {
    const { id } = await tables.token(await tables.serviceUser());
    queries.length = 0;
    expect(await new FrontierDatabase(reader).findCredential(id)).toMatchObject({ id, account: { state: 'enabled' } });
    expect(queries).toEqual([expect.stringMatching(/^select\s/)]);
  });

  it.each(['', 'robot', '0', randomUUID().toUpperCase(), `{${randomUUID()}}`, `${randomUUID()} `, "' or true --"])(
    'does not ask for %j, which is no id of Frontier',
    async (id) => {
      queries.length = 0;
      expect(await new FrontierDatabase(reader).findCredential(id)).toBeUndefined();
      expect(queries).toEqual([]);
    },
  );

  it('could change nothing', async () => {
    await expect(sql`update serviceusers set state = 'disabled'`.execute(reader)).rejects.toThrow(
      /read-only|permission/,
    );
  });
});
