import fc from 'fast-check';
import { JWT_BEARER, TOKEN_PATH } from '../host.js';
import { mutated } from '../mutations.js';
import type { Proof } from './proofs.js';

/** What is sent over one connection. */
export interface Sent {
  /** In latin1. */
  bytes: string;
  /** Whether a token may come of it. */
  mayIssue: boolean;
}

const often = <T>(weight: number, usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare });

const JWKS = '/.well-known/jwks.json';
const METADATA = '/.well-known/oauth-authorization-server';

const target = fc.oneof(
  { weight: 12, arbitrary: fc.constant(TOKEN_PATH) },
  { weight: 4, arbitrary: fc.constantFrom(JWKS, METADATA, '/guarded') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[`${TOKEN_PATH}/`, TOKEN_PATH.toUpperCase(), `//x${TOKEN_PATH}`, `${TOKEN_PATH}/.`, '/v1beta1/auth%2Ftoken'],
      ...[
        `http://issuer.test${TOKEN_PATH}`,
        `http://[::1${TOKEN_PATH}`,
        '*',
        '/',
        '/%',
        '/%ff',
        `${JWKS}%00`,
        `${JWKS}?a=%`,
      ],
      ...[
        `${TOKEN_PATH}?scope=a`,
        `${TOKEN_PATH}?client_id=a`,
        `${TOKEN_PATH}?client_secret[]=a`,
        `${TOKEN_PATH}?%61ssertion=a`,
      ],
      ...[
        `${TOKEN_PATH}?${'&a'.repeat(3000)}`,
        `${TOKEN_PATH}#?client_id=a`,
        `${METADATA}/x`,
        'issuer.test:443',
        '/guarded?access_token=a',
      ],
    ),
  },
);
const method = (path: string) =>
  often(
    8,
    fc.constant(path.toLowerCase().includes('/token') ? 'POST' : 'GET'),
    fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'QUERY', 'post', 'A'),
  );

const name = fc.constantFrom(
  'grant_type',
  'client_id',
  'client_secret',
  'assertion',
  'scope',
  'scope[]',
  'assertion[a]',
  '__proto__',
  '',
);
const value = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'a b',
    'b',
    'c',
    ' ',
    '\0',
    'client_credentials',
    JWT_BEARER,
    'x'.repeat(300),
    '%00',
    '[object Object]',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const extraParameters = often(
  2,
  fc.constant<[string, string][]>([]),
  fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 3 }),
);

const form = (parameters: [string, string][]) => new URLSearchParams(parameters).toString();
const json = (parameters: [string, string][]) =>
  `{${parameters.map((pair) => pair.map((each) => JSON.stringify(each)).join(':')).join(',')}}`;
const other = fc.constantFrom(
  '',
  '[]',
  'null',
  '{"scope":{}}',
  '{"scope":[["a"]]}',
  '['.repeat(5000),
  'a'.repeat(70_000),
  '%',
  '\xff\xfe',
);
const mediaTypes: Record<string, fc.Arbitrary<string>> = {
  form: often(
    9,
    fc.constant('application/x-www-form-urlencoded'),
    fc.constantFrom('application/X-WWW-form-urlencoded ; charset="utf-8"'),
  ),
  json: often(
    9,
    fc.constant('application/json'),
    fc.constantFrom('application/json; charset=UTF-8', 'application/json;'),
  ),
  wrong: fc.constantFrom(
    'text/plain',
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=a',
    ';',
    'application/jwt',
  ),
};

const extraHeader = fc.constantFrom(
  ...[
    'Host: a',
    'Host: a@b:c',
    'Connection: close',
    'Connection: keep-alive, Upgrade',
    'Upgrade: websocket',
    'Upgrade: h2c',
  ],
  ...[
    'Expect: 100-continue',
    'Expect: nothing',
    'Content-Encoding: gzip',
    'Content-Encoding: identity',
    'Accept: text/html',
  ],
  ...[
    'If-None-Match: *',
    'If-Modified-Since: now',
    'Range: bytes=0-1',
    'Authorization: Basic',
    'authorization: x',
    'Authorization: ',
  ],
  ...[
    'Authorization: Basic YQ==',
    'Authorization: BASIC  YTpi',
    'Authorization: Bearer a.b.c',
    'Authorization: Negotiate a',
  ],
  ...[
    'X-HTTP-Method-Override: GET',
    'X-Forwarded-For: \xe9',
    `Cookie: ${'a'.repeat(2000)}`,
    `X: ${'a'.repeat(17_000)}`,
    'Content-Type: a',
  ],
  ...[
    ' folded: a',
    'no colon',
    ': no name',
    'Content-Length : 1',
    'Trailer: Authorization',
    'Transfer-Encoding:\x0bchunked',
    'X: \0',
  ],
);

/** How the body's end is told: mostly rightly, and in many ways that may confuse two readers of one connection. */
const framing = often(
  6,
  fc.constantFrom<Framing>('length', 'chunked'),
  fc.constantFrom<Framing>(
    'none',
    'more',
    'less',
    'twice',
    'both',
    'negative',
    'huge',
    'unchunked',
    'gzip',
    'endless',
    'extended',
    'oversized',
  ),
);
type Framing =
  | 'length'
  | 'chunked'
  | 'none'
  | 'more'
  | 'less'
  | 'twice'
  | 'both'
  | 'negative'
  | 'huge'
  | 'unchunked'
  | 'gzip'
  | 'endless'
  | 'extended'
  | 'oversized';

function framed(body: string, how: Framing): { headers: string[]; body: string } {
  const length = body.length;
  const size = (count: number) => count.toString(16);
  const middle = length >> 1;
  const chunk = (part: string, extension = '') =>
    part === '' ? '' : `${size(part.length)}${extension}\r\n${part}\r\n`;
  const chunks = (extension = '') => `${chunk(body.slice(0, middle), extension)}${chunk(body.slice(middle))}0\r\n\r\n`;
  const chunked = 'Transfer-Encoding: chunked';
  switch (how) {
    case 'length':
      return { headers: [`Content-Length: ${length}`], body };
    case 'chunked':
      return { headers: [chunked], body: chunks() };
    case 'none':
      return { headers: [], body };
    case 'more':
      return { headers: [`Content-Length: ${length + 3}`], body };
    case 'less':
      return { headers: [`Content-Length: ${middle}`], body };
    case 'twice':
      return { headers: [`Content-Length: ${length}`, `Content-Length: ${middle}`], body };
    case 'both':
      return { headers: [`Content-Length: ${length}`, chunked], body: chunks() };
    case 'negative':
      return { headers: ['Content-Length: -1'], body };
    case 'huge':
      return { headers: ['Content-Length: 99999999999999999999'], body };
    case 'unchunked':
      return { headers: [chunked], body };
    case 'gzip':
      return { headers: ['Transfer-Encoding: gzip, chunked'], body: chunks() };
    case 'endless':
      return { headers: [chunked], body: `${size(length + 9)}\r\n${body}` };
    case 'extended':
      return { headers: [chunked], body: chunks(`;a="${'b'.repeat(100)}"`) };
    case 'oversized':
      return { headers: [chunked], body: `ffffffffffffffffff\r\n${body}\r\n0\r\n\r\n` };
  }
}

/** One request as the grammar has it, with what does not fit it here and there. */
function request(proof: fc.Arbitrary<Proof>): fc.Arbitrary<Sent> {
  const encoding = often(8, fc.constantFrom('form', 'json'), fc.constant('wrong'));
  return fc
    .record({ proof, path: target, encoding, extra: extraParameters, framing })
    .chain(({ proof: given, path, encoding: kind, extra, framing: how }) =>
      fc
        .record({
          verb: method(path),
          version: often(
            20,
            fc.constant('HTTP/1.1'),
            fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9', '', 'http/1.1'),
          ),
          type: mediaTypes[kind]!,
          body: often(15, fc.constant((kind === 'json' ? json : form)([...given.parameters, ...extra])), other),
          headers: often(2, fc.constant<string[]>([]), fc.array(extraHeader, { minLength: 1, maxLength: 3 })),
        })
        .map(({ verb, version, type, body, headers }) => {
          const text = Buffer.from(body).toString('latin1');
          const sent = verb === 'POST' ? framed(text, how) : { headers: [], body: '' };
          const lines = [
            `${verb} ${path} ${version}`,
            'Host: issuer.test',
            ...(given.authorization === undefined ? [] : [`Authorization: ${given.authorization}`]),
            ...(verb === 'POST' ? [`Content-Type: ${type}`] : []),
            ...sent.headers,
            ...headers,
          ];
          return { bytes: `${lines.join('\r\n')}\r\n\r\n${sent.body}`, mayIssue: given.isRight };
        }),
    );
}

const PIECES = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\0',
    ' ',
    '\t',
    ':',
    '=',
    '&',
    '[',
    ']',
    '{',
    '}',
    '"',
    '\\',
    ',',
    '%',
    '%00',
    '%ff',
    '+',
    '0',
  ],
  ...[
    'Content-Length: 0\r\n',
    'Transfer-Encoding: chunked\r\n',
    '0\r\n\r\n',
    'Authorization: Basic Og==\r\n',
    'HTTP/1.1',
    'POST ',
    '\xff',
  ],
];

/** One to three requests on a connection, half of them with a few bytes changed. */
export function sentOver(all: readonly Proof[]): fc.Arbitrary<Sent> {
  const one = often(
    3,
    request(fc.constantFrom(...all.filter(({ isRight }) => !isRight))),
    request(fc.constantFrom(...all)),
  );
  return often(6, fc.array(one, { minLength: 1, maxLength: 1 }), fc.array(one, { minLength: 2, maxLength: 3 }))
    .map((each) => ({
      bytes: each.map(({ bytes }) => bytes).join(''),
      mayIssue: each.some(({ mayIssue }) => mayIssue),
    }))
    .chain(({ bytes, mayIssue }) =>
      fc.oneof(fc.constant(bytes), mutated(bytes, PIECES, 6)).map((given) => ({ bytes: given, mayIssue })),
    );
}
