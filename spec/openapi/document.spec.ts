import { readFileSync } from 'node:fs';
import {
  frontierToken,
  MemoryStore,
  openApiDocument,
  type FrontierTokenOptions,
  type OpenApiDocumentOptions,
} from 'frontier-token';
import { ISSUER, TOKEN_PATH } from '../support/issuer.js';

const JWKS = '/.well-known/jwks.json';
const METADATA = '/.well-known/oauth-authorization-server';
const of = (options: Partial<OpenApiDocumentOptions> = {}) => openApiDocument({ issuer: ISSUER, ...options });
const token = (options?: Partial<OpenApiDocumentOptions>) => of(options).paths[TOKEN_PATH]!.post!;
const statuses = (operation?: { responses: object }) => Object.keys(operation?.responses ?? {}).map(Number);

describe('the paths of the document', () => {
  it.each<[string, Partial<OpenApiDocumentOptions>, string[]]>([
    ['are those of the routes', {}, [TOKEN_PATH, JWKS, METADATA]],
    ['begin with the mount path', { mountPath: '/a/b' }, [`/a/b${TOKEN_PATH}`, `/a/b${JWKS}`, `/a/b${METADATA}`]],
    ['need no slash between', { mountPath: '/a/', jwksPath: false }, [`/a${TOKEN_PATH}`, `/a${METADATA}`]],
    ['are without what is off', { jwksPath: false, metadataPath: false }, [TOKEN_PATH]],
    ['are those of the host', { path: '/t', jwksPath: '/j', metadataPath: '/m' }, ['/t', '/j', '/m']],
    ['tell of the document', { openApiPath: '/o', metadataPath: false }, [TOKEN_PATH, JWKS, '/o']],
    ['have both places of the metadata', { issuer: `${ISSUER}/a/` }, [TOKEN_PATH, JWKS, METADATA, `${METADATA}/a`]],
    ['hold no template', { mountPath: '/%7Ba%7D', path: '/t', jwksPath: false, metadataPath: false }, ['/%7Ba%7D/t']],
  ])('%s', (_what, options, paths) => {
    expect(Object.keys(of(options).paths)).toEqual(paths);
  });
});

describe('the server of the document', () => {
  const [issuer, mountPath] = [`${ISSUER}/auth`, '/auth'];
  const elsewhere = 'https://public.test/id';

  it.each<[string, Partial<OpenApiDocumentOptions>, string]>([
    ['the issuer', {}, ISSUER],
    ['the issuer with its path, at the root behind a proxy', { issuer: `${issuer}/` }, issuer],
    ['what comes before the mount path', { issuer, mountPath }, ISSUER],
    ['what comes before the mount path, in any case', { issuer: `${ISSUER}/Auth`, mountPath }, ISSUER],
    [
      'the issuer with a path that is none of the mount path',
      { issuer: `${ISSUER}/tenant`, mountPath },
      `${ISSUER}/tenant`,
    ],
    ['the issuer with letters percent-encoded', { issuer: `${ISSUER}/größe` }, `${ISSUER}/gr%C3%B6%C3%9Fe`],
  ])('is %s', (_what, options, url) => {
    expect(of(options).servers).toEqual([{ url }]);
  });

  it.each<[string, string, object]>([
    ['that is the default', ISSUER + TOKEN_PATH, {}],
    ['below which the path is the same', elsewhere + TOKEN_PATH, { servers: [{ url: elsewhere }] }],
    ['with another path', `${elsewhere}/token`, {}],
  ])('is that of a tokenEndpoint %s', (_what, tokenEndpoint, expected) => {
    const { post, ...others } = of({ tokenEndpoint }).paths[TOKEN_PATH]!;
    expect(others).toEqual(expected);
    expect(post!.description.includes(`\`${tokenEndpoint}\``)).toBe(tokenEndpoint.endsWith('/id/token'));
  });

  it('is that of the jwksUri, for the JWKS', () => {
    expect(of({ jwksUri: elsewhere + JWKS }).paths[JWKS]!.servers).toEqual([{ url: elsewhere }]);
  });
});

describe('the token route', () => {
  it('is described with every status of the error table', () => {
    expect(statuses(token())).toEqual([200, 400, 401, 403, 404, 405, 413, 415, 429, 500, 503]);
    expect(statuses(token({ rateLimit: false }))).not.toContain(429);
  });

  it('takes both media types, and credentials in the header or in the body', () => {
    const { requestBody, security } = token();
    expect(Object.keys(requestBody!.content)).toEqual(['application/x-www-form-urlencoded', 'application/json']);
    expect(security).toEqual([{ clientSecret: [] }, { assertion: [] }, {}]);
    expect(of().components.securitySchemes).toMatchObject({
      clientSecret: { type: 'http', scheme: 'basic' },
      assertion: { type: 'http', scheme: 'bearer' },
    });
  });

  it.each<[string, Partial<OpenApiDocumentOptions>, unknown[]]>([
    ['needs a grant_type, and gives the token in the body', {}, [true, ['grant_type'], false]],
    [
      'of the frontier profile needs no grant_type and no body, and gives x-user-token too',
      { profile: 'frontier' },
      [false, undefined, true],
    ],
  ])('%s', (_what, options, expected) => {
    const { requestBody, responses } = token(options);
    const { required } = of(options).components.schemas.TokenRequest!;
    expect([requestBody!.required, required, 'x-user-token' in responses['200']!.headers]).toEqual(expected);
  });

  it.each([
    [401, 'WWW-Authenticate', { enum: [`Basic realm="${ISSUER}"`, `Bearer realm="${ISSUER}"`] }],
    [405, 'Allow', { const: 'POST' }],
    [429, 'Retry-After', { minimum: 1 }],
    [503, 'Retry-After', { minimum: 1 }],
    ...[200, 400, 500].flatMap((status) => [
      [status, 'Cache-Control', { const: 'no-store' }] as const,
      [status, 'Pragma', { const: 'no-cache' }] as const,
    ]),
  ] as const)('answers %i with %s', (status, name, schema) => {
    expect(token().responses[status]!.headers[name]).toMatchObject({ required: true, schema });
  });

  it('tells the limits that the host set', () => {
    const { responses } = token({ bodyLimit: 1234, accessTokenLifetime: 77 });
    expect(responses['413']!.description).toContain('1234 bytes');
    expect(responses['200']!.content!['application/json']!.examples!.token!.value).toMatchObject({ expires_in: 77 });
  });
});

describe.each(['get', 'head'] as const)('the public documents by %s', (method) => {
  const { paths } = of({ openApiPath: '/openapi.json' });

  it.each([
    [JWKS, [200, 304, 405, 500, 503]],
    [METADATA, [200, 304, 405]],
    ['/openapi.json', [200, 304, 405]],
  ])('%s: each status, and a body where there is one', (path, expected) => {
    const operation = paths[path]![method]!;
    expect(statuses(operation)).toEqual(expected);
    expect(operation.responses['200']!.headers).toMatchObject({
      'Cache-Control': { schema: { const: 'public, max-age=300' } },
      ETag: { required: true },
    });
    const withBody = expected.filter((status) => operation.responses[status]!.content);
    expect(withBody).toEqual(method === 'get' ? expected.filter((status) => status !== 304) : []);
  });
});

describe('the document', () => {
  const keyStore = { signingKey: () => Promise.reject(new Error()), publicKeys: async () => [] };

  it('is made of the very options of the router', () => {
    const options: FrontierTokenOptions = {
      issuer: ISSUER,
      credentialStore: new MemoryStore(),
      keyStore,
      path: '/token',
      assertion: { requireJti: true },
      rateLimit: { failures: 5 },
      onEvent: () => undefined,
    };
    frontierToken(options);
    expect(openApiDocument(options)).toEqual(of({ path: '/token' }));
  });

  it("is the caller's own: a change in one place changes no other, nor the next document", () => {
    const [mine, next] = [of(), of()];
    mine.paths[TOKEN_PATH]!.post!.responses['400']!.headers.Pragma!.description = 'changed';
    expect(JSON.stringify(mine).split('"changed"')).toHaveLength(2);
    expect(of()).toEqual(next);
    expect(JSON.parse(JSON.stringify(next))).toEqual(next);
  });

  it('has only schemas that something refers to', () => {
    for (const options of [{}, { jwksPath: false, metadataPath: false } as const]) {
      const document = of(options);
      const text = JSON.stringify(document);
      for (const name of Object.keys(document.components.schemas)) {
        expect(text).toContain(`"#/components/schemas/${name}"`);
      }
    }
  });

  it('is under the license of the package', () => {
    const { license } = JSON.parse(readFileSync('package.json', 'utf8')) as { license: string };
    expect(of().info.license.identifier).toBe(license);
  });
});
