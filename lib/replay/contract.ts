/**
 * Remembers assertions that were taken (RFC 7523 §3, "jti"). Called once for each assertion that passed every other
 * check. Rejecting means no token: 503 with `StoreUnavailableError` or no answer in `storeTimeout`, else 500.
 */
export interface ReplayStore {
  /**
   * Claims `id` until `expiresAt`; `false` where it was claimed before and has not expired. Must be atomic: of two
   * calls at the same moment one gets `true`.
   *
   * @param id at most 64 URL-safe characters, whatever the `jti`
   */
  claim(id: string, expiresAt: Date): Promise<boolean>;
}
