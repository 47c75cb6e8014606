/**
 * PDQ in WebAssembly with 128-bit SIMD, in AssemblyScript; pdq-wasm.ts holds what it compiles to and says how. Every value is the one
 * of pdq-thumbnail.ts and pdq-plain.ts, bit by bit: lanes are rows or columns that do not depend on each other, each sum keeps its
 * order, and there are no fused multiply-adds.
 *
 * The picture streams through, 8 rows at a time: luma and the first filter along rows (a lane is a row), turn, the filter along
 * columns (a lane is a column), turn, the second filter along rows, of which only the 64 columns of the thumbnail are kept. Between
 * the steps lie rings of 16 rows, so that all of it stays in the first caches.
 *
 * There is no allocator: the places below lie one after the other in a memory that is the module's alone.
 */

/** Pixels a side of the thumbnail, and of the largest picture that is filtered. */
const edge: usize = 64;
const largest: usize = 512;
/** DCT coefficients a side. */
const side: usize = 16;
/** Bytes from one row of a ring to the next: not a power of two, or the rows would fight for the same lines of the cache. */
const pitch: usize = 4 * largest + 64;
const ringRows: usize = 16;
/** The same of the kept 64 columns. */
const narrowPitch: usize = 4 * edge;

/** Where the caller puts rows of pixels. 4 bytes are read for a pixel of 3, hence the room behind. */
export const source: usize = 0;
export const sourceBytes: usize = 262144;
/** Where the caller puts the cosines: cosines[k × 16 + i], 32-bit floats. */
export const cosines: usize = source + sourceBytes + 64;
/** The 64 × 64 thumbnail, 32-bit floats; the caller may put his own. */
export const thumbnail: usize = cosines + 4 * edge * side;
/** Eight hashes of 32 bytes, in the order of `dihedralNames`. */
export const hashes: usize = thumbnail + 4 * edge * edge;

/** Byte offset of each column's pixel in its row. */
const columns: usize = hashes + 8 * 32;
/** How many pixels the filter's window holds at each column; before it a place that is written and not used. */
const counts: usize = columns + 4 * largest + 16;
/** 8 rows on their side: for each column a vector of rows 0 to 3 and one of rows 4 to 7. Four columns of zeros come before. */
const turned: usize = counts + 4 * largest + 4 * 32;
/** The same filtered along rows; before it places that are written and not used. */
const runs: usize = turned + 32 * (largest + 4) + 2 * 32;
/** After the first filter along rows, and after that down columns: 16 rows each. */
const first: usize = runs + 32 * largest;
const second: usize = first + ringRows * pitch;
/** Running sums down the columns. */
const sums: usize = second + ringRows * pitch;
/** The kept 64 columns after the second filter along rows, of all rows; and after the second filter down columns. */
const narrow: usize = sums + pitch;
const smooth: usize = narrow + narrowPitch * (largest + 8);
/** 16 × 64 and 16 × 16 coefficients, the latter turned too, and sortable integers made of the latter. */
const half: usize = smooth + narrowPitch * (largest + 2);
const spectrum: usize = half + 4 * side * edge;
const spectrumTurned: usize = spectrum + 4 * side * side;
const keys: usize = spectrumTurned + 4 * side * side;
/** A row of zeros, for rows that are not there. */
const zeros: usize = keys + 4 * side * side;
export const end: usize = zeros + pitch;

let width: usize = 0;
let height: usize = 0;
let channels: usize = 0;
let across: usize = 0;
let down: usize = 0;
/** Rows that came in, rows that the first filter down columns has let out, and rows that are narrow. */
let came: usize = 0;
let filtered: usize = 0;
let narrowed: usize = 0;

// Pixels that a window of this size reaches ahead.
// @ts-ignore: decorator
@inline function ahead(window: usize): usize {
  return ((window + 2) >> 1) - 1;
}

/** Pixels in the window around pixel `at` of n. */
function countAt(at: usize, n: usize, window: usize): f32 {
  const last = at + ahead(window);
  return <f32>(min(last + 1, n) - (last + 1 > window ? last + 1 - window : 0));
}

/** Which of n pixels is the i-th of 64. */
// @ts-ignore: decorator
@inline function kept(i: usize, n: usize): usize {
  return ((2 * i + 1) * n) / (2 * edge);
}

/** A picture of width × height (5 to 512) begins; its columns are picked from rows of `sourceWidth` pixels. */
export function begin(w: usize, h: usize, sourceWidth: usize, sourceChannels: usize): void {
  width = w;
  height = h;
  channels = sourceChannels;
  across = (w + 127) >> 7;
  down = (h + 127) >> 7;
  came = filtered = narrowed = 0;
  memory.fill(sums, 0, pitch);
  for (let x: usize = 0; x < w; x++) {
    store<u32>(columns + 4 * x, (x * sourceWidth) / w * sourceChannels);
    store<f32>(counts + 4 * x, countAt(x, w, across));
  }
}

// @ts-ignore: decorator
@inline function channel(pixels: v128, shift: i32): v128 {
  return f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(pixels, shift), i32x4.splat(255)));
}

/** Luma of the pixels at four addresses. */
// @ts-ignore: decorator
@inline function luma(a: usize, b: usize, c: usize, d: usize): v128 {
  let pixels = v128.load32_zero(a);
  pixels = v128.load32_lane(b, pixels, 1);
  pixels = v128.load32_lane(c, pixels, 2);
  pixels = v128.load32_lane(d, pixels, 3);
  const red = f32x4.mul(channel(pixels, 0), f32x4.splat(0.299));
  const green = f32x4.mul(channel(pixels, 8), f32x4.splat(0.587));
  const blue = f32x4.mul(channel(pixels, 16), f32x4.splat(0.114));
  return f32x4.add(f32x4.add(red, green), blue);
}

/** The same of a grey picture. */
// @ts-ignore: decorator
@inline function grey(a: usize, b: usize, c: usize, d: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4(load<u8>(a), load<u8>(b), load<u8>(c), load<u8>(d)));
}

/** Filters 8 rows on their side, from `turned` to `runs`. To add or take away zeros changes nothing, so the ends are like the rest. */
function runAcross(): void {
  const lead = ahead(across);
  const none = f32x4.splat(0);
  const stop = turned + 32 * (width + lead);
  memory.fill(turned + 32 * width, 0, 64);
  let s = none, t = none;
  let old = turned - 32 * across, to = runs - 32 * lead, count = counts - 4 * lead;
  for (let from = turned; from < stop; from += 32, old += 32, to += 32, count += 4) {
    const divisor = v128.load32_splat(count);
    s = f32x4.sub(f32x4.add(s, v128.load(from)), v128.load(old));
    t = f32x4.sub(f32x4.add(t, v128.load(from, 16)), v128.load(old, 16));
    v128.store(to, f32x4.div(s, divisor));
    v128.store(to, f32x4.div(t, divisor), 16);
  }
}

/** Four vectors become four others, the first of which holds what was first in each; `step` bytes lie between these. */
function turn(from0: usize, from1: usize, from2: usize, from3: usize, to: usize, step: usize): void {
  const a = v128.load(from0), b = v128.load(from1), c = v128.load(from2), d = v128.load(from3);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * step, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + 3 * step, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/** `turn` for n columns at a time, four at each step: `turn` is called from here alone, which keeps the module small. */
function turnAll(from: usize, fromStep: usize, fromNext: usize, n: usize, to: usize, toStep: usize, toNext: usize): void {
  for (let x: usize = 0; x < n; x += 4, from += fromNext, to += toNext)
    turn(from, from + fromStep, from + 2 * fromStep, from + 3 * fromStep, to, toStep);
}

/**
 * One step of a filter down columns, `bytes` of them: a row enters, another leaves, and the sums are written, divided by the count.
 * Where there is no such row, zeros are added or taken away.
 */
function step(row: usize, old: usize, bytes: usize, count: f32, to: usize): void {
  const divisor = f32x4.splat(count);
  for (let x: usize = 0; x < bytes; x += 16) {
    const s = f32x4.sub(f32x4.add(v128.load(sums + x), v128.load(row + x)), v128.load(old + x));
    v128.store(sums + x, s);
    v128.store(to + x, f32x4.div(s, divisor));
  }
}

/** Row y, which may be behind the last one, enters the first filter down columns. */
function stepDown(y: usize): void {
  // The first steps write rows above the picture, which later ones write over.
  const at = y - ahead(down);
  step(
    y < height ? first + (y % ringRows) * pitch : zeros,
    y >= down ? first + ((y - down) % ringRows) * pitch : zeros,
    4 * width,
    countAt(at, height, down),
    second + (at % ringRows) * pitch,
  );
  filtered = at + 1;
  if (filtered == narrowed + 8) narrowRows();
}

/** The second filter along rows, on rows `narrowed` to `narrowed` + 7 of `second`. */
function narrowRows(): void {
  const from = second + (narrowed % ringRows) * pitch;
  turnAll(from, pitch, 16, width, turned, 32, 128);
  turnAll(from + 4 * pitch, pitch, 16, width, turned + 16, 32, 128);
  runAcross();
  const to = narrow + narrowPitch * narrowed;
  for (let j: usize = 0; j < edge; j++) {
    const column = runs + 32 * kept(j, width);
    for (let r: usize = 0; r < 8; r++) store<f32>(to + narrowPitch * r + 4 * j, load<f32>(column + 4 * r));
  }
  narrowed += 8;
}

/** The next `count` rows, `stride` bytes apart at `source`. All but the last call bring a multiple of 8. */
export function rows(count: usize, stride: usize): void {
  // Behind the last row it is read again; what comes of it is not used.
  const last = source + (count - 1) * stride;
  for (let top: usize = 0; top < count; top += 8) {
    for (let r: usize = 0; r < 2; r++) {
      const a = min(source + (top + 4 * r) * stride, last);
      const b = min(a + stride, last), c = min(a + 2 * stride, last), d = min(a + 3 * stride, last);
      let to = turned + 16 * r;
      for (let x: usize = 0; x < width; x++, to += 32) {
        const at = <usize>load<u32>(columns + 4 * x);
        v128.store(to, channels == 3 ? luma(a + at, b + at, c + at, d + at) : grey(a + at, b + at, c + at, d + at));
      }
    }
    runAcross();
    const row = first + (came % ringRows) * pitch;
    turnAll(runs, 32, 128, width, row, pitch, 16);
    turnAll(runs + 16, 32, 128, width, row + 4 * pitch, pitch, 16);
    for (let r = top; r < min(top + 8, count); r++) stepDown(came++);
  }
}

/** After the last row: what is still in the filters, the second filter down columns, and the thumbnail. */
export function finish(): void {
  const lead = ahead(down);
  for (let r: usize = 0; r < lead; r++) stepDown(height + r);
  if (filtered != narrowed) narrowRows();
  memory.fill(sums, 0, narrowPitch);
  // Two rows of `smooth` come before the picture.
  const to = smooth + (2 - lead) * narrowPitch;
  for (let y: usize = 0; y < height + lead; y++)
    step(
      y < height ? narrow + y * narrowPitch : zeros,
      y >= down ? narrow + (y - down) * narrowPitch : zeros,
      narrowPitch,
      countAt(y - lead, height, down),
      to + y * narrowPitch,
    );
  for (let i: usize = 0; i < edge; i++)
    memory.copy(thumbnail + i * narrowPitch, smooth + (2 + kept(i, height)) * narrowPitch, narrowPitch);
}

/** The sum of the four lanes. */
function total(lanes: v128): i32 {
  let sum = i32x4.add(lanes, v128.shuffle<i32>(lanes, lanes, 2, 3, 0, 1));
  sum = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 1, 0, 3, 2));
  return i32x4.extract_lane(sum, 0);
}

/** The thumbnail's quality, 0 to 100: hundredths of full scale between neighbours, whole. */
export function quality(): usize {
  let sum = i32x4.splat(0);
  // First down, then to the right, where the last column has no neighbour.
  for (let next: usize = narrowPitch; next != 0; next = next == narrowPitch ? 4 : 0) {
    const stop = next == 4 ? hashes : hashes - narrowPitch;
    for (let at = thumbnail; at < stop; at += 16) {
      const hundreds = f32x4.mul(f32x4.sub(v128.load(at), v128.load(at + next)), f32x4.splat(100));
      const whole = i32x4.abs(i32x4.trunc_sat_f32x4_s(f32x4.div(hundreds, f32x4.splat(255))));
      const end = next == 4 && (at - thumbnail) % narrowPitch == narrowPitch - 16;
      sum = i32x4.add(sum, end ? v128.and(whole, i32x4(-1, -1, -1, 0)) : whole);
    }
  }
  return min(100, total(sum) / 90);
}

/**
 * 16 columns of a matrix product: row i at `to` is the sum, in order, of 64 rows of `right`, each times a weight; weights are `weightStep`
 * bytes apart, rows `rightStep`.
 */
function product(weights: usize, weightStep: usize, right: usize, rightStep: usize, to: usize): void {
  let p = f32x4.splat(0), q = f32x4.splat(0), r = f32x4.splat(0), s = f32x4.splat(0);
  for (let k: usize = 0; k < edge; k++, weights += weightStep, right += rightStep) {
    const weight = v128.load32_splat(weights);
    p = f32x4.add(p, f32x4.mul(weight, v128.load(right)));
    q = f32x4.add(q, f32x4.mul(weight, v128.load(right, 16)));
    r = f32x4.add(r, f32x4.mul(weight, v128.load(right, 32)));
    s = f32x4.add(s, f32x4.mul(weight, v128.load(right, 48)));
  }
  v128.store(to, p);
  v128.store(to, q, 16);
  v128.store(to, r, 32);
  v128.store(to, s, 48);
}

/** The 16 × 16 lowest frequencies of the thumbnail but for the constants. */
function dct(): void {
  const line: usize = 4 * side;
  for (let i: usize = 0; i < side; i++) {
    const row = half + i * narrowPitch;
    for (let j: usize = 0; j < narrowPitch; j += line) product(cosines + 4 * i, line, thumbnail + j, narrowPitch, row + j);
    product(row, 4, cosines, line, spectrum + i * line);
  }
}

/** Which coefficients change sign: those of even rows, of even columns, or of one of both (that is, of an odd sum). */
const none: usize = 0;
const evenRows: usize = 1;
const evenColumns: usize = 2;
const oddSums: usize = evenRows | evenColumns;

/** Sign bits to turn in a row of coefficients. */
// @ts-ignore: decorator
@inline function signs(pattern: usize, row: usize): v128 {
  const sign = i32.MIN_VALUE;
  const mask = pattern & evenColumns ? i32x4(sign, 0, sign, 0) : i32x4.splat(0);
  return pattern & ~row & evenRows ? v128.xor(mask, i32x4.splat(sign)) : mask;
}

/** The 128th smallest of the 256 coefficients, some with their sign turned: bit by bit, from the top, of integers in the same order. */
function lowerMedian(pattern: usize): f32 {
  for (let i: usize = 0; i < side; i++) {
    const mask = signs(pattern, i);
    for (let j: usize = 0; j < 4 * side; j += 16) {
      const value = v128.xor(v128.load(spectrum + 4 * side * i + j), mask);
      // A negative float has all bits turned, a positive one its sign; as signed integers for the comparison, the sign is turned back.
      const order = v128.xor(value, i32x4.shr_u(i32x4.shr_s(value, 31), 1));
      v128.store(keys + 4 * side * i + j, order);
    }
  }
  let found: u32 = 0;
  for (let bit: u32 = 0x80000000; bit != 0; bit >>= 1) {
    const bound = i32x4.splat(<i32>((found | bit) ^ 0x80000000));
    let below = i32x4.splat(0);
    for (let at: usize = keys; at < keys + 4 * side * side; at += 16)
      below = i32x4.sub(below, i32x4.lt_s(v128.load(at), bound));
    if (total(below) < <i32>(side * side / 2)) found |= bit;
  }
  const key = <i32>(found ^ 0x80000000);
  return reinterpret<f32>(key ^ ((key >> 31) & 0x7fffffff));
}

/** Writes the hash number `index`: which coefficients of `from`, their signs turned, are above the median. */
function write(index: usize, from: usize, pattern: usize, median: f32): void {
  const bound = f32x4.splat(median);
  for (let i: usize = 0; i < side; i++, from += 4 * side) {
    const mask = signs(pattern, i);
    let word: u32 = 0;
    for (let j: i32 = 0; j < 16; j += 4)
      word |= i32x4.bitmask(f32x4.gt(v128.xor(v128.load(from + 4 * j), mask), bound)) << j;
    // Coefficient 0 is the last bit of the hash.
    store<u16>(hashes + 32 * index + 30 - 2 * i, bswap<u16>(<u16>word));
  }
}

/** The hash of the thumbnail, or with `all` also those of its seven turns and mirror images. */
export function hash(all: bool): void {
  dct();
  const plain = lowerMedian(none);
  write(0, spectrum, none, plain);
  if (!all) return;
  for (let i: usize = 0; i < 4 * side; i += 16)
    turnAll(spectrum + side * i, 4 * side, 16, side, spectrumTurned + i, 4 * side, 16 * side);
  // Turning rows into columns changes no median, so four serve eight.
  const byRows = lowerMedian(evenRows);
  const byColumns = lowerMedian(evenColumns);
  const bySums = lowerMedian(oddSums);
  write(1, spectrumTurned, evenRows, byColumns);
  write(2, spectrum, oddSums, bySums);
  write(3, spectrumTurned, evenColumns, byRows);
  write(4, spectrum, evenRows, byRows);
  write(5, spectrum, evenColumns, byColumns);
  write(6, spectrumTurned, none, plain);
  write(7, spectrumTurned, oddSums, bySums);
}
