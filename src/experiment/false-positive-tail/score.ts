/**
 * The tail of false positives, from hashed rows: queries that are not on the list against lists of growing size, and what two kinds of
 * extrapolation say beyond the largest. Queries and list share no group, so every match is a false one.
 */

import { isExact } from '../../hash/exact-hashes.ts';
import type { DistanceScale } from '../../match/distance-scale.ts';
import { type DistanceHistogram, histogramOf } from '../../metric/distance-histogram.ts';
import { effectiveBits, effectiveBitsTail, type NodeMoments, tailFit } from '../../metric/effective-bits.ts';
import { nearestNeighbourTail } from '../../metric/extreme-value.ts';
import type { Interval } from '../../metric/interval.ts';
import { fprByListSize, type MeasuredFpr, type PairTails, predictAndCheck } from '../../metric/list-size.ts';
import { pairRate } from '../../metric/node-bootstrap.ts';
import { proportion, upperBound } from '../../metric/proportion.ts';
import type { HashedRow, HashRow } from '../../schema/hashed.ts';
import { refusedFiles } from '../../schema/row.ts';
import {
  type Hashed,
  type HashRunFacts,
  type HashTable,
  hashed,
  hashedRows,
  hashTable,
  representatives,
  unrelatedOf,
} from '../../score/hash-table.ts';
import { hammingMeasure, type Measure } from '../../score/measure.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import { groupBy } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import type { FalsePositiveTail } from './experiment.ts';
import { miniatures } from './experiment.ts';
import type { FalsePositiveTailMetrics, ListSizeRow, TailThreshold } from './metrics.ts';

/** The metrics of a finished run. A UserError where no picture was hashed. */
export function falsePositiveTailMetrics(
  observations: readonly HashRow[],
  facts: HashRunFacts<FalsePositiveTail>,
): FalsePositiveTailMetrics {
  const { experiment, dataset, notes, onProgress } = facts;
  const { name, question, seed, quality } = experiment;
  const rows = hashedRows(observations);
  if (rows.length === 0) throw new UserError(`No picture of dataset '${dataset.name}' could be decoded`);
  const refused = refusedFiles(observations);
  const inPart = (part: HashedRow['part']): number => rows.filter((row) => row.part === part).length;
  const queries = inPart('query');
  return rounded({
    schemaVersion: 1,
    experiment: name,
    question,
    seed,
    quality,
    kind: 'false-positive-tail',
    dataset: { ...dataset, list: inPart('list'), queries, hard: inPart('hard'), refused },
    hashes: experiment.hashes.map((each, i) => {
      onProgress?.(i, experiment.hashes.length);
      return tailMetrics(hashTable(rows, each, experiment), experiment);
    }),
    limits: [
      ...notes,
      queries === 0
        ? 'No query was asked, so nothing is known of the rate.'
        : `${queries} queries were asked. Where none matched, the rate per query can still be ${(upperBound(0, queries) * 100).toFixed(2)} % (one-sided 95 %).`,
      'Queries are independent given the list; another list of the same size would give another rate. Intervals do not hold that variation.',
      'Extrapolated rates are labelled so, and end two decades beyond the largest list measured. Both methods take entries as independent and alike: a list of pictures that resemble each other, or one query that resembles many entries, breaks them.',
      'Effective bits fit the middle of the distances, extreme values the nearest neighbours. Where they disagree, neither is known to be right: see the check, which predicts the whole list from a tenth of it.',
      ...(experiment.hashes.some(isExact)
        ? [
            'An exact hash is of a picture saved without loss. It matches what is equal to the last pixel and nothing else, so a match here is the same picture twice in the dataset. Its rates beyond the largest list hold by construction, and for files that nobody made to collide (MD5 and SHA-1 can be made to).',
          ]
        : []),
      ...(experiment.dataset.name === miniatures
        ? [
            'Miniatures are drawn by a program. They test the extrapolation, not the hashes: rates on photographs are others.',
          ]
        : []),
    ],
  });
}

/** Entries and queries whose distances are all looked at, for the middle of their distribution. */
const sample = { entries: 10_000, queries: 1000 } as const;

/** Nearest entry of each query, for lists of each size. */
interface Nearest {
  readonly size: number;
  /** Counts of the scale; one above the largest for a query without a hash. */
  readonly distances: readonly number[];
}

type HashResult = FalsePositiveTailMetrics['hashes'][number];

/** Everything one hash does. Distances are counts of its scale here, and in its unit in the metrics. */
function tailMetrics(table: HashTable, experiment: FalsePositiveTail): HashResult {
  const { name, bits, entries, vector, algorithm } = table;
  // Of an exact hash the bits are looked at too: they are as far apart as random ones, and no two files come near each other.
  const measure = algorithm?.exact ? hammingMeasure(bits) : table.measure;
  const { scale } = measure;
  const authors = scale.countOf(vector?.threshold ?? algorithm!.threshold);
  const part = (which: string) => entries.filter((each) => each.part === which);
  // Drawn once: a list of a tenth of the size is the beginning of the whole.
  const list = seededRng(experiment.seed, 'list').shuffle(hashed(part('list')));
  const queries = part('query');
  const asked = hashed(queries);
  const nearest = nearestBySize(list, asked, queries.length - asked.length, measure);
  const { histogram, nodes } = distancesOf(list.slice(0, sample.entries), asked.slice(0, sample.queries), measure);
  const unrelated = unrelatedOf(histogram, scale);
  const { pairs } = unrelated;
  const named = (experiment.thresholds[name] ?? []).map(scale.countOf);
  const thresholds = [...new Set([authors, ...named])].sort((a, b) => a - b);
  const ends = { whole: nearest.at(-1), tenth: nearest.find(({ size }) => size === Math.floor(list.length / 10)) };
  const hard = hardTopics(part('hard'));

  return {
    name,
    bits,
    ...(vector ? { vector: { distance: vector.distance, step: vector.step } } : {}),
    authorsThreshold: scale.at(authors),
    belowQuality: entries.filter(({ state }) => state === 'below quality').length,
    unrelated: {
      ...unrelated,
      queries: Math.min(asked.length, sample.queries),
      entries: Math.min(list.length, sample.entries),
    },
    tail: unrelated.effectiveBits === null ? null : tailOf(histogram, scale),
    thresholds: thresholds.map((threshold): TailThreshold => {
      const measured = nearest.map((each) => measuredAt(each, threshold));
      const tails = (of: Nearest | undefined): PairTails | string =>
        of === undefined || nodes.length < 3
          ? 'too few pictures'
          : algorithm?.exact
            ? byConstruction(bits)
            : pairTails(of, nodes, scale, threshold, experiment.seed, name);
      const whole = tails(ends.whole);
      const tenth = tails(ends.tenth);
      return {
        bits: scale.at(threshold),
        authors: threshold === authors,
        rows: rowsOf(measured, whole, pairs),
        check:
          typeof tenth === 'string' || !ends.tenth || !ends.whole
            ? null
            : predictAndCheck({
                fittedOn: measuredAt(ends.tenth, threshold),
                pairTails: tenth,
                measured: measuredAt(ends.whole, threshold),
              }),
        hard: [...hard].map(([topic, found]) => {
          const own = hashed(found);
          const against = measure.nearest(own, list);
          const alone = representatives(own);
          return {
            topic,
            againstList: proportion(against.filter((each) => each <= threshold).length, found.length),
            amongThemselves: pairRate(
              measure.within(alone, threshold),
              alone.length,
              seededRng(experiment.seed, `hard/${name}/${topic}/${threshold}`),
            ),
          };
        }),
      };
    }),
  };
}

/** Sizes at which lists are measured: 1, 2 and 5 of every decade from 100, a tenth of the list, and all of it. */
export function measuredSizes(entries: number): number[] {
  const round = Array.from({ length: 18 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** (2 + Math.floor(i / 3)));
  const sizes = [...round.filter((size) => size < entries), Math.floor(entries / 10), entries];
  return [...new Set(sizes)].filter((size) => size > 0).sort((a, b) => a - b);
}

/** Each query's nearest entry in the first so many entries, for every size; one pass over the list. */
function nearestBySize(
  list: readonly Hashed[],
  asked: readonly Hashed[],
  lacking: number,
  measure: Measure,
): Nearest[] {
  const none = measure.scale.most + 1;
  const best = new Array<number>(asked.length).fill(none);
  let from = 0;
  return (list.length === 0 ? [] : measuredSizes(list.length)).map((size) => {
    for (const [i, distance] of measure.nearest(asked, list.slice(from, size)).entries())
      best[i] = Math.min(best[i]!, distance);
    from = size;
    return { size, distances: [...best, ...new Array<number>(lacking).fill(none)] };
  });
}

const measuredAt = ({ size, distances }: Nearest, threshold: number): MeasuredFpr => ({
  size,
  queries: distances.length,
  matched: distances.filter((each) => each <= threshold).length,
});

/** All distances between entries and queries, and what each picture's own distances add up to. */
function distancesOf(
  list: readonly Hashed[],
  queries: readonly Hashed[],
  measure: Measure,
): { histogram: DistanceHistogram; nodes: NodeMoments[] } {
  const { most } = measure.scale;
  const counts = new Array<number>(most + 1).fill(0);
  const moments = [...list, ...queries].map(() => ({ pairs: 0, sum: 0, squares: 0 }));
  measure.each(queries, list, (query, listed, distance) => {
    counts[distance]!++;
    for (const node of [moments[listed]!, moments[list.length + query]!]) {
      node.pairs++;
      node.sum += distance;
      node.squares += distance * distance;
    }
  });
  return { histogram: { bits: most, counts }, nodes: moments.filter(({ pairs }) => pairs > 0) };
}

function tailOf(histogram: DistanceHistogram, { at }: DistanceScale): NonNullable<HashResult['tail']> {
  const { threshold, observed, predicted, ratio } = tailFit(histogram, effectiveBits(histogram));
  return { threshold: at(threshold), observed, predicted, ratio };
}

/** The chance per entry that a digest of so many bits is equal by accident: nothing is fitted, so both methods say the same. */
function byConstruction(bits: number): PairTails {
  const estimate = 2 ** -bits;
  const method = `by construction: a digest of ${bits} bits is equal by accident once in 2^${bits} pairs of different files`;
  const tail = { estimate, low: estimate, high: estimate, method };
  return { effectiveBits: tail, extremeValue: tail };
}

/**
 * The chance per entry, by both methods; a sentence where there is too little to fit. Effective bits need a distance that is a share of a largest one,
 * which the Euclidean distance is not; extreme values need only distances from 0 on.
 */
function pairTails(
  { size, distances }: Nearest,
  nodes: readonly NodeMoments[],
  { unit, most, at }: DistanceScale,
  threshold: number,
  seed: number,
  name: string,
): PairTails | string {
  const nearest = histogramOf(
    distances.filter((each) => each <= most),
    most,
  );
  const cut = (count: number): string =>
    unit === 'bits' ? `${count} bits` : `a ${unit === 'l2' ? 'Euclidean' : unit} distance of ${at(count)}`;
  const rng = seededRng(seed, `extreme value/${name}/${size}/${threshold}`);
  try {
    const extremeValue = nearestNeighbourTail({ nearest, listSize: size, threshold, rng, named: cut });
    return { effectiveBits: unit === 'l2' ? null : effectiveBitsTail(nodes, most, threshold), extremeValue };
  } catch (error) {
    if (error instanceof UserError) return `too little to fit a tail to (${error.message})`;
    throw error;
  }
}

/** Measured sizes, then powers of ten beyond them. */
function rowsOf(measured: readonly MeasuredFpr[], tails: PairTails | string, pairs: number): ListSizeRow[] {
  const largest = measured.at(-1)?.size ?? 0;
  // A list that lacks a few refused pictures is not extrapolated to the round number beside it.
  const beyond = [1e3, 1e4, 1e5, 1e6, 1e7].filter((size) => size > 1.1 * largest);
  const sizes = [...measured.map(({ size }) => size), ...beyond];
  if (typeof tails !== 'string') return fprByListSize({ measured, pairTails: tails, pairs, sizes });
  const none: Interval = { estimate: 0, low: 0, high: 1, method: tails };
  return fprByListSize({ measured, pairTails: { effectiveBits: none, extremeValue: none }, pairs, sizes }).map((row) =>
    row.status === 'extrapolated' ? { size: row.size, status: 'not supported', reason: tails } : row,
  );
}

const hardTopics = <E extends { readonly topic: string }>(entries: readonly E[]): Map<string, E[]> =>
  new Map([...groupBy(entries, ({ topic }) => topic)].sort(([a], [b]) => (a < b ? -1 : 1)));
