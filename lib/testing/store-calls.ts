import { AssertionError } from 'node:assert';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { isObject } from '../values.js';
import { breach } from './breach.js';

/** Less than the five seconds that Jest and Vitest give a test: the rule's own message comes first. */
const CALL_LIMIT_MS = 4000;
/** Making a store may mean to start a database, and to make its tables. */
const FACTORY_LIMIT_MS = 20_000;

/** What a call rejected with, and whose call it was. */
export class CallFailure extends Error {
  constructor(
    readonly whose: string,
    override readonly cause: unknown,
  ) {
    super(`${whose} failed`, { cause });
  }
}

/** A store whose calls fail with `CallFailure`, and with a rule's failure where they give no answer. */
export function watched<Store extends object>(store: Store): Store {
  // Not a proxy of the store itself: a frozen one would have to give its methods as they are.
  return new Proxy({} as Store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        answered(`${String(name)}()`, CALL_LIMIT_MS, () => Reflect.apply(member, store, args) as unknown);
    },
  });
}

/** The store that a host's factory makes. */
export async function made<Store extends object>(factory: () => Store | Promise<Store>): Promise<Store> {
  const store: unknown = await answered('the factory', FACTORY_LIMIT_MS, factory);
  if (!isObject(store)) throw breach('the factory must give a store: does it return it?', { got: store });
  return watched(store as Store);
}

/** The timer keeps the process alive, so that a store that hangs is told of; it ends with the call. */
async function answered<T>(whose: string, limit: number, call: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Once the event loop has taken in what came: after a stall the answer may be there, and only the timer early.
      setImmediate(() => {
        reject(
          breach(`${whose} gave no answer in ${limit / 1000} seconds: its promise must resolve or reject, always`),
        );
      });
    }, limit);
  });
  try {
    return await Promise.race([settled(whose, call), silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function settled<T>(whose: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    // Of a call within this one: told already.
    if (cause instanceof CallFailure || cause instanceof AssertionError) throw cause;
    throw new CallFailure(whose, cause);
  }
}
