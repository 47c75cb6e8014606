/**
 * Named seeded random streams: SplitMix32, started from a hash of (seed, stream name), so that adding a stream never shifts another.
 * Reproducible choices only; keys in real use come from libsodium. Steele, Lea & Flood, "Fast splittable pseudorandom number
 * generators" (OOPSLA 2014), with the 32-bit finaliser of MurmurHash3.
 */
import { utf8 } from './bytes.ts';

/** A stream of reproducible randomness. */
export interface Rng {
  /** Next 32 random bits, as an unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer in [0, below), for a `below` from 1 to 2^32; throws a RangeError on any other. */
  int(below: number): number;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** One of the items, uniformly. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

const mix = (z: number): number => {
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
};

/** The stream called `stream` of a seed. The same two arguments always give the same numbers. */
export function seededRng(seed: number, stream = ''): Rng {
  // Twice for the upper half, so that two halves that are equal do not cancel.
  let state = mix(seed >>> 0) ^ mix(mix(Math.floor(seed / 0x1_0000_0000) >>> 0));
  for (const byte of utf8(stream)) state = mix(Math.imul(state, 31) + byte + 1);
  const uint32 = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state);
  };
  const next = (): number => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000;
  // Rejection keeps the draw exactly uniform.
  const int = (below: number): number => {
    if (!Number.isInteger(below) || below < 1 || below > 0x1_0000_0000)
      throw new RangeError(`Expected an integer from 1 to 2^32 to draw below but received ${below}`);
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % below);
    for (;;) {
      const draw = uint32();
      if (draw < limit) return draw % below;
    }
  };
  return {
    uint32,
    next,
    int,
    bytes(length) {
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i += 4) {
        const word = uint32();
        for (let j = 0; j < 4 && i + j < length; j++) out[i + j] = word >>> (8 * j);
      }
      return out;
    },
    pick: (items) => items[int(items.length)]!,
    shuffle(items) {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
  };
}
