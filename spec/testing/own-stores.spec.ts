import { MemoryStore, StaticKeyStore, type AlgorithmName } from 'frontier-token';
import { keyStoreContract, replayStoreContract, serviceAccountStoreContract } from 'frontier-token/testing';
import { MemoryReplayStore } from '../../lib/replay/memory.js';

describe('MemoryStore', () => {
  describe('keeps service accounts', () => {
    for (const { title, run } of serviceAccountStoreContract(() => new MemoryStore())) it(title, run);
  });

  describe('remembers claims', () => {
    for (const { title, run } of replayStoreContract(() => new MemoryStore())) it(title, run);
  });
});

describe('MemoryReplayStore', () => {
  for (const { title, run } of replayStoreContract(() => new MemoryReplayStore())) it(title, run);
});

describe.each<AlgorithmName>(['ES256', 'ES512', 'RS256', 'PS384'])('StaticKeyStore with %s', (alg) => {
  const keyStore = StaticKeyStore.generate({ alg });
  for (const { title, run } of keyStoreContract(() => keyStore)) it(title, run);
});
