/** xoshiro128**, 128 bits of state, period 2^128 − 1. Blackman & Vigna, "Scrambled linear pseudorandom number generators" (TOMS 2021). */

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** The generator with a state of four 32-bit words, not all zero; each call returns the next 32 bits, unsigned. */
export function xoshiro128(...words: readonly [number, number, number, number]): () => number {
  // Variables of the closure would be numbers on the heap, made anew by every call.
  const state = Int32Array.from(words);
  return () => {
    const s1 = state[1]!;
    const out = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const s2 = state[2]! ^ state[0]!;
    const s3 = state[3]! ^ s1;
    state[1] = s1 ^ s2;
    state[0]! ^= s3;
    state[2] = s2 ^ (s1 << 9);
    state[3] = rotate(s3, 11);
    return out;
  };
}
