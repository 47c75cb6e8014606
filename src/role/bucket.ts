/**
 * The coarse, noisy sample of a hash that similarity-based bucketization searches with: some of its bits, each flipped with a small
 * probability. Hua, Namavari, Cheng, Naaman & Ristenpart, "Increasing Adversarial Uncertainty to Scale Private Similarity Testing" (USENIX
 * Security 2022).
 */
import { sodium } from '../crypto/sodium.ts';
import { distanceBits } from '../hash/hamming.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import { concatBytes, utf8 } from '../util/bytes.ts';
import { seededRng } from '../util/rng.ts';
import type { ProviderSetting } from './protocol.ts';
import { blob, type Packet } from './wire.ts';
import type { DeviceWorld } from './world.ts';

/** Positions of the sampled bits. They are public and derived from the list's root: the same for every device and message. */
export function sampledBits({
  list,
  settings,
}: Pick<DeviceWorld, 'settings'> & {
  readonly list: Pick<PublicParameters['list'], 'bits' | 'root'>;
}): readonly number[] {
  const all = Array.from({ length: list.bits }, (_, i) => i);
  return seededRng(0, `bucket/${list.root}`).shuffle(all).slice(0, settings.bucketBits);
}

/** Packs the sampled bits of a hash, most significant first; the last byte is padded with zeros. */
export function sample(hash: Uint8Array, positions: readonly number[]): Uint8Array {
  const out = new Uint8Array(Math.ceil(positions.length / 8));
  positions.forEach((at, i) => {
    if (hash[at >> 3]! & (128 >> (at & 7))) out[i >> 3]! |= 128 >> (i & 7);
  });
  return out;
}

/** Flips each sampled bit with probability `noise`, decided by two bytes of the coins. */
function flipped(bits: Uint8Array, count: number, noise: number, coins: Uint8Array): Uint8Array {
  const out = bits.slice();
  for (let i = 0; i < count; i++)
    if ((coins[2 * i]! << 8) + coins[2 * i + 1]! < noise * 65536) out[i >> 3]! ^= 128 >> (i & 7);
  return out;
}

/** At the provider: the entries near the query's bits. If the query has the wrong number of bits, returns none and records why. */
export function bucketOf<E extends { readonly sampled: Uint8Array }>(
  entries: readonly E[],
  query: Packet<'bucket-query'>,
  { world, reject }: Pick<ProviderSetting, 'world' | 'reject'>,
): E[] {
  const { bucketBits, bucketRadius } = world.settings;
  const bits = blob(query, 'bits');
  if (bits.length === Math.ceil(bucketBits / 8))
    return entries.filter(({ sampled }) => distanceBits(sampled, bits) <= bucketRadius);
  reject(`${query.header.message}: ${bits.length} bytes of sampled bits where ${bucketBits} bits are due`);
  return [];
}

/**
 * On the device: creates the function that makes a query from a hash and returns its bits, packed. With `memo`, a picture always gets the
 * same coins, and repeated queries reveal nothing new. Without it, the provider can average the noise away over repeated queries.
 */
export function bucketAsker(
  world: Pick<DeviceWorld, 'settings' | 'random'>,
  positions: readonly number[],
  memo: boolean,
): (account: string, hash: Uint8Array) => Uint8Array {
  const { bucketBits, bucketNoise } = world.settings;
  const deviceKey = world.random(32);
  const coinsOf = (account: string, hash: Uint8Array): Uint8Array =>
    memo
      ? stretch(sodium.crypto_generichash(32, concatBytes(utf8(account), hash), deviceKey), 2 * bucketBits)
      : world.random(2 * bucketBits);
  return (account, hash) => flipped(sample(hash, positions), bucketBits, bucketNoise, coinsOf(account, hash));
}

/** Expands a 32-byte seed to the requested number of bytes. */
const stretch = (seed: Uint8Array, length: number): Uint8Array =>
  sodium.crypto_stream_xchacha20_xor(new Uint8Array(length), new Uint8Array(24), seed);
