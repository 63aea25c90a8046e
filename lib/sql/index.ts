export { SqlStore } from './sql-store.js';
export { SqlKeyStore } from './sql-key-store.js';
export { FrontierDatabase } from './frontier-database.js';
export { SqliteFile } from './sqlite-file.js';

export type { KyselyInstance } from './database.js';
export type { SqlStoreOptions } from './sql-store.js';
export type { SqliteFileOptions } from './sqlite-file.js';
export type { EncryptionKey } from './signing-keys/encryption-key.js';
export type { SigningKeyEvent } from './signing-keys/events.js';
export type { ListedKey } from './signing-keys/listed-key.js';
export type { RotateOptions, SqlKeyStoreOptions } from './signing-keys/options.js';
