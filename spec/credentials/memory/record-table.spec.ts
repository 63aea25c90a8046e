import fc from 'fast-check';
import { RecordTable } from '../../../lib/credentials/memory/record-table.js';

interface Kept {
  id: string;
  value: string;
}

describe('RecordTable', () => {
  it.each<[string, ConstructorParameters<typeof RecordTable>]>([
    ['of their own', []],
    ['in common', [(id) => id.length % 3]],
  ])('answers as a plain map does, whatever is set and deleted, where ids have hashes %s', (_, hash) => {
    const ids = fc.oneof(fc.constantFrom('', 'a', '__proto__', '\ud800', '\udc00', 'é'), fc.string({ unit: 'binary' }));
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 100, maxLength: 3000, size: 'max' }));
    const step = fc.record({ id: ids, value: values, deleted: fc.boolean() });
    const property = fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
      const table = new RecordTable<Kept>(...hash);
      const model = new Map<string, Kept>();
      for (const { id, value, deleted } of steps) {
        if (deleted) {
          table.delete(id);
          model.delete(id);
        } else {
          table.set({ id, value });
          model.set(id, { id, value });
        }
        expect(table.get(id)).toStrictEqual(model.get(id));
      }
      for (const { id } of steps) expect(table.get(id)).toStrictEqual(model.get(id));
      const inOrder = (records: Iterable<Kept>) => [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(inOrder(table.all())).toStrictEqual(inOrder(model.values()));
      const any = table.any();
      expect(any === undefined).toBe(model.size === 0);
      expect(any && model.get(any.id)).toStrictEqual(any);
    });
    fc.assert(property, { numRuns: 50, seed: 1 });
  });
});
