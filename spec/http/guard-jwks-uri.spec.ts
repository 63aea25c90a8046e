import express, { type Express } from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import type { TokenEvent } from '../../lib/host/events.js';
import { JwksServer } from '../support/jwks-server.js';
import { TestKey } from '../support/tokens.js';

describe('an issuer in another process', () => {
  const key = new TestKey('key-1', 'RS256');
  const events: TokenEvent[] = [];
  let jwks: JwksServer;
  let app: Express;

  beforeEach(async () => {
    jwks = await JwksServer.start(key);
    app = guarded();
  });
  afterEach(() => jwks.stop());

  const guarded = (storeTimeout?: number) => {
    const onEvent = (event: TokenEvent) => void events.push(event);
    const guard = requireAccessToken({ issuer: jwks.origin, storeTimeout, onEvent });
    return express().use(guard, (_req, res) => void res.sendStatus(200));
  };
  const get = (token: string) => request(app).get('/').set('Authorization', `Bearer ${token}`);
  const token = (signer = key) => signer.token({ iss: jwks.origin, aud: jwks.origin });

  it('is asked for its keys at issuer + /.well-known/jwks.json, when the first token comes', async () => {
    expect(jwks.fetches).toBe(0);
    await get(await token()).expect(200);
    expect(jwks.fetches).toBe(1);
  });

  it('is asked at jwksUri where that is given', async () => {
    const issuer = 'https://unreachable.example.com/';
    const guard = requireAccessToken({ issuer, jwksUri: `${jwks.origin}/keys?format=jwks` });
    const app = express().use(guard, (_req, res) => void res.sendStatus(200));
    const authorization = `Bearer ${await key.token({ iss: issuer, aud: issuer })}`;
    await request(app).get('/').set('Authorization', authorization).expect(200);
    expect(jwks.paths).toEqual(['/keys?format=jwks']);
  });

  it('is asked once for many tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => token()));
    const answers = await Promise.all(tokens.map((each) => get(each)));
    expect(answers.map(({ status }) => status)).toEqual(tokens.map(() => 200));
    expect(jwks.fetches).toBe(1);
  });

  it('that publishes no such key gets 401', async () => {
    await get(await token(new TestKey('other'))).expect(401);
    await get(await token(new TestKey('key-1', 'RS256'))).expect(401);
    expect(events.map(({ reason }) => reason).slice(-2)).toEqual(['token_key_unknown', 'token_signature']);
  });

  it('gets 401 for forged kids, however many, and few fetches', async () => {
    await get(await token()).expect(200);
    const forged = await Promise.all(Array.from({ length: 50 }, (_, index) => token(new TestKey(`forged-${index}`))));
    const answers = await Promise.all(forged.map((each) => get(each)));
    expect(answers.map(({ status }) => status)).toEqual(forged.map(() => 401));
    await get(await token()).expect(200);
    expect(jwks.fetches).toBeLessThanOrEqual(4);
  });

  it('that can not be reached is 503 with Retry-After', async () => {
    await jwks.stop();
    const answer = await get(await key.token());
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.body).toMatchObject({ code: 14, error: 'temporarily_unavailable' });
    expect(events.at(-1)).toMatchObject({ type: 'token.failed', reason: 'jwks_unavailable' });
  });

  it.each<[string, (server: JwksServer) => void, string[]]>([
    ['its status', (server) => server.fail(502), ['the JWKS can not be fetched', 'the answer has status 502']],
    ['what it is not', (server) => server.say('{"keys":{}}'), ['the answer is no JWK set']],
  ])('whose answer can not be used is told of with %s', async (_what, spoil, causes) => {
    spoil(jwks);
    await get(await token()).expect(503);
    const { cause } = events.at(-1)!;
    const messages = [cause, (cause as Error).cause].map((each) => (each as Error | undefined)?.message);
    expect(messages.filter((each) => each !== undefined)).toEqual(causes);
  });

  it('that does not answer in storeTimeout is 503', async () => {
    app = guarded(300);
    jwks.hang();
    await get(await token()).expect(503);
    expect(events.at(-1)).toMatchObject({ type: 'token.failed', reason: 'jwks_timeout' });
  });

  it('whose keys are known goes on in an outage, and other kids are 503', async () => {
    await get(await token()).expect(200);
    jwks.fail(500);
    await get(await token(new TestKey('key-2'))).expect(503);
    await get(await token()).expect(200);
  });
});
