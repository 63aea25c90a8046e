import { hashSync } from '@node-rs/bcrypt';
import { hashSecret, secretCheckFor, verifySecret } from '../../lib/credentials/secret-hash.js';
import { slowCheck } from '../../lib/credentials/slow-checks.js';
import { TemporarilyUnavailableError } from '../../lib/errors/catalogue.js';
import { rejection } from '../support/private-keys.js';

/** Work that ends when it is told to. */
class Work {
  started = false;
  end!: (answer?: string) => void;
  fail!: (reason: unknown) => void;
  readonly run = (): Promise<string> => {
    this.started = true;
    return new Promise((resolve, reject) => {
      this.end = (answer = 'done') => {
        resolve(answer);
      };
      this.fail = reject;
    });
  };
}
const nextTurn = () => new Promise(setImmediate);

describe('slow checks', () => {
  /** Two that take all places. */
  const occupy = () => {
    const works = [new Work(), new Work()];
    return { works, done: Promise.all(works.map(({ run }) => slowCheck(undefined, run))) };
  };

  it('run two at once, others in their order', async () => {
    const works = Array.from({ length: 4 }, () => new Work());
    const answers = works.map(({ run }) => slowCheck(undefined, run));
    const started = () => works.map((work) => work.started);
    expect(started()).toEqual([true, true, false, false]);
    works[1]!.end();
    await nextTurn();
    expect(started()).toEqual([true, true, true, false]);
    works[0]!.end();
    await nextTurn();
    expect(started()).toEqual([true, true, true, true]);
    works[2]!.end();
    works[3]!.end('last');
    expect(await Promise.all(answers)).toEqual(['done', 'done', 'done', 'last']);
  });

  it('that wait too long are refused with 503, and never run', async () => {
    const { works, done } = occupy();
    const late = new Work();
    const thrown = await rejection(slowCheck(5, late.run));
    expect(thrown).toBeInstanceOf(TemporarilyUnavailableError);
    expect(thrown).toMatchObject({ status: 503, reason: 'secret_check_timeout' });
    works.forEach(({ end }) => {
      end();
    });
    await done;
    await nextTurn();
    expect(late.started).toBe(false);
  });

  it('that gave up do not hold back those behind them', async () => {
    const { works, done } = occupy();
    const [hasty, patient] = [new Work(), new Work()];
    const refused = rejection(slowCheck(5, hasty.run));
    const answer = slowCheck(60_000, patient.run);
    await refused;
    works[0]!.end();
    await nextTurn();
    expect([hasty.started, patient.started]).toEqual([false, true]);
    patient.end();
    works[1]!.end();
    await Promise.all([answer, done]);
  });

  it('give their place back when they fail, whatever way', async () => {
    const works = [new Work(), new Work()];
    const failed = works.map(({ run }) => rejection(slowCheck(undefined, run)));
    works.forEach(({ fail }) => {
      fail(new Error('broken'));
    });
    expect((await Promise.all(failed)).map(({ message }) => message)).toEqual(['broken', 'broken']);
    const throwing = (): never => {
      throw new Error('thrown');
    };
    for (let i = 0; i < 3; i += 1) await expect(slowCheck(5, throwing)).rejects.toThrow('thrown');
    expect(await slowCheck(5, () => Promise.resolve('free'))).toBe('free');
  });

  it.each([
    ['bcrypt', hashSync('s', 4)],
    ['scrypt', 'scrypt$ln=4,r=8,p=1$BwcHBwcHBwcHBwcHBwcHBw$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc'],
  ])('of %s wait their turn, no longer than they are told', async (_, hash) => {
    const { works, done } = occupy();
    const waited = rejection(secretCheckFor(hash)!('s', hash, 5));
    const patient = verifySecret('t', hash);
    expect(await waited).toMatchObject({ reason: 'secret_check_timeout' });
    works.forEach(({ end }) => {
      end();
    });
    await done;
    expect(await patient).toBe(false);
  });

  it('hold back hashSecret, and not a SHA-256', async () => {
    const { works, done } = occupy();
    let hashed = false;
    const hashing = hashSecret('s').then(() => (hashed = true));
    expect(await verifySecret('s', 'sha256$x')).toBe(false);
    await nextTurn();
    expect(hashed).toBe(false);
    works.forEach(({ end }) => {
      end();
    });
    await Promise.all([done, hashing]);
  });
});
