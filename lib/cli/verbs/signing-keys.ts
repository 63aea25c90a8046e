import type { Command } from 'commander';
import type { SqlKeyStore } from '../../sql/sql-key-store.js';
import { Failure } from '../failure.js';
import { withStateFlags, type StateFlags } from '../flags.js';
import type { Io } from '../io.js';
import { reporting, type Report } from '../report.js';
import { withState } from '../state/state.js';
import { fields, table } from '../text.js';

interface RotateFlags extends StateFlags {
  immediately?: true;
}

export function addSigningKeys(root: Command, io: Io): void {
  const group = root.command('signing-keys').description('Look at the keys that sign tokens, and rotate them');

  withStateFlags(group.command('list').description('List the keys, from the newest to the oldest')).action(
    reporting(io, (flags: StateFlags) => withKeyStore(io, flags, async (keyStore) => listed(await keyStore.list()))),
  );

  const rotate = group
    .command('rotate')
    .description('Make the key that signs next; verifiers learn of it before')
    .option('--immediately', 'it signs at once: for a key that leaked');
  withStateFlags(rotate).action(
    reporting(io, ({ immediately, ...flags }: RotateFlags) =>
      withKeyStore(io, flags, async (keyStore) => {
        const { kid, signsFrom } = await keyStore.rotate({ immediately });
        return { json: { kid, signsFrom }, text: fields({ kid, 'signs from': signsFrom.toISOString() }) };
      }),
    ),
  );

  withStateFlags(group.command('withdraw').description('Stop publishing a key that signs no more, as one that leaked'))
    .argument('<kid>', 'of the key, see list')
    .action(
      reporting(io, (kid: string, flags: StateFlags) =>
        withKeyStore(io, flags, async (keyStore) => {
          await withdraw(keyStore, kid);
          return { json: { kid, withdrawn: true }, text: `withdrew ${kid}\n` };
        }),
      ),
    );
}

async function withdraw(keyStore: SqlKeyStore, kid: string): Promise<void> {
  const key = (await keyStore.list()).find((each) => each.kid === kid);
  if (!key) throw new Failure(`no signing key ${kid}; 'frontier-token signing-keys list' shows what there is`);
  if (key.state === 'signing')
    throw new Failure(`${kid} signs; 'frontier-token signing-keys rotate --immediately' first`);
  await keyStore.withdraw(kid);
}

function listed(keys: Awaited<ReturnType<SqlKeyStore['list']>>): Report {
  const rows = keys.map(({ kid, alg, state, signsFrom, publishedUntil }) => [
    ...[kid, alg, state, signsFrom.toISOString(), publishedUntil?.toISOString() ?? ''],
  ]);
  return { json: keys, text: table([['KID', 'ALG', 'STATE', 'SIGNS FROM', 'PUBLISHED UNTIL'], ...rows]) };
}

function withKeyStore(io: Io, flags: StateFlags, work: (keyStore: SqlKeyStore) => Promise<Report>): Promise<Report> {
  return withState({ flags, io }, async (state) => {
    const keyStore = await state.keyStore();
    try {
      return await work(keyStore);
    } finally {
      keyStore.close();
    }
  });
}
