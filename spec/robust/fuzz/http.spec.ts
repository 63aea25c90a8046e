// Fuzz of the HTTP route, bounded in time: requests that the grammar in ./requests.ts makes, half of them with bytes
// changed. The run prints its seed first, `ROBUST_SEED=that npm run test:robust -- --testPathPatterns fuzz` draws the
// same choices again; a failure prints seed, path and the bytes it came down to. The clients are new in each run, their
// ids and secrets as long as before. A case that was found becomes a spec in spec/http.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { until } from '../../support/until.js';
import { Host, TOKEN_PATH } from '../host.js';
import { lasting } from '../length.js';
import { exchange, idleness } from './exchange.js';
import { Judge, type Profile } from './judge.js';
import { proofs } from './proofs.js';
import { sentOver, type Sent } from './requests.js';

/** `FUZZ_SECONDS` sets it. */
const DURATION = lasting('FUZZ_SECONDS', { short: 12, long: 120 });
const PROFILES: Profile[] = ['standard', 'frontier'];
/** Connections at once. */
const AT_ONCE = 128;
/** Were one of these missing, not much of the route would have been seen. */
const STATUSES = [200, 400, 401, 403, 405, 413, 415];

/** A host, and one who sends it requests and judges the answers. */
class Fuzz {
  /** Connections. */
  sent = 0;
  private readonly isIdle: () => Promise<boolean>;

  private constructor(
    readonly host: Host,
    readonly judge: Judge,
    private readonly accessToken: string,
  ) {
    this.isIdle = idleness(host.port);
  }

  static async start(profile: Profile, options: object = {}, execArgv: string[] = []): Promise<Fuzz> {
    // Failures are counted, and not refused before a million: the limit would soon be all that is seen.
    const rateLimit = { failures: 1_000_000 };
    const host = await Host.start('host-process.mjs', { profile, rateLimit, ...options }, execArgv);
    const { clientId, clientSecret } = host.clients.secret;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const answer = await fetch(`http://127.0.0.1:${host.port}${TOKEN_PATH}`, { method: 'POST', body });
    const { access_token: accessToken } = (await answer.json()) as { access_token: string };
    return new Fuzz(host, await Judge.of(host, profile), accessToken);
  }

  get property() {
    const all = sentOver(proofs(this.host.clients, this.accessToken));
    return fc.asyncProperty(fc.array(all, { minLength: 1, maxLength: AT_ONCE, size: 'max' }), async (batch) => {
      this.sent += batch.length;
      await Promise.all(batch.map((each) => this.send(each)));
      expect(this.host.isAlive).toBe(true);
    });
  }

  /** Waits until there was one event for each request to the token route. */
  async settled(patience?: number) {
    return until(
      () => this.host.measure(),
      ({ events, tokenRequests }) => events === tokenRequests,
      patience,
    );
  }

  private async send(sent: Sent): Promise<void> {
    const { answers, rest, hung } = await exchange(this.host.port, sent.bytes, this.isIdle);
    const faults = (await Promise.all(answers.map((answer) => this.judge.faultsOf(sent, answer)))).flat();
    if (hung) faults.push('the connection hangs');
    if (rest !== '' && answers.length === 0) faults.push(`it is no answer: ${rest}`);
    if (faults.length > 0)
      throw new Error(`${faults.join(', ')}: ${JSON.stringify(sent.bytes)} ${JSON.stringify(answers)}`);
  }
}

describe.each(PROFILES)('in the profile %s', (profile) => {
  let fuzz: Fuzz;
  beforeAll(async () => (fuzz = await Fuzz.start(profile)));
  afterAll(() => fuzz.host.kill());

  it('whatever is sent, the host answers as it should, lives, and gives no token without a right proof', async () => {
    const { statuses } = fuzz.judge;
    const isSeen = () => STATUSES.every((status) => status in statuses);
    // A slow machine takes more than one round to see them all.
    for (let round = 0; round === 0 || (round < 10 && !isSeen()); round += 1) {
      await fc.assert(fuzz.property, {
        seed: Number(process.env.ROBUST_SEED) + round,
        numRuns: 1_000_000,
        interruptAfterTimeLimit: DURATION / PROFILES.length,
      });
    }
    process.stderr.write(
      `fuzz, ${profile}: ${fuzz.sent} connections; answers by status: ${JSON.stringify(statuses)}\n`,
    );
    expect(Object.keys(statuses).map(Number)).toEqual(expect.arrayContaining(STATUSES));
  });

  it('and there was one event for each request to the token route, and nothing that nobody caught', async () => {
    const { tokenRequests, unhandled } = await fuzz.settled();
    expect(unhandled).toEqual([]);
    expect(tokenRequests).toBeGreaterThan(100);
  });
});

describe('the same fuzz', () => {
  let fuzz: Fuzz;
  afterEach(() => fuzz.host.kill());

  it('finds a host that lets a stranger in', async () => {
    fuzz = await Fuzz.start('standard', {}, ['--import', pathToFileURL(join(__dirname, 'spoil.mjs')).href]);
    const { errorInstance } = await fc.check(fuzz.property, {
      numRuns: 1_000_000,
      interruptAfterTimeLimit: 60_000,
      endOnFailure: true,
    });
    expect(String(errorInstance)).toContain('it lets a stranger in');
  });

  it('finds a host that tells all but one of ten events', async () => {
    fuzz = await Fuzz.start('standard', { forgetful: true });
    await fc.assert(fuzz.property, { numRuns: 3 });
    await expect(fuzz.settled(1000)).rejects.toThrow('not so within 1000 ms');
  });
});
