import { run } from '../../lib/cli/run';

/** How a command ended, and what it printed. */
export interface Ended {
  status: number;
  out: string;
  err: string;
}

interface Surroundings {
  env?: Record<string, string>;
  /** Standard input; without one it is a terminal. */
  input?: string;
}

/** Runs `frontier-token` in this process. */
export async function frontierTokenCommand(
  argv: readonly string[],
  { env = {}, input }: Surroundings = {},
): Promise<Ended> {
  const ended = { status: 0, out: '', err: '' };
  ended.status = await run(argv, {
    env,
    out: (text) => void (ended.out += text),
    err: (text) => void (ended.err += text),
    notes: [],
    readInput: () => Promise.resolve(input),
    endAsked: () => Promise.resolve(),
  });
  return ended;
}

/** The JSON document that a command prints where it succeeds and has nothing else to say. */
export async function printed(...command: Parameters<typeof frontierTokenCommand>) {
  const [argv, surroundings] = command;
  const { status, out, err } = await frontierTokenCommand([...argv, '--json'], surroundings);
  if (status !== 0 || err !== '') throw new Error(`${argv.join(' ')} ended with ${status}: ${err}`);
  return JSON.parse(out);
}

/** A failure as scripts rely on it: one line on standard error, nothing on standard output. */
export function failure(status: 1 | 2, line: string): Ended {
  return { status, out: '', err: expect.stringMatching(new RegExp(`^frontier-token: .*${line}.*\\n$`)) };
}

export interface Serving {
  url: string;
  /** Standard error so far. */
  log: () => string;
  /** Tells it to end; its exit status. */
  end: () => Promise<number>;
}

/** Runs `frontier-token serve` in this process, on a port of its own. */
export async function serving(argv: readonly string[], env: Record<string, string> = {}): Promise<Serving> {
  let log = '';
  let end = (): void => undefined;
  const endAsked = new Promise<void>((resolve) => (end = resolve));
  let status: Promise<number> | undefined;
  const started = new Promise<string>((resolve, reject) => {
    status = run(['serve', '--port', '0', '--json', ...argv], {
      env,
      out: resolve,
      err: (text) => void (log += text),
      notes: [],
      readInput: () => Promise.resolve(undefined),
      endAsked: () => endAsked,
    });
    void status.then(() => reject(new Error(log)));
  });
  return {
    url: JSON.parse(await started).url,
    log: () => log,
    end: () => {
      end();
      return status!;
    },
  };
}
