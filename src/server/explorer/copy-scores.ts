/**
 * The distances of a copy-detection run: every edited picture to its own original, every original to the nearest one of another group. Only
 * originals stay in memory; copies are counted while reading.
 */

import { leastDeepQuality } from '../../classify/deep-hash.ts';
import type { CopyDetectionMetrics } from '../../experiment/copy-detection/metrics.ts';
import { hammingDistance } from '../../hash/hamming.ts';
import { hashes as registered } from '../../hash/index.ts';
import type { HashFacts } from '../../hash/perceptual-hash.ts';
import { groupedHashes, nearestOthers } from '../../match/pair-distances.ts';
import { foundHashes, type HashExperiment, type HashedRow } from '../../schema/hashed.ts';
import { fromHex } from '../../util/hex.ts';
import type { ScoreCounter } from './score-counter.ts';

interface Original {
  readonly group: string;
  readonly topic: string;
  readonly set: string;
  /** By hash; omitted if the picture has no usable hash. */
  readonly hashes: Readonly<Record<string, Uint8Array>>;
}

/** Above this number, originals are not compared with each other: the number of pairs grows quadratically. */
const mostOriginals = 4000;

/** Counts the evaluation pictures of a run. Rows must be in the order in which a run writes them: each original before its copies. */
export async function copyDistances(
  rows: AsyncIterable<readonly HashedRow[]>,
  { hashes }: Pick<CopyDetectionMetrics, 'hashes'>,
  { quality, detectors = [] }: Pick<HashExperiment, 'quality' | 'detectors'>,
  counter: ScoreCounter,
): Promise<void> {
  const algorithms: Readonly<Record<string, HashFacts>> = {
    ...registered,
    ...Object.fromEntries(detectors.map((each) => [each.name, each])),
  };
  const originals = new Map<string, Original>();
  const usable = (outcome: HashedRow['outcome']): Record<string, Uint8Array> =>
    Object.fromEntries(
      foundHashes(outcome)
        .filter(
          ([name, found]) => quality === 'any' || found.quality >= (algorithms[name]?.minQuality ?? leastDeepQuality),
        )
        .map(([name, { hex }]) => [name, fromHex(hex)]),
    );
  for await (const batch of rows)
    for (const { picture, group, topic, part, set, transform: label, outcome } of batch) {
      if (part !== 'evaluation') continue;
      const found = usable(outcome);
      // A deep hash has its own rows, for fewer pictures.
      const asked =
        outcome.state === 'hashed'
          ? Object.keys(outcome.hashes)
          : hashes.filter(({ deep }) => !deep).map(({ name }) => name);
      const id = `${set}\n${picture}`;
      const before = originals.get(id);
      if (label === 'none') originals.set(id, { group, topic, set, hashes: { ...before?.hashes, ...found } });
      const own = originals.get(id)?.hashes ?? {};
      for (const { name, bits } of hashes) {
        if (!asked.includes(name)) continue;
        const [hash, original] = [found[name], own[name]];
        const distance = hash && original ? hammingDistance(hash, original) : bits + 1;
        counter.add({ hash: name, set, label, topic, content: 'listed' }, distance);
      }
    }
  for (const set of new Set([...originals.values()].map((each) => each.set)))
    for (const { name, bits } of hashes)
      countNearest(
        [...originals.values()].filter((each) => each.set === set),
        name,
        bits,
        counter,
      );
}

/** Compares each original with all originals of other groups, as if those were the list. */
function countNearest(originals: readonly Original[], hash: string, bits: number, counter: ScoreCounter): void {
  const hashed = originals.filter((each) => each.hashes[hash]).slice(0, mostOriginals);
  const groups = [...new Set(hashed.map(({ group }) => group))];
  const numbers = new Map(groups.map((group, i) => [group, i]));
  const laid = groupedHashes(
    hashed.map((each) => each.hashes[hash]!),
    hashed.map(({ group }) => numbers.get(group)!),
    bits,
  );
  const nearest = nearestOthers(laid, laid);
  for (const [i, { set, topic }] of hashed.entries())
    counter.add({ hash, set, label: 'none', topic, content: 'innocent' }, nearest[i]!);
}
