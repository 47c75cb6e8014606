/**
 * Pictures of two groups that a hash takes for one: innocent ones beside a listed one. They are often copies of one picture that were not
 * given one group, re-encoded or scaled, and then leave no threshold that keeps the false-positive rate.
 */

import { hashByName } from '../../hash/index.ts';
import type { MatchRow } from '../../schema/observation.ts';
import { hashThreshold, innocents, matchRows } from '../../score/thresholds.ts';
import type { Experiment } from './experiment.ts';
import type { TradeoffRow } from './rows.ts';

/** An innocent picture, and the entry nearest to it. */
interface Pair {
  readonly picture: string;
  readonly nearest: string;
  readonly bits: number;
}

/** Sentences that name such pairs and say what to do; none where there are none. */
export function copyNotes(rows: readonly TradeoffRow[], experiment: Experiment): string[] {
  const { grid, messages } = experiment;
  const without = grid.hash.flatMap((name) => {
    if (hashThreshold(rows, experiment, name, true).bits >= 0) return [];
    const pairs = within(innocents(matchRows(rows, name), 'calibration'), 0);
    return pairs.length > 0 ? [{ name, pairs }] : [];
  });
  const first = without[0];
  if (first) {
    const others = first.pairs.length > 1 ? ` (${first.pairs.length} pairs in all)` : '';
    return [
      `No threshold of ${without.map(({ name }) => name).join(', ')} keeps the false-positive rate, because an innocent picture has the very hash of a listed one: ${named(first.pairs[0]!)}${others}. ${advice}`,
    ];
  }
  const { threshold } = hashByName(messages.hash);
  const all = matchRows(rows, messages.hash);
  const near = (['calibration', 'evaluation'] as const).flatMap((split) => within(innocents(all, split), threshold));
  const nearest = near.sort((a, b) => a.bits - b.bits)[0];
  if (!nearest) return [];
  return [
    `${near.length} innocent ${near.length === 1 ? 'picture is' : 'pictures are'} within the authors' ${threshold} bits of ${messages.hash} of a listed picture of another group, the nearest ${named(nearest)}. ${advice}`,
  ];
}

const named = ({ picture, nearest, bits }: Pair): string => `${picture} and ${nearest} (distance ${bits})`;

const advice =
  'If they are copies of one picture, give all copies one group (a column called group in a manifest.csv), and run again.';

/** The pictures at most so many bits from an entry, in the order of the rows. */
const within = (rows: readonly MatchRow[], most: number): Pair[] =>
  rows.flatMap(({ picture, outcome }) =>
    outcome.state === 'scored' && outcome.nearest !== null && outcome.distanceBits <= most
      ? [{ picture, nearest: outcome.nearest, bits: outcome.distanceBits }]
      : [],
  );
