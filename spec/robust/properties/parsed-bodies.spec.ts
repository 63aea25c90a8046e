// Bodies that a parser of the host's had before the package: as an object, a text or a Buffer.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import fc from 'fast-check';
import { frontierToken, MemoryStore, openApiDocument, ServiceAccounts, StaticKeyStore } from 'frontier-token';
import { describedBy } from '../../support/openapi/described.js';
import { ISSUER, JWT_BEARER, TOKEN_PATH } from '../host.js';
import { runs } from '../length.js';
import { mutated } from '../mutations.js';
import { texts } from '../texts.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const LIMIT = 4096;

const any = { type: '*/*' };
const parsersOf = ({ json, urlencoded, raw, text }: typeof express): RequestHandler[][] => [
  [json()],
  [json({ strict: false })],
  [urlencoded({ extended: true })],
  [urlencoded({ extended: false })],
  [json(), urlencoded({ extended: true })],
  [raw(any)],
  [text(any)],
];
/** Below `/0` there is none. Express 4's leave `{}` behind where they read nothing. */
const PARSERS = [[], ...parsersOf(express), ...parsersOf(jest.requireActual<typeof express>('express4'))];
const parser = fc.nat({ max: PARSERS.length - 1 });

/** What a parser refuses by itself never gets to the package. */
const ofHost: ErrorRequestHandler = ({ status = 599 }: { status?: number }, _req, res, _next) =>
  void res.set('X-Of-Host', 'yes').status(status).end();

let server: Server;
let right: [string, string][];

beforeAll(async () => {
  const credentialStore = new MemoryStore();
  const accounts = new ServiceAccounts(credentialStore, { issuer: ISSUER });
  const { id } = await accounts.create({ scopes: ['a', 'b'] });
  const { clientId, clientSecret } = await accounts.createSecret(id);
  right = [
    ['grant_type', 'client_credentials'],
    ['client_id', clientId],
    ['client_secret', clientSecret],
  ];
  const keyStore = await StaticKeyStore.generate({ alg: 'ES256' });
  const router = frontierToken({ issuer: ISSUER, credentialStore, keyStore, bodyLimit: LIMIT, rateLimit: false });
  const app = express();
  PARSERS.forEach((handlers, index) => app.use(`/${index}`, ...handlers, router));
  app.use(ofHost);
  server = createServer(app as RequestListener).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));

interface Asked {
  behind: number;
  type: string;
  body: string | Uint8Array;
  query?: string;
}

async function post({ behind, type, body, query = '' }: Asked) {
  const { port } = server.address() as AddressInfo;
  const headers = { 'Content-Type': type };
  const req = request({ port, method: 'POST', path: `/${behind}${TOKEN_PATH}${query}`, headers }).end(body);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return { status: res.statusCode!, headers: res.headers as Record<string, string>, body: await textOf(res) };
}
type Answer = Awaited<ReturnType<typeof post>>;

const isOfHost = ({ headers }: Answer) => headers['x-of-host'] !== undefined;
const isDescribed = describedBy(openApiDocument({ issuer: ISSUER }));
const faultsOf = (answer: Answer) => isDescribed({ ...answer, method: 'POST', path: TOKEN_PATH });

/** What an answer says, but for what is new in each, and for which of two faults it names: parsers change the order. */
function said({ status, headers, body }: Answer) {
  const { access_token: token, error, scope } = JSON.parse(body) as Record<string, unknown>;
  return { status, challenge: headers['www-authenticate'], isIssued: token !== undefined, error, scope };
}

const NAMES = ['grant_type', 'client_id', 'client_secret', 'assertion', 'scope'];
const SUFFIXES = ['', '[]', '[a]', '[0]', '[', ']', '[a][b]', '.a'];
const ODD = ['', '__proto__', '__proto__[client_id]', 'constructor[prototype][scope]', 'toString', 'a[client_id]', '0'];
const name = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...SUFFIXES)).map((parts) => parts.join('')),
  fc.constantFrom(...ODD),
  // `[client_id]` is client_id to a parser that makes objects of brackets, and to no other.
  texts('[].=&%', { maxLength: 10 }).filter((each) => !each.startsWith('[')),
);
const value = fc.oneof(
  fc.constantFrom('', 'a', 'a b', 'c', 'client_credentials', JWT_BEARER, 'a.b.c'),
  texts('&=+%[] ;', { maxLength: 20 }),
);
const jsonValue = fc.oneof(
  value,
  fc.constantFrom(null, 1, true, [], {}, ['a'], { a: 'b' }, { client_id: 'a' }, JSON.parse('{"__proto__":"a"}')),
);

/** The right parameters, mostly; else a wrong secret, or not all of them. Others before them. */
const among = <T>(others: fc.Arbitrary<[string, T]>) =>
  fc
    .tuple(fc.array(others, { maxLength: 3 }), fc.constantFrom('right', 'right', 'wrong', 'less'))
    .map(([more, own]): [string, unknown][] => {
      if (own === 'right') return [...more, ...right];
      return own === 'less' ? [...more, right[0]!] : [...more, ...right.slice(0, 2), ['client_secret', 'wrong']];
    });
const form = among(fc.tuple(name, value)).map((pairs) => new URLSearchParams(pairs as [string, string][]).toString());
const json = among(fc.tuple(name, jsonValue)).map((pairs) => {
  // Of a name given twice JSON.parse keeps one.
  const members = [...new Map(pairs)].map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`);
  return `{${members.join()}}`;
});
const sent = fc.oneof(
  fc.record({ type: fc.constantFrom(FORM, `${FORM}; charset=utf-8`), body: form }),
  fc.record({ type: fc.constantFrom(JSON_TYPE, `${JSON_TYPE}; charset=utf-8`), body: json }),
);

describe('a body that the host parsed', () => {
  it('is answered as it is without a parser, where the parser keeps what was sent', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(sent, parser, async (given, behind) => {
        const answer = await post({ ...given, behind });
        if (isOfHost(answer)) return;
        statuses.add(answer.status);
        expect(said(answer)).toEqual(said(await post({ ...given, behind: 0 })));
      }),
      runs(400),
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401]));
  });

  it('of any bytes is answered as the contract says, and never a 5xx', async () => {
    const type = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(FORM, JSON_TYPE) },
      fc.constantFrom('text/plain', `${JSON_TYPE}; charset=utf-16`, `${FORM}; charset=iso-8859-1`, 'a/b', ';', 'a'),
    );
    const PIECES = [
      '&',
      '=',
      '%',
      '%ff',
      '[',
      ']',
      '[]=',
      '{',
      '}',
      '"',
      ',',
      ':',
      'null',
      '"__proto__":',
      'client_id=',
    ];
    const near = fc.oneof(form, json).chain((text) => fc.oneof(fc.constant(text), mutated(text, PIECES)));
    const body = fc.oneof(
      { weight: 8, arbitrary: near.map((text) => Buffer.from(text, 'latin1')) },
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('', '[]', 'null', '1', '"a"', '\ufeff{}', 'a'.repeat(LIMIT + 1)).map((text) => Buffer.from(text)),
    );
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(parser, type, body, async (behind, contentType, bytes) => {
        const answer = await post({ behind, type: contentType, body: bytes });
        if (isOfHost(answer)) {
          expect([400, 413, 415]).toContain(answer.status);
          return;
        }
        statuses.add(answer.status);
        expect(answer.status).toBeLessThan(500);
        expect(faultsOf(answer)).toEqual([]);
        // The secret's letters are no other in a form or in JSON.
        if (answer.status === 200) expect(Buffer.from(bytes).toString()).toContain(right[2]![1]);
      }),
      runs(600),
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 413, 415]));
  });
});

describe('a query', () => {
  /** One way of many to write a name in a URL. */
  const written = (text: string) =>
    fc.infiniteStream(fc.boolean()).map((escaped) =>
      Array.from(text, (letter) => {
        const plain = encodeURIComponent(letter);
        const isEscaped = escaped.next().value === true && plain.length === 1;
        return isEscaped ? `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}` : plain;
      }).join(''),
    );
  const CREDENTIALS = ['client_id', 'client_secret', 'assertion'];

  it('with a credential in it is refused, however it is written and whatever the host parses, and no other', async () => {
    const pair = name.chain((key) =>
      fc
        .tuple(written(key), value, fc.boolean())
        .map(([text, each, isBare]): [string, string] => [key, isBare ? text : `${text}=${encodeURIComponent(each)}`]),
    );
    const pairs = fc.array(pair, { minLength: 1, maxLength: 3 });
    const answers = new Set<number>();
    await fc.assert(
      fc.asyncProperty(parser, pairs, async (behind, given) => {
        const query = `?${given.map(([, text]) => text).join('&')}`;
        const body = new URLSearchParams(right).toString();
        const { status } = await post({ behind, type: FORM, body, query });
        const isRefused = given.some(([key]) => CREDENTIALS.includes(key.split('[', 1)[0]!));
        expect(status).toBe(isRefused ? 400 : 200);
        answers.add(status);
      }),
      runs(200),
    );
    expect([...answers].sort()).toEqual([200, 400]);
  });
});
