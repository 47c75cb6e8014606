/** Reproducible randomness for tests: what experiments pass as RandomBytes. */
import type { RandomBytes } from '../../src/crypto/sodium.ts';
import { seededRng } from '../../src/util/rng.ts';

/** The stream of that name under seed 1. */
export function randomOf(stream: string): RandomBytes {
  const rng = seededRng(1, stream);
  return (length) => rng.bytes(length);
}
