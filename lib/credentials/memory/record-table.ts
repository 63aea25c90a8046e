import { randomBytes } from 'node:crypto';
import { TextArena } from './text-arena.js';

/**
 * Records by id, as JSON outside of V8's heap: see `TextArena`. What is given was parsed for the caller alone.
 *
 * The index has no object for each record either: ids are found by a hash, and records whose ids have the same one, a
 * few in a hundred thousand, are kept in one text.
 */
export class RecordTable<R extends { id: string }> {
  private readonly places = new Map<number, number>();
  private readonly texts = new TextArena();

  /** @param hashOf one of a spec, which has ids with the same one */
  constructor(private readonly hashOf: (id: string) => number = seededHash) {}

  get(id: string): R | undefined {
    return this.withHash(this.hashOf(id)).find((record) => record.id === id);
  }

  /** In place of the one with its id, where there is one. */
  set(record: R): void {
    const hash = this.hashOf(record.id);
    this.keep(hash, [...without(this.withHash(hash), record.id), record]);
  }

  delete(id: string): void {
    const hash = this.hashOf(id);
    this.keep(hash, without(this.withHash(hash), id));
  }

  /** Any one of them. */
  any(): R | undefined {
    for (const place of this.places.values()) return this.at(place)[0];
    return undefined;
  }

  /** In no order. */
  all(): R[] {
    return [...this.places.values()].flatMap((place) => this.at(place));
  }

  private withHash(hash: number): R[] {
    const place = this.places.get(hash);
    return place === undefined ? [] : this.at(place);
  }

  private at(place: number): R[] {
    return JSON.parse(this.texts.read(place)) as R[];
  }

  private keep(hash: number, records: R[]): void {
    const place = this.places.get(hash);
    if (records.length === 0) this.places.delete(hash);
    else this.places.set(hash, this.texts.add(JSON.stringify(records)));
    // Last: where the new text can't be written, the old one is what there is.
    if (place !== undefined) this.texts.remove(place);
  }
}

function without<R extends { id: string }>(records: R[], id: string): R[] {
  return records.filter((record) => record.id !== id);
}

/** Of this process: who doesn't know it can't choose ids that have one hash. */
const SEED = randomBytes(4).readInt32LE();

/** FNV-1a, of 16 bits at a time. */
function seededHash(id: string): number {
  let hash = SEED;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return hash;
}
