import { randomBytes } from 'node:crypto';
import express from 'express';
import request from 'supertest';
import { requireAccessToken } from '../../lib/guard/require-access-token.js';
import type { SigningKeyEvent } from '../../lib/sql/signing-keys/events.js';
import { SqlKeyStore } from '../../lib/sql/sql-key-store.js';
import { SqlStore } from '../../lib/sql/sql-store.js';
import { onEach, postgres, sqlite } from '../support/databases.js';
import { bySecret, ISSUER, issuer } from '../support/issuer.js';
import { until } from '../support/until.js';

onEach([sqlite, postgres], 'signing keys that rotate every second', (database) => {
  const LIFETIME = 1;
  const events: SigningKeyEvent[] = [];
  const stores: SqlKeyStore[] = [];
  afterAll(() => stores.forEach((store) => store.close()));

  it('leave no token unverified, from before a key signs until its last token has expired, and no old row', async () => {
    await new SqlStore(database().db).migrate();
    const encryptionKey = randomBytes(32);
    const onEvent = (event: SigningKeyEvent) => void events.push(event);
    for (const db of [database().another(), database().another()]) {
      const timing = { rotateAfter: 1, publishAhead: 1, keepFor: LIFETIME };
      stores.push(await SqlKeyStore.open(db, { encryptionKey, alg: 'ES256', onEvent, ...timing }));
    }
    const [one, other] = stores as [SqlKeyStore, SqlKeyStore];
    const [first] = await one.list();
    const issuing = await issuer({ keyStore: one, accessTokenLifetime: LIFETIME });
    const guarded = express().get('/', requireAccessToken({ issuer: ISSUER, keyStore: other }), (_req, res) => {
      res.sendStatus(200);
    });
    const tokens: { token: string; expires: number }[] = [];
    const isTaken = async ({ token, expires }: (typeof tokens)[number]) => {
      const { status } = await request(guarded).get('/').auth(token, { type: 'bearer' });
      // A refusal that comes later says nothing: it had expired.
      if (performance.now() < expires) expect(status).toBe(200);
    };
    const goOn = async () => {
      const expires = performance.now() + LIFETIME * 1000;
      const { body } = await bySecret(issuing).expect(200);
      await isTaken({ token: body.access_token, expires });
      tokens.push({ token: body.access_token, expires });
      while (tokens.length > 0 && tokens[0]!.expires < performance.now() + 100) await isTaken(tokens.shift()!);
      return one.list();
    };
    const keys = await until(goOn, (list) => list.every(({ kid }) => kid !== first!.kid), 25_000);

    expect(events.map(({ type }) => type)).toEqual(events.map(() => 'keys.rotated'));
    expect(events.length).toBeGreaterThanOrEqual(2);
    // Each made once: the generations have no gap, and no instance told of the other's.
    expect(new Set(events.map(({ kid }) => kid)).size).toBe(events.length);
    const kids = keys.map(({ kid }) => kid);
    expect(kids).toEqual(
      events
        .map(({ kid }) => kid)
        .reverse()
        .slice(0, kids.length),
    );
  });
});
