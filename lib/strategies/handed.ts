/** What the token route, which read the request already, hands a strategy through `passport.authenticate`. */
export interface Handed<Proof> {
  proof?: Proof;
  /** An "aud" of assertions, known once the router is mounted. */
  tokenEndpoint?: string;
  /** Report refusals through `error`, whole: `fail` carries no more than a challenge and a status. */
  asErrors?: boolean;
}

/** Bytes that a strategy in a host's own passport reads at most, where no parser of the host's did. */
export const BODY_LIMIT = 64 * 1024;
