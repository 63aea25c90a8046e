import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { proveAssertion } from '../../../lib/assertions/prove-assertion.js';
import type { FoundCredential } from '../../../lib/credentials/contract.js';
import { MalformedAssertionError } from '../../../lib/errors/catalogue.js';
import { TokenError } from '../../../lib/errors/token-error.js';
import { algorithmNames } from '../../../lib/jwa/algorithms.js';
import { parseJwt } from '../../../lib/jwt/parse.js';
import { ImportedKeys } from '../../../lib/keys/imported-keys.js';
import { profiles } from '../../../lib/profiles/registry.js';
import type { ProfileName } from '../../../lib/options/shared.js';
import * as records from '../../support/records.js';
import { runs } from '../length.js';
import { mutated } from '../mutations.js';
import { ec, key, outcome, signed } from './es256.js';

const ISSUER = 'https://issuer.test';
const ENDPOINT = `${ISSUER}/v1beta1/auth/token`;
const ROBOT = 'robot';

const otherKey = ec();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const past = new Date(Date.now() - 60_000);
const robot = records.account(ROBOT, { scopes: ['a'] });
const publicKey = key.publicKey.export({ format: 'jwk' });
const owned = (id: string, more: object = {}): FoundCredential =>
  Object.assign(records.publicKey(id, ROBOT, { publicKey }), { account: robot }, more);
const credentials: Record<string, FoundCredential> = {
  good: owned('good', { expiresAt: new Date(Date.now() + 3_600_000) }),
  revoked: owned('revoked', { revokedAt: past }),
  expired: owned('expired', { expiresAt: past }),
  disabled: owned('disabled', { account: { ...robot, state: 'disabled' } }),
  gone: owned('gone', { account: undefined }),
  ofAnotherType: owned('ofAnotherType', { publicKey: rsa.publicKey.export({ format: 'jwk' }) }),
  secret: Object.assign(records.secret('secret', ROBOT), { account: robot }),
};

/** Proves an assertion as the token route does, with a memory of its own for "jti"s. */
function prover(profile: ProfileName) {
  const claimed = new Set<string>();
  const settings = {
    credentialStore: {
      findCredential: async (id: string) => (Object.hasOwn(credentials, id) ? credentials[id] : undefined),
    },
    replayStore: { claim: async (id: string) => !claimed.has(id) && claimed.add(id).has(id) },
    ...profiles[profile].assertion,
    storeTimeout: 5000,
    clockTolerance: 30,
    maxLifetime: 3600,
    algorithms: algorithmNames,
    requireJti: false,
    keys: new ImportedKeys(),
  };
  return (token: string) =>
    outcome(async () => {
      const jwt = parseJwt(token);
      if (!jwt) throw new MalformedAssertionError();
      return (await proveAssertion(jwt, [ISSUER, ENDPOINT], settings)).client.account.id;
    });
}

const nonsense = fc.constantFrom<unknown>(null, '', 'x', '60', true, [], {}, [[ENDPOINT]], -1e18);
/** One of the right values eleven times of twelve, so that a third of all assertions hold. */
const mostly = (right: unknown[], wrong: unknown[] = []) =>
  fc.oneof(
    { weight: 11, arbitrary: fc.constantFrom<unknown>(...right) },
    { weight: 1, arbitrary: wrong.length === 0 ? nonsense : fc.oneof(fc.constantFrom<unknown>(...wrong), nonsense) },
  );
/** Seconds from now, five or more from where the answer changes. */
const times = (right: (number | undefined)[], wrong: number[]) =>
  mostly(
    right.map((offset) => ({ offset })),
    wrong.map((offset) => ({ offset })),
  );

const assertions = fc.record({
  alg: mostly(['ES256'], ['none', 'HS256', 'ES384', 'RS256', 'es256']),
  kid: mostly(['good'], [...Object.keys(credentials), 'unknown', '__proto__', 'toString']),
  kidIn: mostly(['header', 'payload', 'both'], ['nowhere']),
  more: mostly(
    [{}, { typ: 'JWT' }, { typ: 5 }, { jwk: publicKey, jku: ISSUER }, { b64: true }],
    [{ crit: ['exp'] }, { b64: false }],
  ),
  by: fc.oneof({ weight: 11, arbitrary: fc.constant(key) }, { weight: 1, arbitrary: fc.constant(otherKey) }),
  iss: mostly([ROBOT], ['other', undefined]),
  sub: mostly([ROBOT, undefined], ['other']),
  aud: mostly([ISSUER, ENDPOINT, [ENDPOINT], ['x', 5, ISSUER]], [undefined, ['x'], `${ISSUER}/`, [[ISSUER]]]),
  exp: times([60, 3500, -25], [-35, -3600, 3640, 1e7]),
  iat: times([undefined, 0, -100, 25], [35, -5000]),
  nbf: times([undefined, 0, 25], [35]),
  jti: mostly(['a', 'ä', '']),
  scope: mostly([undefined, null, '', 'a', ' '], [5, ['a']]),
});
type Given = typeof assertions extends fc.Arbitrary<infer T> ? T : never;

/** A time that was drawn, as a claim. */
const claimed = (drawn: unknown, now: number): unknown =>
  drawn !== null && typeof drawn === 'object' && 'offset' in drawn
    ? drawn.offset === undefined
      ? undefined
      : now + (drawn.offset as number)
    : drawn;

function made(given: Given, now: number) {
  const { alg, kid, kidIn, more, by, iss, sub, aud, jti, scope } = given;
  const extra = typeof more === 'object' ? more : {};
  const header: Record<string, unknown> = { alg, ...extra, ...(kidIn === 'header' || kidIn === 'both' ? { kid } : {}) };
  const [exp, iat, nbf] = [given.exp, given.iat, given.nbf].map((time) => claimed(time, now));
  const inPayload = kidIn === 'payload' ? { kid } : kidIn === 'both' ? { kid: 'unknown' } : {};
  const claims: Record<string, unknown> = { iss, sub, aud, exp, iat, nbf, jti, scope, ...inPayload };
  return { header, claims, token: signed(header, claims, by) };
}

/** RFC 7523 §3 and what the profiles make of it, said a second time. */
function shouldHold(
  { header, claims }: ReturnType<typeof made>,
  { by, kid, kidIn }: Given,
  profile: ProfileName,
  now: number,
): boolean {
  const { iss, sub, aud, exp, iat, nbf, jti, scope } = claims;
  const isStandard = profile === 'standard';
  const isPast = (time: unknown) => time === undefined || (typeof time === 'number' && time < now + 30);
  const begin = typeof iat === 'number' ? iat : now;
  return [
    by === key && kid === 'good' && ['header', 'payload', 'both'].includes(kidIn as string),
    header.alg === 'ES256' && !('crit' in header) && header.b64 !== false,
    typeof exp === 'number' && exp > now - 30,
    isPast(nbf) && isPast(iat),
    [aud].flat().some((each) => each === ISSUER || each === ENDPOINT) || (!isStandard && aud === undefined),
    scope === null || scope === undefined || typeof scope === 'string',
    !isStandard || (iss === ROBOT && [ROBOT, undefined].includes(sub as string)),
    !isStandard || ((exp as number) - begin <= 3630 && typeof jti === 'string'),
  ].every(Boolean);
}

describe.each<ProfileName>(['standard', 'frontier'])('an assertion, in the %s profile,', (profile) => {
  it('is accepted where all rules hold and else refused, whatever its header and claims are', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(assertions, async (given) => {
        const now = Math.floor(Date.now() / 1000);
        const assertion = made(given, now);
        const holds = shouldHold(assertion, given, profile, now);
        const prove = prover(profile);
        const answers = [await prove(assertion.token), await prove(assertion.token)];
        counts[holds ? 'accepted' : 'refused'] += 1;
        expect(answers.map((answer) => answer === ROBOT)).toEqual([holds, holds && profile === 'frontier']);
      }),
      runs(1000),
    );
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(100);
  });

  it('is refused once a character of it has changed', async () => {
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: ROBOT, sub: ROBOT, aud: ISSUER, exp: now + 3000, iat: now };
    const token = signed({ alg: 'ES256', kid: 'good' }, right);
    const prove = prover(profile);
    expect(await prove(token)).toBe(ROBOT);
    const spoiled = mutated(token, ['.', '..', '=', '\n', ' ', 'A', 'e30', 'eyJhbGciOiJub25lIn0']);
    // A letter at the end of a part has bits that stand for nothing: another spelling of the same JWT is none.
    const respelled = fc
      .tuple(
        fc.nat({ max: 2 }),
        fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')),
      )
      .map(([part, letter]) => {
        const parts = token.split('.');
        parts[part] = parts[part]!.slice(0, -1) + letter;
        return parts.join('.');
      });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 4, arbitrary: spoiled }, respelled).filter((each) => each !== token),
        async (each) => {
          expect(await prove(each)).toBeInstanceOf(TokenError);
        },
      ),
      runs(1000),
    );
  });

  it('of any JSON objects, rightly signed, is judged: no fault of the server', async () => {
    const names = fc.constantFrom(
      'kid',
      'alg',
      'crit',
      'typ',
      'iss',
      'sub',
      'aud',
      'exp',
      'iat',
      'nbf',
      'jti',
      'scope',
      '__proto__',
    );
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.constantFrom('good', 'ES256', ROBOT, ISSUER));
    const object = fc.array(fc.tuple(names, value), { maxLength: 8 }).map((members) => Object.fromEntries(members));
    const kept = fc.boolean();
    await fc.assert(
      fc.asyncProperty(object, object, kept, kept, async (header, claims, isSound, isNamed) => {
        const sound = { iss: ROBOT, aud: ISSUER, exp: Math.floor(Date.now() / 1000) + 60 };
        const given = { ...(isNamed ? { alg: 'ES256', kid: 'good' } : {}), ...header };
        await prover(profile)(signed(given, { ...(isSound ? sound : {}), ...claims }));
      }),
      runs(1000),
    );
  });
});
