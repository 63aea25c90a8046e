import express from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { issuer, keyStoreOf, storeThat, TestKey } from '../support/tokens.js';

describe('a refusal has the shape of every error of the package', () => {
  const key = new TestKey();
  const guarded = (options: Parameters<typeof requireAccessToken>[0]) =>
    express().use(requireAccessToken(options), (_req, res) => void res.sendStatus(200));
  const app = guarded({ issuer, keyStore: keyStoreOf(key), scopes: ['reports:read', 'reports:write'] });
  const info = (reason: string) => [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'api.example.com' },
  ];

  it('401 invalid_token for a bad one', async () => {
    const answer = await request(app).get('/').set('Authorization', 'Bearer nonsense');
    const message = 'the access token is missing or not valid';
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer realm="${issuer}", error="invalid_token", error_description="${message}"`,
    );
    expect(answer.body).toEqual({
      code: 16,
      message,
      details: info('INVALID_TOKEN'),
      error: 'invalid_token',
      error_description: message,
    });
  });

  it('403 insufficient_scope with the needed scope', async () => {
    const token = await key.token({ scope: 'reports:read' });
    const answer = await request(app).get('/').set('Authorization', `Bearer ${token}`);
    const message = 'the access token lacks a needed scope';
    expect(answer.status).toBe(403);
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer realm="${issuer}", error="insufficient_scope", error_description="${message}", scope="reports:read reports:write"`,
    );
    expect(answer.body).toEqual({
      code: 7,
      message,
      details: info('INSUFFICIENT_SCOPE'),
      error: 'insufficient_scope',
      error_description: message,
    });
  });

  it('503 temporarily_unavailable without a challenge', async () => {
    const down = guarded({ issuer, keyStore: storeThat(() => new Promise(() => undefined)), storeTimeout: 20 });
    const answer = await request(down)
      .get('/')
      .set('Authorization', `Bearer ${await key.token()}`);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': expect.stringMatching(/^\d+$/) });
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.body).toMatchObject({ code: 14, details: info('TEMPORARILY_UNAVAILABLE') });
  });

  it('and is JSON that nobody may cache', async () => {
    const answer = await request(app).get('/');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers).not.toHaveProperty('etag');
  });

  it('and tells HEAD the same without a body', async () => {
    const answer = await request(app).head('/');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${issuer}"`);
  });

  it('and works for an issuer that is not ASCII', async () => {
    const abroad = guarded({ issuer: 'https://例え.jp', keyStore: keyStoreOf(key) });
    const answer = await request(abroad).get('/').expect(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="https://%E4%BE%8B%E3%81%88.jp"');
    expect(answer.body.details[0].domain).toBe('xn--r8jz45g.jp');
  });
});
