/** xoshiro128**, 128 bits of state, period 2^128 − 1. Blackman & Vigna, "Scrambled linear pseudorandom number generators" (TOMS 2021). */

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** The generator with a state of four 32-bit words, not all zero; each call returns the next 32 bits, unsigned. */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): () => number {
  return () => {
    const out = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 11);
    return out;
  };
}
