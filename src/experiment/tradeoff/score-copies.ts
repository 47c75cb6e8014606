/**
 * Pictures of two groups that a hash takes for one: innocent ones beside a listed one. They are often copies of one picture that were not
 * given one group, re-encoded or scaled, and then leave no threshold that keeps the false-positive rate.
 */

import { hashFactsOf } from '../../score/hash-facts.ts';
import type { Calibration } from '../../score/thresholds.ts';
import type { Experiment } from './experiment.ts';
import { type HashCounts, NearPairs, type Pair } from './score-matches.ts';

/** Sentences that name such pairs and say what to do; none where there are none. `countsOf` gives the counts of a hash. */
export function copyNotes(
  countsOf: (hash: string) => HashCounts,
  calibration: Calibration,
  experiment: Experiment,
): string[] {
  const { grid, messages } = experiment;
  const without = grid.hash.flatMap((name) => {
    if (calibration.hashThreshold(experiment, name, true).bits >= 0) return [];
    const { count, nearest } = countsOf(name).same.calibration;
    return nearest ? [{ name, count, nearest }] : [];
  });
  const first = without[0];
  if (first) {
    const others = first.count > 1 ? ` (${first.count} pairs in all)` : '';
    return [
      `No threshold of ${without.map(({ name }) => name).join(', ')} keeps the false-positive rate, because an innocent picture has the very hash of a listed one: ${named(first.nearest)}${others}. ${advice}`,
    ];
  }
  const { threshold } = hashFactsOf(messages.hash, experiment);
  const near = new NearPairs(threshold);
  for (const split of ['calibration', 'evaluation'] as const) near.merge(countsOf(messages.hash).near[split]);
  const { count, nearest } = near;
  if (!nearest) return [];
  return [
    `${count} innocent ${count === 1 ? 'picture is' : 'pictures are'} within the authors' ${threshold} bits of ${messages.hash} of a listed picture of another group, the nearest ${named(nearest)}. ${advice}`,
  ];
}

const named = ({ picture, nearest, bits }: Pair): string => `${picture} and ${nearest} (distance ${bits})`;

const advice =
  'If they are copies of one picture, give all copies one group (a column called group in a manifest.csv), and run again.';
