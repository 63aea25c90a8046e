import { randomInt } from 'node:crypto';
import { isShort } from './length';

/** Once, before all specs: each of them draws from this seed. */
export default function announce(): void {
  const seed = (process.env.ROBUST_SEED ??= String(randomInt(2 ** 31)));
  const again = `ROBUST_SEED=${seed}${isShort ? ' ROBUST=short' : ''} npm run test:robust`;
  process.stderr.write(`\nseed ${seed}: ${again} draws the same again\n`);
}
