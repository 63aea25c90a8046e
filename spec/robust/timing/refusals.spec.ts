import { hashSync } from '@node-rs/bcrypt';
import { hash, randomBytes, randomUUID, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express from 'express';
import { frontierToken, MemoryStore, StaticKeyStore } from 'frontier-token';
import * as records from '../../support/records.js';
import { ISSUER, TOKEN_PATH } from '../host.js';
import { isShort } from '../length.js';
import { areAlike, compare, type Effort, type Probe, type Ratios } from './compare.js';

/**
 * Of the median beside a wrong secret's: what is alike differs by up to three hundredths and a half. What differs by a
 * tenth is found out, as is shown below.
 */
const TOLERANCE = 0.05;
/** The machine may be busy: of many rounds, few are needed where it is not. */
const EFFORT: Record<string, Effort> = {
  fast: { rounds: 400, looks: 12, precision: 0.012 },
  slow: { rounds: 100, looks: 8, precision: 0.015 },
  glaring: { rounds: 40, looks: 1, precision: 0 },
};
const effortFor = (scheme: string) => (scheme === 'sha256' ? EFFORT.fast! : EFFORT.slow!);

const newSecret = () => randomBytes(32).toString('base64url');

/** scrypt takes as long as `p` says. */
function scryptHash(secret: string, p: number): string {
  const salt = randomBytes(16);
  const key = scryptSync(secret, salt, 32, { N: 256, r: 8, p });
  return `scrypt$ln=8,r=8,p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}
const sha256Hash = (secret: string) => `sha256$${hash('sha256', secret, 'base64url')}`;

/** Costs as low as the checks take them: whatever a refusal takes beside the check then weighs the more. */
const SCHEMES: Record<string, (secret: string) => string> = {
  sha256: sha256Hash,
  scrypt: (secret) => scryptHash(secret, 5),
  bcrypt: (secret) => hashSync(secret, 5),
};

/** A connection to a token route, and refusals that a prober of ids would time. */
async function refusals(hashed: (secret: string) => string, decoySecretHash: string) {
  const store = new MemoryStore();
  store.decoySecretHash = decoySecretHash;
  const keyStore = await StaticKeyStore.generate({ alg: 'ES256' });
  // Counted as always, and never refused for it.
  const rateLimit = { failures: 1_000_000 };
  const app = express().use(frontierToken({ issuer: ISSUER, credentialStore: store, keyStore, rateLimit }));
  const server = createServer(app as RequestListener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();

  const secret = newSecret();
  const secretHash = hashed(secret);
  await store.createAccount(records.account('robot'));
  await store.createAccount(records.account('retired', { state: 'disabled' }));
  /** Each is asked for once, as a prober does. */
  const credential = async (accountId: string, more: object = {}) => {
    const id = randomUUID();
    await store.createCredential(records.secret(id, accountId, { secretHash, ...more }));
    return id;
  };
  const probes: Record<string, Probe> = {
    'a wrong secret': async () => timed(socket, await credential('robot'), newSecret()),
    'an unknown client': async () => {
      // Here too something is made before: it warms caches.
      await credential('robot');
      return timed(socket, randomUUID(), newSecret());
    },
    'a revoked secret': async () => timed(socket, await credential('robot', { revokedAt: new Date() }), secret),
    'a disabled account, a wrong secret': async () => timed(socket, await credential('retired'), newSecret()),
  };
  const end = () => {
    socket.destroy();
    server.close();
  };
  return { probes, end };
}

/** Milliseconds from the request to the end of its answer, which must be 401. */
async function timed(socket: Socket, id: string, secret: string): Promise<number> {
  const body = `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`;
  const head = `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded`;
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  const start = performance.now();
  socket.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const [answer] = await answered;
  const took = performance.now() - start;
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 [^]*"invalid_client"[^]*}$/);
  return took;
}

async function measured(hashed: (secret: string) => string, decoy: string, effort: Effort): Promise<Ratios> {
  const { probes, end } = await refusals(hashed, decoy);
  try {
    // Code is compiled.
    await compare(probes, { ...effort, rounds: effort.rounds / 2, looks: 1 });
    return await compare(probes, effort);
  } finally {
    end();
  }
}

const inPercent = (ratios: Ratios) =>
  Object.entries(ratios)
    .map(([name, ratio]) => `${name} ${((ratio - 1) * 100).toFixed(1)} %`)
    .join(', ');

describe.each(Object.entries(SCHEMES))('refusals where secrets are hashed with %s', (scheme, hashed) => {
  it('take as long for an unknown client as for a wrong, a revoked and a disabled one’s secret', async () => {
    const effort = effortFor(scheme);
    const rounds = effort.rounds * (isShort ? 1 : 4);
    const ratios = await measured(hashed, hashed(newSecret()), { ...effort, rounds });
    process.stderr.write(`timing, ${scheme}: ${inPercent(ratios)}\n`);
    expect(areAlike(ratios, TOLERANCE)).toBe(true);
  });
});

describe('the same measurement', () => {
  const slow = SCHEMES.scrypt!;
  it.each<[string, (secret: string) => string, string]>([
    ['has no decoy of its slow scheme, scrypt', slow, sha256Hash('a')],
    ['has no decoy of its slow scheme, bcrypt', SCHEMES.bcrypt!, sha256Hash('a')],
    ['has a slow decoy for its fast scheme', sha256Hash, slow('a')],
  ])('finds out a store that %s', async (_what, hashed, decoy) => {
    const ratios = await measured(hashed, decoy, EFFORT.glaring!);
    expect(areAlike(ratios, TOLERANCE)).toBe(false);
    const { 'an unknown client': unknown, ...others } = ratios;
    expect(Math.abs(Math.log(unknown!))).toBeGreaterThan(Math.log(1.1));
    expect(Object.keys(others)).toHaveLength(3);
  });

  it('finds out a store that has a decoy a tenth cheaper than its secrets', async () => {
    const ratios = await measured((secret) => scryptHash(secret, 10), scryptHash('a', 9), EFFORT.slow!);
    process.stderr.write(`timing, a decoy a tenth cheaper: ${inPercent(ratios)}\n`);
    expect(areAlike(ratios, TOLERANCE)).toBe(false);
    const { 'an unknown client': unknown, ...others } = ratios;
    expect(unknown).toBeLessThan(Math.min(...Object.values(others)));
  });
});
