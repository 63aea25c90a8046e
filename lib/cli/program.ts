import { Command } from 'commander';
import type { Io } from './io.js';
import { addAccounts } from './verbs/accounts.js';
import { addAssertion } from './verbs/assertion.js';
import { addKeys } from './verbs/keys.js';
import { addMigrate } from './verbs/migrate.js';
import { addSecrets } from './verbs/secrets.js';
import { addServe } from './verbs/serve.js';
import { addSigningKeys } from './verbs/signing-keys.js';
import { addToken } from './verbs/token.js';
import { addVerify } from './verbs/verify.js';

/** Columns; help and errors look the same wherever they are read. */
const WIDTH = 80;

/** All verbs. Their modules load what they need when they run, so that none pays for the others. */
export function program(io: Io): Command {
  const root = new Command('frontier-token')
    .description('Access tokens for service accounts: run a token server, manage it, be its client.')
    .version(version())
    .exitOverride()
    .configureHelp({ helpWidth: WIDTH })
    // Errors are thrown, and told by whoever runs this.
    .configureOutput({ writeOut: io.out, writeErr: () => undefined, outputError: () => undefined });
  addServe(root, io);
  addMigrate(root, io);
  addAccounts(root, io);
  addSecrets(root, io);
  addKeys(root, io);
  addSigningKeys(root, io);
  addToken(root, io);
  addAssertion(root, io);
  addVerify(root, io);
  return root;
}

function version(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- outside of what the compiler may copy
  return (require('../../package.json') as { version: string }).version;
}
