import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CreatedSecret, KeyFile } from 'frontier-token';

export const ISSUER = 'https://issuer.test';
export const TOKEN_PATH = '/v1beta1/auth/token';
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface Clients {
  /** The account of all of them but the disabled one's. */
  robot: string;
  secret: CreatedSecret;
  revoked: CreatedSecret;
  disabled: CreatedSecret;
  key: KeyFile;
  /** Whose secret is hashed with a slow scheme. */
  slow: Pick<CreatedSecret, 'clientId' | 'clientSecret'>;
}

/** What a host says of itself. */
export interface Measured {
  tokenRequests: number;
  events: number;
  /** Rejections and exceptions that nobody caught. */
  unhandled: string[];
  /** Bytes, after a garbage collection. */
  heap: number;
  /** What keeps it alive: timers, sockets, … */
  resources: string[];
  /** On its `process` and its server. */
  listeners: number;
}

/** A process of its own that serves the built package: what ends it ends no spec, and is seen. */
export class Host {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly clients: Clients,
  ) {}

  /** @param script of this folder */
  static async start(script: string, options: object = {}, execArgv: string[] = []): Promise<Host> {
    const child = fork(join(__dirname, script), {
      env: { ...process.env, OPTIONS: JSON.stringify(options) },
      execArgv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const { port, clients } = await answerOf<Pick<Host, 'port' | 'clients'>>(child);
    return new Host(child, port, clients);
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async measure(): Promise<Measured> {
    const answer = answerOf<Measured>(this.child);
    this.child.send('measure');
    return answer;
  }

  /** Closes the server, no more: how the process ends, or 'alive' where it does not in this many milliseconds. */
  async close(patience = 60_000): Promise<number | string | null> {
    const ended = once(this.child, 'exit') as Promise<[number | null, string | null]>;
    this.child.send('close');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'alive'>((resolve) => (timer = setTimeout(resolve, patience, 'alive')));
    return Promise.race([ended.then(([code, signal]) => signal ?? code), late]).finally(() => clearTimeout(timer));
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const listening = new AbortController();
  const { signal } = listening;
  const ended = once(child, 'exit', { signal }).then(([code]) =>
    Promise.reject(new Error(`the host ended with ${code}`)),
  );
  const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T];
  ended.catch(() => undefined);
  listening.abort();
  return message;
}
