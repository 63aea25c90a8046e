import type { Command } from 'commander';
import { withStateFlags, type StateFlags } from '../flags.js';
import type { Io } from '../io.js';
import { reporting } from '../report.js';
import { withState } from '../state/state.js';

/** Milliseconds that a statement may take: one waits for up to a minute where another instance migrates. */
const SILENCE = 90_000;

export function addMigrate(root: Command, io: Io): void {
  const command = root.command('migrate').description('Make the tables, or bring them up to date');
  withStateFlags(command).action(
    reporting(io, (flags: StateFlags) =>
      withState({ flags, io, silence: SILENCE }, async (state) => {
        const applied = await state.migrate();
        const text = applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`;
        return { json: { applied }, text: `${text}\n` };
      }),
    ),
  );
}
