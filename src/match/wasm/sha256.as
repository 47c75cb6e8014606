/**
 * SHA-256 (FIPS 180-4) of four messages at a time with 128-bit SIMD, in AssemblyScript, for the leaves and nodes of a Merkle tree;
 * sha256-wasm.ts holds what it compiles to and says how. There is no allocator: the caller lays out the memory, from byte 4096 on.
 */

const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const initial = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

// @ts-ignore: decorator
@inline function rotate(x: v128, n: i32): v128 {
  return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n));
}
// @ts-ignore: decorator
@inline function xor3(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}
// @ts-ignore: decorator
@inline function word(at: usize): i32 {
  return <i32>bswap<u32>(load<u32>(at));
}

/** One block of each of four messages, `stride` bytes apart: `state` is 8, `w` 64 vectors. Lanes whose bit in `live` is off keep theirs. */
function compress(block: usize, stride: usize, live: v128, state: usize, w: usize): void {
  for (let t: usize = 0; t < 16; t++) {
    const at = block + 4 * t;
    let lanes = i32x4.splat(word(at));
    lanes = i32x4.replace_lane(lanes, 1, word(at + stride));
    lanes = i32x4.replace_lane(lanes, 2, word(at + 2 * stride));
    lanes = i32x4.replace_lane(lanes, 3, word(at + 3 * stride));
    v128.store(w + 16 * t, lanes);
  }
  for (let t: usize = 16; t < 64; t++) {
    const at = w + 16 * t;
    const w15 = v128.load(at - 240), w2 = v128.load(at - 32);
    const s0 = xor3(rotate(w15, 7), rotate(w15, 18), i32x4.shr_u(w15, 3));
    const s1 = xor3(rotate(w2, 17), rotate(w2, 19), i32x4.shr_u(w2, 10));
    v128.store(at, i32x4.add(i32x4.add(v128.load(at - 256), s0), i32x4.add(v128.load(at - 112), s1)));
  }
  let a = v128.load(state), b = v128.load(state, 16), c = v128.load(state, 32), d = v128.load(state, 48);
  let e = v128.load(state, 64), f = v128.load(state, 80), g = v128.load(state, 96), h = v128.load(state, 112);
  for (let t: usize = 0; t < 64; t++) {
    const s1 = xor3(rotate(e, 6), rotate(e, 11), rotate(e, 25));
    const choice = v128.bitselect(f, g, e);
    const t1 = i32x4.add(
      i32x4.add(i32x4.add(h, s1), i32x4.add(choice, i32x4.splat(load<i32>(K + 4 * t)))), v128.load(w + 16 * t));
    const s0 = xor3(rotate(a, 2), rotate(a, 13), rotate(a, 22));
    const majority = v128.or(v128.and(a, b), v128.and(c, v128.or(a, b)));
    h = g; g = f; f = e;
    e = i32x4.add(d, t1);
    d = c; c = b; b = a;
    a = i32x4.add(t1, i32x4.add(s0, majority));
  }
  add(state, a, live); add(state + 16, b, live); add(state + 32, c, live); add(state + 48, d, live);
  add(state + 64, e, live); add(state + 80, f, live); add(state + 96, g, live); add(state + 112, h, live);
}

// @ts-ignore: decorator
@inline function add(at: usize, x: v128, live: v128): void {
  v128.store(at, i32x4.add(v128.load(at), v128.and(x, live)));
}

function start(state: usize): void {
  for (let i: usize = 0; i < 8; i++) v128.store(state + 16 * i, i32x4.splat(load<i32>(initial + 4 * i)));
}

/** The digests in the first `lanes` lanes, 32 bytes each. */
function finish(state: usize, lanes: u32, out: usize): void {
  for (let lane: usize = 0; lane < lanes; lane++)
    for (let i: usize = 0; i < 8; i++)
      store<u32>(out + 32 * lane + 4 * i, bswap<u32>(load<u32>(state + 16 * i + 4 * lane)));
}

/**
 * Digests of `count` messages at `slots`, padded to whole blocks already and `stride` bytes apart; `blocks` holds how many blocks each
 * has, a byte a message. `scratch` is 1,152 bytes; slots and `blocks` have room for `count` up to the next multiple of four.
 */
export function messages(slots: usize, stride: u32, blocks: usize, count: u32, scratch: usize, out: usize): void {
  const state = scratch, w = scratch + 128;
  for (let i: u32 = 0; i < count; i += 4) {
    start(state);
    const lengths = v128.load32_zero(blocks + i);
    const each = i32x4(
      i8x16.extract_lane_u(lengths, 0), i8x16.extract_lane_u(lengths, 1),
      i8x16.extract_lane_u(lengths, 2), i8x16.extract_lane_u(lengths, 3));
    for (let b = 0; ; b++) {
      const live = i32x4.gt_s(each, i32x4.splat(b));
      if (!v128.any_true(live)) break;
      compress(slots + <usize>i * stride + 64 * b, stride, live, state, w);
    }
    finish(state, min<u32>(4, count - i), out + 32 * i);
  }
}

/**
 * Reduces `count` digests in place to the Merkle tree hash over them (RFC 6962, section 2.1), which is left in front: a node is the digest
 * of a byte 1 and its two children, and the odd node at the end of a level moves up as it is. `scratch` is 1,664 bytes.
 */
export function reduce(digests: usize, count: u32, scratch: usize): void {
  const state = scratch, w = scratch + 128, block = scratch + 1152;
  const all = i32x4.splat(-1);
  memory.fill(block, 0, 512);
  for (let lane: usize = 0; lane < 4; lane++) {
    store<u8>(block + 128 * lane, 1);
    store<u8>(block + 128 * lane, 0x80, 65);
    // 520 bits.
    store<u16>(block + 128 * lane, 0x0802, 126);
  }
  for (; count > 1; count = (count + 1) >> 1) {
    const pairs = count >> 1;
    for (let j: u32 = 0; j < pairs; j += 4) {
      const lanes = min<u32>(4, pairs - j);
      for (let lane: u32 = 0; lane < lanes; lane++)
        memory.copy(block + 128 * lane + 1, digests + 64 * (j + lane), 64);
      start(state);
      compress(block, 128, all, state, w);
      compress(block + 64, 128, all, state, w);
      finish(state, lanes, digests + 32 * j);
    }
    if (count & 1) memory.copy(digests + 32 * pairs, digests + 32 * (count - 1), 32);
  }
}
