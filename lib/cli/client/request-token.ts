import { readAnswer } from '../../http/read-answer.js';
import { isObject } from '../../values.js';
import { Failure, innermost } from '../failure.js';

/** Milliseconds for the whole answer. */
const TIMEOUT = 10_000;

/** Bytes of an answer. */
const MAX_ANSWER = 64 * 1024;

/** Characters of what a server says. */
const MAX_TEXT = 256;

/** What a token server answers with (RFC 6749 §5.1). */
export interface TokenAnswer {
  access_token: string;
  [member: string]: unknown;
}

/**
 * Asks a token endpoint for a token. Redirects are not followed: credentials go where they were meant to.
 *
 * @throws Failure with the server's reason, or why it gave none
 */
export async function requestToken(endpoint: string, form: Record<string, string>): Promise<TokenAnswer> {
  const { status, body } = await post(endpoint, form);
  if (status === 200 && isTokenAnswer(body)) return body;
  const { error, error_description: description } = isObject(body) ? body : {};
  if (typeof error !== 'string') throw new Failure(`${endpoint} answered with status ${status} and no token`);
  throw new Failure(
    `the server refused: ${told(error, form)}${told(description, form, ' (', ')')}${hint(error, form)}`,
  );
}

/** What a server says, unless it says what it was told in confidence: that would end in logs. */
function told(text: unknown, form: Record<string, string>, before = '', after = ''): string {
  if (typeof text !== 'string') return '';
  const secrets = [form.client_secret, form.assertion].flatMap((each) =>
    each ? [each, encodeURIComponent(each)] : [],
  );
  if (secrets.some((secret) => text.includes(secret))) return '';
  return `${before}${text.slice(0, MAX_TEXT)}${after}`;
}

/** An assertion is for the issuer as it calls itself (RFC 7523 §3, "aud"), which may be by another name than ours. */
function hint(error: string, form: Record<string, string>): string {
  const misaddressed = error === 'invalid_grant' && form.assertion !== undefined;
  return misaddressed ? '; if the server calls itself otherwise than --url, name that with --audience' : '';
}

async function post(endpoint: string, form: Record<string, string>): Promise<{ status: number; body: unknown }> {
  const headers = { Accept: 'application/json' };
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    const body = new URLSearchParams(form);
    const response = await fetch(endpoint, { method: 'POST', body, headers, signal, redirect: 'manual' });
    return { status: response.status, body: parsed(await readAnswer(response, MAX_ANSWER, signal)) };
  } catch (cause) {
    throw new Failure(`can't reach ${endpoint}: ${innermost(cause)}`, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 6749 appendix A.12, and no space: nothing that a terminal or a header would obey. */
function isTokenAnswer(body: unknown): body is TokenAnswer {
  return isObject(body) && typeof body.access_token === 'string' && /^[\x21-\x7e]+$/.test(body.access_token);
}
