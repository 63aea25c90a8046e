import { SqlKeyStore } from '../../lib/sql/sql-key-store.js';

const encryptionKey = Buffer.alloc(32, 7);
const open = (options: object) => SqlKeyStore.open({} as never, { encryptionKey, ...options });

describe('SqlKeyStore.open', () => {
  it.each([
    [{ encryptionKey: undefined }, "option 'encryptionKey' must be 32 bytes"],
    [{ encryptionKey: 'hunter2' }, 'but got a string of 7 characters'],
    [{ tablePrefix: 'a"' }, "option 'tablePrefix' must be at most 40 lower-case letters"],
    [{ alg: 'HS256' }, "option 'alg' must be 'RS256' or"],
    [{ rotateAfter: 0 }, "option 'rotateAfter' must be a whole number of seconds from 1"],
    [{ publishAhead: 0.5 }, "option 'publishAhead' must be a whole number of seconds from 1"],
    [{ keepFor: '86400' }, "option 'keepFor' must be a whole number of seconds from 1"],
    [{ rotateAfter: 59, publishAhead: 60 }, "'rotateAfter' must be at least publishAhead, but got 59 and 60"],
    [{ rotateAfter: 3599 }, "option 'rotateAfter' must be at least publishAhead, but got 3599 and 3600"],
    [{ onEvent: true }, "option 'onEvent' must be a function"],
    [{ rotateEvery: 1 }, "option 'rotateEvery' must be left out: it is unknown"],
    [{}, 'SqlKeyStore.open: db must be a Kysely instance, but got an object'],
  ])('refuses %j with a TypeError that says why', async (options, message) => {
    await expect(open(options)).rejects.toThrow(TypeError);
    await expect(open(options)).rejects.toThrow(message);
  });
});
