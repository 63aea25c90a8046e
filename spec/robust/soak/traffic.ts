import { createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { ISSUER, JWT_BEARER, TOKEN_PATH, type Clients, type Host } from '../host.js';

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Good and bad requests, one kind after the other, over connections that are kept. */
export class Traffic {
  requests = 0;
  /** Answers that were others than they should be. */
  readonly wrong: string[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly privateKey: KeyObject;
  private accessToken = '';

  constructor(private readonly host: Pick<Host, 'port' | 'clients'>) {
    this.privateKey = createPrivateKey(host.clients.key.private_key);
  }

  /** Goes on until it is over, with so many requests at once. */
  async go(isOver: () => boolean, atOnce = 8): Promise<void> {
    const one = async (first: number) => {
      for (let turn = first; !isOver(); turn += 1) await this.turn(turn);
    };
    await Promise.all(Array.from({ length: atOnce }, (_, index) => one(index)));
  }

  /** Closes the connections. */
  end(): void {
    this.agent.destroy();
  }

  private async turn(turn: number): Promise<void> {
    const kinds = Object.entries(this.kinds(this.host.clients));
    const [kind, [expected, work]] = kinds[turn % kinds.length]!;
    const status = await work();
    this.requests += 1;
    if (status !== expected) this.wrong.push(`${kind}: ${status}`);
  }

  private kinds({ secret, revoked, disabled, slow }: Clients): Record<string, [number, () => Promise<number>]> {
    const bySecret = (client_id: string, client_secret: string) => () =>
      this.form({ grant_type: 'client_credentials', client_id, client_secret });
    const { clientId, clientSecret } = secret;
    const Authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    return {
      'the right secret': [200, bySecret(clientId, clientSecret)],
      'the right secret, Basic': [200, () => this.form({ grant_type: 'client_credentials' }, { Authorization })],
      'a wrong secret': [401, bySecret(clientId, 'wrong')],
      'a slow secret': [200, bySecret(slow.clientId, slow.clientSecret)],
      'a slow secret, wrong': [401, bySecret(slow.clientId, 'wrong')],
      'an unknown client': [401, bySecret(randomUUID(), 'wrong')],
      'a revoked secret': [401, bySecret(revoked.clientId, revoked.clientSecret)],
      'a disabled account': [403, bySecret(disabled.clientId, disabled.clientSecret)],
      'an assertion, and again': [401, () => this.twice()],
      'no JWT': [400, () => this.form({ grant_type: JWT_BEARER, assertion: 'x' })],
      'no JSON': [400, () => this.ask({ headers: { 'Content-Type': 'application/json' }, body: '{' })],
      'another media type': [415, () => this.ask({ headers: { 'Content-Type': 'text/plain' }, body: 'x' })],
      'too large a body': [413, () => this.form({ scope: 'x'.repeat(70_000) })],
      'another method': [405, () => this.ask({ method: 'GET' })],
      'an aborted request': [0, () => this.abort()],
      'the keys': [200, () => this.ask({ method: 'GET', path: '/.well-known/jwks.json' })],
      'a guarded route': [200, () => this.guarded('/guarded')],
      'a guarded route, forged': [401, () => this.guarded('/guarded', forged)],
      'a guard that fetches its keys': [200, () => this.guarded('/remote')],
      'a guard that fetches its keys, another kid': [401, () => this.guarded('/remote', ofAnotherKey)],
    };
  }

  private form(parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<number> {
    const body = new URLSearchParams(parameters).toString();
    return this.ask({ headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, body });
  }

  private async twice(): Promise<number> {
    const { robot, key } = this.host.clients;
    // Short, so that what is remembered of it goes within the soak.
    const claims = { iss: robot, aud: ISSUER, exp: Date.now() / 1000 + 5, jti: randomUUID() };
    const parts = [{ alg: 'ES256', kid: key.kid }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const signer = { key: this.privateKey, dsaEncoding: 'ieee-p1363' as const };
    const assertion = [...parts, sign('sha256', Buffer.from(parts.join('.')), signer).toString('base64url')].join('.');
    const first = await this.form({ grant_type: JWT_BEARER, assertion });
    return first === 200 ? this.form({ grant_type: JWT_BEARER, assertion }) : first;
  }

  private async guarded(path: string, changed = (token: string) => token): Promise<number> {
    const token = changed(this.accessToken || (await this.token()));
    return this.ask({ method: 'GET', path, headers: { Authorization: `Bearer ${token}` } });
  }

  private async token(): Promise<string> {
    const { clientId, clientSecret } = this.host.clients.secret;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const answer = await fetch(`http://127.0.0.1:${this.host.port}${TOKEN_PATH}`, { method: 'POST', body });
    return (this.accessToken = ((await answer.json()) as { access_token: string }).access_token);
  }

  private ask({ method = 'POST', path = TOKEN_PATH, headers = {}, body = '' }: Asked): Promise<number> {
    return new Promise((resolve, reject) => {
      const given = method === 'POST' ? { ...headers, 'Content-Length': Buffer.byteLength(body) } : headers;
      const req = request(
        { port: this.host.port, host: '127.0.0.1', agent: this.agent, method, path, headers: given },
        (res) => {
          res.resume().on('end', () => resolve(res.statusCode ?? 0));
        },
      );
      req.on('error', reject).end(body);
    });
  }

  /** Hangs up in the middle of a body. */
  private abort(): Promise<number> {
    return new Promise((resolve) => {
      const socket = connect(this.host.port, '127.0.0.1');
      const head = `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ngrant_type=`;
      socket.on('error', () => undefined).on('close', () => resolve(0));
      socket.write(head, () => socket.destroy());
    });
  }
}

const forged = (token: string) => token.replace(/.{20}$/, 'A'.repeat(20));

function ofAnotherKey(token: string): string {
  const [header = '', ...rest] = token.split('.');
  const renamed = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), kid: randomUUID() };
  return [Buffer.from(JSON.stringify(renamed)).toString('base64url'), ...rest].join('.');
}
