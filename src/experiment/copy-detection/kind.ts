/** Experiments on copy detection: edited copies against originals, under every hash. */
import { deepHashes } from '../../classify/deep-hashes.ts';
import { checkAnyHashName, withDetectors } from '../../harness/detectors/detectors.ts';
import { checkSets, editCount, setFacts, withPresets } from '../../harness/edit-preset.ts';
import { hashExtent, namedHashes } from '../../harness/hashes/extent.ts';
import type { Kind } from '../../harness/kind.ts';
import { check } from '../../schema/check.ts';
import { type HashRow, hashRows } from '../../schema/hashed.ts';
import { everyRow } from '../../schema/row.ts';
import { lookUp } from '../../util/registry.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { CopyDetection, deepNames } from './experiment.ts';
import { CopyDetectionMetrics } from './metrics.ts';
import { copyDetectionMetrics } from './score.ts';

/** Files whose kind is 'copy-detection'. */
export const copyDetection: Kind<CopyDetection, HashRow, CopyDetectionMetrics> = {
  name: 'copy-detection',
  experiment: CopyDetection,
  rows: hashRows,
  metrics: CopyDetectionMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 125_000 },
  tasks: moduleBeside(import.meta.url, '../../harness/hashes/tasks.ts'),
  check: checkCopyDetection,
  score: async (rows, { experiment, record: { dataset, notes = [] }, onProgress }) =>
    copyDetectionMetrics(await everyRow(rows), { experiment, dataset, notes, sets: setFacts(experiment), onProgress }),
  report: async () => (await import('./report.ts')).copyParts,
  run: async () => (await import('./run.ts')).runCopyDetection,
  async extent(experiment) {
    const read = await withDetectors(await withPresets(experiment), namedHashes);
    return hashExtent(read, setFacts(read), editCount(read));
  },
};

/** The checked experiment: every name known, every edit possible. Throws a UserError that names the place of the first mistake. */
export function checkCopyDetection(value: unknown, what: string): CopyDetection {
  const experiment = check(CopyDetection, value, what);
  for (const name of experiment.hashes) checkAnyHashName(name, experiment.detectors);
  checkSets(experiment, what);
  for (const name of deepNames(experiment)) lookUp<unknown>(deepHashes, 'deep hash', name);
  return experiment;
}
