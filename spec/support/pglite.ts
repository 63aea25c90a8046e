import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PostgresPool, PostgresPoolClient } from 'kysely';

interface Answer {
  id: number;
  rows: unknown[];
  affectedRows?: number;
  error?: { message: string; code?: string };
}

/** PostgreSQL in the process (PGlite), as the pool of one connection that Kysely's PostgresDialect asks for. */
export async function pglitePool(): Promise<PostgresPool> {
  const worker = new Worker(join(__dirname, 'pglite-worker.mjs'));
  await once(worker, 'message');
  const waiting = new Map<number, (answer: Answer) => void>();
  worker.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));

  let queries = 0;
  const query = (text: string, parameters: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      const id = (queries += 1);
      waiting.set(id, ({ rows, affectedRows, error }) => {
        waiting.delete(id);
        if (error) reject(Object.assign(new Error(error.message), { code: error.code }));
        else
          resolve({ command: text.trim().split(/\s/)[0]!.toUpperCase(), rowCount: affectedRows ?? rows.length, rows });
      });
      worker.postMessage({ id, text, parameters });
    });

  let last: Promise<void> = Promise.resolve();
  const connect = async () => {
    const turn = last;
    let release!: () => void;
    last = new Promise((resolve) => (release = resolve));
    await turn;
    return { query, release } as unknown as PostgresPoolClient;
  };
  return { connect, end: () => worker.terminate().then(() => undefined) };
}
