/** From the observations of a benchmark to its metrics: pure, so that a report can always be made again from the raw rows. */

import { setMetrics } from '../../experiment/copy-detection/score.ts';
import { tailMetrics } from '../../experiment/false-positive-tail/score.ts';
import { upperBound } from '../../metric/proportion.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import type { Observation } from '../../schema/observation.ts';
import { hashedRows, hashTable } from '../../score/hash-table.ts';
import { rounded } from '../../score/rounded.ts';
import { setFacts } from './choose.ts';
import type { Benchmark, CopyDetection, FalsePositiveTail } from './experiment.ts';
import type { BenchmarkMetrics, CopyDetectionMetrics, FalsePositiveTailMetrics } from './metrics.ts';

/** What the rows do not say. */
export interface BenchmarkContext {
  readonly experiment: Benchmark;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** What was noted while pictures were chosen. */
  readonly notes: readonly string[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** The metrics of a finished benchmark. */
export function benchmarkMetrics(rows: readonly Observation[], context: BenchmarkContext): BenchmarkMetrics {
  const { experiment } = context;
  const hashed = hashedRows(rows);
  const refused = rows.flatMap((row) => (row.row === 'refused' ? [{ picture: row.picture, reason: row.reason }] : []));
  return rounded(
    experiment.kind === 'copy-detection'
      ? copyDetection(hashed, refused, experiment, context)
      : falsePositiveTail(hashed, refused, experiment, context),
  );
}

type Refused = CopyDetectionMetrics['dataset']['refused'];

const common = ({ name, question, seed, quality }: Benchmark) =>
  ({ schemaVersion: 1, experiment: name, question, seed, quality }) as const;

function copyDetection(
  rows: readonly HashedRow[],
  refused: Refused,
  experiment: CopyDetection,
  { dataset, notes, onProgress }: BenchmarkContext,
): CopyDetectionMetrics {
  const sets = setFacts(experiment);
  const pictures = new Map(rows.map(({ picture, group, part }) => [picture, { group, part }]));
  const inPart = (part: HashedRow['part']): number =>
    [...pictures.values()].filter((each) => each.part === part).length;
  const names = [...experiment.hashes, ...(experiment.deep ? [experiment.deep.hash] : [])];
  const hashes = names.map((name, i) => {
    onProgress?.(i, names.length);
    const table = hashTable(rows, name, experiment.quality);
    return {
      name,
      bits: table.bits,
      authorsThreshold: table.algorithm?.threshold ?? null,
      deep: table.algorithm === undefined,
      sets: sets.map((set) => setMetrics(table, set, experiment)),
    };
  });
  const first = hashes[0]!.sets[0]!;
  return {
    ...common(experiment),
    kind: 'copy-detection',
    dataset: {
      ...dataset,
      pictures: { calibration: inPart('calibration'), evaluation: inPart('evaluation') },
      groups: new Set([...pictures.values()].map(({ group }) => group)).size,
      refused,
    },
    precision: experiment.precision,
    hashes,
    limits: [
      ...notes,
      'Benign pictures and edits stand in for everything: recall on them is a proxy, and an adversary chooses edits that are not here.',
      `Recall at a precision falls as the list grows, because the nearest wrong original comes nearer: ${first.originals} originals here, 3,854 in Thorn's benchmark. Compare orders, not levels.`,
      `"As published" chooses the threshold on the very rows that it is scored on, as Thorn's benchmark does. "Corrected" chooses it on the calibration half and is scored on the other, each half against its own ${first.corrected.originals} or so originals: a list of half the size, which makes it easier.`,
      'Edits of one picture are not independent: intervals over all edits are by picture. Pairs that share a picture are not independent either: intervals of pair rates are by picture too.',
      'Pictures of one group (bursts, templates, copies) are never counted as unrelated; groups are those that the dataset states. Two shots of one thing that it does not state count as wrong matches, and one such pair is enough to move every threshold at this precision.',
    ],
  };
}

function falsePositiveTail(
  rows: readonly HashedRow[],
  refused: Refused,
  experiment: FalsePositiveTail,
  { dataset, notes, onProgress }: BenchmarkContext,
): FalsePositiveTailMetrics {
  const inPart = (part: HashedRow['part']): number => rows.filter((row) => row.part === part).length;
  const queries = inPart('query');
  return {
    ...common(experiment),
    kind: 'false-positive-tail',
    dataset: { ...dataset, list: inPart('list'), queries, hard: inPart('hard'), refused },
    hashes: experiment.hashes.map((name, i) => {
      onProgress?.(i, experiment.hashes.length);
      return tailMetrics(hashTable(rows, name, experiment.quality), experiment);
    }),
    limits: [
      ...notes,
      queries === 0
        ? 'No query was asked, so nothing is known of the rate.'
        : `${queries} queries were asked. Where none matched, the rate per query can still be ${(upperBound(0, queries) * 100).toFixed(2)} % (one-sided 95 %).`,
      'Queries are independent given the list; another list of the same size would give another rate. Intervals do not hold that variation.',
      'Extrapolated rates are labelled so, and end two decades beyond the largest list measured. Both methods take entries as independent and alike: a list of pictures that resemble each other, or one query that resembles many entries, breaks them.',
      'Effective bits fit the middle of the distances, extreme values the nearest neighbours. Where they disagree, neither is known to be right: see the check, which predicts the whole list from a tenth of it.',
      ...(experiment.dataset.name === 'miniatures'
        ? [
            'Miniatures are drawn by a program. They test the extrapolation, not the hashes: rates on photographs are others.',
          ]
        : []),
    ],
  };
}
