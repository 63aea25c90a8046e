import { randomUUID } from 'node:crypto';
import { importPKCS8, SignJWT, type CryptoKey } from 'jose';
import type { Seam } from '../../../lib/host/ask.js';
import { until } from '../../support/until.js';
import { Host, ISSUER, JWT_BEARER, TOKEN_PATH } from '../host.js';

// What a SqlKeyStore's own listener throws: spec/sql/sql-key-store-outage.spec.ts.

/** What is expected of the token route where a part of the host fails in a way; both grants alike. */
const EXPECTED = `
                                             find      key       sign      claim     authorize claims    verify    get       consume   onEvent
throws:                                      failed    failed    failed    failed    failed    failed    failed    uncounted uncounted works
throws StoreUnavailableError:                down      down      down      down      down      down      down      uncounted uncounted works
rejects:                                     failed    failed    failed    failed    failed    failed    failed    uncounted uncounted works
rejects with undefined:                      failed    failed    failed    failed    failed    failed    failed    uncounted uncounted works
rejects with null:                           failed    failed    failed    failed    failed    failed    failed    uncounted uncounted works
rejects with an answer:                      failed    failed    failed    failed    failed    failed    failed    uncounted uncounted works
rejects with StoreUnavailableError:          down      down      down      down      down      down      down      uncounted uncounted works
hangs:                                       timeout   timeout   timeout   timeout   timeout   timeout   timeout   uncounted uncounted works
is slow, but in time:                        works     works     works     works     works     works     works     works     works     works
answers too late:                            timeout   timeout   timeout   timeout   timeout   timeout   timeout   uncounted uncounted works
rejects too late:                            timeout   timeout   timeout   timeout   timeout   timeout   timeout   uncounted uncounted works
dies on the event loop:                      timeout   timeout   timeout   timeout   timeout   timeout   timeout   uncounted uncounted works
answers undefined:                           unknown   nonsense  nonsense  nonsense  refused   failed    mismatch  uncounted works     works
answers null:                                unknown   nonsense  nonsense  nonsense  refused   failed    mismatch  works     works     works
answers a text:                              nonsense  nonsense  nonsense  nonsense  refused   failed    mismatch  uncounted works     works
answers a number:                            nonsense  nonsense  nonsense  nonsense  refused   failed    mismatch  uncounted works     works
answers an empty object:                     nonsense  nonsense  nonsense  nonsense  refused   works     mismatch  uncounted works     works
answers an empty array:                      nonsense  nonsense  nonsense  nonsense  refused   failed    mismatch  uncounted works     works
answers what dies as it is read:             nonsense  nonsense  nonsense  nonsense  refused   failed    mismatch  uncounted works     works
answers a promise that dies as it is read:   failed    failed    failed    failed    failed    failed    failed    uncounted uncounted works
`;

/** Likewise where a member that is read fails: the store's decoySecretHash; kid, alg and sign of a signing key. */
const EXPECTED_OF_GETTERS = `
                                             decoy     kid       alg       signer
throws:                                      internal  nonsense  nonsense  nonsense
throws StoreUnavailableError:                store     nonsense  nonsense  nonsense
answers undefined:                           unknown   nonsense  nonsense  nonsense
answers null:                                unknown   nonsense  nonsense  nonsense
answers a text:                              unknown   works     nonsense  nonsense
answers an empty text:                       unknown   nonsense  nonsense  nonsense
answers a number:                            unknown   nonsense  nonsense  nonsense
answers a promise:                           unknown   nonsense  nonsense  nonsense
answers what dies as it is read:             unknown   nonsense  nonsense  nonsense
`;

/** Likewise of the JWKS and of a guarded route where publicKeys() fails, and of one that refuses where its listener does. */
const EXPECTED_OF_GUARD = `
                                             jwks      guard     listener
throws:                                      failed    failed    unsigned
throws StoreUnavailableError:                down      down      unsigned
rejects:                                     failed    failed    unsigned
rejects with undefined:                      failed    failed    unsigned
rejects with null:                           failed    failed    unsigned
rejects with an answer:                      failed    failed    unsigned
rejects with StoreUnavailableError:          down      down      unsigned
hangs:                                       timeout   timeout   unsigned
is slow, but in time:                        works     works     unsigned
answers too late:                            timeout   timeout   unsigned
rejects too late:                            timeout   timeout   unsigned
dies on the event loop:                      timeout   timeout   unsigned
answers undefined:                           nonsense  nonsense  unsigned
answers null:                                nonsense  nonsense  unsigned
answers a text:                              nonsense  nonsense  unsigned
answers a number:                            nonsense  nonsense  unsigned
answers an empty object:                     nonsense  nonsense  unsigned
answers an empty array:                      works     unsigned  unsigned
answers what dies as it is read:             nonsense  nonsense  unsigned
answers a promise that dies as it is read:   failed    failed    unsigned
`;

/**
 * Likewise of a guard whose keys are fetched, where that fails: at its first token; at one of an unknown key, later; and
 * at one of the known key, behind that.
 */
const EXPECTED_OF_JWKS_URI = `
                                             first     other     known
hangs up:                                    down      down      works
answers 500:                                 down      down      works
answers 404:                                 down      down      works
redirects:                                   down      down      works
hangs:                                       timeout   timeout   works
is slow, but in time:                        works     unsigned  works
answers too late:                            timeout   timeout   works
hangs up in the middle:                      down      down      works
hangs in the middle:                         timeout   timeout   works
answers nothing:                             down      down      works
answers a text:                              down      down      works
answers null:                                down      down      works
answers an empty object:                     down      down      works
answers keys that are a text:                down      down      works
answers more than one may:                   down      down      works
answers no keys:                             unsigned  unsigned  unsigned
answers keys that are none:                  unsigned  unsigned  unsigned
`;

type Grant = 'secret' | 'assertion';
interface Expectation {
  status: number;
  /** Whether the failing part was asked. */
  reached: boolean;
  reason?: string;
  limiter?: 'unavailable';
}

/** The columns about each part that the package asks, by the operator's name of it: one without does not compile. */
const COLUMNS: Record<Seam, string[]> = {
  credential_store: ['find'],
  key_store: ['key', 'kid', 'alg', 'signer', 'jwks', 'guard'],
  signing_key: ['sign'],
  replay_store: ['claim'],
  limiter: ['get', 'consume'],
  verify_secret: ['verify'],
  authorize: ['authorize'],
  claims: ['claims'],
  jwks: ['first', 'other', 'known'],
  // The package's own: spec/guard/busy-pool.spec.ts.
  signature: [],
};
const nameOf = (part: string) => Object.entries(COLUMNS).find(([, columns]) => columns.includes(part))?.[0];

/** Where the host calls a part otherwise than the tables. */
const SEAMS: Record<string, string> = { jwks: 'publicKeys', guard: 'publicKeys', listener: 'onEvent' };
/** Parts that only one grant asks; the other works whatever they do. */
const ONLY: Record<string, Grant> = { claim: 'assertion', verify: 'secret', decoy: 'secret' };

/** What a word of the table says. */
function meaning(word: string, part: string, grant?: Grant): Expectation {
  if (grant !== undefined && ONLY[part] !== undefined && ONLY[part] !== grant) return HEALTHY;
  // A key that is known is not fetched.
  const reached = part !== 'known' || word !== 'works';
  // Failures are counted where there are any: there the credentials are wrong.
  const works = part === 'consume' ? { status: 401, reason: wrong(grant) } : { status: 200 };
  const name = nameOf(part);
  const words: Record<string, Omit<Expectation, 'reached'>> = {
    works,
    failed: { status: 500, reason: `${name}_failed` },
    nonsense: { status: 500, reason: `${name}_nonsense` },
    internal: { status: 500, reason: 'internal' },
    down: { status: 503, reason: `${name}_unavailable` },
    store: { status: 503, reason: 'store_unavailable' },
    timeout: { status: 503, reason: `${name}_timeout` },
    unknown: { status: 401, reason: grant === 'secret' ? 'client_unknown' : 'key_unknown' },
    mismatch: { status: 401, reason: 'secret_mismatch' },
    unsigned: { status: 401, reason: 'token_key_unknown' },
    refused: { status: 403, reason: 'authorize_refused' },
    uncounted: { ...works, limiter: 'unavailable' },
  };
  return { reached, ...words[word]! };
}
const wrong = (grant?: Grant) => (grant === 'secret' ? 'secret_mismatch' : 'assertion_signature');
const HEALTHY: Expectation = { status: 200, reached: false };

const BODIES: Record<number, [number, string[]]> = {
  401: [16, ['invalid_client', 'invalid_grant', 'invalid_token']],
  403: [7, ['unauthorized_client']],
  500: [13, ['server_error']],
  503: [14, ['temporarily_unavailable']],
};
const TYPES: Record<number, string> = { 200: 'token.issued', 401: 'token.denied', 403: 'token.denied' };

/** The rows of a table: how something fails, and a word for each part. */
function rows(table: string): [failure: string, cells: [part: string, word: string][]][] {
  const [head = '', ...lines] = table.trim().split('\n');
  const parts = head.trim().split(/\s+/);
  return lines.map((line) => {
    const [failure = '', words = ''] = line.split(':');
    const cells = words.trim().split(/\s+/);
    expect(cells).toHaveLength(parts.length);
    return [failure, parts.map((part, index) => [part, cells[index]!])];
  });
}

interface Told {
  type: string;
  status: number;
  reason?: string;
  limiter?: 'unavailable';
  hasCause: boolean;
}
interface Cells {
  cells: Record<string, { reached: boolean; events: Told[] }>;
  unhandled: string[];
}
/** What can fail, and how. */
interface Faults {
  parts: string[];
  failures: string[];
  getters: string[];
  getterFailures: string[];
  jwksFailures: string[];
}

let host: Host;
let url: string;
let key: CryptoKey;
let otherKey: CryptoKey;
let accessToken: string;
/** Of a key that nobody has. */
let otherToken: string;

beforeAll(async () => {
  host = await Host.start('faults/host-process.mjs');
  url = `http://127.0.0.1:${host.port}`;
  key = await importPKCS8(host.clients.key.private_key, 'ES256', { extractable: true });
  otherKey = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']))
    .privateKey;
  const { text } = await send('healthy', { grant: 'secret', part: '' });
  accessToken = (JSON.parse(text) as { access_token: string }).access_token;
  const [header = '', ...rest] = accessToken.split('.');
  const renamed = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), kid: 'other' };
  otherToken = [Buffer.from(JSON.stringify(renamed)).toString('base64url'), ...rest].join('.');
  // The first that a process fetches takes longer than any other.
  expect(await cell({ part: 'first', path: '/remote/first', token: accessToken })).toEqual(HEALTHY);
});

afterAll(() => host.kill());

const told = async <T>(path: string) => (await (await fetch(url + path)).json()) as T;

async function form(grant: Grant, part: string): Promise<Record<string, string>> {
  const { clientId, clientSecret } = host.clients.secret;
  const isWrong = part === 'consume';
  if (grant === 'secret') {
    const id = { verify: 'legacy', decoy: 'nobody' }[part] ?? clientId;
    return { grant_type: 'client_credentials', client_id: id, client_secret: isWrong ? 'wrong' : clientSecret };
  }
  const { robot, key: file } = host.clients;
  const assertion = await new SignJWT({ iss: robot, sub: robot, aud: ISSUER, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: file.kid })
    .setExpirationTime('1m')
    .sign(isWrong ? otherKey : key);
  return { grant_type: JWT_BEARER, assertion };
}

/** A request to the token route, or one without a grant to another. */
interface Asked {
  grant?: Grant;
  part: string;
  path?: string;
  token?: string;
  /** Of a host that waits a second, and not a minute. */
  impatient?: boolean;
}

/** `id` is how its events are found. */
async function send(id: string, { grant, part, path = TOKEN_PATH, token, impatient }: Asked, failure?: string) {
  const fault = JSON.stringify(failure === undefined ? [id] : [id, SEAMS[part] ?? part, failure]);
  const headers = { 'X-Fault': fault, ...(token && { Authorization: `Bearer ${token}` }) };
  const body = grant && { method: 'POST', body: new URLSearchParams(await form(grant, part)) };
  const answer = await fetch(`${url}${impatient ? '/impatient' : '/patient'}${path}`, { headers, ...body });
  return { status: answer.status, text: await answer.text(), headers: [...answer.headers].flat().join() };
}

/** What a cell came to, and that nothing but that was told. */
async function cell(asked: Asked, failure?: string): Promise<Expectation> {
  const id = randomUUID();
  const { status, text, headers } = await send(id, asked, failure);
  expect(text + headers).not.toContain('secret detail');
  const known = BODIES[status];
  if (known) {
    const [code, errors] = known;
    const body = JSON.parse(text) as { code: number; error: string };
    expect(body).toMatchObject({ code, error: expect.any(String), error_description: expect.any(String) });
    expect(errors).toContain(body.error);
  }
  const { events, reached } = await told<Cells['cells'][string]>(`/cells/${id}`);
  const [event] = events;
  // A guard tells what it refuses, the JWKS nothing.
  const isTold = asked.grant !== undefined || (status !== 200 && asked.part !== 'jwks');
  expect(events).toMatchObject(isTold ? [{ type: TYPES[status] ?? 'token.failed', status }] : []);
  expect(JSON.stringify(events)).not.toMatch(/secret detail|client_secret|eyJ|sha256|legacy\$/);
  return {
    status,
    reached,
    ...(event?.reason && { reason: event.reason }),
    ...(event?.limiter && { limiter: event.limiter }),
  };
}

const GRANTS: Grant[] = ['secret', 'assertion'];

/** Runs a row for both grants, with healthy requests beside it and behind it. */
async function expectRow(failure: string, cells: [part: string, word: string][]): Promise<void> {
  const healthy = () => Promise.all(GRANTS.map((grant) => cell({ grant, part: '' })));
  const meanwhile = healthy();
  const answers = cells.flatMap(([part, word]) =>
    GRANTS.map(async (grant): Promise<[string, Expectation, Expectation]> => {
      const answer = await cell({ grant, part, impatient: word === 'timeout' }, failure);
      return [`${part} by ${grant}`, answer, meaning(word, part, grant)];
    }),
  );
  const done = await Promise.all(answers);
  expect(Object.fromEntries(done.map(([name, answer]) => [name, answer]))).toEqual(
    Object.fromEntries(done.map(([name, , expected]) => [name, expected])),
  );
  expect(await meanwhile).toEqual([HEALTHY, HEALTHY]);
  expect(await healthy()).toEqual([HEALTHY, HEALTHY]);
}

describe('the tables', () => {
  const failures = (table: string) => rows(table).map(([failure]) => failure);
  const parts = (...tables: string[]) => {
    const all = tables.flatMap((table) => rows(table)[0]![1].map(([part]) => SEAMS[part] ?? part));
    return [...new Set(all)].sort();
  };

  it('have a cell for each failure of each part that the host has', async () => {
    const faults = await told<Faults>('/faults');
    expect(failures(EXPECTED)).toEqual(faults.failures);
    expect(failures(EXPECTED_OF_GUARD)).toEqual(faults.failures);
    expect(parts(EXPECTED, EXPECTED_OF_GUARD)).toEqual(faults.parts.sort());
    expect(failures(EXPECTED_OF_GETTERS)).toEqual(faults.getterFailures);
    expect(parts(EXPECTED_OF_GETTERS)).toEqual(faults.getters.sort());
    expect(failures(EXPECTED_OF_JWKS_URI)).toEqual(faults.jwksFailures);
  });
});

describe('a part of the host that', () => {
  it.each(rows(EXPECTED))('%s', expectRow);
});

describe('a member of a part that', () => {
  it.each(rows(EXPECTED_OF_GETTERS))('%s', expectRow);
});

describe('a guard, or the JWKS, of which a part', () => {
  it.each(rows(EXPECTED_OF_GUARD))('%s', async (failure, cells) => {
    const asked: Record<string, Asked> = {
      jwks: { part: 'jwks', path: '/.well-known/jwks.json' },
      guard: { part: 'guard', path: '/guarded', token: accessToken },
      listener: { part: 'listener', path: '/guarded', token: otherToken },
    };
    const answers = await Promise.all(
      cells.map(([part, word]) => cell({ ...asked[part]!, impatient: word === 'timeout' }, failure)),
    );
    const expected = cells.map(([part, word]) => {
      const { reason, ...rest } = meaning(word, part);
      // The JWKS tells no events.
      return part === 'jwks' || reason === undefined ? rest : { reason, ...rest };
    });
    expect(answers).toEqual(expected);
    expect(await cell(asked.jwks!)).toEqual(HEALTHY);
    expect(await cell(asked.guard!)).toEqual(HEALTHY);
  });
});

describe('a guard whose issuer elsewhere', () => {
  it.each(rows(EXPECTED_OF_JWKS_URI))('%s', async (failure, cells) => {
    const [fresh, warm] = [randomUUID(), randomUUID()].map((name) => `/remote/${name}`);
    const impatient = cells.some(([, word]) => word === 'timeout');
    const asked: Record<string, Asked> = {
      first: { part: 'first', path: fresh, token: accessToken, impatient },
      other: { part: 'other', path: warm, token: otherToken, impatient },
      known: { part: 'known', path: warm, token: accessToken, impatient },
    };
    expect(await cell(asked.known!)).toEqual(HEALTHY);
    const answer = (part: string) => cell(asked[part]!, failure);
    const behind = answer('other').then(async (other) => ({ other, known: await answer('known') }));
    expect({ first: await answer('first'), ...(await behind) }).toEqual(
      Object.fromEntries(cells.map(([part, word]) => [part, meaning(word, part)])),
    );
    expect(await cell(asked.first!)).toEqual(HEALTHY);
    expect(await cell(asked.known!)).toEqual(HEALTHY);
  });
});

it('and in the end each request had its one event, nothing was left uncaught, and nothing keeps the host alive', async () => {
  // What answers too late answers too.
  await until(
    () => told<number>('/late'),
    (late) => late === 0,
    60_000,
  );
  const { cells, unhandled } = await told<Cells>('/cells');
  expect(unhandled).toEqual([]);
  expect(Object.values(cells).filter(({ events }) => events.length > 1)).toEqual([]);
  expect(host.isAlive).toBe(true);
  expect(await host.close()).toBe(0);
});
