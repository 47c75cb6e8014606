/** Experiments on metadata, which make their accounts and take pictures from a dataset. */
import type { Kind } from '../../harness/kind.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { MetadataExperiment } from './experiment.ts';
import { MetadataMetrics } from './metrics.ts';
import { type MetadataRow, metadataRows } from './rows.ts';
import { metadataMetrics } from './score.ts';

/** Files whose kind is 'metadata'. */
export const metadata: Kind<MetadataExperiment, MetadataRow, MetadataMetrics> = {
  name: 'metadata',
  experiment: MetadataExperiment,
  rows: metadataRows,
  metrics: MetadataMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 4000 },
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  check: checkMetadata,
  score: async (rows, { experiment, record }) => metadataMetrics(await everyRow(rows), experiment, record),
  report: async () => (await import('./report.ts')).metadataParts,
  run: async () => (await import('./run.ts')).runMetadata,
  extent({ kind, accounts, graphs, overlaps, profileEdits, dataset }) {
    return {
      facts: [
        ['kind', kind],
        ['dataset', dataset.name],
        ['accounts', `${graphs} graphs of ${accounts} at each of ${overlaps.length} overlaps`],
        ['edits', profileEdits.length],
      ],
      json: { kind, dataset: dataset.name, accounts, graphs, overlaps, edits: profileEdits.length },
      hashes: 1,
      edits: profileEdits.length,
      strategies: 0,
    };
  },
};

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkMetadata(value: unknown, what: string): MetadataExperiment {
  const experiment = check(MetadataExperiment, value, what);
  const { days, keepDays, accounts, offendingShare, businesses, profileEdits, relay } = experiment;
  const labels = profileEdits.map((edit) => resolveTransform(edit).label);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) throw new UserError(`${what} at /profileEdits: '${twice}' is there twice; keep one`);
  const late = keepDays.find((each) => each > days);
  if (late !== undefined)
    throw new UserError(`${what} at /keepDays: records of ${late} days do not fit in the window of ${days} days`);
  const wrong = Math.round(accounts * offendingShare.value);
  if (wrong < 30)
    throw new UserError(
      `${what} at /offendingShare: ${wrong} offending accounts of ${accounts} are too few to train on, calibrate and score; expected at least 30`,
    );
  if (offendingShare.value + businesses.share.value >= 1)
    throw new UserError(`${what} at /businesses/share: offending accounts and businesses leave nobody who is ordinary`);
  if (relay.largeBytes < 2 * relay.paddingBytes || relay.smallBytes >= relay.paddingBytes)
    throw new UserError(
      `${what} at /relay: expected small messages below the padding of ${relay.paddingBytes} bytes and large ones of at least twice that`,
    );
  return experiment;
}
