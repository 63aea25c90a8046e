import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, open, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import express from 'express';
import { requireAccessToken, type TokenEvent } from 'frontier-token';
import request from 'supertest';
import { assertion, byAssertion, issuer as issuing, type Issuer } from '../support/issuer.js';
import { issuer, keyStoreOf, TestKey } from '../support/tokens.js';

const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

describe("a host whose work keeps all of libuv's threads", () => {
  const folder = mkdtempSync(join(tmpdir(), 'frontier-token-'));
  const pipe = join(folder, 'pipe');
  const opened: Promise<void>[] = [];
  const events: TokenEvent[] = [];

  const onEvent = (event: TokenEvent) => void events.push(event);
  const keys = { RS256: new TestKey('r', 'RS256'), ES256: new TestKey('e'), ES512: new TestKey('s', 'ES512') };
  const tokens = new Map<TestKey, string>();
  let at: Issuer;
  let signed: string;

  /** To open a pipe that nobody writes to takes until somebody does. */
  beforeAll(async () => {
    for (const key of Object.values(keys)) tokens.set(key, await key.token());
    at = await issuing({ storeTimeout: 200, onEvent });
    signed = await assertion({ key: await at.accounts.createKey(at.robot.id, { alg: 'ES512' }) }, {}, {}, 'ES512');
    execFileSync('mkfifo', [pipe]);
    for (let thread = 0; thread < THREADS; thread += 1) {
      const wait = (resolve: () => void) => {
        open(pipe, 'r', (_failed, file) => {
          closeSync(file);
          resolve();
        });
      };
      opened.push(new Promise(wait));
    }
    await turn();
  });

  afterAll(async () => {
    const writer = openSync(pipe, constants.O_RDWR);
    await Promise.all(opened);
    closeSync(writer);
    rmSync(folder, { recursive: true });
  });

  const get = async (key: TestKey) => {
    const guard = requireAccessToken({ issuer, keyStore: keyStoreOf(key), storeTimeout: 200, onEvent });
    const app = express().use(guard, (_req, res) => void res.sendStatus(200));
    return request(app)
      .get('/')
      .set('Authorization', `Bearer ${tokens.get(key)}`);
  };

  it.each(['RS256', 'ES256'] as const)('does not keep its guards waiting: %s', async (alg) => {
    expect((await get(keys[alg])).status).toBe(200);
  });

  it('answers 503 in time where the signature of a token takes a thread', async () => {
    expect((await get(keys.ES512)).status).toBe(503);
    expect(events.at(-1)).toMatchObject({ type: 'token.failed', reason: 'signature_timeout' });
  });

  it('answers 503 in time where the signature of an assertion does', async () => {
    expect((await byAssertion(at, signed)).status).toBe(503);
    expect(events.at(-1)).toMatchObject({ type: 'token.failed', reason: 'signature_timeout' });
  });
});
