/** Determines how much of a JPEG's picture has no data: decoders fill it with grey and only warn. ITU-T T.81, annexes F and G. */
import { type Frame, frameOf, type Segment, segments, startOfScan } from './jpeg.ts';

/** Last coefficient, in zigzag order, that counts as coarse; the fast decoder reads no others (wasm/jpeg.ts). */
const lastCoarse = 4;

/** Number of bits per table look-up; longer codes are rare. */
const fastBits = 8;

/**
 * A Huffman table. By length: the first code that is too large, and the offset from a code to its symbol's index. By the next bits: the
 * length × 256 of a short code plus its symbol, 0 if the code is longer.
 */
interface Table {
  readonly fast: Uint16Array;
  readonly limits: Int32Array;
  readonly offsets: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * Fraction, 0 to 1, of the picture without data; undefined if it cannot be determined (arithmetic coding, unusual headers). It reads the
 * scans with coarse luma, without which there is no picture: the only scan of an ordinary file, and the first ones of a progressive file;
 * with `every`, all of them.
 */
export function missingShare(bytes: Uint8Array, every = false): number | undefined {
  const tables = new Map<number, Table>();
  /** Which coefficients of a component's blocks are known to be non-zero, 64 bits per block; refinements depend on it. */
  const history = new Map<number, Uint32Array>();
  let frame: Frame | undefined;
  let interval = 0;
  let share: number | undefined;
  for (const segment of segments(bytes)) {
    const { marker, payload } = segment;
    const found = frameOf(segment);
    if (found) {
      if (frame || found.marker > 0xc2) return undefined;
      frame = found;
    } else if (marker === 0xc4) define(payload, tables);
    else if (marker === 0xdd && payload.length >= 2) interval = payload[0]! * 256 + payload[1]!;
    else if (marker === startOfScan) {
      const scan = frame && readScan(segment, frame);
      if (!scan) return undefined;
      if (!scan.coarse && !every) continue;
      let nonzero: Uint32Array | undefined;
      if (every && scan.first > 0) {
        nonzero = history.get(payload[1]!) ?? new Uint32Array(2 * scan.units);
        history.set(payload[1]!, nonzero);
      }
      const reader = new BlockReader(new Bits(bytes, segment.end), scan, tables, nonzero);
      share = Math.max(share ?? 0, missingOf(reader, scan, interval));
    }
  }
  // Without a scan of luma, everything is missing.
  return frame ? (share ?? 1) : undefined;
}

/**
 * Whether scans are missing: a component that never occurs, or coefficients of a progressive file that never reach full precision. A file
 * that was cut between two scans conforms to the standard.
 */
export function lacksScans(bytes: Uint8Array): boolean {
  let frame: Frame | undefined;
  /** Missing bits of each coefficient, by component. */
  const open = new Map<number, Uint8Array>();
  for (const segment of segments(bytes)) {
    frame ??= frameOf(segment);
    if (segment.marker !== startOfScan || !frame) continue;
    const { payload } = segment;
    const count = payload[0] ?? 0;
    const [first = 0, last = 0, precision = 0] = payload.subarray(1 + 2 * count);
    const progressive = frame.marker === 0xc2 || frame.marker === 0xca;
    for (let i = 0; i < count; i++) {
      const id = payload[1 + 2 * i]!;
      const left = open.get(id) ?? new Uint8Array(64).fill(16);
      if (progressive) left.fill(precision & 15, first, last + 1);
      else left.fill(0);
      open.set(id, left);
    }
  }
  return !frame || frame.components.some(({ id }) => open.get(id)?.every((bits) => bits === 0) !== true);
}

function define(payload: Uint8Array, tables: Map<number, Table>): void {
  for (let at = 0; at + 17 <= payload.length; ) {
    const counts = payload.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const [limits, offsets] = [new Int32Array(17), new Int32Array(17)];
    for (let length = 1, code = 0, place = 0; length <= 16; length++, code <<= 1) {
      const count = counts[length - 1]!;
      offsets[length] = place - code;
      code += count;
      place += count;
      limits[length] = code;
    }
    const symbols = payload.subarray(at + 17, at + 17 + total);
    const fast = new Uint16Array(1 << fastBits);
    for (let length = 1; length <= fastBits; length++)
      for (let code = limits[length]! - counts[length - 1]!; code < limits[length]!; code++)
        fast.fill(
          (length << 8) | (symbols[code + offsets[length]!] ?? 0),
          code << (fastBits - length),
          (code + 1) << (fastBits - length),
        );
    tables.set(payload[at]! & 0x1f, { fast, limits, offsets, symbols });
    at += 17 + total;
  }
}

/** Contents of a scan. */
interface Scan {
  readonly coarse: boolean;
  readonly units: number;
  /** For each block of a unit: the tables of its first coefficient and of the others. */
  readonly blocks: readonly { readonly dc: number; readonly ac: number }[];
  readonly first: number;
  readonly last: number;
  readonly refines: boolean;
}

function readScan({ payload }: Segment, { components, width, height, marker }: Frame): Scan | undefined {
  const count = payload[0] ?? 0;
  if (count < 1 || payload.length < 4 + 2 * count || !components[0]) return undefined;
  const parts = Array.from({ length: count }, (_, i) => ({
    component: components.find(({ id }) => id === payload[1 + 2 * i]),
    tables: payload[2 + 2 * i]!,
  }));
  const [first, last, precision] = payload.subarray(1 + 2 * count) as unknown as [number, number, number];
  const progressive = marker === 0xc2;
  const wide = Math.max(...components.map((each) => each.wide));
  const high = Math.max(...components.map((each) => each.high));
  const blocks: { dc: number; ac: number }[] = [];
  for (const { component, tables } of parts) {
    if (!component || component.wide < 1 || component.high < 1) return undefined;
    for (let i = 0; i < (count === 1 ? 1 : component.wide * component.high); i++)
      blocks.push({ dc: tables >> 4, ac: 0x10 | (tables & 15) });
  }
  const only = parts[0]!.component!;
  const across = count === 1 ? (8 * wide) / only.wide : 8 * wide;
  const down = count === 1 ? (8 * high) / only.high : 8 * high;
  const refines = progressive && precision >> 4 > 0;
  return {
    coarse: payload[1] === components[0].id && (!progressive || (first <= lastCoarse && !(refines && first > 0))),
    units: Math.ceil(width / across) * Math.ceil(height / down),
    blocks,
    first: progressive ? first : 0,
    last: progressive ? last : 63,
    refines,
  };
}

/** Fraction of a scan's units without sufficient data. A gap within the data, after which decoders recover, does not count at the end. */
function missingOf(reader: BlockReader, scan: Scan, interval: number): number {
  for (let unit = 0; unit < scan.units; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) reader.restart();
    for (const block of scan.blocks) reader.read(block, unit);
    if (!reader.bits.short) continue;
    // There can be more data after the next restart marker.
    const left = interval > 0 ? interval - 1 - (unit % interval) : scan.units;
    if (!reader.bits.atRestart || unit + left >= scan.units - 1) return (scan.units - unit) / scan.units;
    unit += left;
  }
  return 0;
}

/** Skips through the blocks of a scan. */
class BlockReader {
  readonly bits: Bits;
  readonly #scan: Scan;
  readonly #tables: ReadonlyMap<number, Table>;
  readonly #nonzero: Uint32Array | undefined;
  /** Number of blocks after an end-of-band code that are already known to be empty. */
  #ended = 0;

  constructor(bits: Bits, scan: Scan, tables: ReadonlyMap<number, Table>, nonzero?: Uint32Array) {
    this.bits = bits;
    this.#scan = scan;
    this.#tables = tables;
    this.#nonzero = nonzero;
  }

  restart(): void {
    this.bits.restart();
    this.#ended = 0;
  }

  read({ dc, ac }: Scan['blocks'][number], unit: number): void {
    const { first, last, refines } = this.#scan;
    if (first === 0) {
      this.bits.take(refines ? 1 : Math.min(16, this.bits.symbol(this.#tables.get(dc))));
      if (last > 0) this.#others(1, this.#tables.get(ac), unit);
    } else if (refines) this.#refine(this.#tables.get(ac), unit);
    else this.#others(first, this.#tables.get(ac), unit);
  }

  #others(first: number, table: Table | undefined, unit: number): void {
    if (this.#ended > 0) {
      this.#ended--;
      return;
    }
    for (let k = first; k <= this.#scan.last; k++) {
      const symbol = this.bits.symbol(table);
      const [run, size] = [symbol >> 4, symbol & 15];
      k += run;
      if (size > 0) {
        this.bits.take(size);
        this.#mark(unit, k);
      } else if (run < 15) {
        // In a progressive scan, a run of empty blocks can start here.
        this.#ended = this.#scan.first > 0 ? (1 << run) - 1 + this.bits.take(run) : 0;
        return;
      }
    }
  }

  #refine(table: Table | undefined, unit: number): void {
    const { first, last } = this.#scan;
    let k = first;
    for (; this.#ended === 0 && k <= last; k++) {
      const symbol = this.bits.symbol(table);
      const size = symbol & 15;
      let run = symbol >> 4;
      if (size > 0) this.bits.take(1);
      else if (run < 15) {
        this.#ended = (1 << run) + this.bits.take(run);
        break;
      }
      for (; k <= last; k++) {
        if (this.#isMarked(unit, k)) this.bits.take(1);
        else if (run-- === 0) break;
      }
      if (size > 0) this.#mark(unit, k);
      if (this.bits.short) return;
    }
    if (this.#ended === 0) return;
    for (; k <= last; k++) if (this.#isMarked(unit, k)) this.bits.take(1);
    this.#ended--;
  }

  #mark(unit: number, k: number): void {
    if (this.#nonzero && k < 64) this.#nonzero[2 * unit + (k >> 5)]! |= 1 << (k & 31);
  }

  #isMarked(unit: number, k: number): boolean {
    return this.#nonzero !== undefined && ((this.#nonzero[2 * unit + (k >> 5)]! >>> (k & 31)) & 1) === 1;
  }
}

/** The bits of a scan's data, without the stuffed zeros after 255. */
class Bits {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The next bits: the last `#left` bits of the number. The last `#made` of these are zeros that replace missing data. */
  #bits = 0;
  #left = 0;
  #made = 0;
  /** Whether more bits were requested than exist before the next marker. */
  short = false;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#at = from;
  }

  /** Whether the data end at a restart marker. */
  get atRestart(): boolean {
    return this.#bytes[this.#at] === 0xff && (this.#bytes[this.#at + 1]! & 0xf8) === 0xd0;
  }

  /** Continues after the next restart marker, if one is next. */
  restart(): void {
    this.#left = 0;
    this.#made = 0;
    // Unused data are skipped, as in decoders.
    while (this.#isData()) this.#at += this.#bytes[this.#at] === 0xff ? 2 : 1;
    if (!this.atRestart) return;
    this.#at += 2;
    this.short = false;
  }

  #isData(): boolean {
    const byte = this.#bytes[this.#at];
    return byte !== undefined && (byte !== 0xff || this.#bytes[this.#at + 1] === 0);
  }

  /** At least 16 bits. */
  #fill(): void {
    while (this.#left <= 16) {
      const there = this.#isData();
      const byte = there ? this.#bytes[this.#at]! : 0;
      if (there) this.#at += byte === 0xff ? 2 : 1;
      else this.#made += 8;
      this.#bits = (this.#bits << 8) | byte;
      this.#left += 8;
    }
  }

  #pass(count: number): void {
    this.#left -= count;
    if (this.#left >= this.#made) return;
    this.#made = this.#left;
    this.short = true;
  }

  /** The next bits, at most 16, as a number. */
  take(count: number): number {
    this.#fill();
    const value = (this.#bits >>> (this.#left - count)) & ((1 << count) - 1);
    this.#pass(count);
    return value;
  }

  /** The next symbol; 0 if the code does not exist, as in decoders. */
  symbol(table: Table | undefined): number {
    if (!table) return 0;
    this.#fill();
    const known = table.fast[(this.#bits >>> (this.#left - fastBits)) & ((1 << fastBits) - 1)]!;
    if (known > 0) {
      this.#pass(known >> 8);
      return known & 255;
    }
    for (let length = fastBits + 1; length <= 16; length++) {
      const code = (this.#bits >>> (this.#left - length)) & ((1 << length) - 1);
      if (code >= table.limits[length]!) continue;
      this.#pass(length);
      return table.symbols[code + table.offsets[length]!] ?? 0;
    }
    this.#pass(16);
    return 0;
  }
}
