import type { Request } from 'express';
import { Strategy } from 'passport';
import { proveAssertion, type AssertionSettings } from '../assertions/prove-assertion.js';
import type { UnverifiedJwt } from '../jwt/parse.js';
import { ImportedKeys } from '../keys/imported-keys.js';
import { checkOptions } from '../options/check.js';
import { hasMethods } from '../values.js';
import { below, TOKEN_PATH } from '../options/issuer.js';
import { assertionStrategyChecks, type AssertionStrategyOptions } from '../options/strategy-options.js';
import { profiles } from '../profiles/registry.js';
import type { ReplayStore } from '../replay/contract.js';
import { MemoryReplayStore } from '../replay/memory.js';
import { challenge } from '../http/challenge.js';
import { readAuthorization } from '../http/authorization.js';
import { readParameters } from '../http/parameters.js';
import { assertionJwt } from '../http/proofs.js';
import { BODY_LIMIT, type Handed } from './handed.js';
import { settle } from './outcome.js';

/**
 * Passport strategy `assertion`: a JWT that is signed with a service-account key (RFC 7523 §2.1), as `assertion` in
 * the body or in an `Authorization: Bearer` header. `req.user` is `{ account, credential }`.
 */
export class AssertionStrategy extends Strategy {
  override name = 'assertion';
  private readonly settings: AssertionSettings & { issuer: string; audience: readonly string[] | undefined };

  /** @throws TypeError for wrong options */
  constructor(options: AssertionStrategyOptions) {
    super();
    const checked = checkOptions('AssertionStrategy', assertionStrategyChecks, options);
    const {
      credentialStore,
      replayStore = isReplayStore(credentialStore) ? credentialStore : new MemoryReplayStore(),
    } = checked;
    this.settings = { ...checked, replayStore, ...profiles[checked.profile].assertion, keys: new ImportedKeys() };
  }

  override authenticate(req: Request, handed: Handed<UnverifiedJwt> = {}): void {
    const { issuer, audience } = this.settings;
    const prove = async () => {
      const jwt = handed.proof ?? assertionJwt(await readParameters(req, BODY_LIMIT), readAuthorization(req));
      const { tokenEndpoint = below(issuer, TOKEN_PATH) } = handed;
      const { client, scope } = await proveAssertion(jwt, audience ?? [issuer, tokenEndpoint], this.settings);
      return { user: client, info: { scope } };
    };
    settle(this, prove(), () => challenge('Bearer', { realm: issuer }), handed.asErrors);
  }
}

function isReplayStore(store: object): store is ReplayStore {
  return hasMethods(store, ['claim']);
}
