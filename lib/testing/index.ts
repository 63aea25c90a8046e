export { credentialStoreContract } from './credential-store-contract.js';
export { keyStoreContract } from './key-store-contract.js';
export { replayStoreContract } from './replay-store-contract.js';
export { serviceAccountStoreContract } from './service-account-store-contract.js';
export { testIssuer } from './test-issuer.js';

export type { ContractRule } from './contract-rule.js';
export type { CredentialStoreFactory, HeldRecords } from './credential-store-contract.js';
export type { KeyStoreFactory } from './key-store-contract.js';
export type { ReplayStoreFactory } from './replay-store-contract.js';
export type { ServiceAccountStoreFactory } from './service-account-store-contract.js';
export type { TestIssuer, TestIssuerOptions, TestTokenOptions } from './test-issuer.js';
