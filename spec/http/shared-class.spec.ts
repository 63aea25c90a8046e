import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import express, { type Request, type Response } from 'express';
import request from 'supertest';
import { shareClass } from '../../lib/http/shared-class.js';
import { bySecret, issuer } from '../support/issuer.js';

setFlagsFromString('--allow-natives-syntax');
const isDictionary = new Script('(object) => !%HasFastProperties(object)').runInThisContext() as (
  of: object,
) => boolean;
const missesAreSlow = Number.parseInt(process.versions.v8) < 13;

/** Of each own property, its name, attributes and value, in no order. */
function ownProperties(of: object): [string, PropertyDescriptor][] {
  return Object.entries(Object.getOwnPropertyDescriptors(of)).sort(([a], [b]) => (a < b ? -1 : 1));
}

it("a host's request and response keep their properties, and are dictionaries where that is faster", async () => {
  const host = await issuer({}, (app, router) =>
    app.use((req, res, next) => {
      router(req, res, next);
      res.set('Req', String(req.res === res && res.req === req));
      res.set('Dictionaries', String(isDictionary(req) && isDictionary(res)));
    }),
  );
  const { headers } = await bySecret(host).expect(200);
  expect(headers).toMatchObject({ req: 'true', dictionaries: String(missesAreSlow) });
});

it('no property changes, whatever it is', async () => {
  const app = express().use((req: Request, res: Response) => {
    const before = [req, res].map(ownProperties);
    shareClass(req, 'res');
    shareClass(res, 'req');
    const after = [req, res].map(ownProperties);
    const same = after.map((own, index) =>
      own.every(([name, { value }], at) => {
        const [nameBefore, { value: valueBefore } = {}] = before[index]?.[at] ?? [];
        return name === nameBefore && value === valueBefore;
      }),
    );
    res.json({ same, lengths: after.map(({ length }, index) => length === before[index]?.length) });
  });
  const { body } = await request(app).get('/');
  expect(body).toEqual({ same: [true, true], lengths: [true, true] });
});

it.each<[string, object]>([
  ['is an accessor', Object.defineProperty({ other: 1 }, 'res', { get: () => 2, configurable: true })],
  ['can not be deleted', Object.defineProperty({ other: 1 }, 'res', { value: 2 })],
  ['is not there', { other: 1 }],
  ['could not be put back', Object.preventExtensions({ res: 2, other: 1 })],
  ['is frozen', Object.freeze({ res: 2, other: 1 })],
])('a property that %s stays as it is', (_what, object) => {
  const before = Object.getOwnPropertyDescriptors(object);
  shareClass(object, 'res');
  expect(Object.getOwnPropertyDescriptors(object)).toEqual(before);
});
