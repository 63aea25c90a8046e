import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { signAssertion } from '../../../lib/assertions/sign-assertion.js';
import { frontierKeyFile, keyFile } from '../../../lib/credentials/key-file.js';
import { readKeyFile } from '../../../lib/credentials/read-key-file.js';
import { publicJwk } from '../../../lib/keys/public-key.js';
import { StaticKeyStore } from '../../../lib/keys/static-key-store.js';
import { isObject } from '../../../lib/values.js';
import { ec, jwk, pem, rsa } from '../../support/private-keys.js';
import { runs } from '../length.js';
import { mutated } from '../mutations.js';

const keys = { rsa: rsa(), p256: ec(), p521: ec('P-521') };
const kinds = Object.entries<KeyObject>(keys);

const PEM_PIECES = [
  '-----BEGIN ',
  '-----END ',
  '-----',
  'PRIVATE KEY',
  'PUBLIC KEY',
  'EC ',
  'RSA ',
  'ENCRYPTED ',
  '\\n',
  '\r\n',
  '\n',
  '=',
  'AAAA',
  'MII',
  '\0',
];
const JSON_PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  'null',
  '""',
  '"d":',
  '"kid":',
  '"kty":"oct",',
  '"alg":"none",',
  '\\u0000',
  'AQAB',
  'AA',
  '=',
  '1',
];

/** Runs of this many characters of a key say too much. */
const RUN = 12;

/** What in these texts is private: the base64 of a PEM, the private members of JWKs. */
function secretsOf(...texts: string[]): Set<string> {
  const runsOf = new Set<string>();
  for (const text of texts) {
    for (let at = 0; at + RUN <= text.length; at += 1) runsOf.add(text.slice(at, at + RUN));
  }
  return runsOf;
}
const bodyOf = (text: string) => text.replace(/-----[A-Z ]+-----/g, '').replace(/\s/g, '');
function privateParts(key: KeyObject): Set<string> {
  const { d, p, q, dp, dq, qi } = jwk(key);
  const forms = key.asymmetricKeyType === 'ec' ? (['pkcs8', 'sec1'] as const) : (['pkcs8', 'pkcs1'] as const);
  // Of a P-256 key in PKCS#8 the last part is the public half: a message that shows it tells nothing.
  const publicLetters = secretsOf(bodyOf(createPublicKey(key).export({ format: 'pem', type: 'spki' }) as string));
  const all = secretsOf(
    ...forms.map((type) => bodyOf(pem(key, type))),
    ...[d, p, q, dp, dq, qi].map((each) => each ?? ''),
  );
  return new Set([...all].filter((run) => !publicLetters.has(run)));
}

/** The public half of what was loaded, or undefined where it was refused: with a TypeError that shows no part of the key. */
async function loaded(
  secrets: Set<string>,
  load: () => Promise<JsonWebKey> | JsonWebKey,
): Promise<JsonWebKey | undefined> {
  try {
    return halfOf(await load());
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TypeError);
    expectNothingOf(secrets, inspect(thrown, { depth: 10 }).replace(/\s/g, ''));
    return undefined;
  }
}

function expectNothingOf(secrets: Set<string>, told: string): void {
  for (let at = 0; at + RUN <= told.length; at += 1) {
    if (secrets.has(told.slice(at, at + RUN))) throw new Error(`it shows a part of the key: ${told}`);
  }
}

const halfOf = ({ kty, n, e, crv, x, y }: JsonWebKey): JsonWebKey =>
  kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y };
const publicHalf = (key: KeyObject) => halfOf(jwk(createPublicKey(key)));
const firstOf = async (store: StaticKeyStore) => (await store.publicKeys())[0]!;

/** Loads what is near a key, many times: the same key comes of it or none, and the key itself still loads. */
async function expectSameOrNone(
  key: KeyObject,
  near: fc.Arbitrary<string>,
  text: string,
  load: (text: string) => Promise<JsonWebKey> | JsonWebKey,
): Promise<void> {
  const secrets = privateParts(key);
  await fc.assert(
    fc.asyncProperty(near, async (each) => {
      const half = await loaded(secrets, () => load(each));
      if (half) expect(half).toEqual(publicHalf(key));
      // What OpenSSL was told before, it must have forgotten.
      expect(await loaded(secrets, () => load(text))).toEqual(publicHalf(key));
    }),
    runs(100),
  );
}

describe.each(kinds)('a private %s key', (_kind, key) => {
  const forms = key.asymmetricKeyType === 'ec' ? (['pkcs8', 'sec1'] as const) : (['pkcs8', 'pkcs1'] as const);
  const load = async (text: string) => firstOf(await StaticKeyStore.fromPem(text));

  it.each(forms)('in PEM (%s) with any change loads as it was, or not at all', async (form) => {
    const text = pem(key, form);
    await expectSameOrNone(
      key,
      fc.oneof(mutated(text, PEM_PIECES), mutated(text.replaceAll('\n', '\\n'), PEM_PIECES)),
      text,
      load,
    );
  });

  it('in a JWKS with any change loads as it was, or not at all', async () => {
    const text = JSON.stringify({ keys: [{ ...jwk(key), kid: 'a', use: 'sig' }] });
    const fromJwks = async (given: string) => firstOf(await StaticKeyStore.fromJwks(given));
    const near = mutated(text, JSON_PIECES);
    const inBase64 = near.map((each) => Buffer.from(each, 'latin1').toString('base64'));
    await expectSameOrNone(key, fc.oneof(near, near, inBase64), text, fromJwks);
  });

  it('in a JWKS whose members hold something else loads as it was, or not at all', async () => {
    const whole: JsonWebKey = {
      ...jwk(key),
      kid: 'a',
      use: 'sig',
      alg: key.asymmetricKeyType === 'rsa' ? 'RS256' : undefined,
    };
    const other = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom(
        ...Object.values(whole),
        'RSA',
        'EC',
        'oct',
        'P-384',
        'secp256k1',
        'RS512',
        'none',
        'enc',
        ['verify'],
        undefined,
      ),
    );
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(whole), 'key_ops', 'oth', 'k', 'x5c'), other, {
      minKeys: 1,
      maxKeys: 3,
    });
    await expectSameOrNone(
      key,
      changes.map((change) => JSON.stringify({ ...whole, ...change })),
      JSON.stringify(whole),
      async (text) => firstOf(await StaticKeyStore.fromJwks({ keys: [JSON.parse(text) as JsonWebKey] })),
    );
  });

  it('in a key file with any change signs as before, or not at all', async () => {
    const whole = { kid: 'a', accountId: 'robot', privateKey: key };
    const texts = [keyFile(whole, 'https://issuer.test/token'), frontierKeyFile(whole)].map((file) =>
      JSON.stringify(file),
    );
    const publicKey = createPublicKey(key);
    const sign = async (text: string) => {
      const token = signAssertion(await readKeyFile(text), { audience: 'https://issuer.test' });
      const [head, payload, signature = ''] = token.split('.');
      const hash =
        { ES512: 'sha512' }[JSON.parse(Buffer.from(head!, 'base64url').toString()).alg as string] ?? 'sha256';
      const verifier = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
      expect(verify(hash, Buffer.from(`${head}.${payload}`), verifier, Buffer.from(signature, 'base64url'))).toBe(true);
      return jwk(publicKey);
    };
    const near = fc.oneof(...texts.map((text) => mutated(text, [...JSON_PIECES, ...PEM_PIECES])));
    await expectSameOrNone(key, near, texts[0]!, sign);
  });

  it('is taken for no public key, whatever is changed, and no message shows it', async () => {
    const secrets = privateParts(key);
    const texts = [...forms.map((form) => pem(key, form)), JSON.stringify(jwk(key))];
    const near = fc.oneof(...texts.map((text) => mutated(text, [...PEM_PIECES, ...JSON_PIECES])));
    const parsed = (text: string): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    };
    await fc.assert(
      fc.asyncProperty(near, async (text) => {
        const given = parsed(text);
        const members = await loaded(secrets, () => publicJwk(given));
        expectNothingOf(secrets, JSON.stringify(members ?? {}));
        if (isObject(given) && given.d !== undefined) expect(members).toBeUndefined();
      }),
      runs(50),
    );
  });
});

describe.each(kinds)('a public %s key', (_kind, key) => {
  const spki = createPublicKey(key).export({ format: 'pem', type: 'spki' }) as string;
  const json = JSON.stringify(jwk(createPublicKey(key)));

  it('with any change is a key that may be used, or a TypeError', async () => {
    const none = new Set<string>();
    const near = fc.oneof(
      mutated(spki, PEM_PIECES),
      mutated(json, JSON_PIECES).map((text) => {
        try {
          return JSON.parse(text) as unknown;
        } catch {
          return text;
        }
      }),
    );
    await fc.assert(
      fc.asyncProperty(near, async (given) => {
        const members = await loaded(none, () => publicJwk(given));
        if (members) {
          const { asymmetricKeyDetails: details } = createPublicKey({ key: members, format: 'jwk' });
          expect(details?.modulusLength ?? 2048).toBeGreaterThanOrEqual(2048);
          expect(details?.namedCurve ?? 'prime256v1').toMatch(/^(?:prime256v1|secp384r1|secp521r1)$/);
        }
        expect(await loaded(none, () => publicJwk(spki))).toEqual(publicHalf(key));
      }),
      runs(100),
    );
  });
});

describe('a key file', () => {
  const id = fc.string({ unit: 'binary', minLength: 1 });

  it('of any kid and account comes back whole, in both forms', async () => {
    await fc.assert(
      fc.asyncProperty(id, id, fc.boolean(), async (kid, accountId, isFrontier) => {
        const whole = { kid, accountId, privateKey: keys.p256 };
        const text = JSON.stringify(isFrontier ? frontierKeyFile(whole) : keyFile(whole, 'https://issuer.test/token'));
        const { privateKey, ...names } = await readKeyFile(text);
        expect(names).toEqual({ kid, accountId });
        expect(privateKey.equals(keys.p256)).toBe(true);
      }),
      runs(100),
    );
  });

  it('whose private and public half are of two keys is a TypeError', async () => {
    const [der, other] = [keys.p256, ec()].map((key) => key.export({ format: 'der', type: 'pkcs8' }));
    // Of P-256 the last 64 bytes are the public half.
    const mixed = Buffer.concat([der!.subarray(0, -64), other!.subarray(-64)]).toString('base64');
    const private_key = `-----BEGIN PRIVATE KEY-----\n${mixed}\n-----END PRIVATE KEY-----\n`;
    const file = { ...frontierKeyFile({ kid: 'a', accountId: 'robot', privateKey: keys.p256 }), private_key };
    await expect(readKeyFile(JSON.stringify(file))).rejects.toThrow('do not belong together');
  });

  it('that is any other JSON, or none, is a TypeError', async () => {
    const members = fc.dictionary(
      fc.constantFrom('kid', 'principal_id', 'private_key', 'client_email', 'private_key_id'),
      fc.jsonValue(),
    );
    const texts = fc.oneof(
      members.map((file) => JSON.stringify(file)),
      fc.json(),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(
          await loaded(new Set(), async () => jwk(createPublicKey((await readKeyFile(text)).privateKey))),
        ).toBeUndefined();
      }),
      runs(300),
    );
  });
});
