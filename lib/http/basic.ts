import { isUtf8 } from 'node:buffer';

/** A client id and the secret that came with it. */
export interface ClientSecret {
  id: string;
  secret: string;
}

/**
 * The user-id and password of Basic credentials (RFC 7617 §2), as sent: split at the first colon, in UTF-8.
 * passport-http splits at every colon and cuts a secret at the second.
 *
 * @returns undefined where they can't be read
 */
export function readBasic(credentials: string): ClientSecret | undefined {
  const unpadded = credentials.replace(/={1,2}$/, '');
  const bytes = Buffer.from(unpadded, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== unpadded || !isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/**
 * What Basic credentials may mean: as sent and, only where that changes them, form-decoded. RFC 6749 §2.3.1 has
 * clients form-encode both; many send them as they are, and a secret with `+` or `%` reads differently then.
 */
export function readings(sent: ClientSecret): ClientSecret[] {
  const id = formDecoded(sent.id);
  const secret = formDecoded(sent.secret);
  if (id === undefined || secret === undefined || (id === sent.id && secret === sent.secret)) return [sent];
  return [sent, { id, secret }];
}

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
