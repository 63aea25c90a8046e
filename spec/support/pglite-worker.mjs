// PGlite loads its parts with import(), which Jest's own loader refuses: here Node's loader runs it.
import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

const database = await PGlite.create();

parentPort.on('message', async ({ id, text, parameters }) => {
  try {
    const { rows, affectedRows } = await database.query(text, parameters);
    parentPort.postMessage({ id, rows, affectedRows });
  } catch (thrown) {
    parentPort.postMessage({ id, error: { message: thrown.message, code: thrown.code } });
  }
});
parentPort.postMessage({ ready: true });
