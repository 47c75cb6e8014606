/**
 * The luma of a JPEG at a quarter of its size, in AssemblyScript; jpeg-wasm.ts holds what it compiles to and says how. Each 8 × 8 block
 * gives 2 × 2 pixels, from its four lowest DCT coefficients; all others are only skipped, which leaves little but the Huffman codes
 * to read. ITU-T T.81: sequential and progressive Huffman coding, 8 bits a sample; of a progressive file, refinements of AC
 * coefficients are left out by the caller.
 *
 * There is no allocator: the caller lays out what follows `end` in a memory that is the module's alone.
 */

/** Bits that are looked up at once; longer codes are rare. */
const fast: u32 = 11;
/** Last coefficient, in zigzag order, that is made into pixels. */
const lastUsed: u32 = 4;

/**
 * Eight Huffman tables, DC 0 to 3 and AC 0 to 3, each in four parts. What the next `fast` bits begin with: 16 bits an entry, 0 where the
 * code is longer; see `entryOf`. How far one can skip on them: 16 bits an entry, the bits of all codes and values that are whole, 32 ×
 * the coefficients that these are, and the top bit where the block ends with them. The first code of each length that is too large;
 * how far its symbol's place is from the code. The symbols.
 */
const lookup: usize = 2 << fast;
const limits: usize = 2 * lookup;
const offsets: usize = limits + 4 * 18;
const symbols: usize = offsets + 4 * 18;
const tableBytes: usize = symbols + 256;
const tables: usize = 0;
/** The components of a scan, 16 bytes each: blocks across and down a unit, tables (DC, and AC × 256), and the last DC. Luma is first. */
export const components: usize = tables + 8 * tableBytes;
/** Where the caller puts a table as it stands in the file: 16 counts, then symbols. */
export const definition: usize = components + 4 * 16;
/** What would be stored of blocks that are not luma. */
const nowhere: usize = definition + 16 + 256;
export const end: usize = nowhere + 16;

// The bits that come next, from the top of `bits`, how many there are at least, and the bytes that they come from, up to `stop`.
let bits: u64 = 0;
let left: i32 = 0;
let at: usize = 0;
let stop: usize = 0;
/** Blocks that are still to be passed over. */
let ended: u32 = 0;
let failed: bool = false;

/** Bits of code and value together (5 bits), the value's size (4), the run of zeros before it (4), and a bit that is always set. */
// @ts-ignore: decorator
@inline function entryOf(symbol: u32, length: u32): u32 {
  return (length + (symbol & 15)) | ((symbol & 15) << 5) | ((symbol >> 4) << 9) | 0x8000;
}

/** Takes over a Huffman table from `definition` (T.81, annex C): 0 to 3 for DC, 4 to 7 for AC. */
export function define(index: usize): void {
  const table = tables + index * tableBytes;
  memory.fill(table, 0, lookup);
  memory.copy(table + symbols, definition + 16, 256);
  let code: u32 = 0;
  let place: u32 = 0;
  for (let length: u32 = 1; length <= 16; length++) {
    const count = <u32>load<u8>(definition + length - 1);
    store<i32>(table + offsets + 4 * length, <i32>place - <i32>code);
    for (let i: u32 = 0; i < count; i++, code++, place++) {
      if (length > fast) continue;
      const entry = entryOf(load<u8>(table + symbols + (place & 255)), length);
      const first = code << (fast - length);
      for (let k: u32 = 0; k < <u32>1 << (fast - length); k++)
        store<u16>(table + 2 * ((first + k) & ((1 << fast) - 1)), <u16>entry);
    }
    store<u32>(table + limits + 4 * length, code << (16 - length));
    code <<= 1;
  }
  for (let next: u32 = 0; next < 1 << fast; next++) {
    let length: u32 = 0, passed: u32 = 0, ends: u32 = 0;
    while (!ends) {
      const entry = <u32>load<u16>(table + 2 * ((next << length) & ((1 << fast) - 1)));
      const total = entry & 31;
      // The first may have a value that goes beyond what is looked up; those behind it must be whole. No block is longer than 64.
      if (!entry || (length && length + total > fast) || passed > 63) break;
      length += total;
      const run = (entry >> 9) & 15;
      if (!(entry & 0x1e0) && run < 15) ends = 0x8000, passed++;
      else passed += run + 1;
      if (length >= fast) break;
    }
    store<u16>(table + lookup + 2 * next, <u16>(length | (passed << 5) | ends));
  }
}

/** Copies coded data up to the next marker, without the zeros that are stuffed behind 255; returns where the marker stands. */
function clean(from: usize, end: usize, to: usize): usize {
  at = to;
  while (from < end) {
    const sixteen = v128.load(from);
    v128.store(to, sixteen);
    const whole = from + 16 <= end ? ctz(i8x16.bitmask(i8x16.eq(sixteen, i8x16.splat(-1))) | 65536) : 0;
    from += whole;
    to += whole;
    if (whole == 16) continue;
    const byte = load<u8>(from);
    store<u8>(to++, byte);
    from++;
    if (byte != 255) continue;
    if (load<u8>(from) != 0) {
      to--;
      from--;
      break;
    }
    from++;
  }
  stop = to;
  bits = left = ended = 0;
  for (let c: usize = 0; c < 4; c++) store<i32>(components + 16 * c, 0, 12);
  return from;
}

/** At least 56 bits. */
// @ts-ignore: decorator
@inline function refill(): void {
  bits |= bswap(load<u64>(at)) >> <u64>left;
  at += (63 - left) >> 3;
  left |= 56;
}

/** A code that is longer than `fast` bits, as an entry of a table; 0 where there is no such code. */
function longCode(table: usize): u32 {
  const next = <u32>(bits >> 48);
  for (let length: u32 = fast + 1; length <= 16; length++)
    if (next < load<u32>(table + limits + 4 * length)) {
      const place = <i32>(next >> (16 - length)) + load<i32>(table + offsets + 4 * length);
      return entryOf(load<u8>(table + symbols + (place & 255)), length);
    }
  failed = true;
  return 0;
}

/** A value of `size` bits at the top of `b` (T.81, F.2.2.1). */
// @ts-ignore: decorator
@inline function value(b: u64, size: u32): i32 {
  const raw = <i32>(b >> (64 - size));
  return raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
}

/** The difference between two DC coefficients. */
function difference(table: usize): i32 {
  refill();
  let entry = <u32>load<u16>(table + 2 * <usize>(bits >> (64 - fast)));
  if (!entry) entry = longCode(table);
  const total = entry & 31;
  const size = (entry >> 5) & 15;
  const found = size ? value(bits << (total - size), size) : 0;
  bits <<= total;
  left -= total;
  return found;
}

/** AC coefficients k to `last` of a block; those to `used` are stored, as 16-bit integers, and with `skips` the rest is skipped fast. */
function waves(table: usize, k: u32, last: u32, used: u32, skips: bool, low: u32, out: usize): void {
  // In locals, which is faster.
  let b = bits, n = left, from = at;
  while (k <= last) {
    b |= bswap(load<u64>(from)) >> <u64>n;
    from += (63 - n) >> 3;
    n |= 56;
    if (k > used && skips) {
      let skip = <u32>load<u16>(table + lookup + 2 * <usize>(b >> (64 - fast)));
      let next = k + ((skip >> 5) & 127);
      // Behind the last coefficient the next block begins, with another table.
      if (skip && next <= 64) {
        k = next;
        b <<= skip & 31;
        n -= skip & 31;
        if (skip & 0x8000) break;
        // There are bits enough for a second.
        skip = load<u16>(table + lookup + 2 * <usize>(b >> (64 - fast)));
        next = k + ((skip >> 5) & 127);
        if (!skip || next > 64) continue;
        k = next;
        b <<= skip & 31;
        n -= skip & 31;
        if (skip & 0x8000) break;
        continue;
      }
    }
    let entry = <u32>load<u16>(table + 2 * <usize>(b >> (64 - fast)));
    if (!entry) {
      bits = b;
      entry = longCode(table);
      if (!entry) return;
    }
    const total = entry & 31;
    const size = (entry >> 5) & 15;
    const run = (entry >> 9) & 15;
    k += run;
    if (size && k <= used) store<i16>(out + 2 * k, <i16>(value(b << (total - size), size) << low));
    b <<= total;
    n -= total;
    k++;
    if (size || run == 15) continue;
    // The block ends here, and with it, in progressive scans, some of those that follow.
    ended = (1 << run) - 1;
    if (run) ended += <u32>(b >> (64 - run));
    b <<= run;
    n -= run;
    break;
  }
  bits = b;
  left = n;
  at = from;
}

/**
 * Reads the data of a scan between two addresses: `across` × `down` units of `count` components, coefficients `first` to `last`, `low`
 * bits of which come later; with `refines`, one more bit of each DC coefficient. Luma blocks are 16 bytes each at `blocks`, `stride`
 * of them a row. The data are copied to `copy`, where 64 KiB more than they take must be free. Returns where the marker behind the
 * data stands, or 0 where they are not whole and sound.
 */
export function scan(
  from: usize, end: usize, count: usize, across: usize, down: usize, interval: usize,
  first: u32, last: u32, refines: bool, low: u32, blocks: usize, stride: usize, copy: usize,
): usize {
  failed = false;
  let marker = clean(from, end, copy);
  let units = interval;
  const sequential = first == 0 && last != 0;
  for (let row: usize = 0; row < down; row++) {
    for (let column: usize = 0; column < across; column++) {
      if (interval) {
        if (!units) {
          if (load<u8>(marker) != 255 || (load<u8>(marker + 1) & 0xf8) != 0xd0) return 0;
          marker = clean(marker + 2, end, copy);
          units = interval;
        }
        units--;
      }
      for (let c: usize = 0; c < count; c++) {
        const component = components + 16 * c;
        const wide = <usize>load<u32>(component), high = <usize>load<u32>(component, 4);
        const which = <usize>load<u32>(component, 8);
        const dc = tables + (which & 255) * tableBytes, ac = tables + (which >> 8) * tableBytes;
        for (let y: usize = 0; y < high; y++)
          for (let x: usize = 0; x < wide; x++) {
            const out = c ? nowhere : blocks + 16 * ((row * high + y) * stride + column * wide + x);
            if (!first) {
              if (refines) {
                refill();
                store<i16>(out, load<i16>(out) | <i16>((bits >> 63) << low));
                bits <<= 1;
                left--;
              } else {
                const sum = load<i32>(component, 12) + difference(dc);
                store<i32>(component, sum, 12);
                store<i16>(out, <i16>(sum << low));
              }
            }
            if (ended) ended--;
            else if (last) waves(ac, max(first, 1), last, c ? 0 : lastUsed, sequential, low, out);
          }
      }
      // Bits were taken that are not there.
      if (failed || 8 * <i32>at - left > 8 * <i32>stop) return 0;
    }
  }
  return marker;
}

/** 2 × 2 pixels of each of `across` × `down` blocks, from the DC and the waves 1, 2 and 4 in zigzag order, times their quantisers. */
export function paint(blocks: usize, across: usize, down: usize, q0: f32, q1: f32, q2: f32, q4: f32, to: usize): void {
  const line: usize = 2 * across;
  const quantisers = f32x4(q0, q1, q2, q4);
  const minus: i32 = i32.MIN_VALUE;
  for (let row: usize = 0; row < down; row++, to += line)
    for (let column: usize = 0; column < across; column++, blocks += 16, to += 2) {
      const all = v128.load(blocks);
      const four = i32x4.extend_low_i16x8_s(v128.shuffle<i16>(all, all, 0, 1, 2, 4, 4, 4, 4, 4));
      const waves = f32x4.mul(f32x4.convert_i32x4_s(four), quantisers);
      const x = v128.xor(v128.shuffle<f32>(waves, waves, 1, 1, 1, 1), i32x4(0, minus, 0, minus));
      const y = v128.xor(v128.shuffle<f32>(waves, waves, 2, 2, 2, 2), i32x4(0, 0, minus, minus));
      const xy = v128.xor(v128.shuffle<f32>(waves, waves, 3, 3, 3, 3), i32x4(0, minus, minus, 0));
      const dc = f32x4.add(v128.shuffle<f32>(waves, waves, 0, 0, 0, 0), f32x4.splat(128.5));
      const levels = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.add(dc, x), f32x4.add(y, xy)));
      const words = i16x8.narrow_i32x4_s(levels, levels);
      const bytes = i8x16.narrow_i16x8_u(words, words);
      v128.store16_lane(to, bytes, 0);
      v128.store16_lane(to + line, bytes, 1);
    }
}
