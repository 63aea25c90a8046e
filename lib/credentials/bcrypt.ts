import type * as Bcrypt from '@node-rs/bcrypt';
import { slowCheck } from './slow-checks.js';

const FORM = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const MIN_COST = 4;
/** About four seconds of a core; Raystack Frontier's hashes have 14. */
const MAX_COST = 16;
/** bcrypt reads no further, and stops at a NUL: a longer secret would fit the hash of its beginning. */
const MAX_BYTES = 72;

/** False for a hash that is malformed or whose cost is absurd, and for a secret too long for bcrypt, before any work. */
export async function matchesBcrypt(secret: string, secretHash: string, wait?: number): Promise<boolean> {
  const cost = Number(FORM.exec(secretHash)?.[1]);
  if (!(cost >= MIN_COST && cost <= MAX_COST)) return false;
  if (Buffer.byteLength(secret) > MAX_BYTES || secret.includes('\0')) return false;
  return slowCheck(wait, () => bcrypt().verify(secret, secretHash));
}

/** Loaded at the first bcrypt hash: few hosts have any, and loading a native addon costs start time. */
function bcrypt(): typeof Bcrypt {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() breaks hosts' jest, which has no modules in its vm
  return require('@node-rs/bcrypt') as typeof Bcrypt;
}
