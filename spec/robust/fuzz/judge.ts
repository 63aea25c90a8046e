import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { openApiDocument } from 'frontier-token';
import { describedBy } from '../../support/openapi/described.js';
import { ISSUER, TOKEN_PATH, type Clients, type Host } from '../host.js';
import type { RawAnswer } from './exchange.js';
import type { Sent } from './requests.js';

export type Profile = 'standard' | 'frontier';

/** Says what is wrong with a host's answers. */
export class Judge {
  /** How often each status came from the package's own routes. */
  readonly statuses: Record<number, number> = {};
  private readonly isDescribed: ReturnType<typeof describedBy>;

  private constructor(
    private readonly clients: Clients,
    profile: Profile,
    private readonly jwks: ReturnType<typeof createLocalJWKSet>,
  ) {
    this.isDescribed = describedBy(openApiDocument({ issuer: ISSUER, profile }));
  }

  static async of({ port, clients }: Host, profile: Profile): Promise<Judge> {
    const jwks = await (await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).json();
    return new Judge(clients, profile, createLocalJWKSet(jwks as JSONWebKeySet));
  }

  /** What is wrong with an answer to what was sent. */
  async faultsOf({ mayIssue }: Sent, answer: RawAnswer): Promise<string[]> {
    const { status, headers, body } = answer;
    const [method = '', path = ''] = headers['x-seen']?.split(' ') ?? [];
    if (path === '') return isOfNode(answer) ? [] : ['it is nobody’s answer'];
    // A target that Express can't read reaches no handler.
    if (status === 404 && (path === '?' || method === 'HEAD' || body === '"no such route"')) return [];
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    const faults: string[] = [];
    // As Express tells routes apart.
    const route = path.toLowerCase();
    if (status >= 500) faults.push('it is a fault of the server');
    if (body.includes(this.clients.secret.clientSecret) || body.includes('at Object.')) {
      faults.push('it tells too much');
    }
    if (status === 200 && !route.startsWith('/.well-known/') && !mayIssue) faults.push('it lets a stranger in');
    if (route.startsWith('/guarded')) return [...faults, ...this.guardFaults(answer)];
    // The documents that a body must fit are for those who get one.
    if (method === 'HEAD')
      return [200, 304, 405].includes(status) ? faults : [...faults, 'the status is not documented'];
    if (route.startsWith(TOKEN_PATH) && status === 200) faults.push(...(await this.tokenFaults(body)));
    return [...faults, ...this.isDescribed({ ...answer, method, path })];
  }

  private guardFaults({ status, headers, body }: RawAnswer): string[] {
    if (status === 200) return body === JSON.stringify(this.clients.robot) ? [] : ['it is not for this account'];
    if (status === 304) return [];
    const isRefusal = status === 401 && headers['www-authenticate']?.startsWith('Bearer realm="') === true;
    if (headers['x-seen']?.startsWith('HEAD') === true) return isRefusal ? [] : ['it is no refusal of a guard'];
    const { code, error } = JSON.parse(body) as Record<string, unknown>;
    return isRefusal && code === 16 && error === 'invalid_token' ? [] : ['it is no refusal of a guard'];
  }

  private async tokenFaults(body: string): Promise<string[]> {
    const { access_token: token } = JSON.parse(body) as { access_token: string };
    const { payload } = await jwtVerify(token, this.jwks, { issuer: ISSUER, audience: ISSUER });
    return payload.sub === this.clients.robot ? [] : ['the token is not for this account'];
  }
}

/** What Node refuses by itself, before any host sees it. */
function isOfNode({ status, body }: RawAnswer): boolean {
  return [400, 408, 413, 417, 431].includes(status) && ['', '0\r\n\r\n'].includes(body);
}
