import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { COMMANDS, readCommand, type Data } from './resp-commands.js';

/** What a server says instead of an answer, `null` being nothing at all. */
type Fault = { say: string | null } | 'hang up';

/**
 * As much of a Redis as clients ask for when they connect and when a claim is made, in the process: RESP2, and the few
 * types of RESP3 that it needs. It is a cluster of one node to clients that ask for one. Its data outlives `stop`.
 */
export class RespServer {
  /** Each SET and GET, in order. */
  readonly asked: string[][] = [];
  private readonly data: Data = new Map();
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private fault: Fault | undefined;
  port = 0;

  static async start(): Promise<RespServer> {
    const redis = new RespServer();
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** On the port that it had before. */
  async start(): Promise<void> {
    const server = (this.server = createServer({ noDelay: true }, (socket) => {
      this.serve(socket);
    }));
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** Answers each SET and GET with this, in RESP: `-LOADING …`, `+QUEUED`, … */
  answer(line: string): void {
    this.fault = { say: `${line}\r\n` };
  }

  hang(): void {
    this.fault = { say: null };
  }

  /** Breaks the connection when it is asked. */
  hangUp(): void {
    this.fault = 'hang up';
  }

  heal(): void {
    this.fault = undefined;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket.setEncoding('latin1'));
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    const connection = { protocol: 2 };
    let unread = '';
    socket.on('data', (text: string) => {
      unread += text;
      for (let read = readCommand(unread); read; read = readCommand(unread)) {
        unread = unread.slice(read.length);
        this.run(socket, connection, read.command);
      }
    });
  }

  private run(socket: Socket, connection: { protocol: number }, command: string[]): void {
    const [word = '', ...args] = command;
    const name = word.toUpperCase();
    const run = COMMANDS[name];
    if (name === 'SET' || name === 'GET') {
      this.asked.push([name, ...args]);
      if (this.fault === 'hang up') return void socket.destroy();
      if (this.fault) return void (this.fault.say !== null && socket.write(this.fault.say));
    }
    socket.write(
      run ? run({ args, data: this.data, connection, port: this.port }) : `-ERR unknown command '${name}'\r\n`,
    );
  }
}
