import fc from 'fast-check';
import { TokenError } from '../../../lib/errors/token-error.js';
import { readBasic } from '../../../lib/http/basic.js';
import { basicSecrets } from '../../../lib/http/proofs.js';
import { runs } from '../length.js';
import { mutated } from '../mutations.js';
import { texts } from '../texts.js';

const text = texts(':%+ =&\0', { minLength: 1, maxLength: 200 });
const id = text.map((each) => each.replaceAll(':', '') || 'a');

const base64 = (plain: string | Uint8Array) => Buffer.from(plain).toString('base64');
/** As RFC 6749 appendix B has it. */
const formEncoded = (plain: string) => new URLSearchParams({ '': plain }).toString().slice(1);
const read = (credentials: string) => basicSecrets({ scheme: 'basic', credentials });

describe('Basic credentials', () => {
  it('of any id without a colon and any secret are read as sent, first of all', () => {
    fc.assert(
      fc.property(id, text, fc.boolean(), (sentId, secret, padded) => {
        const sent = base64(`${sentId}:${secret}`);
        expect(read(padded ? sent : sent.replace(/=+$/, ''))[0]).toEqual({ id: sentId, secret });
      }),
      runs(500),
    );
  });

  it('of any id and any secret, form-encoded, have these as their one other reading', () => {
    fc.assert(
      fc.property(text, text, (sentId, secret) => {
        const sent = { id: formEncoded(sentId), secret: formEncoded(secret) };
        const changes = sent.id !== sentId || sent.secret !== secret;
        expect(read(base64(`${sent.id}:${sent.secret}`))).toEqual([sent, ...(changes ? [{ id: sentId, secret }] : [])]);
      }),
      runs(500),
    );
  });

  it('of any bytes are read back to these bytes, or not at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const credentials = readBasic(base64(bytes));
        if (credentials) expect(Buffer.from(`${credentials.id}:${credentials.secret}`)).toEqual(Buffer.from(bytes));
      }),
      runs(1000),
    );
  });

  it('of any other text are refused with an error of ours, or are base64 of what is read', () => {
    const near = id.chain((sentId) => mutated(base64(`${sentId}:secret`), ['=', '==', ':', ' ', '-', '_', '\0']));
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' }), fc.base64String()), (credentials) => {
        let sent;
        try {
          [sent] = read(credentials);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TokenError);
          expect([400, 401]).toContain((thrown as TokenError).status);
          return;
        }
        expect(base64(`${sent?.id}:${sent?.secret}`).replace(/=+$/, '')).toBe(credentials.replace(/={1,2}$/, ''));
      }),
      runs(2000),
    );
  });
});
