import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { shareClasses } from '../../lib/http/shared-classes.js';
import { bySecret, issuer } from '../support/issuer.js';

setFlagsFromString('--allow-natives-syntax');
const isDictionary = new Script('(object) => !%HasFastProperties(object)').runInThisContext() as (
  of: object,
) => boolean;
const classesAreSplit = Number.parseInt(process.versions.v8) < 13;

/** All own properties with their attributes, in whatever order. */
const properties = (of: object) =>
  new Map(Reflect.ownKeys(of).map((name) => [name, Object.getOwnPropertyDescriptor(of, name)]));

it("a host's request and response stay what they are, and are dictionaries on Node 20 and 22", async () => {
  const host = await issuer({}, (app, router) =>
    app.use((req, res, next) => {
      router(req, res, next);
      res.set('Linked', String(req.res === res && res.req === req));
      res.set('Dictionaries', String(isDictionary(req) && isDictionary(res)));
    }),
  );
  const { headers } = await bySecret(host).expect(200);
  expect(headers).toMatchObject({ linked: 'true', dictionaries: String(classesAreSplit) });
});

it('a request that is a proxy which refuses gets its token', async () => {
  const deleteProperty = () => {
    throw new Error('refused');
  };
  const host = await issuer({}, (app, router) =>
    app.use((req, res, next) => {
      router(new Proxy(req, { deleteProperty }), res, next);
    }),
  );
  await bySecret(host).expect(200);
});

// From Node 24 on nothing is done, and these can't fail.
it.each<[string, object]>([
  ['is hidden', Object.defineProperty({ other: 1 }, 'res', { value: 2, configurable: true })],
  ['is an accessor', Object.defineProperty({ other: 1 }, 'res', { get: () => 2, configurable: true })],
  ['can not be deleted', Object.defineProperty({ other: 1 }, 'res', { value: 2 })],
  ['could not be put back', Object.preventExtensions({ res: 2, other: 1 })],
])('a property that %s stays as it is', (_what, request) => {
  const before = properties(request);
  shareClasses(request, {});
  expect(properties(request)).toEqual(before);
});
