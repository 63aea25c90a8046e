import { InsufficientScopeError, InvalidTokenError } from '../../lib/errors/catalogue.js';
import { bearerChallenge } from '../../lib/guard/challenge.js';

describe('the challenge of a refusal (RFC 6750 §3)', () => {
  it('has no error where no token was sent', () => {
    const error = new InvalidTokenError({ reason: 'token_missing' });
    expect(bearerChallenge(error, 'https://a.example.com')).toBe('Bearer realm="https://a.example.com"');
  });

  it('names the error of a bad token, and never the reason', () => {
    const challenge = bearerChallenge(new InvalidTokenError({ reason: 'token_expired' }), 'r');
    expect(challenge).toBe(
      'Bearer realm="r", error="invalid_token", error_description="the access token is missing or not valid"',
    );
  });

  it('names the scopes that are needed', () => {
    expect(bearerChallenge(new InsufficientScopeError(['a', 'b:c']), 'r')).toMatch(
      /^Bearer realm="r", error="insufficient_scope", error_description="[^"]+", scope="a b:c"$/,
    );
  });

  it('quotes what would end a quoted-string, and is ASCII whatever the realm', () => {
    const error = new InvalidTokenError({ reason: 'token_missing' });
    expect(bearerChallenge(error, 'a"b\\c')).toBe('Bearer realm="a\\"b\\\\c"');
    expect(bearerChallenge(error, 'é\r\nX: y')).toBe('Bearer realm="%C3%A9%0D%0AX: y"');
  });
});
