// What a fuzz must find: a store to which no credential is revoked.
import { MemoryStore } from 'frontier-token';

const { findCredential } = MemoryStore.prototype;
MemoryStore.prototype.findCredential = async function (id) {
  const found = await findCredential.call(this, id);
  delete found?.revokedAt;
  return found;
};
