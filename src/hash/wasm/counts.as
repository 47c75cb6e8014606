/**
 * Sums and counts over all pixels of a picture, in WebAssembly with 128-bit SIMD, in AssemblyScript; counts-wasm.ts holds what it compiles
 * to and says how. blockhash.ts needs sums of rows, colorhash.ts numbers of pixels by colour.
 *
 * The module has no state. Every address is the caller's; functions read up to 64 bytes behind the end of what they are given, and write
 * up to 64 behind the sums.
 */

/** Adds `weight` times each column of `rows` (at most 256) rows of `bytes` bytes to 32-bit sums. */
export function addRows(source: usize, bytes: usize, rows: usize, weight: u32, sums: usize): void {
  const weights = i32x4.splat(weight);
  const end = source + rows * bytes;
  for (let x: usize = 0; x < bytes; x += 16, sums += 64) {
    let low = i16x8.splat(0), high = i16x8.splat(0);
    for (let at = source + x; at < end; at += bytes) {
      const row = v128.load(at);
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(row));
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(row));
    }
    addTo(sums, i32x4.mul(weights, i32x4.extend_low_i16x8_u(low)));
    addTo(sums + 16, i32x4.mul(weights, i32x4.extend_high_i16x8_u(low)));
    addTo(sums + 32, i32x4.mul(weights, i32x4.extend_low_i16x8_u(high)));
    addTo(sums + 48, i32x4.mul(weights, i32x4.extend_high_i16x8_u(high)));
  }
}

// @ts-ignore: decorator
@inline function addTo(sums: usize, more: v128): void {
  v128.store(sums, i32x4.add(v128.load(sums), more));
}

/** The lower four bits of every eight; and how often 8 pixels can be counted in eight bits. */
const nibbles: u64 = 0x0f0f0f0f0f0f0f0f;
const mostGroups: u64 = 31;

/**
 * Counts pixels of RGB by class, `pixels` of them, a multiple of 8. `counts` holds 16 counters of 32 bits, to
 * which it adds: 0 black, 1 grey, 2 to 7 the six faint hues, 8 to 13 the six bright ones, 14 a saturation between faint and bright.
 *
 * Pillow's 32-bit floats are not needed: the limits of the sectors in its 8-bit hue and saturation are fractions of small integers.
 * The hues 43, 128 and 213, where a sector begins, lie where the middle channel is 1/85 of the range below the largest one.
 */
export function countColours(source: usize, pixels: usize, counts: usize): void {
  const one = i16x8.splat(1), two = i16x8.splat(2), three = i16x8.splat(3);
  const redGreen = i16x8(19595, 19235, 19595, 19235, 19595, 19235, 19595, 19235);
  const greenBlue = i16x8(19235, 7471, 19235, 7471, 19235, 7471, 19235, 7471);
  // The luma of a black pixel, rounded to the nearest, is below 32.
  const black = i32x4.splat((32 << 16) - 0x8000);
  // Counters of eight bits, of the even and of the odd classes, and how many groups of 8 pixels they have counted.
  let evens: u64 = 0, odds: u64 = 0, groups: u64 = 0;
  for (const end = source + 3 * pixels; source < end; source += 24) {
    const a = v128.load(source), b = v128.load64_zero(source, 16);
    const r = v128.shuffle<u8>(a, b, 0, 24, 3, 24, 6, 24, 9, 24, 12, 24, 15, 24, 18, 24, 21, 24);
    const g = v128.shuffle<u8>(a, b, 1, 24, 4, 24, 7, 24, 10, 24, 13, 24, 16, 24, 19, 24, 22, 24);
    const u = v128.shuffle<u8>(a, b, 2, 24, 5, 24, 8, 24, 11, 24, 14, 24, 17, 24, 20, 24, 23, 24);

    const low = i32x4.add(
      i32x4.dot_i16x8_s(v128.shuffle<u16>(r, g, 0, 8, 1, 9, 2, 10, 3, 11), redGreen),
      i32x4.dot_i16x8_s(v128.shuffle<u16>(g, u, 0, 8, 1, 9, 2, 10, 3, 11), greenBlue),
    );
    const high = i32x4.add(
      i32x4.dot_i16x8_s(v128.shuffle<u16>(r, g, 4, 12, 5, 13, 6, 14, 7, 15), redGreen),
      i32x4.dot_i16x8_s(v128.shuffle<u16>(g, u, 4, 12, 5, 13, 6, 14, 7, 15), greenBlue),
    );
    const isBlack = i16x8.narrow_i32x4_s(i32x4.lt_s(low, black), i32x4.lt_s(high, black));

    const most = i16x8.max_s(i16x8.max_s(r, g), u);
    const least = i16x8.min_s(i16x8.min_s(r, g), u);
    const range = i16x8.sub(most, least);
    const middle = i16x8.sub(i16x8.sub(i16x8.add(i16x8.add(r, g), u), most), least);
    // 1 in the sliver of 1/85 at the largest channel, which belongs to the sector before.
    const toMost = i16x8.mul(i16x8.splat(85), i16x8.sub(most, middle));
    const sliver = v128.and(i16x8.lt_s(toMost, range), one);
    const mostlyRed = v128.bitselect(i16x8.sub(i16x8.splat(5), sliver), i16x8.splat(0), i16x8.lt_s(g, u));
    const mostlyGreen = v128.bitselect(i16x8.sub(one, sliver), two, i16x8.lt_s(u, r));
    const mostlyBlue = v128.bitselect(i16x8.sub(three, sliver), i16x8.splat(4), i16x8.lt_s(r, g));
    const notRed = v128.bitselect(mostlyGreen, mostlyBlue, i16x8.eq(g, most));
    const sector = v128.bitselect(mostlyRed, notRed, i16x8.eq(r, most));

    // Saturation from 85 on: 1/3. Faint below 170: 2/3. Bright from 171 on: 57/85.
    const thrice = i16x8.mul(three, range);
    const isGrey = i16x8.lt_s(thrice, most);
    const isFaint = i16x8.lt_s(thrice, i16x8.add(most, most));
    const isBright = i16x8.ge_s(i16x8.mul(i16x8.splat(85), range), i16x8.mul(i16x8.splat(57), most));
    let kind = v128.bitselect(i16x8.add(sector, i16x8.splat(8)), i16x8.splat(14), isBright);
    kind = v128.bitselect(i16x8.add(sector, two), kind, isFaint);
    kind = v128.bitselect(one, kind, isGrey);
    kind = v128.andnot(kind, isBlack);

    // Sixteen counters of four bits, of which each pixel adds 1 to its own: a shift takes the lowest six bits of its count.
    const shifts = i16x8.shl(kind, 2);
    const places = <u64>i64x2.extract_lane(i8x16.narrow_i16x8_u(shifts, shifts), 0);
    let few: u64 = 0;
    for (let lane: u64 = 0; lane < 64; lane += 8) few += (<u64>1) << (places >> lane);
    evens += few & nibbles;
    odds += (few >> 4) & nibbles;
    if (++groups == mostGroups || source + 24 >= end) {
      for (let i: usize = 0; i < 8; i++) {
        addCount(counts + 8 * i, evens >> (8 * i));
        addCount(counts + 8 * i + 4, odds >> (8 * i));
      }
      evens = odds = groups = 0;
    }
  }
}

// @ts-ignore: decorator
@inline function addCount(counter: usize, bytes: u64): void {
  store<u32>(counter, load<u32>(counter) + (<u32>bytes & 255));
}
