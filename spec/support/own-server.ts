import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Launch {
  /** Where it keeps its data: gone with it. */
  folder: string;
  port: number;
  /** How it is stopped. */
  signal: NodeJS.Signals;
  launch: () => ChildProcess;
}

/** A server of a spec's own on the loopback, which it may stop, start and end as it likes; its data outlives a stop. */
export class OwnServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly how: Launch,
  ) {}

  static async start(url: string, how: Launch): Promise<OwnServer> {
    const server = new OwnServer(url, how);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const child = (this.process = this.how.launch());
    for (const end = Date.now() + 20_000; !(await accepts(this.how.port)); await sleep(20)) {
      if (Date.now() > end || child.exitCode !== null) throw new Error(`${this.url} did not start`);
    }
  }

  async stop(): Promise<void> {
    const { process } = this;
    if (process?.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, 'exit');
    process.kill(this.how.signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.how.folder, { recursive: true, force: true });
  }
}

/**
 * Below the ports that systems give to clients and for `listen(0)`: another spec could get one of those before the
 * server has it, and be taken for it.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(10_000, 30_000);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return freePort();
    throw error;
  }
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.on('connect', answer(true)).on('error', answer(false));
  });
}
