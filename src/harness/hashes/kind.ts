/** Experiments on hashes alone: copies found, and false positives of long lists. */
import type { Benchmark, CopyDetection, FalsePositiveTail } from '../../schema/benchmark.ts';
import type { CopyDetectionMetrics, FalsePositiveTailMetrics } from '../../schema/benchmark-metrics.ts';
import type { Kind } from '../kind.ts';
import { benchmarkMetrics } from '../score/benchmark.ts';
import type { SetFacts } from '../score/copy-detection.ts';
import { checkBenchmark } from './check.ts';
import { runBenchmark } from './run.ts';
import { editCount, setFacts, withPresets } from './sets.ts';

/** Files whose kind is 'copy-detection'. */
export const copyDetection = {
  ...shared<CopyDetection, CopyDetectionMetrics>(),
  async extent(experiment) {
    const read = await withPresets(experiment);
    return extentOf(experiment, setFacts(read), editCount(read));
  },
} satisfies Kind<CopyDetection, CopyDetectionMetrics>;

/** Files whose kind is 'false-positive-tail'. */
export const falsePositiveTail = {
  ...shared<FalsePositiveTail, FalsePositiveTailMetrics>(),
  extent: (experiment) => extentOf(experiment, [], 0),
} satisfies Kind<FalsePositiveTail, FalsePositiveTailMetrics>;

/** What the two kinds have in common; metrics are of the kind of the experiment. */
function shared<E extends Benchmark, M>(): Omit<Kind<E, M>, 'extent'> {
  return {
    onPictures: true,
    check: (value, what) => checkBenchmark(value, what) as E,
    run: (options) => runBenchmark(options) as ReturnType<Kind<E, M>['run']>,
    metrics: (rows, { experiment, record: { dataset, notes = [] } }) =>
      benchmarkMetrics(rows, { experiment, dataset, notes }) as M,
  };
}

function extentOf({ kind, hashes }: Benchmark, sets: readonly SetFacts[], edits: number) {
  const cells =
    hashes.length *
    Math.max(
      1,
      sets.reduce((sum, set) => sum + set.edits.length, 0),
    );
  return {
    facts: [
      ['kind', kind],
      ['hashes', `${hashes.length}: ${hashes.join(', ')}`],
      ...sets.map((set): [string, string] => [
        'edits',
        `${set.name}: ${set.edits.map(({ title }) => title).join(', ')}`,
      ]),
      ['cells', cells],
    ] as [string, string | number][],
    json: { kind, hashes, sets, cells },
    hashes: hashes.length,
    edits,
    strategies: 0,
  };
}
