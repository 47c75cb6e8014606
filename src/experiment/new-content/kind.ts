/** Experiments on content that no list has. */

import { classifierLabels } from '../../classify/index.ts';
import { checkHashName } from '../../harness/detectors/detectors.ts';
import type { Kind } from '../../harness/kind.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { withBothDetectors } from './detectors.ts';
import { NewContent } from './experiment.ts';
import { NewContentMetrics } from './metrics.ts';
import { type NewContentRow, newContentRows } from './rows.ts';
import { newContentMetrics } from './score.ts';

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkNewContent(value: unknown, what: string): NewContent {
  const experiment = check(NewContent, value, what);
  const { sources, innocent = [], shares, hash, secondHash, classifier, label, edits } = experiment;
  for (const name of [hash, secondHash]) checkHashName(name, experiment.detectors);
  if (hash === secondHash)
    throw new UserError(`${what} at /secondHash: '${secondHash}' is the first hash too, and confirms nothing`);
  if (Object.keys(sources).length < 2)
    throw new UserError(`${what} at /sources: one source cannot be held out and known; name at least two`);
  const labels = [...Object.values(sources).flat(), ...innocent];
  const twice = labels.find((each, i) => labels.indexOf(each) < i);
  if (twice) throw new UserError(`${what} at /sources: the label '${twice}' occurs twice; keep one`);
  if (shares.training + shares.calibration >= 1)
    throw new UserError(`${what} at /shares: training and calibration leave nothing for evaluation`);
  const known = classifierLabels(classifier);
  if (!known.includes(label))
    throw new UserError(`${what} at /label: ${classifier} has ${known.join(', ')}, not '${label}'`);
  const names = edits.map((spec) => resolveTransform(spec).label);
  const same = names.find((each, i) => names.indexOf(each) < i);
  if (same) throw new UserError(`${what} at /edits: '${same}' occurs twice; keep one`);
  if (names.includes('none'))
    throw new UserError(`${what} at /edits: every picture is also sent unedited; remove 'none'`);
  return experiment;
}

/** Files whose kind is 'new-content'. */
export const newContent: Kind<NewContent, NewContentRow, NewContentMetrics> = {
  name: 'new-content',
  experiment: NewContent,
  rows: newContentRows,
  metrics: NewContentMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 4000 },
  check: checkNewContent,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record: { dataset, notes = [] } }) =>
    newContentMetrics(await everyRow(rows), { experiment, dataset, notes }),
  report: async () => (await import('./report.ts')).newContentParts,
  run: async () => (await import('./run.ts')).runNewContent,
  async extent(experiment) {
    const { kind, sources, hash, secondHash, classifier, edits } = await withBothDetectors(experiment);
    const names = Object.keys(sources);
    return {
      facts: [
        ['kind', kind],
        ['sources', `${names.length} held out one after the other: ${names.join(', ')}`],
        ['detectors', `${hash}, ${secondHash}, ${classifier}, a head on it for each source`],
        ['edits', edits.map((spec) => resolveTransform(spec).label).join(', ')],
      ],
      json: { kind, sources: names, edits: edits.length },
      hashes: 2,
      edits: edits.length,
      strategies: 0,
    };
  },
};
