// A whole host in one file: an Express app that issues tokens and guards a route of its own with them.
// `npm start` builds the package, runs this and prints lines to paste.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { frontierToken, requireAccessToken, MemoryStore, ServiceAccounts, StaticKeyStore } from 'frontier-token';

const server = createServer();
const issuer = `http://localhost:${await listen(process.env.PORT || '3000')}`;
stopOnSignals();

// What a host brings: where credentials are kept, and the keys that sign.
const store = new MemoryStore();
const keyStore = await StaticKeyStore.generate();

// A machine client with two ways to prove itself: a secret, and a key.
const accounts = new ServiceAccounts(store, { issuer });
const robot = await accounts.create({ title: 'nightly export', scopes: ['reports:read'] });
const secret = await accounts.createSecret(robot.id);
const keyFile = saveKeyFile(await accounts.createKey(robot.id));

const app = express();
app.use(frontierToken({ issuer, credentialStore: store, keyStore, onEvent: log }));
app.get('/reports', requireAccessToken({ issuer, keyStore, scopes: ['reports:read'] }), (req, res) => {
  res.json({ reports: ['january', 'february'], readBy: req.auth.payload.sub });
});
server.on('request', app);
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

/** Requests that are under way are finished; whoever still holds a connection after two seconds is cut off. */
function stopOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      server.close(() => process.exit());
      setTimeout(() => process.exit(), 2000);
    });
  }
}

/** A key file as a client keeps it: in a folder of its own, read by its owner only, gone when the host stops. */
function saveKeyFile(key) {
  const folder = mkdtempSync(join(tmpdir(), 'frontier-token-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'key.json');
  writeFileSync(file, JSON.stringify(key, null, 2), { mode: 0o600 });
  return file;
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
  const sign = [process.execPath, signer, keyFile].map(quote).join(' ');
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
  console.log('Ctrl-C stops the host.');
}

/** One word of sh, whatever is in it. */
function quote(word) {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
