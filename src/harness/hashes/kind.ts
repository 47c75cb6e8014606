/** Experiments on hashes alone: copies found, and false positives of long lists. */

import { deepHashes } from '../../classify/deep-hashes.ts';
import type { SetFacts } from '../../experiment/copy-detection/score.ts';
import { hashByName } from '../../hash/index.ts';
import { check } from '../../schema/check.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import type { Kind } from '../kind.ts';
import { checkSets, editCount, miniatures, setFacts, withPresets } from './choose.ts';
import { type Benchmark, CopyDetection, FalsePositiveTail } from './experiment.ts';
import type { CopyDetectionMetrics, FalsePositiveTailMetrics } from './metrics.ts';
import { runBenchmark } from './run.ts';
import { benchmarkMetrics } from './score.ts';

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

// Checking a benchmark beyond its schema: every name must be known, every edit possible.

/** The checked benchmark. Throws a UserError that names the place of the first mistake. */
export function checkBenchmark(value: unknown, what: string): Benchmark {
  const tail = (value as { kind?: unknown } | null)?.kind === 'false-positive-tail';
  const experiment = tail ? check(FalsePositiveTail, value, what) : check(CopyDetection, value, what);
  for (const name of experiment.hashes) hashByName(name);
  if (experiment.kind === 'copy-detection') {
    checkSets(experiment, what);
    if (experiment.deep) lookUp<unknown>(deepHashes, 'deep hash', experiment.deep.hash);
    return experiment;
  }
  for (const [name, thresholds] of Object.entries(experiment.thresholds)) {
    const { bits } = hashByName(name);
    if (!experiment.hashes.includes(name))
      throw new UserError(`${what} at /thresholds: '${name}' is not in /hashes; add it there`);
    const far = thresholds.find((each) => each > bits);
    if (far !== undefined)
      throw new UserError(`${what} at /thresholds/${name}: ${far} bits is more than the ${bits} bits of the hash`);
  }
  if (experiment.dataset.name === miniatures && (experiment.kinds || experiment.hardKinds))
    throw new UserError(`${what} at /dataset: miniatures have no kinds; remove /kinds and /hardKinds`);
  return experiment;
}
