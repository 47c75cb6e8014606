/**
 * Similarity-based bucketization: the device sends some bits of the hash, each flipped now and then, gets every entry that is near in
 * those bits, and compares by itself. Hua, Namavari, Cheng, Naaman & Ristenpart, "Increasing Adversarial Uncertainty to Scale Private
 * Similarity Testing", USENIX Security 2022.
 */
import { sodium } from '../../crypto/sodium.ts';
import { distanceBits } from '../../hash/hamming.ts';
import { hashList, type ListEntry, packed } from '../../match/hash-list.ts';
import { searcher } from '../../match/search.ts';
import { concatBytes, utf8 } from '../../util/bytes.ts';
import { seededRng } from '../../util/rng.ts';
import type { Scan } from '../deployment.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, type Packet } from '../wire.ts';
import type { Message, World } from '../world.ts';

/** Which bits of a hash are sampled: public, fixed by the list's root, the same for every device and message. */
export function sampledBits({ list, settings }: Pick<World, 'list' | 'settings'>): readonly number[] {
  const all = Array.from({ length: list.bits }, (_, i) => i);
  return seededRng(0, `bucket/${list.root}`).shuffle(all).slice(0, settings.bucketBits);
}

/** Those bits of a hash, packed, most significant first; the last byte is filled with zeros. */
export function sample(hash: Uint8Array, positions: readonly number[]): Uint8Array {
  const out = new Uint8Array(Math.ceil(positions.length / 8));
  positions.forEach((at, i) => {
    if (hash[at >> 3]! & (128 >> (at & 7))) out[i >> 3]! |= 128 >> (i & 7);
  });
  return out;
}

/** The same bits, each flipped with probability `noise` by two bytes of the coins. */
export function flipped(bits: Uint8Array, count: number, noise: number, coins: Uint8Array): Uint8Array {
  const out = bits.slice();
  for (let i = 0; i < count; i++)
    if ((coins[2 * i]! << 8) + coins[2 * i + 1]! < noise * 65536) out[i >> 3]! ^= 128 >> (i & 7);
  return out;
}

/** Sets the protocol up; `memo` overrides whether a picture that is sent again gets the same coins. */
export function similarityBucket(setting: Setting, memo = setting.world.settings.bucketMemo): Protocol {
  const { house, world, strategy, sender, provider } = setting;
  const { bucketBits, bucketNoise, bucketRadius } = world.settings;
  const positions = sampledBits(world);
  const entries = provider.entries.map((entry) => ({ ...entry, sampled: sample(entry.hash, positions) }));
  const deviceKey = world.random(32);

  /** On the device: the coins of a picture, for ever the same or new every time. Without the former, repeats average the noise away. */
  const coinsOf = (account: string, hash: Uint8Array): Uint8Array =>
    memo
      ? stretch(sodium.crypto_generichash(32, concatBytes(utf8(account), hash), deviceKey), 2 * bucketBits)
      : world.random(2 * bucketBits);

  /** At the provider. */
  const answer = (query: Packet<'bucket-query'>): Packet<'bucket-answer'> => {
    const bits = blob(query, 'bits');
    const fits = bits.length === Math.ceil(bucketBits / 8);
    if (!fits)
      setting.reject(`${query.header.message}: ${bits.length} bytes of sampled bits where ${bucketBits} bits are due`);
    const near = fits ? entries.filter(({ sampled }) => distanceBits(sampled, bits) <= bucketRadius) : [];
    const draft = { type: 'bucket-answer', message: query.header.message, ids: near.map(({ id }) => id) } as const;
    return house.carry('provider', 'sender', draft, { hashes: packed(near) });
  };

  return {
    deviceBytes: 0,
    async scan(message: Message): Promise<Scan> {
      const hash = await sender.hash(message);
      // A picture without a hash asks too, at random: a missing query would tell that it did not match.
      const asked = hash ?? world.random(world.list.bits / 8);
      const bits = flipped(sample(asked, positions), bucketBits, bucketNoise, coinsOf(message.sender, asked));
      const draft = { type: 'bucket-query', ...endpoints(message, strategy), bits: bucketBits } as const;
      const reply = answer(house.carry('sender', 'provider', draft, { bits }));
      if (!hash) return { scanned: 'refused' };
      const hit = searcher(hashList(world.list, entriesOf(reply, world.list.bits / 8))).nearest(hash);
      if (!hit || hit.distanceBits > world.thresholdBits) return { scanned: 'clear' };
      sender.flag(message, { reason: 'hash', hash, hit });
      return { scanned: 'match' };
    },
  };
}

/** The entries of an answer; half a hash at the end is passed over. */
function entriesOf(reply: Packet<'bucket-answer'>, width: number): ListEntry[] {
  const hashes = blob(reply, 'hashes');
  return reply.header.ids
    .map((id, i) => ({ id, hash: hashes.slice(i * width, (i + 1) * width) }))
    .filter(({ hash }) => hash.length === width);
}

/** As many bytes as wanted from a 32-byte seed. */
const stretch = (seed: Uint8Array, length: number): Uint8Array =>
  sodium.crypto_stream_xchacha20_xor(new Uint8Array(length), new Uint8Array(24), seed);
