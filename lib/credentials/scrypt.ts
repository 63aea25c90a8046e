import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { slowCheck } from './slow-checks.js';

/** Costs of scrypt (RFC 7914 §2), as in a hash: N is 2^ln. */
interface Costs {
  ln: number;
  r: number;
  p: number;
}

/** OWASP's choice with the least memory, 32 MiB: two at once shall not weigh on a small server. About 0.3 s. */
const COSTS: Costs = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

const MAX_MEMORY = 256 * 2 ** 20;
/** Bytes that one check may go through, memory times `p`: some seconds of a core. */
const MAX_WORK = 2 ** 30;

const FORM = /^scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([\w-]{22})\$([\w-]{43})$/;

const deriveInPool = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** `scrypt$ln=15,r=8,p=3$salt$key`, salt and key in base64url. */
export async function hashWithScrypt(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(secret, salt, COSTS);
  const { ln, r, p } = COSTS;
  return `scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** False for a hash that is malformed or whose costs are absurd, before any work. */
export async function matchesScrypt(secret: string, secretHash: string, wait?: number): Promise<boolean> {
  const [, ln, r, p, salt = '', key = ''] = FORM.exec(secretHash) ?? [];
  const costs = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (!isSane(costs)) return false;
  const derived = await derive(secret, Buffer.from(salt, 'base64url'), costs, wait);
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'));
}

function isSane({ ln, r, p }: Costs): boolean {
  const memory = 128 * 2 ** ln * r;
  // RFC 7914 §2: N must be "less than 2^(128 * r / 8)". OpenSSL leaves an error in its queue where it is not, and the
  // next import of a key fails with that.
  return memory <= MAX_MEMORY && memory * p <= MAX_WORK && ln < 16 * r;
}

function derive(secret: string, salt: Buffer, { ln, r, p }: Costs, wait?: number): Promise<Buffer> {
  const N = 2 ** ln;
  return slowCheck(wait, () => deriveInPool(secret, salt, KEY_BYTES, { N, r, p, maxmem: 128 * r * (N + p + 2) }));
}
