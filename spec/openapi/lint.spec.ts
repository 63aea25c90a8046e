import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openApiDocument, type OpenApiDocument, type OpenApiDocumentOptions } from 'frontier-token';
import { ISSUER } from '../support/issuer.js';

const redocly = join(dirname(require.resolve('@redocly/cli/package.json')), 'bin', 'cli.js');
// Neither asks its maker for news.
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'openapi-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Redocly's recommended rules find, warnings included. */
async function faultsOf(document: OpenApiDocument, name: string): Promise<string[]> {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(document));
  const args = [redocly, 'lint', `${name}.json`, '--extends', 'recommended', '--format', 'json'];
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env }, (_error, output) => resolve(output));
  });
  const { problems } = JSON.parse(stdout) as { problems: { ruleId: string; message: string }[] };
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

const sets: Record<string, OpenApiDocumentOptions> = {
  'issuer-alone': { issuer: ISSUER },
  'everything-on': { issuer: ISSUER, mountPath: '/api/auth', openApiPath: '/openapi.json', profile: 'frontier' },
  'token-route-alone': {
    issuer: `${ISSUER}/a`,
    mountPath: '/a',
    jwksPath: false,
    metadataPath: false,
    rateLimit: false,
  },
  'other-urls': {
    issuer: `${ISSUER}/größe/`,
    tokenEndpoint: 'https://a.test/v1beta1/auth/token',
    jwksUri: 'https://b.test/',
  },
};

it.each(Object.entries(sets))('the document has no fault under recommended rules: %s', async (name, options) => {
  expect(await faultsOf(openApiDocument(options), name)).toEqual([]);
});

it('the linter finds what is wrong', async () => {
  const document = openApiDocument(sets['issuer-alone']!);
  delete document.components.schemas.TokenError;
  expect(await faultsOf(document, 'broken')).toContainEqual(expect.stringContaining('no-unresolved-refs'));
});
