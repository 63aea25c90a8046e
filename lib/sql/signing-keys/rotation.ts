import { notify } from '../../host/notify.js';
import type { SigningKeyEvent } from './events.js';
import type { KeyRing, RingKey } from './key-ring.js';
import type { KeyStoreSettings } from './options.js';
import type { SharedKeys } from './shared-keys.js';
import type { SigningKeyTable } from './table.js';

/**
 * Milliseconds until a key signs that is to sign immediately. So it signs later than any call began that wanted it too,
 * even in the same millisecond: that is how they know it for theirs.
 */
export const NEXT_MOMENT = 1;

/** How one key follows another, once, however many instances want it at the same moment. */
export class Rotation {
  constructor(
    private readonly table: SigningKeyTable,
    private readonly keys: SharedKeys,
    private readonly settings: KeyStoreSettings,
  ) {}

  isDue({ newest }: KeyRing): boolean {
    const { rotateAfter, publishAhead } = this.settings;
    return newest === undefined || newest.signsFrom + rotateAfter - publishAhead <= Date.now();
  }

  /**
   * The newest key, if it is still to sign or began to after `began`; else one is made, by whoever is first. So of calls
   * at the same moment each takes the work of the first for its own.
   *
   * @param immediately whether it must sign by the next moment
   */
  async nextSince(began: number, immediately: boolean): Promise<RingKey> {
    const ring = await this.keys.look();
    const { newest } = ring;
    if (newest?.held.problem) throw newest.held.problem;
    let isMine: boolean;
    if (newest === undefined || newest.signsFrom <= began) isMine = await this.add(ring, immediately);
    else if (immediately && newest.signsFrom > Date.now() + NEXT_MOMENT) isMine = await this.startSigning(newest);
    else return newest;
    // What this call has done is done, whatever a clock that was set back says.
    return this.nextSince(isMine ? 0 : began, immediately && !isMine);
  }

  /** Adds the key that follows the newest. False where another instance did. */
  async add({ newest }: KeyRing, immediately = false): Promise<boolean> {
    const { alg, publishAhead } = this.settings;
    const ahead = immediately ? NEXT_MOMENT : publishAhead;
    const kid = await this.keys.follow(newest, alg, newest === undefined ? 0 : ahead);
    if (kid !== undefined && newest !== undefined) this.tell(kid);
    return kid !== undefined;
  }

  private async startSigning(waiting: RingKey): Promise<boolean> {
    const started = await this.table.startSigning(waiting, Date.now() + NEXT_MOMENT);
    if (started) this.tell(waiting.kid);
    return started;
  }

  private tell(kid: string): void {
    notify<SigningKeyEvent>(this.settings.onEvent, { type: 'keys.rotated', time: new Date(), kid });
  }
}
