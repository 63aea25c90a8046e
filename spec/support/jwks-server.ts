import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { JsonWebKey } from 'node:crypto';

/** A JWKS route on a server of its own, which counts its fetches and fails in every way that one can. */
export class JwksServer {
  /** Of each fetch, in order. */
  readonly paths: (string | undefined)[] = [];
  /** Connections that a fetch came over, and that are open. */
  readonly asking = new Set<Socket>();
  private answer: RequestListener = (_req, res) => res.end();
  private readonly server: Server = createServer((req, res) => {
    this.paths.push(req.url);
    this.asking.add(req.socket.once('close', () => this.asking.delete(req.socket)));
    this.answer(req, res);
  });

  static start(...keys: readonly { publicJwk: JsonWebKey }[]): Promise<JwksServer> {
    return JwksServer.startAt('127.0.0.1', ...keys);
  }

  /** Rejects where there is no such address. */
  static async startAt(address: string, ...keys: readonly { publicJwk: JsonWebKey }[]): Promise<JwksServer> {
    const jwks = new JwksServer();
    jwks.publish(...keys);
    await new Promise<void>((resolve, reject) => jwks.server.on('error', reject).listen(0, address, resolve));
    return jwks;
  }

  get fetches(): number {
    return this.paths.length;
  }

  get origin(): string {
    const { address, family, port } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  get uri(): string {
    return `${this.origin}/.well-known/jwks.json`;
  }

  publish(...keys: readonly { publicJwk: JsonWebKey }[]): void {
    this.say(JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }));
  }

  say(text: string): void {
    this.answer = (_req, res) => res.setHeader('Content-Type', 'application/json').end(text);
  }

  fail(status: number): void {
    this.answer = (_req, res) => res.writeHead(status, { Location: '/elsewhere' }).end('{"keys":[]}');
  }

  hang(): void {
    this.answer = () => undefined;
  }

  /** Promises more than it sends, and closes the connection. */
  breakOff(): void {
    this.answer = (_req, res) => {
      res.writeHead(200, { 'Content-Length': 1000 }).write('{"keys":[');
      setTimeout(() => res.destroy(), 20);
    };
  }

  /** Sends a byte now and then, and never an end. */
  trickle(): void {
    this.answer = (_req, res) => {
      const timer = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(timer));
    };
  }

  /** Holds its answer back until it is released; those to later fetches are what was said meanwhile. */
  hold(): { release: () => void } {
    const { answer } = this;
    const held: (() => void)[] = [];
    this.answer = (req, res) => {
      held.push(() => {
        answer(req, res);
      });
    };
    return {
      release: () => {
        for (const each of held) each();
      },
    };
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
