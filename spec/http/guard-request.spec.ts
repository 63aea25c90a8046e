import express, { type Request, type RequestHandler } from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { issuer, keyStoreOf, TestKey } from '../support/tokens.js';

describe('requireAccessToken leaves nothing on the request', () => {
  const key = new TestKey();

  it('but req.auth', async () => {
    const seen: { req: Request; members: PropertyKey[] }[] = [];
    const look: RequestHandler = (req, _res, next) => {
      seen.push({ req, members: Reflect.ownKeys(req) });
      next();
    };
    const app = express().use(look, requireAccessToken({ issuer, keyStore: keyStoreOf(key) }), look);
    await request(app)
      .get('/')
      .set('Authorization', `Bearer ${await key.token()}`);
    const [before, after] = seen;
    expect(after?.req).toBe(before?.req);
    expect(after?.members.filter((name) => !before?.members.includes(name))).toEqual(['auth']);
    for (const name of ['user', 'login', 'logIn', 'isAuthenticated']) expect(name in after!.req).toBe(false);
  });

  it('and keeps requests apart that come at once', async () => {
    const echo = express().use(requireAccessToken({ issuer, keyStore: keyStoreOf(key) }), (req, res) => {
      res.json(req.auth?.payload.sub);
    });
    const names = Array.from({ length: 20 }, (_, index) => `robot-${index}`);
    const answers = names.map(async (sub) =>
      request(echo)
        .get('/')
        .set('Authorization', `Bearer ${await key.token({ sub })}`),
    );
    expect((await Promise.all(answers)).map(({ body }) => body as unknown)).toEqual(names);
  });
});
