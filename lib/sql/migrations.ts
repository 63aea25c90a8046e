import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Dialect } from './database.js';
import type { TableNames } from './schema.js';

interface Migration {
  version: number;
  /** Each may be run again, and beside itself: MySQL and SQLite keep those that ran before a process died. */
  statements: (columns: Columns, tables: TableNames) => RawBuilder<unknown>[];
}

/** What the dialects call differently. */
interface Columns {
  /** Compares byte for byte. */
  text: (length: number) => RawBuilder<unknown>;
  /** Of any length. */
  document: RawBuilder<unknown>;
  /** Behind a table's columns. */
  options: RawBuilder<unknown>;
  /** Deletes what belongs to a deleted row, where foreign keys can't be relied on: in SQLite a connection may turn them off. */
  cascade: (from: string, to: string, column: string) => RawBuilder<unknown>[];
  /** MySQL and SQLite have no `create index if not exists` in common. */
  index: (table: string, column: string) => { within: RawBuilder<unknown>; after: RawBuilder<unknown>[] };
}

/** Appended to, never edited: databases have run them. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: ({ text, document, index, cascade, options }, { accounts, credentials, claims, signing_keys }) => {
      const ofAccount = index(credentials, 'account_id');
      const byExpiry = index(claims, 'expires_at');
      return [
        sql`create table if not exists ${sql.table(accounts)} (
          id ${text(255)} not null primary key,
          title ${document},
          org_id ${document},
          state varchar(32) not null,
          scopes ${document} not null,
          metadata ${document},
          created_at bigint not null)${options}`,
        sql`create table if not exists ${sql.table(credentials)} (
          id ${text(255)} not null primary key,
          account_id ${text(255)} not null,
          type varchar(32) not null,
          title ${document},
          secret_hash ${document},
          public_key ${document},
          created_at bigint not null,
          expires_at bigint,
          revoked_at bigint,
          foreign key (account_id) references ${sql.table(accounts)} (id) on delete cascade${ofAccount.within})${options}`,
        ...ofAccount.after,
        ...cascade(accounts, credentials, 'account_id'),
        sql`create table if not exists ${sql.table(claims)} (
          id ${text(64)} not null primary key,
          expires_at bigint not null${byExpiry.within})${options}`,
        ...byExpiry.after,
        sql`create table if not exists ${sql.table(signing_keys)} (
          kid ${text(255)} not null primary key,
          alg varchar(16) not null,
          private_key ${document} not null,
          generation integer not null unique,
          created_at bigint not null,
          signs_from bigint not null,
          last_signed_at bigint)${options}`,
      ];
    },
  },
];

export async function columnsOf(db: Kysely<unknown>, dialect: Dialect): Promise<Columns> {
  if (dialect !== 'mysql') {
    return {
      text: (length) => (dialect === 'postgres' ? sql`varchar(${sql.lit(length)}) collate "C"` : sql`text`),
      document: sql`text`,
      options: sql``,
      cascade: (from, to, column) =>
        dialect === 'postgres'
          ? []
          : [
              sql`create trigger if not exists ${sql.ref(`${from}_deleted`)} after delete on ${sql.table(from)}
                begin delete from ${sql.table(to)} where ${sql.ref(column)} = old.id; end`,
            ],
      index: (table, column) => {
        const name = sql.ref(`${table}_${column}`);
        const create = sql`create index if not exists ${name} on ${sql.table(table)} (${sql.ref(column)})`;
        return { within: sql``, after: [create] };
      },
    };
  }
  // Both compare byte for byte, without padding: in `utf8mb4_bin` 'a' equals 'a '.
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
  const collation = String(rows[0]?.version).includes('MariaDB') ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  return {
    text: (length) => sql`varchar(${sql.lit(length)}) character set utf8mb4 collate ${sql.raw(collation)}`,
    document: sql`mediumtext character set utf8mb4`,
    cascade: () => [],
    // MyISAM, which old servers default to, ignores foreign keys.
    options: sql` engine = InnoDB`,
    index: (table, column) => ({
      within: sql`, index ${sql.ref(`${table}_${column}`)} (${sql.ref(column)})`,
      after: [],
    }),
  };
}
