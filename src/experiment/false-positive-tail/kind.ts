/** Experiments on the tail of false positives: innocent pictures against lists of growing size. */
import { checkAnyHashName, isDetector } from '../../harness/detectors/detectors.ts';
import { hashExtent } from '../../harness/hashes/extent.ts';
import type { Kind } from '../../harness/kind.ts';
import { isExact } from '../../hash/exact-hashes.ts';
import { check } from '../../schema/check.ts';
import { type HashRow, hashRows } from '../../schema/hashed.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { checkThresholds, withTailDetectors } from './detectors.ts';
import { FalsePositiveTail, miniatures } from './experiment.ts';
import { FalsePositiveTailMetrics } from './metrics.ts';
import { falsePositiveTailMetrics } from './score.ts';

/** Files whose kind is 'false-positive-tail'. */
export const falsePositiveTail: Kind<FalsePositiveTail, HashRow, FalsePositiveTailMetrics> = {
  name: 'false-positive-tail',
  experiment: FalsePositiveTail,
  rows: hashRows,
  metrics: FalsePositiveTailMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 1200 },
  tasks: moduleBeside(import.meta.url, '../../harness/hashes/tasks.ts'),
  check: checkFalsePositiveTail,
  score: async (rows, { experiment, record: { dataset, notes = [] }, onProgress }) =>
    falsePositiveTailMetrics(await everyRow(rows), { experiment, dataset, notes, onProgress }),
  report: async () => (await import('./report.ts')).tailParts,
  run: async () => (await import('./run.ts')).runFalsePositiveTail,
  extent: async (experiment) => hashExtent(await withTailDetectors(experiment), [], 0),
};

/** The checked experiment: every name known, every number possible. Throws a UserError that names the place of the first mistake. */
export function checkFalsePositiveTail(value: unknown, what: string): FalsePositiveTail {
  const experiment = check(FalsePositiveTail, value, what);
  for (const name of experiment.hashes) checkAnyHashName(name, experiment.detectors);
  checkThresholds(experiment, what);
  if (experiment.dataset.name === miniatures && (experiment.kinds || experiment.hardKinds))
    throw new UserError(`${what} at /dataset: miniatures have no kinds; remove /kinds and /hardKinds`);
  const ofBytes = experiment.hashes.find(isExact);
  if (experiment.dataset.name === miniatures && ofBytes !== undefined)
    throw new UserError(
      `${what} at /hashes: ${ofBytes} compares the bytes of files, and miniatures are drawn and are no files; choose another dataset`,
    );
  if (
    experiment.dataset.name === miniatures &&
    (experiment.detectors || experiment.hashes.some((name) => isDetector(name)))
  )
    throw new UserError(
      `${what} at /hashes: miniatures are drawn and hashed in one go, without detectors; choose another dataset`,
    );
  return experiment;
}
