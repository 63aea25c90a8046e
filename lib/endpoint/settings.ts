import type { AccessTokenSettings } from '../tokens/access-token.js';
import { checkOptions, type Checked } from '../options/check.js';
import { routerChecks, type FrontierTokenOptions } from '../options/router-options.js';
import type { AssertionStrategyOptions, ClientStrategyOptions } from '../options/strategy-options.js';
import type { Profile } from '../profiles/profile.js';
import { profiles } from '../profiles/registry.js';

/** The router's options, finished: what a request reads. */
export interface RouterSettings extends Omit<Checked<typeof routerChecks>, 'profile' | 'assertion' | 'audience'> {
  readonly profile: Profile;
  readonly audience: AccessTokenSettings['audience'];
  /** Whose errors these are, in `google.rpc.ErrorInfo`. */
  readonly domain: string;
  readonly client: ClientStrategyOptions;
  readonly assertion: AssertionStrategyOptions;
}

type RoutePaths = Pick<RouterSettings, 'path' | 'jwksPath' | 'metadataPath' | 'openApiPath'>;

/** @throws TypeError that names the option, what was given and what is expected */
export function routerSettings(options: FrontierTokenOptions): RouterSettings {
  const checked = checkOptions('frontierToken', routerChecks, options);
  requireDistinctPaths('frontierToken', checked);
  const { issuer, credentialStore, verifySecret, storeTimeout, replayStore, profile, assertion } = checked;
  return Object.freeze({
    ...checked,
    profile: profiles[profile],
    audience: checked.audience ?? [issuer],
    domain: new URL(issuer).hostname,
    client: { credentialStore, realm: issuer, verifySecret, storeTimeout },
    assertion: {
      ...assertion,
      issuer,
      credentialStore,
      replayStore,
      profile,
      storeTimeout,
    },
  });
}

/**
 * One route would shadow the other.
 *
 * @param where whose options they are, for the message
 * @throws TypeError that names the option
 */
export function requireDistinctPaths(where: string, { path, jwksPath, metadataPath, openApiPath }: RoutePaths): void {
  const paths = { path, jwksPath, metadataPath, openApiPath };
  const seen = new Map<string, string>();
  for (const [name, value] of Object.entries(paths)) {
    if (value === false) continue;
    const other = seen.get(value.toLowerCase());
    if (other !== undefined) {
      throw new TypeError(`${where}: option '${name}' must be another than '${other}', but got '${value}' for both`);
    }
    seen.set(value.toLowerCase(), name);
  }
}
