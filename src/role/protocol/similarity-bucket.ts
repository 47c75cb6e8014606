/**
 * Similarity-based bucketization: the device sends some bits of the hash, each flipped with a small probability. It receives every entry
 * near those bits and compares locally. Hua, Namavari, Cheng, Naaman & Ristenpart, "Increasing Adversarial Uncertainty to Scale Private
 * Similarity Testing", USENIX Security 2022.
 */
import { distanceBits } from '../../hash/hamming.ts';
import { hashList, type ListEntry, packed } from '../../match/hash-list.ts';
import { searcher } from '../../match/search.ts';
import { bucketAsker, bucketOf, sample, sampledBits } from '../bucket.ts';
import { askProvider } from '../link.ts';
import type { DeviceSetting, DeviceSide, Protocol, ProviderSetting, ProviderSide } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, isOf, type Packet } from '../wire.ts';

/** The protocol. `memo` overrides whether a picture gets the same coins when it is sent again. */
export const similarityBucket = (memo?: boolean): Protocol => ({
  provider,
  device: (setting) => device(setting, memo ?? setting.world.settings.bucketMemo),
});

function provider(setting: ProviderSetting): ProviderSide {
  const positions = sampledBits(setting.world);
  const entries = setting.provider.entries.map((entry) => ({ ...entry, sampled: sample(entry.hash, positions) }));
  return {
    handle(packet) {
      if (!isOf(packet, 'bucket-query')) return undefined;
      const near = bucketOf(entries, packet, setting);
      const { message } = packet.header;
      const draft = { type: 'bucket-answer', message, ids: near.map(({ id }) => id) } as const;
      return { draft, blobs: { hashes: packed(near) } };
    },
  };
}

function device({ link, world, parameters, strategy, sender }: DeviceSetting, memo: boolean): DeviceSide {
  const { bucketBits, bucketRadius } = world.settings;
  const { list } = parameters;
  const positions = sampledBits({ list, settings: world.settings });
  const ask = bucketAsker(world, positions, memo);
  return {
    deviceBytes: 0,
    async scan(message) {
      const hash = await sender.hash(message);
      // A picture without a hash gets a random query too: a missing query would reveal that it did not match.
      const asked = hash ?? world.random(list.bits / 8);
      const bits = ask(message.sender, asked);
      const draft = { type: 'bucket-query', ...endpoints(message, strategy), bits: bucketBits } as const;
      const reply = await askProvider(link, draft, { bits }, 'bucket-answer');
      if (!hash) return { scanned: 'refused' };
      // The device skips entries that do not fit its query. Otherwise they would make it report a picture that the query does not cover.
      const near = entriesOf(reply, list.bits / 8).filter(
        (entry) => distanceBits(sample(entry.hash, positions), bits) <= bucketRadius,
      );
      const hit = searcher(hashList(list, near)).nearest(hash);
      if (!hit || hit.distanceBits > world.thresholdBits) return { scanned: 'clear' };
      await sender.flag(message, { reason: 'hash', hash, hit });
      return { scanned: 'match' };
    },
  };
}

/** The entries of an answer; an incomplete hash at the end is ignored. */
function entriesOf(reply: Packet<'bucket-answer'> | undefined, width: number): ListEntry[] {
  const hashes = blob(reply, 'hashes');
  return (reply?.header.ids ?? [])
    .map((id, i) => ({ id, hash: hashes.slice(i * width, (i + 1) * width) }))
    .filter(({ hash }) => hash.length === width);
}
