import type { Request } from 'express';
import type { TokenError } from '../errors/token-error.js';
import type { TokenEvent } from './events.js';
import { notify } from './notify.js';

/** What the steps of a request have found out so far. */
export type Known = Pick<
  TokenEvent,
  'grantType' | 'accountId' | 'credentialId' | 'jti' | 'scopes' | 'limiter' | 'cause'
>;

/** Tells how a request ended; what a refusal is about counts where the steps did not get that far. */
type Conclude = (status: number, known: Known, error?: TokenError) => void;

/** Starts the clock for a request's one event. */
export function auditor(onEvent: ((event: TokenEvent) => unknown) | undefined): (req: Request) => Conclude {
  if (!onEvent) return () => () => undefined;
  return (req) => {
    const start = performance.now();
    // Now: once the client has hung up, nobody knows.
    const { ip } = req;
    return (status, known, error) => {
      const event = {
        type: error === undefined ? 'token.issued' : status < 500 ? 'token.denied' : 'token.failed',
        time: new Date(),
        durationMs: performance.now() - start,
        ip,
        status,
        ...known,
        ...error?.about,
        error: error?.error,
        reason: error?.reason,
        cause: error && 'cause' in error ? error.cause : known.cause,
      } satisfies TokenEvent;
      notify<TokenEvent>(onEvent, told(event));
    };
  };
}

/** Text from a client ends in logs: of this many characters at most. */
const MAX_TEXT = 256;

function told(event: TokenEvent): TokenEvent {
  const members = Object.entries(event).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    members.map(([name, value]) => [name, name === 'cause' ? value : cut(value)]),
  ) as unknown as TokenEvent;
}

function cut(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : value;
}
