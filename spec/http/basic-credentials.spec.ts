import { createHash } from 'node:crypto';
import express, { type RequestHandler } from 'express';
import type { MemoryStore } from 'frontier-token';
import { Passport } from 'passport';
import { BasicStrategy } from 'passport-http';
import request from 'supertest';
import { bySecret, issuer, TOKEN_PATH, verified, type Issuer } from '../support/issuer.js';
import { overWire } from '../support/wire.js';

const basic = (credentials: string | Buffer) => `Basic ${Buffer.from(credentials).toString('base64')}`;
const formEncoded = (text: string) => new URLSearchParams({ _: text }).toString().slice(2);
const percentEncoded = (text: string) => encodeURIComponent(text);
const asSent = (text: string) => text;

let host: Issuer;
beforeAll(async () => (host = await issuer({ rateLimit: false })));

const ask = (authorization: string, more: object = {}) =>
  request(host.app)
    .post(TOKEN_PATH)
    .type('form')
    .set('Authorization', authorization)
    .send({ grant_type: 'client_credentials', ...more });

const field = ({ body }: request.Response) => body.details[1]?.fieldViolations[0].field;

/** A client whose id and secret are not ours to choose. */
async function client(id: string, secret: string, store: MemoryStore = host.store): Promise<void> {
  const secretHash = `sha256$${createHash('sha256').update(secret).digest('base64url')}`;
  await store.createCredential({
    type: 'client_secret',
    id,
    accountId: host.robot.id,
    secretHash,
    createdAt: new Date(),
  });
}

async function clientOf(answer: request.Response): Promise<unknown> {
  expect(answer.status).toBe(200);
  return (await verified(host.app, answer.body.access_token)).payload.client_id;
}

describe('a secret in Basic credentials', () => {
  it.each(['Basic', 'basic', 'BASIC', 'bAsIc'])('is taken with the scheme %s', async (scheme) => {
    await ask(basic(`${host.id}:${host.secret}`).replace('Basic', scheme)).expect(200);
  });

  it.each(['XBasicY', 'XBasic', 'BasicY', 'Basic,', '"Basic"'])('is not taken with the scheme %s', async (scheme) => {
    const answer = await ask(basic(`${host.id}:${host.secret}`).replace('Basic', scheme));
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });

  it('is taken with a tab after the scheme', async () => {
    await ask(basic(`${host.id}:${host.secret}`).replace(' ', '\t')).expect(200);
    await ask(basic(`${host.id}:wrong`).replace(' ', '\t')).expect(401);
  });

  it('is taken with its base64 unpadded', async () => {
    await client('padded', 'four');
    expect(basic('padded:four')).toMatch(/=$/);
    await ask(basic('padded:four').replace(/=+$/, '')).expect(200);
  });

  // Each but the last ones is read as a right secret by who is lenient.
  it.each([
    ['with what is no base64 before it', basic('lenient:pass').replace(' ', ' !')],
    ['with what is no base64 behind it', `${basic('lenient:pass')}!`],
    ['with what is no base64 within it', basic('lenient:pass').replace(/.{4}$/, '#$&')],
    ['with padding within it', basic('lenient:pass').replace(/.{4}$/, '=$&')],
    ['in two words', basic('lenient:pass').replace(/.{4}$/, ' $&')],
    ['of a length that is none', `${basic('lenient:pass')}A`],
    ['with stray bits', basic('lenient1:pass1').replace(/E=$/, 'F=')],
    ['that goes on after its padding', `${basic('lenient1:pass1')}${basic('more').slice(6)}`],
    ['that is no UTF-8', basic(Buffer.from([...Buffer.from('lenient-utf:'), 0xff]))],
    ['that is UTF-8 cut off', basic(Buffer.from('lenient-utf:ü').subarray(0, -1))],
    ['that is UTF-8 of a surrogate', basic(Buffer.from([...Buffer.from('lenient-utf3:'), 0xed, 0xa0, 0x80]))],
    ['without a colon', basic('id')],
    ['that is empty', 'Basic'],
    ['that is a space', 'Basic '],
    ['that is padding', 'Basic ===='],
  ])('that can not be read (base64 %s) is 401 invalid_client', async (_what, header) => {
    const secrets = {
      lenient: 'pass',
      lenient1: 'pass1',
      'lenient-utf': '\ufffd',
      'lenient-utf3': '\ufffd\ufffd\ufffd',
    };
    for (const [id, secret] of Object.entries(secrets)) await client(id, secret).catch(() => undefined);
    const answer = await ask(header);
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
  });

  it('that can not be read is not made good by one in the body', async () => {
    await ask('Basic !!!!', { client_id: host.id, client_secret: host.secret }).expect(401);
  });

  it.each([
    ['without a secret', 'some-id:', 'client_secret'],
    ['without an id', ':some-secret', 'client_id'],
  ])('is 400 %s', async (_without, credentials, name) => {
    const answer = await ask(basic(credentials));
    expect([answer.status, answer.body.error, field(answer)]).toEqual([400, 'invalid_request', name]);
  });

  it('is none without both: 401', async () => {
    const answer = await ask(basic(':'));
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });
});

describe('any characters', () => {
  const texts = {
    'a colon': 'a:b',
    'colons at its ends': ':a::b:',
    'a plus': 'a+b',
    slashes: '/a//b',
    'a percent sign': '100%',
    'what looks percent-encoded': 'a%41%zz%2B',
    'equals signs': 'a=b==',
    spaces: ' a  b ',
    'form syntax': 'a&client_id=b;c?d#e',
    'quotes and backslashes': `"a"\\'b'`,
    umlauts: 'Übergrößenträger',
    emoji: '🤖👩‍🚀',
    'control characters': 'a\tb\u0000c',
    'a byte order mark': '\ufeffa',
    'a private key in base64': 'MIIB/+8z0A==',
  };
  const encodings = { 'as sent': asSent, 'form-encoded': formEncoded, 'percent-encoded': percentEncoded };
  const rows = Object.entries(encodings).flatMap(([how, encode]) =>
    Object.entries(texts).map(([what, text]) => [what, how, text, encode] as const),
  );

  it.each(rows)('in a secret (%s) work %s', async (what, how, text, encode) => {
    const id = `secret ${what} ${how}`;
    await client(id, text);
    expect(await clientOf(await ask(basic(`${encode(id)}:${encode(text)}`)))).toBe(id);
    await ask(basic(`${encode(id)}:${encode(`${text}.`)}`)).expect(401);
  });

  // A colon in an id that is not encoded ends it.
  const inId = rows.filter(([what, how]) => how !== 'as sent' || !what.includes('colon'));
  it.each(inId)('in an id (%s) work %s', async (_what, how, text, encode) => {
    const id = `${text} ${how}`;
    await client(id, 'secret');
    expect(await clientOf(await ask(basic(`${encode(id)}:secret`)))).toBe(id);
  });

  it('make the first colon the one that splits', async () => {
    await client('first', 'colon:splits');
    await client('first:colon', 'splits');
    expect(await clientOf(await ask(basic('first:colon:splits')))).toBe('first');
  });

  it.each(['a+b:/%=c', 'Übergrößenträger', '🤖'])('of a secret in the body (%s) are as they are', async (secret) => {
    await client(`body ${secret}`, secret);
    await bySecret({ app: host.app, id: `body ${secret}`, secret }).expect(200);
    await bySecret({ app: host.app, id: `body ${secret}`, secret: encodeURIComponent(secret) }).expect(401);
  });
});

describe('the reading as sent', () => {
  it('comes first: it wins where both readings are clients with this secret', async () => {
    await client('twin+1', 'same');
    await client('twin 1', 'same');
    expect(await clientOf(await ask(basic('twin+1:same')))).toBe('twin+1');
    expect(await clientOf(await ask(basic('twin 1:same')))).toBe('twin 1');
    expect(await clientOf(await ask(basic('twin%2B1:same')))).toBe('twin+1');
  });

  it('gives way to the decoded one where its secret does not fit', async () => {
    await client('other+1', 'plus');
    await client('other 1', 'space');
    expect(await clientOf(await ask(basic('other+1:plus')))).toBe('other+1');
    expect(await clientOf(await ask(basic('other+1:space')))).toBe('other 1');
  });

  it('is never mixed with the other: both decoded, or neither', async () => {
    await client('mixed 1', 'a+b');
    await ask(basic('mixed+1:a+b')).expect(401);
    await ask(basic('mixed+1:a%2Bb')).expect(200);
  });

  it.each([
    ['alone where decoding changes nothing', 'plain-id:plain-secret', ['plain-id']],
    ['alone where it can not be decoded', 'odd%zz:secret', ['odd%zz']],
    ['before the decoded one', 'a%20b:secret', ['a%20b', 'a b']],
  ])('is asked for %s', async (_when, credentials, expected) => {
    const asked: string[] = [];
    const counting = await issuer({
      credentialStore: { findCredential: async (id) => void asked.push(id) },
    });
    await request(counting.app)
      .post(TOKEN_PATH)
      .type('form')
      .set('Authorization', basic(credentials))
      .send({ grant_type: 'client_credentials' })
      .expect(401);
    expect(asked).toEqual(expected);
  });
});

describe('beside Basic credentials', () => {
  const own = () => basic(`${host.id}:${host.secret}`);

  it('an equal client_id in the body is fine', async () => {
    await ask(own(), { client_id: host.id }).expect(200);
  });

  it.each(['spaced id', 'spaced+id'])(
    'a client_id equal to the encoded or the decoded one (%s) is fine',
    async (same) => {
      if (same === 'spaced id') await client('spaced id', 'secret');
      await ask(basic('spaced+id:secret'), { client_id: same }).expect(200);
    },
  );

  it.each([
    ['another client_id', { client_id: 'another' }],
    ['a client_id in another case', { client_id: 'HOST' }],
    ['a client_secret', { client_secret: 'any' }],
    ['an equal client_id and a client_secret', { client_id: 'host', client_secret: 'any' }],
    ['an assertion', { assertion: 'a.b.c' }],
  ])('%s in the body is 400', async (_what, more) => {
    await client('host', 'secret').catch(() => undefined);
    const answer = await ask(basic('host:secret'), more);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });

  it('the very same secret in the body is 400 too', async () => {
    await ask(own(), { client_id: host.id, client_secret: host.secret }).expect(400);
  });

  it.each([
    ['another', () => basic('some:other')],
    ['the same', own],
    ['a Bearer one', () => 'Bearer a.b.c'],
    ['an empty one', () => ''],
  ])('a second Authorization header (%s) is 400', async (_which, second) => {
    const body = 'grant_type=client_credentials';
    const bytes =
      `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: ${own()}\r\naUTHORIZATION: ${second()}\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await overWire(host.app, (wire) => wire.exchange(bytes));
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    const fieldViolations = [{ field: 'authorization', description: 'send one Authorization header' }];
    expect(answer.body.details).toContainEqual(expect.objectContaining({ fieldViolations }));
  });

  it('headers whose names or values are alike do not count', async () => {
    await ask(own())
      .set({ 'Proxy-Authorization': 'a', 'Authorization-Info': 'b', 'X-Sent': 'authorization' })
      .expect(200);
  });
});

describe('what reads the same form-decoded', () => {
  it.each(['plain', '100%', 'a%zz'])('is checked once: %s', async (secret) => {
    const asked: string[] = [];
    const verifySecret = async (given: string) => asked.push(given) === 0;
    const { app, store, robot } = await issuer({ verifySecret });
    const [accountId, createdAt] = [robot.id, new Date()];
    await store.createCredential({ type: 'client_secret', id: 'legacy', accountId, secretHash: 'own$hash', createdAt });
    await request(app).post(TOKEN_PATH).type('form').auth('legacy', secret).send('grant_type=client_credentials');
    expect(asked).toEqual([secret]);
  });
});

// lib/strategies/client-basic.ts replaces passport-http's reading of the header for these. Once one fails, look there.
describe("passport-http's own reading of Basic credentials, as long as it is not mended,", () => {
  const passport = new Passport();
  passport.use(new BasicStrategy((id, secret, done) => done(null, { id, secret })));
  const app = express();
  app.use(passport.authenticate('basic', { session: false }) as RequestHandler, (req, res) => void res.json(req.user));
  const get = (authorization: string) => request(app).get('/').set('Authorization', authorization);

  it.each([
    ['cuts a secret at its second colon', basic('id:a:b'), { id: 'id', secret: 'a' }],
    [
      'takes any scheme that holds the word Basic',
      basic('id:a').replace('Basic', 'XBasicY'),
      { id: 'id', secret: 'a' },
    ],
    ['reads on over what is no base64', `Basic !!${basic('id:a').slice(6)}!!`, { id: 'id', secret: 'a' }],
    ['reads what is no UTF-8', basic(Buffer.from([0x69, 0x64, 0x3a, 0xff])), { id: 'id', secret: '\ufffd' }],
    ['takes no form-encoding off', basic('a%20b:c%2Bd'), { id: 'a%20b', secret: 'c%2Bd' }],
  ])('%s', async (_what, header, user) => {
    expect((await get(header)).body).toEqual(user);
  });

  it.each([
    ['calls an empty secret a challenge', basic('id:'), 401],
    ['calls a missing colon a bad request', basic('id'), 400],
  ])('%s', async (_what, header, status) => {
    expect((await get(header)).status).toBe(status);
  });
});
