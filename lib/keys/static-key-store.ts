import type { JsonWebKey } from './json-web-key.js';
import { checkOptions, checkValue, oneOf, optional, text, type Checks } from '../options/check.js';
import { describe, isObject } from '../values.js';
import { algorithmNames, type AlgorithmName } from '../jwa/algorithms.js';
import type { KeyStore, SigningKey } from './contract.js';
import { generateKeys } from './generate.js';
import { loadKey } from './load-key.js';
import { privateKeyFromJwk, privateKeyFromPem } from './private-key.js';

export interface GenerateKeyOptions {
  /** "alg" (Algorithm), RFC 7518 §3.1. Default: RS256. */
  alg?: AlgorithmName;
}

export interface PemKeyOptions {
  /** "kid" (Key ID). Default: the key's thumbprint (RFC 7638). */
  kid?: string;
  /** "alg" (Algorithm), RFC 7518 §3.1. Default: the one that fits the curve; RS256 for RSA. */
  alg?: AlgorithmName;
}

/** A JWK Set (RFC 7517 §5) of private keys. */
export interface PrivateJwks {
  keys: JsonWebKey[];
}

const generateChecks = { alg: optional(oneOf(...algorithmNames)) } satisfies Checks<GenerateKeyOptions>;
const fromPemChecks = { kid: optional(text), ...generateChecks } satisfies Checks<PemKeyOptions>;

/** Signing keys held in memory. The first signs; all are published. */
export class StaticKeyStore implements KeyStore {
  private constructor(
    private readonly signer: SigningKey,
    private readonly published: readonly JsonWebKey[],
  ) {}

  /**
   * A new key, which ends with the process: tokens of an earlier start no longer verify.
   *
   * @throws TypeError (the promise rejects) for wrong options
   */
  static async generate(options: GenerateKeyOptions = {}): Promise<StaticKeyStore> {
    const { alg = 'RS256' } = checkOptions('StaticKeyStore.generate', generateChecks, options);
    const { privateKey } = await generateKeys(alg);
    const { signer, jwk } = await loadKey(privateKey, { alg });
    return new StaticKeyStore(signer, [jwk]);
  }

  /**
   * The private key of a PEM: PKCS#8, PKCS#1 or SEC1, with `\n` escapes for line ends or without.
   *
   * @throws TypeError (the promise rejects) with the reason: a public, encrypted or malformed key, RSA below 2048 bits,
   *   another type or curve, an `alg` that does not fit, wrong options. No reason holds a part of a key.
   */
  static async fromPem(pem: string, options: PemKeyOptions = {}): Promise<StaticKeyStore> {
    const where = 'StaticKeyStore.fromPem';
    const given = checkOptions(where, fromPemChecks, options);
    const checked = checkValue(`${where}: pem`, text, pem);
    const { signer, jwk } = await named(where, () => loadKey(privateKeyFromPem(checked), given));
    return new StaticKeyStore(signer, [jwk]);
  }

  /**
   * The keys of a private JWKS, as `frontier server keygen` writes it: an object, its JSON text, or the base64 of that.
   *
   * @throws TypeError (the promise rejects) with the reason: those of `fromPem`, an empty set, a repeated `kid`
   */
  static async fromJwks(jwks: PrivateJwks | string): Promise<StaticKeyStore> {
    const where = 'StaticKeyStore.fromJwks';
    const keys = await Promise.all(
      keysOf(where, jwks).map((jwk, index) => {
        const { kid, alg } = jwk;
        return named(`${where}: key ${index + 1}`, () => loadKey(privateKeyFromJwk(jwk), { kid, alg }));
      }),
    );
    const kids = keys.map(({ signer }) => signer.kid);
    const repeated = kids.find((kid, index) => kids.indexOf(kid) !== index);
    if (repeated !== undefined) throw new TypeError(`${where}: the kid ${describe(repeated)} is repeated`);
    const [first] = keys;
    if (!first) throw new TypeError(`${where}: the set holds no key`);
    return new StaticKeyStore(
      first.signer,
      keys.map(({ jwk }) => jwk),
    );
  }

  signingKey(): Promise<SigningKey> {
    return Promise.resolve(this.signer);
  }

  publicKeys(): Promise<JsonWebKey[]> {
    return Promise.resolve(this.published.map((jwk) => ({ ...jwk })));
  }
}

/** Adds to a reason whose it is. */
async function named<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (reason) {
    throw new TypeError(`${where}: ${(reason as TypeError).message}`, { cause: reason });
  }
}

function keysOf(where: string, given: unknown): JsonWebKey[] {
  const jwks = typeof given === 'string' ? parsed(given) : given;
  if (!isObject(jwks) || !Array.isArray(jwks.keys) || !jwks.keys.every(isObject)) {
    throw new TypeError(`${where}: the JWKS must be { keys: [...] }, its JSON text, or the base64 of that`);
  }
  return jwks.keys;
}

/** Undefined where it is no JSON: what JSON.parse throws quotes the text, which holds private keys. */
function parsed(jwks: string): unknown {
  const trimmed = jwks.trim();
  try {
    return JSON.parse(trimmed.startsWith('{') ? trimmed : Buffer.from(trimmed, 'base64').toString());
  } catch {
    return undefined;
  }
}
