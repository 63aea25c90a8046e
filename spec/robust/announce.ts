import { randomInt } from 'node:crypto';
import { isShort } from './length';

/**
 * Once, before all specs: each of them draws from this seed. The short form, a gate, draws the same each time: what
 * chance finds is found by the long one, and stops no change that did not make it.
 */
export default function announce(): void {
  const seed = (process.env.ROBUST_SEED ??= String(isShort ? 1 : randomInt(2 ** 31)));
  const again = `ROBUST_SEED=${seed}${isShort ? ' ROBUST=short' : ''} npm run test:robust`;
  process.stderr.write(`\nseed ${seed}: ${again} draws the same again\n`);
}
