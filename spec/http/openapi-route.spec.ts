import { Router } from 'express';
import { openApiDocument, type OpenApiDocument, type OpenApiDocumentOptions } from 'frontier-token';
import request from 'supertest';
import { issuer, ISSUER, TOKEN_PATH } from '../support/issuer.js';

const openApiPath = '/openapi.json';
const METADATA = '/.well-known/oauth-authorization-server';

const mounted = (options: Partial<OpenApiDocumentOptions> = {}, ...mountPath: string[]) =>
  issuer({ openApiPath, ...options }, (app, router) => {
    app.use(mountPath.reduceRight<Router>((inner, path) => Router().use(path, inner), router));
  });

describe('the OpenAPI document', () => {
  it('is not there unless the host asks for it', async () => {
    await request((await issuer()).app)
      .get(openApiPath)
      .expect(404);
  });

  it.each<[string, Partial<OpenApiDocumentOptions>, string[]]>([
    ['at the root', {}, []],
    ['below a path', {}, ['/auth']],
    ['in nested routers', {}, ['/api', '/v2', '/auth']],
    ['below the path of its issuer', { issuer: `${ISSUER}/auth` }, ['/auth']],
    ['below the path of its issuer, in another case', { issuer: `${ISSUER}/Auth` }, ['/auth']],
    ['below the path of its issuer, percent-encoded', { issuer: `${ISSUER}/größe` }, ['/gr%C3%B6%C3%9Fe']],
    ['below the end of the path of its issuer', { issuer: `${ISSUER}/api/auth` }, ['/auth']],
    ['below a path that is not that of its issuer', { issuer: `${ISSUER}/tenant` }, ['/auth']],
    ['of the frontier profile', { profile: 'frontier' }, ['/auth']],
  ])(
    '%s is that of openApiDocument with the mount path, and agrees with the metadata',
    async (_where, options, mount) => {
      const { app } = await mounted(options, ...mount);
      const mountPath = mount.join('');
      const { body } = await request(app)
        .get(mountPath + openApiPath)
        .expect(200);
      expect(body).toEqual(openApiDocument({ issuer: ISSUER, openApiPath, ...options, mountPath }));

      const { servers, paths } = body as OpenApiDocument;
      const [tokenPath = ''] = Object.keys(paths);
      expect(tokenPath).toBe(mountPath + TOKEN_PATH);
      const metadata = await request(app).get(mountPath + METADATA);
      expect(new URL(servers[0]!.url + tokenPath).href.toLowerCase()).toBe(
        new URL(metadata.body.token_endpoint as string).href.toLowerCase(),
      );
    },
  );

  it('has the values of parameters in its mount path', async () => {
    const { app } = await mounted({}, '/tenants/:tenant');
    const paths = await Promise.all(
      ['acme', '%7Ba%7D'].map(async (tenant) => {
        const { body } = await request(app).get(`/tenants/${tenant}${openApiPath}`).expect(200);
        return Object.keys((body as OpenApiDocument).paths)[0];
      }),
    );
    expect(paths).toEqual([`/tenants/acme${TOKEN_PATH}`, `/tenants/%7Ba%7D${TOKEN_PATH}`]);
  });

  it('may be kept for five minutes, and is 304 for its ETag', async () => {
    const { app } = await mounted();
    const { headers } = await request(app).get(openApiPath).expect(200);
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=300',
      'content-type': 'application/json; charset=utf-8',
    });
    await request(app).get(openApiPath).set('If-None-Match', headers.etag!).expect(304);
    const head = await request(app).head(openApiPath).expect(200);
    expect(head.headers.etag).toBe(headers.etag);
  });

  it.each(['post', 'put', 'delete', 'options'] as const)('refuses %s: 405', async (method) => {
    const answer = await request((await mounted()).app)[method](openApiPath);
    expect([answer.status, answer.headers.allow, answer.body.code]).toEqual([405, 'GET, HEAD', 12]);
  });
});
