/**
 * Whether libjpeg accepts every segment of a JPEG. The fast decoder skips much of a file and must not read what the full one refuses: at
 * the first unusual segment, it leaves the file to the full decoder. ITU-T T.81, annex B.
 */
import { type Frame, frameOf, mostScans, type Segment, startOfScan } from './jpeg.ts';

/** Largest side that libjpeg decodes, in pixels. */
const longestSide = 65500;
/** Maximum number of blocks per unit (T.81, B.2.3). */
const mostBlocks = 10;

/** Checks the segments of one file, in order. */
export class UsualSegments {
  #frame: Frame | undefined;
  #scans = 0;
  readonly #quantisers = new Set<number>();
  readonly #codes = new Set<number>();

  /** Whether the next segment is valid. */
  accepts(segment: Segment): boolean {
    const { marker, payload } = segment;
    const frame = frameOf(segment);
    if (frame) return this.#acceptsFrame(frame, payload);
    if (marker === 0xc4) return this.#acceptsCodes(payload);
    if (marker === 0xdb) return this.#acceptsQuantisers(payload);
    if (marker === 0xdd) return payload.length === 2;
    if (marker === startOfScan) return ++this.#scans <= mostScans && this.#acceptsScan(payload);
    // Application segments, comments, and the end of the image.
    return (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe || marker === 0xd9;
  }

  #acceptsFrame(frame: Frame, payload: Uint8Array): boolean {
    const { width, height, components } = frame;
    if (this.#frame || payload.length !== 6 + 3 * components.length) return false;
    this.#frame = frame;
    return (
      Math.max(width, height) <= longestSide &&
      new Set(components.map(({ id }) => id)).size === components.length &&
      components.every(({ wide, high, quantiser }) => wide >= 1 && wide <= 4 && high >= 1 && high <= 4 && quantiser < 4)
    );
  }

  #acceptsCodes(payload: Uint8Array): boolean {
    let at = 0;
    while (at + 17 <= payload.length) {
      const kind = payload[at]!;
      const counts = payload.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const symbols = payload.subarray(at + 17, at + 17 + total);
      if ((kind & 0xec) !== 0 || total > 256 || symbols.length < total || !fits(counts)) return false;
      if (kind < 4 && symbols.some((symbol) => symbol > 15)) return false;
      this.#codes.add(kind);
      at += 17 + total;
    }
    return at === payload.length;
  }

  #acceptsQuantisers(payload: Uint8Array): boolean {
    let at = 0;
    while (at < payload.length) {
      const kind = payload[at]!;
      if ((kind & 0xec) !== 0) return false;
      this.#quantisers.add(kind & 3);
      at += 1 + (kind >> 4 ? 128 : 64);
    }
    return at === payload.length;
  }

  #acceptsScan(payload: Uint8Array): boolean {
    const count = payload[0] ?? 0;
    if (!this.#frame || count < 1 || payload.length !== 4 + 2 * count) return false;
    const { components, marker } = this.#frame;
    const [first, last, precision] = payload.subarray(1 + 2 * count) as unknown as [number, number, number];
    const [high, low] = [precision >> 4, precision & 15];
    const progressive = marker === 0xc2;
    if (progressive) {
      const range = first === 0 ? last === 0 : last >= first && last <= 63 && count === 1;
      if (!range || low > 13 || (high > 0 && low !== high - 1)) return false;
    } else if (first !== 0 || last !== 63 || precision !== 0) return false;
    const ids = new Set<number>();
    let blocks = 0;
    for (let i = 0; i < count; i++) {
      const [id, tables] = [payload[1 + 2 * i]!, payload[2 + 2 * i]!];
      const component = components.find((each) => each.id === id);
      if (!component || ids.has(id) || !this.#quantisers.has(component.quantiser)) return false;
      ids.add(id);
      blocks += component.wide * component.high;
      const [dc, ac] = [tables >> 4, 0x10 | (tables & 15)];
      const needsDc = first === 0 && high === 0;
      const needsAc = !progressive || first > 0;
      if ((needsDc && !this.#codes.has(dc)) || (needsAc && !this.#codes.has(ac))) return false;
      // Numbers of tables must be valid even if a scan does not use them.
      if ((tables & 0xcc) !== 0) return false;
    }
    return count === 1 || blocks <= mostBlocks;
  }
}

/** Whether these numbers of codes per length are possible; no code may be all ones (T.81, C.2). */
function fits(counts: Uint8Array): boolean {
  let code = 0;
  return counts.every((count, i) => {
    code = 2 * code + count;
    return code < 1 << (i + 1);
  });
}
