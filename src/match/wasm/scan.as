/**
 * Exact Hamming search in WebAssembly with 128-bit SIMD, in AssemblyScript; scan-wasm.ts holds what it compiles to and says how.
 * There is no allocator: the caller lays out the memory and passes addresses. Hashes are 8 or 32 bytes, shorter ones filled with zeros.
 *
 * The scan reads blocks of 16 hashes turned on their side (byte 0 of all 16, then byte 1, …), so that distances build up in 16
 * lanes and no sum across a register is needed. The first 12 bytes of a hash (`head`), the next 12 (`mid`) and the last 8 (`tail`)
 * lie in planes of their own: at PDQ's threshold 31 of 256, one random block in 200 is not decided by its heads.
 */

// A full adder over 128 columns of one bit: sum and carry. Cheaper than counting the bits of each of the three.
// @ts-ignore: decorator
@inline function sum(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}
// @ts-ignore: decorator
@inline function carry(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(v128.xor(a, b), c));
}
// @ts-ignore: decorator
@inline function diff(block: usize, query: usize, i: usize): v128 {
  return v128.xor(v128.load(block + 16 * i), v128.load(query + 16 * i));
}
// @ts-ignore: decorator
@inline function twice(a: v128): v128 {
  return i8x16.add(a, a);
}

/** Distances of 16 hashes over 12 bytes: 12 differences are added bitwise to five numbers of weight 1, 1, 2, 4, 4 (Harley and Seal). */
// @ts-ignore: decorator
@inline function count12(block: usize, query: usize): v128 {
  let x = diff(block, query, 0), y = diff(block, query, 1), z = diff(block, query, 2);
  let ones = sum(x, y, z), c1 = carry(x, y, z);
  y = diff(block, query, 3); z = diff(block, query, 4);
  let c2 = carry(ones, y, z); ones = sum(ones, y, z);
  y = diff(block, query, 5); z = diff(block, query, 6);
  const c3 = carry(ones, y, z); ones = sum(ones, y, z);
  const f1 = carry(c1, c2, c3);
  let twos = sum(c1, c2, c3);
  y = diff(block, query, 7); z = diff(block, query, 8);
  c1 = carry(ones, y, z); ones = sum(ones, y, z);
  y = diff(block, query, 9); z = diff(block, query, 10);
  c2 = carry(ones, y, z); ones = sum(ones, y, z);
  const f2 = carry(twos, c1, c2);
  twos = sum(twos, c1, c2);
  const fours = i8x16.add(i8x16.popcnt(f1), i8x16.popcnt(f2));
  const high = i8x16.add(i8x16.popcnt(twos), twice(fours));
  return i8x16.add(i8x16.add(i8x16.popcnt(ones), i8x16.popcnt(diff(block, query, 11))), twice(high));
}

/** Distances of 16 hashes over 8 bytes. */
// @ts-ignore: decorator
@inline function count8(block: usize, query: usize): v128 {
  const a = i8x16.add(i8x16.popcnt(diff(block, query, 0)), i8x16.popcnt(diff(block, query, 1)));
  const b = i8x16.add(i8x16.popcnt(diff(block, query, 2)), i8x16.popcnt(diff(block, query, 3)));
  const c = i8x16.add(i8x16.popcnt(diff(block, query, 4)), i8x16.popcnt(diff(block, query, 5)));
  const d = i8x16.add(i8x16.popcnt(diff(block, query, 6)), i8x16.popcnt(diff(block, query, 7)));
  return i8x16.add(i8x16.add(a, b), i8x16.add(c, d));
}

/** Rows (one hash after the other) to planes. 8-byte hashes have only the plane `tail`. */
export function turn(rows: usize, count: u32, bytes: u32, head: usize, mid: usize, tail: usize): void {
  for (let i: u32 = 0; i < count; i++, rows += bytes) {
    const block: usize = i >> 4, lane: usize = i & 15;
    if (bytes == 8) {
      for (let b: usize = 0; b < 8; b++) store<u8>(tail + 128 * block + 16 * b + lane, load<u8>(rows + b));
    } else {
      for (let b: usize = 0; b < 12; b++) {
        store<u8>(head + 192 * block + 16 * b + lane, load<u8>(rows + b));
        store<u8>(mid + 192 * block + 16 * b + lane, load<u8>(rows + 12 + b));
      }
      for (let b: usize = 0; b < 8; b++) store<u8>(tail + 128 * block + 16 * b + lane, load<u8>(rows + 24 + b));
    }
  }
}

/** Every byte of a query 16 times over. */
export function spread(query: usize, bytes: u32, to: usize): void {
  for (let i: usize = 0; i < bytes; i++) v128.store(to + 16 * i, i8x16.splat(load<i8>(query + i)));
}

/**
 * Hashes `from` (a multiple of 16) to `end` at a distance of at most `limit`, in order, as pairs (index, distance) at `out`; returns
 * how many. With `nearest`, each hit lowers the limit below its own distance and overwrites the one before: the first nearest stays.
 * `scratch` is 32 bytes; `query` is spread.
 */
export function scan(
  bytes: u32, head: usize, mid: usize, tail: usize, from: u32, end: u32,
  query: usize, limit: i32, nearest: i32, scratch: usize, out: usize,
): u32 {
  const wide = bytes != 8;
  let found: u32 = 0;
  let bound = i8x16.splat(<i8>min(limit, 255));
  const none = i8x16.splat(0);
  const queryTail = wide ? query + 384 : query;
  for (let i = from; i < end; i += 16) {
    const block: usize = i >> 4;
    let near = none;
    if (wide) {
      near = count12(head + 192 * block, query);
      if (!v128.any_true(i8x16.le_u(near, bound))) continue;
      near = i8x16.add(near, count12(mid + 192 * block, query + 192));
      if (!v128.any_true(i8x16.le_u(near, bound))) continue;
    }
    const rest = count8(tail + 128 * block, queryTail);
    // 256 does not fit a lane: at a limit of 255 or more, every lane passes here and the whole numbers below decide.
    if (!v128.any_true(i8x16.le_u(i8x16.add_sat_u(near, rest), bound))) continue;
    v128.store(scratch, near);
    v128.store(scratch + 16, rest);
    const lanes = min<u32>(16, end - i);
    for (let lane: u32 = 0; lane < lanes; lane++) {
      const distance = <i32>load<u8>(scratch + lane) + <i32>load<u8>(scratch + 16 + lane);
      if (distance > limit) continue;
      store<u32>(out + 8 * found, i + lane);
      store<u32>(out + 8 * found, distance, 4);
      if (!nearest) {
        found++;
        continue;
      }
      limit = distance - 1;
      if (limit < 0) return 1;
      bound = i8x16.splat(<i8>min(limit, 255));
    }
  }
  return found;
}

/** Sorts hash numbers by their 16-bit word at byte `at` (stable): `starts` has 65,537 places, `ids` one a hash. */
export function sortByWord(rows: usize, count: u32, bytes: u32, at: u32, starts: usize, ids: usize): void {
  memory.fill(starts, 0, 65537 * 4);
  const words = rows + at;
  for (let i: u32 = 0; i < count; i++) {
    const place = starts + 4 * <usize>load<u16>(words + i * bytes);
    store<u32>(place, load<u32>(place) + 1);
  }
  let sum: u32 = 0;
  for (let place = starts; place <= starts + 65536 * 4; place += 4) {
    const size = load<u32>(place);
    store<u32>(place, sum);
    sum += size;
  }
  for (let i: u32 = 0; i < count; i++) {
    const place = starts + 4 * <usize>load<u16>(words + i * bytes);
    const to = load<u32>(place);
    store<u32>(ids + 4 * to, i);
    store<u32>(place, to + 1);
  }
  // Each start has moved to its end, which is the next one's start.
  memory.copy(starts + 4, starts, 65536 * 4);
  store<u32>(starts, 0);
}

/**
 * Puts the 12 bytes that follow word `word` (round the end) beside each hash number in its bucket: 16 bytes an entry at `entries`. A
 * candidate is then nearly always turned down without a look at its row, which would be a cache miss. For 32-byte hashes.
 */
export function putBeside(rows: usize, count: u32, word: u32, ids: usize, entries: usize): void {
  for (let i: u32 = 0; i < count; i++, ids += 4, entries += 16) {
    const id = load<u32>(ids);
    beside(rows + 32 * <usize>id, word, entries);
    store<u32>(entries, id, 12);
  }
}

/** The 12 bytes that follow a word of a hash, as six words. */
function beside(row: usize, word: u32, to: usize): void {
  for (let k: u32 = 0; k < 6; k++) store<u16>(to + 2 * k, load<u16>(row + 2 * ((word + 1 + k) & 15)));
}

// @ts-ignore: decorator
@inline function size(starts: usize, word: u32): u32 {
  return load<u32>(starts + 4 * <usize>word, 4) - load<u32>(starts + 4 * <usize>word);
}

/** How many hashes have a word at exactly `flips` (0 to 2) bits from `word`. */
export function ring(starts: usize, word: u32, flips: u32): u32 {
  if (flips == 0) return size(starts, word);
  let sum: u32 = 0;
  for (let a: u32 = 1; a < 65536; a <<= 1) {
    if (flips == 1) sum += size(starts, word ^ a);
    else for (let b: u32 = a << 1; b < 65536; b <<= 1) sum += size(starts, word ^ a ^ b);
  }
  return sum;
}

/** `ring` for every word of a query: `to` gets rings 0 and 1 of word 0, of word 1 and so on. */
export function rings(starts: usize, query: usize, words: u32, to: usize): void {
  for (let w: u32 = 0; w < words; w++, starts += 65537 * 4, to += 8) {
    const word = <u32>load<u16>(query + 2 * w);
    store<u32>(to, ring(starts, word, 0));
    store<u32>(to, ring(starts, word, 1), 4);
  }
}

// @ts-ignore: decorator
@inline function distance8(row: usize, query: usize): u32 {
  return <u32>popcnt(load<u64>(row) ^ load<u64>(query));
}

/** Whether a word before `word` has at most as many flips as its radius: then that word's table has found the hash already. */
function seen(row: usize, query: usize, word: u32, radii: usize): bool {
  for (let w: u32 = 0; w < word; w++)
    if (popcnt<i32>(<i32>load<u16>(row + 2 * w) ^ <i32>load<u16>(query + 2 * w)) <= <i32>load<i8>(radii + w)) return true;
  return false;
}

/** The hashes of one bucket that are near enough and new, after `out`; returns the new end of `out`. */
function bucket(
  rows: usize, bytes: u32, query: usize, starts: usize, ids: usize, value: u32,
  word: u32, radii: usize, limit: u32, out: usize,
): usize {
  const end = ids + 4 * <usize>load<u32>(starts + 4 * <usize>value, 4);
  for (let at = ids + 4 * <usize>load<u32>(starts + 4 * <usize>value); at < end; at += 4) {
    const id = load<u32>(at);
    const row = rows + <usize>id * bytes;
    let distance = distance8(row, query);
    if (bytes != 8) {
      // Half a hash decides nearly always, and both halves lie in one cache line.
      distance += distance8(row + 8, query + 8);
      if (distance > limit) continue;
      distance += distance8(row + 16, query + 16) + distance8(row + 24, query + 24);
    }
    if (distance > limit || seen(row, query, word, radii)) continue;
    store<u32>(out, id);
    store<u32>(out, distance, 4);
    out += 8;
  }
  return out;
}

/**
 * Hashes at a distance of at most `limit` that have some word w within `radii[w]` (-1 to 2) flips of the query's, in no order, as pairs
 * (index, distance) at `out`; returns how many. Tables lie one after the other: `starts` 65,537 numbers each, `ids` `count` each.
 */
export function probe(
  rows: usize, count: u32, bytes: u32, query: usize, words: u32, starts: usize, ids: usize,
  radii: usize, limit: u32, out: usize,
): u32 {
  let to = out;
  for (let w: u32 = 0; w < words; w++, starts += 65537 * 4, ids += 4 * <usize>count) {
    const radius = <i32>load<i8>(radii + w);
    if (radius < 0) continue;
    const word = <u32>load<u16>(query + 2 * w);
    to = bucket(rows, bytes, query, starts, ids, word, w, radii, limit, to);
    if (radius < 1) continue;
    for (let a: u32 = 1; a < 65536; a <<= 1) {
      to = bucket(rows, bytes, query, starts, ids, word ^ a, w, radii, limit, to);
      if (radius < 2) continue;
      for (let b: u32 = a << 1; b < 65536; b <<= 1)
        to = bucket(rows, bytes, query, starts, ids, word ^ a ^ b, w, radii, limit, to);
    }
  }
  return <u32>((to - out) >> 3);
}

/** `bucket`, over entries that have bytes beside them; `key` is the query's 12 bytes. */
function bucketBeside(
  rows: usize, query: usize, starts: usize, entries: usize, value: u32,
  word: u32, radii: usize, limit: u32, key: usize, out: usize,
): usize {
  const end = entries + 16 * <usize>load<u32>(starts + 4 * <usize>value, 4);
  const low = load<u64>(key);
  const high = load<u32>(key, 8);
  for (let at = entries + 16 * <usize>load<u32>(starts + 4 * <usize>value); at < end; at += 16) {
    if (<u32>popcnt(load<u64>(at) ^ low) + <u32>popcnt(load<u32>(at, 8) ^ high) > limit) continue;
    const id = load<u32>(at, 12);
    const row = rows + 32 * <usize>id;
    const distance = distance8(row, query) + distance8(row + 8, query + 8)
      + distance8(row + 16, query + 16) + distance8(row + 24, query + 24);
    if (distance > limit || seen(row, query, word, radii)) continue;
    store<u32>(out, id);
    store<u32>(out, distance, 4);
    out += 8;
  }
  return out;
}

/** `probe`, over entries that have bytes beside them; `key` is 16 bytes of scratch. */
export function probeBeside(
  rows: usize, count: u32, query: usize, words: u32, starts: usize, entries: usize,
  radii: usize, limit: u32, key: usize, out: usize,
): u32 {
  let to = out;
  for (let w: u32 = 0; w < words; w++, starts += 65537 * 4, entries += 16 * <usize>count) {
    const radius = <i32>load<i8>(radii + w);
    if (radius < 0) continue;
    beside(query, w, key);
    const word = <u32>load<u16>(query + 2 * w);
    to = bucketBeside(rows, query, starts, entries, word, w, radii, limit, key, to);
    if (radius < 1) continue;
    for (let a: u32 = 1; a < 65536; a <<= 1) {
      to = bucketBeside(rows, query, starts, entries, word ^ a, w, radii, limit, key, to);
      if (radius < 2) continue;
      for (let b: u32 = a << 1; b < 65536; b <<= 1)
        to = bucketBeside(rows, query, starts, entries, word ^ a ^ b, w, radii, limit, key, to);
    }
  }
  return <u32>((to - out) >> 3);
}
