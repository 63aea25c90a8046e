// Works without end, until it is killed: victim.mjs WORK DATABASE. Says a line when the work begins.
import { randomBytes } from 'node:crypto';
import { ServiceAccounts } from 'frontier-token';
import { SqlKeyStore, SqlStore } from 'frontier-token/sql';
import { connect } from './connect.mjs';

const [, , work, url] = process.argv;
const db = connect(url);
const store = new SqlStore(db);
const accounts = new ServiceAccounts(store, { issuer: 'https://issuer.test' });
const encryptionKey = Buffer.alloc(32, 7);

const WORK = {
  migrate: async () => {
    process.stdout.write('begun\n');
    // A name of its own each time: migrating once is over too soon to be hit.
    for (;;) await new SqlStore(db, { tablePrefix: `p${randomBytes(4).toString('hex')}_` }).migrate();
  },
  createSecret: async () => {
    process.stdout.write('begun\n');
    for (;;) await accounts.createSecret('robot');
  },
  rotate: async () => {
    const keys = await SqlKeyStore.open(db, { encryptionKey, alg: 'ES256' });
    process.stdout.write('begun\n');
    for (;;) await keys.rotate({ immediately: true });
  },
};
await WORK[work]();
