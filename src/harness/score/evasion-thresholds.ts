/** What a threshold that resists would cost: evasion and false positives of a hash at every number of bits. */
import { hashByName } from '../../hash/index.ts';
import { nearestOthers, pairHistogram, pairsWithin } from '../../match/pair-distances.ts';
import { fprAtListSize } from '../../metric/extreme-value.ts';
import type { Interval } from '../../metric/interval.ts';
import { pairRate } from '../../metric/node-bootstrap.ts';
import { wilson } from '../../metric/proportion.ts';
import type { Evasion } from '../../schema/evasion.ts';
import type { EvasionMetrics, ThresholdPrice } from '../../schema/evasion-metrics.ts';
import type { AttemptRow } from '../../schema/evasion-rows.ts';
import type { Observation } from '../../schema/observation.ts';
import { seededRng } from '../../util/rng.ts';
import { hashed, hashedRows, hashTable, laidOut, numbering, representatives } from '../benchmark/hash-table.ts';

/** Thresholds priced between the authors' and the one that resists. */
const between = 3;
/** Resamples for the interval of a rate among pairs: at high thresholds nearly all of them match, and each costs its time. */
const resamples = 200;

/** Of every hash that was evaded: shares and prices by threshold. */
export function thresholdPrices(
  rows: readonly Observation[],
  attempts: readonly AttemptRow[],
  experiment: Evasion,
): EvasionMetrics['thresholds'] {
  const at = experiment.l2.indexOf(experiment.quoted);
  return experiment.evasion.targets.flatMap(({ hash }): EvasionMetrics['thresholds'] => {
    const furthest = new Map<string, number>();
    for (const { goal, target, picture, within } of attempts) {
      if (goal === 'collision' || target !== hash) continue;
      // Attacks that know no threshold have the quoted budget alone.
      const reached = within[goal === 'furthest' ? 0 : at]?.measure ?? 0;
      furthest.set(picture, Math.max(furthest.get(picture) ?? 0, reached));
    }
    if (furthest.size === 0) return [];
    const { bits } = hashByName(hash);
    // All pairs of different groups: one picture of each.
    const own = hashed(representatives(hashTable(hashedRows(rows), hash, 'authors').entries));
    const unrelated = laidOut(own, bits, numbering());
    let below = 0;
    const falsePairs = pairHistogram(unrelated).map((count) => (below += count));
    const evaded = Array.from(
      { length: bits + 1 },
      (_, threshold) => [...furthest.values()].filter((each) => each > threshold).length,
    );
    const nearest = nearestOthers(unrelated, unrelated);
    const { listEntries, photosPerDay } = experiment.resistance;
    const price = ([threshold, why]: readonly [number, ThresholdPrice['why']]): ThresholdPrice => {
      const stream = seededRng(experiment.seed, `pairs/${hash}/${threshold}`);
      const pairFpr = pairRate(pairsWithin(unrelated, threshold), own.length, stream, resamples);
      const matched = wilson(nearest.filter((each) => each <= threshold).length, own.length);
      return {
        threshold,
        why,
        evaded: wilson(evaded[threshold]!, furthest.size),
        pairFpr,
        matched,
        flaggedPerDay: {
          atLeast: {
            estimate: photosPerDay.value * (matched.estimate ?? 0),
            low: photosPerDay.value * matched.low,
            high: photosPerDay.value * matched.high,
            method: `measured against ${own.length - 1} entries; ${matched.method}`,
          },
          independent: independent(pairFpr, listEntries.value, photosPerDay.value),
        },
      };
    };
    const resisting = evaded.findIndex((count) => count <= experiment.resistance.share * furthest.size);
    return [
      {
        hash,
        bits,
        pictures: furthest.size,
        pairs: (own.length * (own.length - 1)) / 2,
        evaded,
        falsePairs,
        prices: pricedThresholds(hashByName(hash).threshold, resisting).map(price),
      },
    ];
  });
}

/** The authors' threshold, the lowest that resists, and some between them. */
function pricedThresholds(authors: number, resisting: number): (readonly [number, ThresholdPrice['why']])[] {
  if (resisting <= authors) return [[authors, 'resisting']];
  const steps = Array.from({ length: between }, (_, i) =>
    Math.round(authors + ((resisting - authors) * (i + 1)) / (between + 1)),
  );
  const middle = [...new Set(steps)].filter((each) => each > authors && each < resisting);
  return [[authors, 'authors'], ...middle.map((each) => [each, 'between'] as const), [resisting, 'resisting']];
}

/** Pictures flagged by a list of independent entries; the interval is the one by picture, or that of pairs where it is wider. */
function independent(
  { estimate, low, high, nodeLow, nodeHigh }: ReturnType<typeof pairRate>,
  entries: number,
  pictures: number,
): Interval {
  const flagged = (pairTail: number): number => pictures * fprAtListSize(pairTail, entries);
  return {
    estimate: flagged(estimate ?? 0),
    low: flagged(Math.min(low, nodeLow)),
    high: flagged(Math.max(high, nodeHigh)),
    method: `1 − (1 − q)^${entries}, entries independent; q over pairs, 95 % by picture`,
  };
}
