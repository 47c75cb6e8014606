/**
 * Named seeded random streams. Each is an independent generator, started from SHA-256 of seed and name, so that adding a stream never
 * shifts another, and no two overlap. For repeatable choices; keys in real use come from libsodium.
 */
import { readU32, utf8 } from './bytes.ts';
import { sha256 } from './sha256.ts';
import { xoshiro128 } from './xoshiro.ts';

/** A stream of reproducible randomness. */
export interface Rng {
  /** Next 32 random bits, as an unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer in [0, below), for `below` from 1 to 2^32; throws a RangeError otherwise. */
  int(below: number): number;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** One of the items, uniformly. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** The stream with that name for a seed. The same two arguments always give the same numbers. */
export function seededRng(seed: number, stream = ''): Rng {
  const start = sha256(utf8(`presend random stream\n${seed}\n${stream}`));
  const uint32 = xoshiro128(readU32(start, 0), readU32(start, 4), readU32(start, 8), readU32(start, 12));
  const next = (): number => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000;
  // Rejection makes the draw exactly uniform. Most draws are below the same number as the one before.
  let [known, limit] = [1, 0x1_0000_0000];
  const int = (below: number): number => {
    if (below !== known) {
      if (!Number.isInteger(below) || below < 1 || below > 0x1_0000_0000)
        throw new RangeError(`Expected an integer from 1 to 2^32 to draw below but received ${below}`);
      limit = 0x1_0000_0000 - (0x1_0000_0000 % below);
      known = below;
    }
    for (;;) {
      const draw = uint32();
      // The shifts say that both are integers of 32 bits, whose remainder takes a fraction of the time.
      if (draw < limit) return below === 0x1_0000_0000 ? draw : (draw >>> 0) % (below >>> 0);
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
