import { hash } from 'node:crypto';
import type { JsonWebKey } from '../keys/json-web-key.js';
import { provenClient, type Client } from '../credentials/client.js';
import type { CredentialStore } from '../credentials/contract.js';
import { findCredential, nonsense } from '../credentials/find-credential.js';
import { InvalidGrantError, InvalidScopeError, ServerError } from '../errors/catalogue.js';
import type { About, TokenErrorOptions } from '../errors/token-error.js';
import { ask } from '../host/ask.js';
import type { UnverifiedJwt } from '../jwt/parse.js';
import { faultOf } from '../jwt/verify.js';
import type { AlgorithmName } from '../jwa/algorithms.js';
import type { ImportedKeys } from '../keys/imported-keys.js';
import type { VerificationKey } from '../keys/jwk.js';
import type { ReplayStore } from '../replay/contract.js';
import type { AssertionClaims, ClaimRule } from './claim-rules.js';

export interface AssertionSettings {
  credentialStore: CredentialStore;
  replayStore: ReplayStore | false;
  /** The claims' rules beside signature, "exp" and "nbf", which always hold. */
  rules: readonly ClaimRule[];
  /** Whether a "jti" is taken once. */
  once: boolean;
  /** Milliseconds. */
  storeTimeout: number;
  /** Seconds. */
  clockTolerance: number;
  /** Seconds. */
  maxLifetime: number;
  algorithms: readonly AlgorithmName[];
  requireJti: boolean;
  keys: ImportedKeys;
}

/** A client that an assertion proved, and the "scope" claim that it came with. */
export interface AssertedClient {
  client: Client;
  scope?: string;
}

/**
 * Checks an assertion (RFC 7523 §3) and takes its "jti".
 *
 * @param audience "aud" values to accept
 * @throws InvalidGrantError, InvalidScopeError, and the errors of `provenClient`, `findCredential` and `ask`
 */
export async function proveAssertion(
  jwt: UnverifiedJwt,
  audience: readonly string[],
  settings: AssertionSettings,
): Promise<AssertedClient> {
  const kid = keyId(jwt);
  if (kid === undefined) throw new InvalidGrantError({ reason: 'assertion_without_kid' });
  const found = await findCredential(settings.credentialStore, kid, settings.storeTimeout);
  if (found?.type !== 'public_key')
    throw new InvalidGrantError({ reason: 'key_unknown', about: { credentialId: kid } });

  const about = { accountId: found.accountId, credentialId: found.id };
  const refusal = (options: TokenErrorOptions & { reason: string }) => new InvalidGrantError({ about, ...options });
  const fault = await faultOf(jwt, imported(found.publicKey, settings.keys), settings);
  if (fault !== undefined) throw refusal({ reason: `assertion_${fault}` });
  const claims = jwt.payload as AssertionClaims;
  const { clockTolerance, maxLifetime } = settings;
  const expected = { key: found, audience, now: Date.now() / 1000, clockTolerance, maxLifetime };
  const broken = settings.rules.find(([, holds]) => !holds(claims, expected));
  if (broken) throw refusal({ reason: broken[0] });

  const client = provenClient(found, refusal);
  const asserted = { client, ...scopeOf(claims, about) };
  if (settings.once) await takeOnce(claims, kid, settings, refusal);
  return asserted;
}

/** "kid" of the header or, as Frontier's SDKs send it, of the payload. */
export function keyId({ header, payload }: UnverifiedJwt): string | undefined {
  const kid = header.kid === undefined ? payload.kid : header.kid;
  return typeof kid === 'string' && kid !== '' ? kid : undefined;
}

function imported(publicKey: JsonWebKey, keys: ImportedKeys): VerificationKey {
  try {
    return keys.import(publicKey);
  } catch (cause) {
    throw nonsense(cause);
  }
}

async function takeOnce(
  { jti, exp }: AssertionClaims,
  kid: string,
  { replayStore, requireJti, clockTolerance, storeTimeout }: AssertionSettings,
  refusal: (options: { reason: string }) => InvalidGrantError,
): Promise<void> {
  if (jti === undefined && requireJti) throw refusal({ reason: 'assertion_without_jti' });
  if (jti !== undefined && typeof jti !== 'string') throw refusal({ reason: 'assertion_jti_malformed' });
  if (jti === undefined || replayStore === false) return;
  // A digest: each key has its own "jti"s, and a store's column has a width.
  const id = hash('sha256', JSON.stringify([kid, jti]), 'base64url');
  const expiresAt = new Date(Math.ceil((exp + clockTolerance) * 1000));
  const claimed: unknown = await ask('replay_store', storeTimeout, () => replayStore.claim(id, expiresAt));
  if (claimed === false) throw refusal({ reason: 'assertion_replayed' });
  if (claimed !== true) {
    const cause = new TypeError('the replay store returned neither true nor false');
    throw new ServerError({ reason: 'replay_store_nonsense', cause });
  }
  // A claim that was made after its end is none: the store forgets it at once.
  if (Date.now() >= expiresAt.getTime()) throw refusal({ reason: 'assertion_expired' });
}

/** Google's libraries ask for scopes in the assertion itself. */
function scopeOf({ scope }: AssertionClaims, about: About): { scope?: string } {
  if (scope === undefined || scope === null || scope === '') return {};
  if (typeof scope !== 'string') throw new InvalidScopeError('scope_malformed', { about });
  return { scope };
}
