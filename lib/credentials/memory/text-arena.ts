/** Bytes of the first chunk, for the store of a test; each has twice the bytes of the one before it. */
const FIRST_CHUNK = 2 ** 14;
/** Bytes. */
const LARGEST_CHUNK = 2 ** 20;
/** Bytes. Places are counted in these: up to 32 GiB of full chunks they are integers that V8 keeps without an object. */
const UNIT = 16;
/** As many numbers are there for the places of each chunk. */
const UNITS = LARGEST_CHUNK / UNIT;
/** Bytes in front of each text, which say how long it is. */
const HEAD = 4;

/**
 * Texts in buffers: the more V8's heap holds, the longer each collection of what requests leave behind takes. What is
 * removed makes room for texts of about the same length; the buffers stay.
 */
export class TextArena {
  private readonly chunks: Buffer[] = [];
  /** In the chunk that is being filled: its first place that is free, and the one behind its last. */
  private nextPlace = 0;
  private endPlace = 0;
  /** Bytes. */
  private nextChunk = FIRST_CHUNK;
  /** By size in units: where a text was removed. */
  private readonly free = new Map<number, number[]>();

  /** @param text well-formed: half a surrogate pair would come back as U+FFFD */
  add(text: string): number {
    const length = Buffer.byteLength(text);
    const units = unitsFor(HEAD + length);
    const place = this.free.get(units)?.pop() ?? this.allot(units);
    const { chunk, at } = this.locate(place);
    chunk.writeUInt32LE(length, at);
    chunk.write(text, at + HEAD);
    return place;
  }

  read(place: number): string {
    const { chunk, at } = this.locate(place);
    const start = at + HEAD;
    return chunk.toString('utf8', start, start + chunk.readUInt32LE(at));
  }

  remove(place: number): void {
    const { chunk, at } = this.locate(place);
    const units = unitsFor(HEAD + chunk.readUInt32LE(at));
    const places = this.free.get(units);
    if (places) places.push(place);
    else this.free.set(units, [place]);
  }

  private allot(units: number): number {
    if (this.nextPlace + units > this.endPlace) {
      const size = this.nextChunk;
      this.nextChunk = Math.min(LARGEST_CHUNK, 2 * size);
      // A larger one has a chunk of its own.
      if (UNIT * units > size) return this.addChunk(UNIT * units);
      this.nextPlace = this.addChunk(size);
      this.endPlace = this.nextPlace + size / UNIT;
    }
    const place = this.nextPlace;
    this.nextPlace += units;
    return place;
  }

  /** @returns the first of its places */
  private addChunk(bytes: number): number {
    return UNITS * (this.chunks.push(Buffer.allocUnsafeSlow(bytes)) - 1);
  }

  private locate(place: number): { chunk: Buffer; at: number } {
    const chunk = this.chunks[Math.floor(place / UNITS)];
    if (!chunk) throw new RangeError('no text is there');
    return { chunk, at: UNIT * (place % UNITS) };
  }
}

/** In steps of an eighth: a text that grows and grows leaves places that others fit in, not one of each size. */
function unitsFor(bytes: number): number {
  const units = Math.ceil(bytes / UNIT);
  const step = 2 ** Math.max(0, 28 - Math.clz32(units));
  return step * Math.ceil(units / step);
}
