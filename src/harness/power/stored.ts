/** What was kept, read again with another list in hand: which messages would be said to show something on it. */
import { distanceBits } from '../../hash/hamming.ts';
import { sample, sampledBits } from '../../role/bucket.ts';
import { prefixOf } from '../../role/prefix.ts';
import type { Sighting } from '../../role/view.ts';
import { blob, decode } from '../../role/wire.ts';
import { fromHex } from '../../util/hex.ts';
import type { Performance } from './stage.ts';

/**
 * Ids of the messages that provider or relay can say to show a hidden target, from what they were sent about them. By picture or hash as the
 * strategy itself matches; by a prefix or by sampled bits as the look-up does, which names others as well.
 */
export async function namedFromStore(performance: Performance): Promise<ReadonlySet<string>> {
  const { deployment, stage } = performance;
  const named = new Set<string>();
  for (const { planned } of stage.messages)
    for (const role of ['provider', 'relay'] as const)
      for (const sighting of deployment.views[role].about(planned.id))
        if (!named.has(planned.id) && (await tells(sighting, performance))) named.add(planned.id);
  return named;
}

async function tells({ type, bytes }: Sighting, { world, stage }: Performance): Promise<boolean> {
  const targets = stage.task.hidden.map(({ hashes }) => fromHex(hashes.near));
  const near = (hash: Uint8Array | undefined): boolean =>
    hash !== undefined &&
    hash.length * 8 === world.list.bits &&
    targets.some((target) => distanceBits(target, hash) <= world.thresholdBits);
  if (type === 'learnt') return false;
  const picture = type === 'opened' ? bytes : undefined;
  const read = picture ? undefined : decode(bytes);
  if (!picture && !read?.ok) return false;
  const blobs = read?.ok ? read.packet.blobs : {};
  const shown = picture ?? blobs.picture ?? blobs.plaintext;
  if (shown) {
    const outcome = await world.scanner.hash(shown);
    return outcome.state === 'hashed' && near(outcome.hash);
  }
  if (type === 'hash-upload') return near(blobs.hash);
  if (!read?.ok) return false;
  if (type === 'prefix-query') {
    const prefix = blob(read.packet, 'prefix').join();
    return targets.some((target) => prefixOf(target, world.prefixBits).join() === prefix);
  }
  if (type === 'bucket-query') {
    const positions = sampledBits(world);
    const bits = blob(read.packet, 'bits');
    return targets.some((target) => distanceBits(sample(target, positions), bits) <= world.settings.bucketRadius);
  }
  return false;
}
