/**
 * Similarity-based bucketization: the device sends some bits of the hash, each flipped now and then, gets every entry that is near in
 * those bits, and compares by itself. Hua, Namavari, Cheng, Naaman & Ristenpart, "Increasing Adversarial Uncertainty to Scale Private
 * Similarity Testing", USENIX Security 2022.
 */
import { distanceBits } from '../../hash/hamming.ts';
import { hashList, type ListEntry, packed } from '../../match/hash-list.ts';
import { searcher } from '../../match/search.ts';
import { bucketAsker, sample, sampledBits } from '../bucket.ts';
import type { Scan } from '../deployment.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, type Packet } from '../wire.ts';
import type { Message } from '../world.ts';

/** Sets the protocol up; `memo` overrides whether a picture that is sent again gets the same coins. */
export function similarityBucket(setting: Setting, memo = setting.world.settings.bucketMemo): Protocol {
  const { house, world, strategy, sender, provider } = setting;
  const { bucketBits, bucketRadius } = world.settings;
  const positions = sampledBits(world);
  const entries = provider.entries.map((entry) => ({ ...entry, sampled: sample(entry.hash, positions) }));
  const ask = bucketAsker(world, memo);

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
      const bits = ask(message.sender, asked);
      const draft = { type: 'bucket-query', ...endpoints(message, strategy), bits: bucketBits } as const;
      const reply = answer(house.carry('sender', 'provider', draft, { bits }));
      if (!hash) return { scanned: 'refused' };
      // An entry that was not asked for would make this device report a picture that the query does not cover: it is passed over.
      const near = entriesOf(reply, world.list.bits / 8).filter(
        (entry) => distanceBits(sample(entry.hash, positions), bits) <= bucketRadius,
      );
      const hit = searcher(hashList(world.list, near)).nearest(hash);
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
