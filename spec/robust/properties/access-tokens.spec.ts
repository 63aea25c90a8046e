import fc from 'fast-check';
import { TokenError } from '../../../lib/errors/token-error.js';
import { accessTokenVerifier } from '../../../lib/guard/verify-access-token.js';
import { readGuardOptions } from '../../../lib/options/guard-options.js';
import type { ProfileName } from '../../../lib/options/shared.js';
import { runs } from '../length.js';
import { mutated } from '../mutations.js';
import { ec, key, outcome, signed } from './es256.js';

const ISSUER = 'https://issuer.test';
const otherKey = ec();
const keyStore = {
  signingKey: () => Promise.reject(new Error('a guard signs nothing')),
  publicKeys: async () => [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'good', alg: 'ES256' }],
};

/** Judges an `Authorization` header as a guard does: the subject, or the refusal. Other errors fail the spec. */
function guard(profile: ProfileName = 'standard') {
  const verify = accessTokenVerifier(
    readGuardOptions('requireAccessToken', { issuer: ISSUER, keyStore, scopes: ['a', 'b'], profile }),
  );
  return (authorization: string) => outcome(async () => (await verify(authorization)).payload.sub);
}

const now = () => Math.floor(Date.now() / 1000);
const right = () => ({ iss: ISSUER, aud: ISSUER, sub: 'robot', exp: now() + 600, scope: 'a b' });
const HEADER = { alg: 'ES256', kid: 'good', typ: 'at+jwt' };

const nonsense = fc.constantFrom<unknown>(null, '', 'x', '60', true, [], {}, [[ISSUER]]);
/** One of the right values eleven times of twelve, so that half of all tokens hold. */
const mostly = (holds: unknown[], wrong: unknown[] = []) =>
  fc.oneof(
    { weight: 11, arbitrary: fc.constantFrom(...holds).map((value) => ({ value, holds: true })) },
    { weight: 1, arbitrary: fc.oneof(fc.constantFrom(...wrong), nonsense).map((value) => ({ value, holds: false })) },
  );

/** Each member and whether a guard may take it; times are seconds from now, five or more from where that changes. */
const members = fc.record({
  alg: mostly(['ES256'], ['none', 'HS256', 'ES384', 'RS256', 'es256']),
  kid: mostly(['good'], ['other', '__proto__', undefined]),
  typ: mostly(['at+jwt', 'AT+JWT', 'application/at+jwt'], ['JWT', 'jwt', 'at+jwt ', undefined]),
  iss: mostly([ISSUER], [`${ISSUER}/`, undefined]),
  aud: mostly([ISSUER, ['x', ISSUER]], [undefined, 'x', ['x', 5, ISSUER]]),
  sub: fc.constantFrom('robot', '').map((value) => ({ value, holds: true })),
  exp: mostly([600, -25, 1e9], [-35, -1e9, undefined]),
  nbf: mostly([undefined, 0, 25], [35, 1e9]),
  scope: mostly(['a b', 'b c a', 'a  b'], [undefined, 'a', 'b', 'A B', 'ab', 'a\tb', ['a', 'b']]),
  by: fc.oneof({ weight: 11, arbitrary: fc.constant(key) }, fc.constant(otherKey)),
});

const inTime = (offset: unknown) => (typeof offset === 'number' ? now() + offset : offset);

describe('an access token', () => {
  it('is admitted where all rules hold and else refused, whatever its header and claims are', async () => {
    const judge = guard();
    const counts = { admitted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(members, async ({ by, ...given }) => {
        const { alg, kid, typ, iss, aud, sub, exp, nbf, scope } = given;
        const holds = by === key && Object.values(given).every((each) => each.holds);
        const header = { alg: alg.value, kid: kid.value, typ: typ.value };
        const claims = { iss: iss.value, aud: aud.value, sub: sub.value, scope: scope.value };
        const times = { exp: inTime(exp.value), nbf: inTime(nbf.value) };
        const answer = await judge(`Bearer ${signed(header, { ...claims, ...times }, by)}`);
        counts[holds ? 'admitted' : 'refused'] += 1;
        if (holds) expect(answer).toBe(sub.value);
        else expect(answer).toBeInstanceOf(TokenError);
      }),
      runs(1000),
    );
    expect(Math.min(counts.admitted, counts.refused)).toBeGreaterThan(100);
  });

  it('is refused once a character of it, or of the header around it, has changed', async () => {
    const judge = guard();
    const token = signed(HEADER, right());
    const header = `Bearer ${token}`;
    expect(await judge(header)).toBe('robot');
    const near = mutated(header, ['.', '..', '=', '\n', ' ', ',', 'A', 'Bearer ', 'eyJhbGciOiJub25lIn0']);
    await fc.assert(
      // Of the header the scheme may be in any case, with any spaces behind it (RFC 9110 §11.1).
      fc.asyncProperty(near, async (changed) => {
        const isSame = changed.slice(0, 7).toLowerCase() === 'bearer ' && changed.slice(7).replace(/^ +/, '') === token;
        if (isSame) expect(await judge(changed)).toBe('robot');
        else expect(await judge(changed)).toBeInstanceOf(TokenError);
      }),
      runs(1000),
    );
  });

  it.each<ProfileName>(['standard', 'frontier'])(
    'of any JSON objects, rightly signed, is judged (%s profile): no fault of the server',
    async (profile) => {
      const judge = guard(profile);
      const names = fc.constantFrom(
        ...Object.keys({ ...HEADER, ...right() }),
        'crit',
        'nbf',
        'iat',
        'jti',
        'client_id',
      );
      const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.constantFrom('good', 'ES256', ISSUER));
      const object = fc.array(fc.tuple(names, value), { maxLength: 3 }).map((each) => Object.fromEntries(each));
      await fc.assert(
        fc.asyncProperty(object, object, async (header, claims) => {
          await judge(`Bearer ${signed({ ...HEADER, ...header }, { ...right(), ...claims })}`);
        }),
        runs(500),
      );
    },
  );
});
