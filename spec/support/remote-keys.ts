import { RemoteKeys } from '../../lib/guard/remote-keys.js';
import type { JwksServer } from './jwks-server.js';

/** Remote keys on a clock that only moves by hand. */
export class ClockedKeys {
  private readonly clock = { now: 1000 };
  readonly keys: RemoteKeys;

  constructor(jwks: JwksServer, storeTimeout = 10_000) {
    this.keys = new RemoteKeys({ jwksUri: jwks.uri, storeTimeout, now: () => this.clock.now });
  }

  pass(seconds: number): void {
    this.clock.now += seconds * 1000;
  }

  /** `known`, `unknown`, or the reason why nobody can say. */
  async ask(kid: string): Promise<string> {
    try {
      return (await this.keys.find(kid)) ? 'known' : 'unknown';
    } catch (error) {
      return (error as { reason: string }).reason;
    }
  }
}
