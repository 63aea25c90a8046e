import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import type { TokenEvent } from '../../lib/host/events.js';
import { issuer, keyStoreOf, storeThat, TestKey } from '../support/tokens.js';
import { until } from '../support/until.js';

describe("failures behind the guard are the host's", () => {
  const key = new TestKey();
  const events: TokenEvent[] = [];
  const onEvent = (event: TokenEvent) => void events.push(event);
  const guard = requireAccessToken({ issuer, keyStore: keyStoreOf(key), onEvent });
  const answered: ErrorRequestHandler = (error: Error, _req, res, _next) => {
    res.status(418).send(error.message);
  };
  const get = async (handler: RequestHandler) =>
    request(express().get('/', guard, handler).use(answered))
      .get('/')
      .set('Authorization', `Bearer ${await key.token()}`);

  it("and what a handler throws reaches the host's error handler", async () => {
    const answer = await get(() => {
      throw new Error('of the host');
    });
    expect(answer.status).toBe(418);
    expect(answer.text).toBe('of the host');
  });

  it("and what a handler hands to next reaches the host's error handler", async () => {
    const answer = await get((_req, _res, next) => {
      next(new Error('of the host'));
    });
    expect(answer.status).toBe(418);
  });

  it('and are no events', () => {
    expect(events).toEqual([]);
  });

  it("and the guard's own refusals do not reach the host's error handler", async () => {
    const app = express().get('/', guard).use(answered);
    await request(app).get('/').expect(401);
  });
});

describe('an answer that the host gave already', () => {
  it('is left alone, and the refusal is an event still', async () => {
    const events: TokenEvent[] = [];
    const key = new TestKey();
    const guard = requireAccessToken({
      issuer,
      keyStore: storeThat(() => new Promise(() => undefined)),
      storeTimeout: 50,
      onEvent: (event) => void events.push(event),
    });
    const impatient: RequestHandler = (_req, res, next) => {
      res.status(504).send('too slow');
      next();
    };
    const answer = await request(express().use(impatient, guard))
      .get('/')
      .set('Authorization', `Bearer ${await key.token()}`);
    expect(answer.status).toBe(504);
    expect(answer.text).toBe('too slow');
    await until(
      () => events.length,
      (told) => told > 0,
    );
    expect(events).toMatchObject([{ type: 'token.failed', reason: 'key_store_timeout' }]);
  });
});

describe('an answer that can not be written', () => {
  it("reaches the host's error handler", async () => {
    const broken: RequestHandler = (_req, res, next) => {
      const writeHead = res.writeHead.bind(res);
      res.writeHead = () => {
        res.writeHead = writeHead;
        throw new Error('broken by the host');
      };
      next();
    };
    const guard = requireAccessToken({ issuer, keyStore: keyStoreOf() });
    const answered: ErrorRequestHandler = (error: Error, _req, res, _next) => {
      res.status(500).send(error.message);
    };
    const answer = await request(express().use(broken, guard, answered)).get('/');
    expect(answer.text).toBe('broken by the host');
  });
});
