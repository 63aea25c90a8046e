import type { StateFlags } from '../flags.js';
import type { Io } from '../io.js';
import type { OpenState } from './open.js';
import { PEERS, requirePeers } from './peers.js';
import { requireEncryptionKey } from './encryption-key.js';
import { placeOf } from './place.js';

/**
 * Opens what the flags name, and closes it when the work is done.
 *
 * @param needs packages that the work needs beside those of the database
 * @param silence milliseconds that a statement may take, where the usual ones don't do
 * @throws UsageError where the flags or the installed packages don't do
 */
export async function withState<T>(
  { flags, io, needs = [], silence }: { flags: StateFlags; io: Io; needs?: readonly string[]; silence?: number },
  work: (state: OpenState) => Promise<T>,
): Promise<T> {
  const place = placeOf(flags, io);
  requirePeers([...needs, ...PEERS[place.kind]]);
  if (place.kind !== 'folder') requireEncryptionKey(io);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it loads packages that may be missing
  const { openState } = require('./open.js') as typeof import('./open.js');
  const state = await openState(place, io, silence);
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}
