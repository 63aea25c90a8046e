// A whole host in one file: an Express app that issues tokens and guards a route of its own with them. What it knows
// is kept in SQLite, in the folder frontier-token-data: stop it and start it, and every client goes on.
// `npm start` builds the package, runs this and prints lines to paste.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { frontierToken, requireAccessToken, ServiceAccounts } from 'frontier-token';
import { SqliteFile, SqlKeyStore, SqlStore } from 'frontier-token/sql';
import { Kysely, SqliteDialect } from 'kysely';

const server = createServer();
const issuer = `http://localhost:${await listen(process.env.PORT || '3000')}`;
const folder = resolve(process.env.DATA || 'frontier-token-data');
mkdirSync(folder, { recursive: true, mode: 0o700 });

// What a host brings: where credentials are kept, and the keys that sign.
const database = await SqliteFile.open(join(folder, 'frontier-token.db'));
const db = new Kysely({ dialect: new SqliteDialect({ database }) });
const store = new SqlStore(db);
await store.migrate();
const encryptionKey = await kept('encryption-key', () => randomBytes(32).toString('base64'));
const keyStore = await SqlKeyStore.open(db, { encryptionKey });

// A machine client with two ways to prove itself: a secret, and a key. Made at the first start, kept as clients keep them.
const accounts = new ServiceAccounts(store, { issuer });
const { secret, keyFile } = await client();

const app = express();
app.use(frontierToken({ issuer, credentialStore: store, keyStore, onEvent: log }));
app.get('/reports', requireAccessToken({ issuer, keyStore, scopes: ['reports:read'] }), (req, res) => {
  res.json({ reports: ['january', 'february'], readBy: req.auth.payload.sub });
});
server.on('request', app);
endOnSignals();
printLines();

/** The port, once the server has it. */
async function listen(port) {
  try {
    await once(server.listen(Number(port)), 'listening');
    return server.address().port;
  } catch (error) {
    const reason = error.code === 'EADDRINUSE' ? 'it is taken' : error.message;
    console.error(`Can't listen on port ${port}: ${reason}. Choose another, as in: PORT=3001 npm start`);
    process.exit(1);
  }
}

/** What the file in the folder holds; at the first start it is made, for its owner's eyes only. */
async function kept(name, make) {
  const file = join(folder, name);
  if (!existsSync(file)) writeFileSync(file, await make(), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8');
}

async function client() {
  const made = async () => {
    const robot = await accounts.create({ title: 'nightly export', scopes: ['reports:read'] });
    const secret = await accounts.createSecret(robot.id);
    const key = await accounts.createKey(robot.id);
    await kept('key.json', () => JSON.stringify(key, null, 2));
    return JSON.stringify(secret, null, 2);
  };
  return { secret: JSON.parse(await kept('secret.json', made)), keyFile: join(folder, 'key.json') };
}

/** Requests that are under way are finished; whoever still holds a connection after eight seconds is cut off. */
function endOnSignals() {
  const end = () => {
    server.close(async () => {
      keyStore.close();
      await db.destroy();
      process.exit(0);
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 8000).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
}

/** The audit trail, on standard error. */
function log({ type, status, grantType, accountId, reason }) {
  console.error(new Date().toISOString(), type, status, grantType ?? '-', accountId ?? '-', reason ?? '');
}

function printLines() {
  const signer = fileURLToPath(new URL('sign-assertion.mjs', import.meta.url));
  const url = `${issuer}/v1beta1/auth/token`;
  const withSecret = [
    `curl -s ${url} -d grant_type=client_credentials`,
    `--data-urlencode ${quote(`client_id=${secret.clientId}`)}`,
    `--data-urlencode ${quote(`client_secret=${secret.clientSecret}`)}`,
  ].join(' ');
  const withBasic = `curl -s ${url} -u ${quote(`${secret.clientId}:${secret.clientSecret}`)} -d grant_type=client_credentials`;
  const sign = [process.execPath, signer, keyFile, issuer].map(quote).join(' ');
  const withAssertion = [
    `curl -s ${url} -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer`,
    `--data-urlencode assertion=$(${sign})`,
  ].join(' ');
  const token = String.raw`$(${withSecret} | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')`;

  const lines = {
    'A token by secret, in the body:': withSecret,
    'A token by secret, in the Authorization header:': withBasic,
    'A token by an assertion, signed afresh with the key file:': withAssertion,
    'The guarded route without a token (401):': `curl -si ${issuer}/reports`,
    'The guarded route with a token:': `curl -s ${issuer}/reports -H 'Authorization: Bearer '${token}`,
  };
  console.log(`Listening on ${issuer}. Paste any of these into another terminal, as often as you like:\n`);
  for (const [title, line] of Object.entries(lines)) console.log(`# ${title}\n${line}; echo\n`);
  console.log(`Ctrl-C stops the host; what it knows stays in ${folder}, and works after the next start.`);
}

/** One word of sh, whatever is in it. */
function quote(word) {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
