import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { ISSUER, JWT_BEARER, type Clients } from '../host.js';

/** How a request says who it is from. */
export interface Proof {
  /** Whether a token may come of it. */
  isRight: boolean;
  parameters: [string, string][];
  authorization?: string;
}

const base64url = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

function jws(header: object, claims: object, signature: (data: Buffer) => Buffer): string {
  const data = `${base64url(header)}.${base64url(claims)}`;
  return `${data}.${base64url(signature(Buffer.from(data)))}`;
}

const by = (key: KeyObject) => (data: Buffer) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });

/** Assertions that hold, as often as one likes, and assertions that do not. */
function assertions({ key, robot }: Clients): { right: string[]; wrong: string[] } {
  const own = createPrivateKey(key.private_key);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'ES256', kid: key.kid };
  const claims = { iss: robot, sub: robot, aud: ISSUER, iat: now, exp: now + 3000 };
  const publicPem = createPublicKey(own).export({ format: 'pem', type: 'spki' });
  return {
    right: [jws(header, claims, by(own)), jws({ ...header, kid: undefined }, { ...claims, kid: key.kid }, by(own))],
    wrong: [
      jws(header, claims, by(other)),
      jws(header, { ...claims, exp: now - 3000 }, by(own)),
      jws(header, { ...claims, aud: 'https://elsewhere.test' }, by(own)),
      jws({ ...header, kid: 'unknown' }, claims, by(own)),
      jws({ ...header, jwk: createPublicKey(other).export({ format: 'jwk' }) }, claims, by(other)),
      jws({ ...header, alg: 'none' }, claims, () => Buffer.alloc(0)),
      jws({ ...header, alg: 'HS256' }, claims, (data) => createHmac('sha256', publicPem).update(data).digest()),
    ],
  };
}

/** Every way to say who one is, rightly and wrongly. */
export function proofs(clients: Clients, accessToken: string): Proof[] {
  const { secret, revoked, disabled } = clients;
  const { right, wrong } = assertions(clients);
  const secrets: [boolean, string, string][] = [
    [true, secret.clientId, secret.clientSecret],
    [false, secret.clientId, revoked.clientSecret],
    [false, secret.clientId, Buffer.from(secret.clientSecret).reverse().toString()],
    [false, revoked.clientId, revoked.clientSecret],
    [false, disabled.clientId, disabled.clientSecret],
    [false, 'unknown', secret.clientSecret],
    [false, '__proto__', 'ä:€\0'],
  ];
  const basic = (id: string, password: string) => `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
  const forged = accessToken.replace(/[^.]*$/, wrong[0]!.split('.')[2]!);
  return [
    ...secrets.flatMap(([isRight, id, password]): Proof[] => {
      const grant: [string, string] = ['grant_type', 'client_credentials'];
      return [
        { isRight, parameters: [grant, ['client_id', id], ['client_secret', password]] },
        { isRight, parameters: [grant], authorization: basic(id, password) },
        { isRight, parameters: [grant], authorization: basic(encodeURIComponent(id), encodeURIComponent(password)) },
      ];
    }),
    ...[...right, ...wrong].flatMap((assertion): Proof[] => {
      const grant: [string, string] = ['grant_type', JWT_BEARER];
      const isRight = right.includes(assertion);
      return [
        { isRight, parameters: [grant, ['assertion', assertion]] },
        { isRight, parameters: [grant], authorization: `Bearer ${assertion}` },
      ];
    }),
    { isRight: true, parameters: [], authorization: `Bearer ${accessToken}` },
    ...[forged, 'x', 'a.b.c', ''].map((token) => ({
      isRight: false,
      parameters: [],
      authorization: `Bearer ${token}`,
    })),
    { isRight: false, parameters: [['grant_type', 'password']] },
    { isRight: false, parameters: [] },
  ];
}
