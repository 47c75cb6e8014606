/**
 * Expands a seed to a stream of random bytes, so that the same seed gives the same keys. BLAKE2b derives a key for every draw, and ChaCha20
 * generates its bytes.
 */
import { concatBytes, u32 } from '../util/bytes.ts';
import { type RandomBytes, sodium } from './sodium.ts';

/** The stream of a secret 32-byte seed. */
export function expandSeed(seed: Uint8Array): RandomBytes {
  if (seed.length !== 32) throw new Error(`Expected a seed of 32 bytes but received ${seed.length}`);
  let draws = 0;
  return (length) =>
    sodium.randombytes_buf_deterministic(length, sodium.crypto_generichash(32, concatBytes(seed, u32(draws++)), null));
}
