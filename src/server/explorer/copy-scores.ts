/** The distances of a copy-detection run, counted. */
import { eachCopyDistance, type Original } from '../../compare/copy-distances.ts';
import type { CopyDetectionMetrics } from '../../experiment/copy-detection/metrics.ts';
import { groupedHashes, nearestOthers } from '../../match/pair-distances.ts';
import type { HashExperiment, HashedRow } from '../../schema/hashed.ts';
import type { ScoreCounter } from './score-counter.ts';

/** Above this number, originals are not compared with each other: the number of pairs grows quadratically. */
const mostOriginals = 4000;

/** Counts the evaluation pictures of a run, whose hashes are compared in bits: every edited picture to its own original, every original to the nearest one of another group. */
export async function countCopies(
  rows: AsyncIterable<readonly HashedRow[]>,
  metrics: Pick<CopyDetectionMetrics, 'hashes'>,
  experiment: Pick<HashExperiment, 'quality' | 'detectors'>,
  counter: ScoreCounter,
): Promise<void> {
  const originals = await eachCopyDistance(rows, metrics, experiment, ({ hash, set, label, topic, distance }) =>
    counter.add({ hash, set, label, topic, content: 'listed' }, distance),
  );
  for (const set of new Set(originals.map((each) => each.set)))
    for (const { name, bits } of metrics.hashes)
      countNearest(
        originals.filter((each) => each.set === set),
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
    hashed.map((each) => each.hashes[hash] as Uint8Array),
    hashed.map(({ group }) => numbers.get(group)!),
    bits,
  );
  const nearest = nearestOthers(laid, laid);
  for (const [i, { set, topic }] of hashed.entries())
    counter.add({ hash, set, label: 'none', topic, content: 'innocent' }, nearest[i]!);
}
