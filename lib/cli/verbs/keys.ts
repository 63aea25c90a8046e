import type { JsonWebKey } from '../../keys/json-web-key.js';
import type { Command } from 'commander';
import type { AlgorithmName } from '../../jwa/algorithms.js';
import { oneOf, text } from '../../options/check.js';
import { issuerUrl } from '../../options/shared.js';
import { DEFAULT_ISSUER } from '../default-issuer.js';
import { Failure } from '../failure.js';
import {
  accountArgument,
  algFlag,
  checked,
  withCredentialFlags,
  withStateFlags,
  type CredentialFlags,
  type StateFlags,
} from '../flags.js';
import { pipedIn, readText } from '../input.js';
import type { Io } from '../io.js';
import { requireWritable, writePrivate } from '../new-file.js';
import { reporting } from '../report.js';
import { withState } from '../state/state.js';
import { fields } from '../text.js';
import { revoke } from './revoke.js';

interface CreateFlags extends CredentialFlags, StateFlags {
  out: string;
  alg?: AlgorithmName;
  issuer: string;
  format?: 'frontier';
}

export function addKeys(root: Command, io: Io): void {
  const group = root.command('keys').description('Manage service-account keys');
  addCreate(group, io);
  addAdd(group, io);
  addRevoke(group, io);
}

function addCreate(group: Command, io: Io): void {
  const command = group
    .command('create')
    .usage('<account> --out <file> [options]')
    .description('Make a key pair: its private half is only in the key file')
    .addArgument(accountArgument())
    .requiredOption('--out <file>', 'the key file to write, which must not be there', checked(text))
    .addOption(algFlag('RS256'))
    .option('--issuer <url>', 'where the file is used', checked(issuerUrl), DEFAULT_ISSUER)
    .option('--format <name>', "frontier: as Frontier's SDKs need it", checked(oneOf('frontier')));
  withStateFlags(withCredentialFlags(command)).action(
    reporting(io, (account: string, { out, alg, issuer, format, title, expires, ...flags }: CreateFlags) => {
      requireWritable(out);
      return withState({ flags, io }, async (state) => {
        const accounts = state.accounts(issuer);
        const options = { alg, title, expiresAt: expires };
        const key = await (format
          ? accounts.createKey(account, { ...options, format })
          : accounts.createKey(account, options));
        try {
          writePrivate(out, `${JSON.stringify(key, null, 2)}\n`);
        } catch (thrown) {
          // Nobody has its private half.
          await accounts.revokeCredential(key.kid);
          throw thrown;
        }
        return { json: { kid: key.kid, accountId: account, file: out }, text: fields({ kid: key.kid, file: out }) };
      });
    }),
  );
}

function addAdd(group: Command, io: Io): void {
  const command = group
    .command('add')
    .description('Add the public half of a key pair that the client made')
    .addArgument(accountArgument())
    .argument('<file>', 'a PEM or a JWK; - for standard input', checked(text));
  withStateFlags(withCredentialFlags(command)).action(
    reporting(io, async (account: string, file: string, { title, expires, ...flags }: CredentialFlags & StateFlags) => {
      const key = await publicKey(io, file);
      return withState({ flags, io }, async (state) => {
        const { kid } = await state.accounts().addPublicKey(account, key, { title, expiresAt: expires });
        return { json: { kid, accountId: account }, text: fields({ kid }) };
      });
    }),
  );
}

function addRevoke(group: Command, io: Io): void {
  const command = group.command('revoke').description('Refuse a key from now on');
  withStateFlags(command.argument('<kid>', 'of the key', checked(text))).action(
    reporting(io, (kid: string, flags: StateFlags) =>
      withState({ flags, io }, (state) => revoke(state, 'public_key', kid)),
    ),
  );
}

async function publicKey(io: Io, file: string): Promise<string | JsonWebKey> {
  const content = file === '-' ? await pipedIn(io, 'pipe the public key in') : readText(file);
  if (!content.trimStart().startsWith('{')) return content;
  try {
    return JSON.parse(content) as JsonWebKey;
  } catch {
    throw new Failure(`${file} is neither a PEM nor a JWK`);
  }
}
