import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { until } from '../../support/until.js';
import { Host, type Measured } from '../host.js';
import { lasting } from '../length.js';
import { Traffic } from './traffic.js';

/** `SOAK_SECONDS` sets it. */
const DURATION = lasting('SOAK_SECONDS', { short: 60, long: 60 });
/** Milliseconds: code is compiled, and what grows to a bound has grown. */
const WARM_UP = 3000;
/** Requests before anything is measured, and while it is: a slow machine takes longer for them. */
const ENOUGH = 3000;
const SAMPLES = 30;
/** Bytes: what is kept of one request takes hundreds. */
const MAX_GROWTH = 100;
/** Milliseconds that a host has to come to rest once nobody asks it any more: more than a busy machine takes. */
const PATIENCE = 60_000;

interface Report {
  requests: number;
  wrong: string[];
  /** Bytes of heap, after garbage collections: medians of the three thirds. */
  heap: number[];
  /** Bytes of heap for each request, from the first third to the last. */
  growth: number;
  /** Before and after, without a connection. */
  before: Measured;
  after: Measured;
  /** How it ended once its server was closed. */
  end: number | string | null;
}

/** In the middle of a soak. */
interface Sample {
  heap: number;
  requests: number;
}

/** Loads a host with good and bad requests, and watches it. */
async function soak(duration: number, patience = PATIENCE, execArgv: string[] = []): Promise<Report> {
  // Counters of failures and "jti"s that live as short as they may.
  const options = { rateLimit: { failures: 1_000_000, seconds: 1 }, assertion: { clockTolerance: 0 } };
  const host = await Host.start('host-process.mjs', options, ['--expose-gc', ...execArgv]);
  try {
    const before = await host.measure();
    const traffic = new Traffic(host);
    const isWarm = over(WARM_UP);
    await traffic.go(() => isWarm() && traffic.requests >= ENOUGH);
    const samples: Sample[] = [];
    const isLong = over(duration);
    const isOver = () => isLong() && samples.length >= SAMPLES && traffic.requests >= 2 * ENOUGH;
    const going = traffic.go(isOver);
    while (!isOver()) {
      await sleep(duration / SAMPLES);
      samples.push({ heap: (await host.measure()).heap, requests: traffic.requests });
    }
    await going;
    traffic.end();
    const after = await until(
      () => host.measure(),
      (measured) => isAtRest(measured) && counted(measured) === counted(before),
      patience,
    ).catch(() => host.measure());
    const { requests, wrong } = traffic;
    const thirds = [0, 1, 2].map((part) =>
      samples.slice((part * samples.length) / 3, ((part + 1) * samples.length) / 3),
    );
    const [heap, done] = (['heap', 'requests'] as const).map((what) =>
      thirds.map((each) => median(each.map((sample) => sample[what]))),
    ) as [number[], number[]];
    const growth = (heap[2]! - heap[0]!) / (done[2]! - done[0]!);
    return { requests, wrong, heap, growth, before, after, end: await host.close(patience) };
  } finally {
    await host.kill();
  }
}

/** Tells whether so many milliseconds have passed since. */
function over(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() >= end;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const counted = ({ resources, listeners }: Measured) => [...resources.sort(), `${listeners} listeners`].join();
const isAtRest = ({ events, tokenRequests }: Measured) => events === tokenRequests;

describe('a host under good and bad requests', () => {
  let report: Report;

  beforeAll(async () => {
    report = await soak(DURATION);
    const { requests, heap, growth } = report;
    const mebibytes = heap.map((bytes) => (bytes / 2 ** 20).toFixed(2)).join(', ');
    process.stderr.write(
      `soak: ${requests} requests; heap ${mebibytes} MiB by thirds, ${growth.toFixed(0)} bytes a request\n`,
    );
  });

  it('answers each of them as it should', () => {
    expect(report.wrong).toEqual([]);
    expect(report.requests).toBeGreaterThan(1000);
  });

  it('keeps nothing of them in memory', () => {
    expect(report.growth).toBeLessThan(MAX_GROWTH);
  });

  it('has no timer, connection or listener left', () => {
    expect(counted(report.after)).toBe(counted(report.before));
  });

  it('tells each of them in one event, and leaves nothing uncaught', () => {
    expect(report.after.unhandled).toEqual([]);
    expect(report.after.events).toBe(report.after.tokenRequests);
  });

  it('ends by itself once its server is closed', () => {
    expect(report.end).toBe(0);
  });
});

describe('a host that loses a little with each request', () => {
  it('is found out in a few seconds', async () => {
    const spoil = pathToFileURL(join(__dirname, 'spoil.mjs')).href;
    const { wrong, growth, before, after, end } = await soak(3000, 2000, ['--import', spoil]);
    expect(wrong).toEqual([]);
    expect(growth).toBeGreaterThan(2 * MAX_GROWTH);
    expect(after.resources.length).toBeGreaterThan(before.resources.length);
    expect(after.listeners).toBeGreaterThan(before.listeners);
    expect(after.unhandled.length).toBeGreaterThan(0);
    expect(end).toBe('alive');
  });
});
