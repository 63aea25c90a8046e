import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

export const rsa = (bits = 2048): KeyObject => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
export const ec = (namedCurve = 'P-256'): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;

export const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string =>
  key.export({ format: 'pem', type }) as string;
export const jwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });

/** What a call rejects with, which must be an error. */
export const rejection = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => Promise.reject(new Error('it did not reject')),
    (thrown: unknown) => thrown as Error,
  );
