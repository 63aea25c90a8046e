import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { Kysely, SqliteDialect } from 'kysely';
import { SqliteFile, type SqliteFileOptions } from 'frontier-token/sql';

const folder = mkdtempSync(join(tmpdir(), 'frontier-token-'));
const path = join(folder, 'file.db');
afterAll(() => rmSync(folder, { recursive: true }));

const rows = () => {
  const other = new Database(path);
  const found = other.prepare('select x from t').all();
  other.close();
  return found.map((row) => (row as { x: number }).x);
};

it('opens a file that another process holds for itself, once that lets go', async () => {
  const held = [
    `const database = new (require('libsql'))(${JSON.stringify(path)})`,
    `database.exec('begin exclusive; create table t (x integer)')`,
    `console.log('held')`,
    `setTimeout(() => database.exec('commit'), 200)`,
  ].join(';');
  const other = spawn(process.execPath, ['-e', held], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  const file = await SqliteFile.open(path);

  expect(file.prepare('pragma journal_mode').all([])).toEqual([{ journal_mode: 'wal' }]);
  expect(rows()).toEqual([]);
  file.close();
});

// With one connection throughout, libsql reports the later writes as done and drops them.
it('loses no write that follows one which failed because the file was busy', async () => {
  const file = await SqliteFile.open(path, { timeout: 20 });
  const insert = (x: number) => file.prepare('insert into t values (?)').run([x]);
  const other = new Database(path);
  other.exec('begin immediate');
  expect(() => insert(1)).toThrow('database is locked');
  expect(() => insert(2)).toThrow('database is locked');
  other.exec('commit');
  other.close();
  insert(3);
  insert(4);

  expect(rows()).toEqual([3, 4]);
  file.close();
  expect(() => insert(5)).toThrow('not open');
});

it('keeps nothing of a transaction that met a busy file, and all of the next', async () => {
  const file = await SqliteFile.open(path, { timeout: 20 });
  const db = new Kysely<{ t: { x: number } }>({ dialect: new SqliteDialect({ database: file }) });
  await db.deleteFrom('t').execute();
  const insert = (from: Kysely<{ t: { x: number } }>, x: number) => from.insertInto('t').values({ x }).execute();
  const other = new Database(path);
  other.exec('begin immediate');
  const began = db.transaction().execute(async (transaction) => {
    await expect(insert(transaction, 1)).rejects.toThrow('database is locked');
    other.exec('commit');
    await insert(transaction, 2);
  });
  await expect(began).rejects.toThrow('the transaction is over: the file was busy');
  other.close();
  await db.transaction().execute((transaction) => insert(transaction, 3));

  expect(rows()).toEqual([3]);
  await db.destroy();
});

it.each<[unknown, unknown, string]>([
  ['', {}, 'SqliteFile.open: path must be a non-empty string'],
  [path, { timeout: 0 }, "SqliteFile.open: option 'timeout' must be a whole number of milliseconds from 1"],
  [path, { readonly: true }, "SqliteFile.open: option 'readonly' must be left out: it is unknown (known: timeout)"],
])('is not opened with %p and %p', async (given, options, message) => {
  const opened = SqliteFile.open(given as string, options as SqliteFileOptions);
  await expect(opened).rejects.toThrow(TypeError);
  await expect(opened).rejects.toThrow(message);
});
