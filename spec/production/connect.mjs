import { SqliteFile } from 'frontier-token/sql';
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely';
import mysql from 'mysql2';
import pg from 'pg';

/** As a host opens its database: postgres://…, mysql://…, or the file of SQLite. */
export function connect(url) {
  if (url.startsWith('postgres')) {
    return new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) });
  }
  if (url.startsWith('mysql')) return new Kysely({ dialect: new MysqlDialect({ pool: mysql.createPool(url) }) });
  return new Kysely({ dialect: new SqliteDialect({ database: () => SqliteFile.open(url) }) });
}
