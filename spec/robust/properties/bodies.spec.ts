import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fc from 'fast-check';
import { TokenError } from '../../../lib/errors/token-error.js';
import { readParameters } from '../../../lib/http/parameters.js';
import { runs } from '../length.js';
import { mutated } from '../mutations.js';
import { texts } from '../texts.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const LIMIT = 64 * 1024;
/** How many times as long a hostile body may take. One whose parts are each compared with all others takes thousands. */
const SLOWER = 50;

let server: Server;

beforeAll(async () => {
  const app = express().post('/', (req, res) => {
    readParameters(req, LIMIT).then(
      (parameters) => res.json(parameters),
      (thrown: unknown) => res.status(thrown instanceof TokenError ? thrown.status : 599).json(String(thrown)),
    );
  });
  server = createServer(app as RequestListener).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));

/** What is read of a body that is sent in these pieces. */
async function readOf(type: string | undefined, ...pieces: (string | Uint8Array)[]) {
  const headers = type === undefined ? {} : { 'Content-Type': type };
  const req = request({ port: (server.address() as AddressInfo).port, method: 'POST', headers });
  const answered = once(req, 'response');
  for (const piece of pieces) req.write(piece);
  req.end();
  const [res] = (await answered) as [IncomingMessage];
  let text = '';
  for await (const chunk of res.setEncoding('utf8')) text += chunk as string;
  return { status: res.statusCode, parameters: JSON.parse(text) as unknown };
}

const NAMES = ['grant_type', 'client_id', 'client_secret', 'assertion', 'scope'];
/** Half of a surrogate pair too: JSON can say it. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xd800, 0xdc00, 0x22, 0x5c)), {
    maxLength: 40,
  })
  .map((units) => String.fromCharCode(...units));
const otherName = anyText.filter((name) => !NAMES.includes(name.split('[')[0]!));
const parametersOf = (value: fc.Arbitrary<string>) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), otherName), value, { maxKeys: 8 });

/** What a reader keeps: known names with a value. */
const kept = (parameters: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(parameters).filter(([name, value]) => NAMES.includes(name) && value));

/** A text in two or three pieces, wherever they begin. */
const pieces = (text: string) =>
  fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 2 }).map((cuts) => {
    const at = [0, ...cuts.sort((a, b) => a - b), text.length];
    return at
      .slice(1)
      .map((end, index) => Buffer.from(text).subarray(at[index], index === cuts.length ? undefined : end));
  });

/** One way of many to write a JSON string. */
const written = (text: string) =>
  fc.infiniteStream(fc.boolean()).map((escaped) => {
    const letter = (unit: string) =>
      escaped.next().value === true
        ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
        : JSON.stringify(unit).slice(1, -1);
    return `"${text.split('').map(letter).join('')}"`;
  });
const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });
const jsonValue = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('"}"', '"{\\"client_id\\":1}"', '[{"client_id":1}]', '{"client_id":"a","client_id":"b"}', '"\\\\"'),
);

describe('parameters', () => {
  it('of any text come back from a form, in however many pieces it arrives', async () => {
    const forms = parametersOf(texts('&=+%[] ;', { maxLength: 40 })).chain((parameters) =>
      fc.tuple(fc.constant(parameters), pieces(new URLSearchParams(parameters).toString())),
    );
    await fc.assert(
      fc.asyncProperty(forms, async ([parameters, sent]) => {
        expect(await readOf(FORM, ...sent)).toEqual({ status: 200, parameters: kept(parameters) });
      }),
      runs(200),
    );
  });

  it('of any text come back from JSON, in however many pieces it arrives', async () => {
    const documents = parametersOf(anyText).chain((parameters) =>
      fc.tuple(fc.constant(parameters), pieces(JSON.stringify(parameters))),
    );
    await fc.assert(
      fc.asyncProperty(documents, async ([parameters, sent]) => {
        expect(await readOf(JSON_TYPE, ...sent)).toEqual({ status: 200, parameters: kept(parameters) });
      }),
      runs(200),
    );
  });

  it('that JSON repeats are refused, however their names are written, and whatever stands beside them', async () => {
    const known = fc
      .constantFrom(...NAMES)
      .chain((name) => fc.tuple(fc.constant(name), written(name), fc.constant('"a"')));
    const other = otherName.chain((name) => fc.tuple(fc.constant(name), written(name), jsonValue));
    const member = fc.tuple(fc.oneof(known, other), space, space, space);
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 6 }), async (members) => {
        const text = members.map(([[, name, value], a, b, c]) => `${a}${name}${b}:${c}${value}${a}`).join(',');
        const names = members.map(([[name]]) => name).filter((name) => NAMES.includes(name));
        const { status, parameters } = await readOf(JSON_TYPE, `{${text}}`);
        const isRepeated = new Set(names).size < names.length;
        expect(status).toBe(isRepeated ? 400 : 200);
        if (!isRepeated) expect(parameters).toEqual(Object.fromEntries(names.map((name) => [name, 'a'])));
      }),
      runs(300),
    );
  });
});

describe('a hostile body', () => {
  const type = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(FORM, JSON_TYPE, `${JSON_TYPE}; charset=utf-8`, `${FORM};charset="UTF-8"`),
    },
    fc.constantFrom(
      undefined,
      'text/plain',
      `${JSON_TYPE}; charset=utf-16`,
      'multipart/form-data; boundary=a',
      'a',
      ';',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
  );
  const form = 'grant_type=client_credentials&client_id=a&client_secret=b&scope=c%20d';
  const json = '{"grant_type":"client_credentials","client_id":"a\\u0062","nested":{"scope":["c",{}]},"scope":null}';
  const JSON_PIECES = ['{', '}', '[', ']', '"', '\\', ':', ',', '\\u', 'null', '1e999', '"__proto__":', '"client_id":'];
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    mutated(json, JSON_PIECES).map((text) => Buffer.from(text, 'latin1')),
    mutated(form, ['&', '=', '%', '%00', '%ff', '[', ']', '[]=', '+', 'client_id=']).map((text) =>
      Buffer.from(text, 'latin1'),
    ),
  );

  it('of any bytes is read, or refused with 400 or 415', async () => {
    await fc.assert(
      fc.asyncProperty(type, body, async (contentType, bytes) => {
        const { status, parameters } = await readOf(contentType, bytes);
        expect([200, 400, 415]).toContain(status);
        if (status !== 200) return;
        expect(isUtf8(bytes)).toBe(true);
        for (const [name, value] of Object.entries(parameters as object)) {
          expect(NAMES).toContain(name);
          expect(value).toEqual(expect.any(String));
        }
      }),
      runs(500),
    );
  });

  const deep = (open: string, close: string) => {
    const depth = (LIMIT - 20) / (open.length + close.length);
    return `{"x":${open.repeat(depth)}1${close.repeat(depth)}}`;
  };
  it.each<[string, string, string]>([
    ['nested arrays', JSON_TYPE, deep('[', ']')],
    ['nested objects', JSON_TYPE, deep('{"a":', '}')],
    ['arrays that are not closed', JSON_TYPE, '['.repeat(LIMIT)],
    ['quotes that are not closed', JSON_TYPE, '{"a":' + '"'.repeat(LIMIT - 10)],
    ['backslashes', JSON_TYPE, `{"a":"${'\\'.repeat(LIMIT - 10)}"}`],
    ['many members', JSON_TYPE, `{${'"a":1,'.repeat(9000)}"a":1}`],
    ['many escaped names', JSON_TYPE, `{${'"\\u0061":1,'.repeat(5000)}"a":1}`],
    ['many parameters', FORM, '&a='.repeat(LIMIT / 3)],
    ['many brackets', FORM, 'a['.repeat(LIMIT / 2)],
    ['many percent signs', FORM, 'a=' + '%'.repeat(LIMIT - 2)],
  ])(
    'as large as one may be, with %s, is read or refused about as quickly as a flat one of that size',
    async (_what, contentType, text) => {
      const size = Buffer.byteLength(text);
      expect(size).toBeGreaterThan(LIMIT * 0.75);
      const flat = contentType === FORM ? `a=${'a'.repeat(size - 2)}` : `{"a":"${'a'.repeat(size - 8)}"}`;
      const took = async (sent: string, status: number[]) => {
        const start = performance.now();
        expect(status).toContain((await readOf(contentType, sent)).status);
        return performance.now() - start;
      };
      // The quickest of some, in turn: what else the machine does takes time too.
      const quickest = { flat: Infinity, hostile: Infinity };
      for (let attempt = 0; attempt < 5; attempt += 1) {
        quickest.flat = Math.min(quickest.flat, await took(flat, [200]));
        quickest.hostile = Math.min(quickest.hostile, await took(text, [200, 400]));
      }
      expect(quickest.hostile).toBeLessThan(SLOWER * quickest.flat);
    },
  );

  it('that is too large is refused with 413, in however many pieces it arrives', async () => {
    const over = fc.integer({ min: LIMIT + 1, max: 4 * LIMIT });
    await fc.assert(
      fc.asyncProperty(over, fc.integer({ min: 1, max: LIMIT }), async (length, first) => {
        const bytes = Buffer.alloc(length, 'a');
        expect((await readOf(FORM, bytes.subarray(0, first), bytes.subarray(first))).status).toBe(413);
      }),
      runs(20),
    );
  });
});
