/** Experiments on adversarial robustness: attacks on pictures of a dataset, within a budget. */

import { checkAnyHashName } from '../../harness/detectors/detectors.ts';
import type { Kind } from '../../harness/kind.ts';
import { indexOfLabel } from '../../harness/scenario/check.ts';
import { isExact } from '../../hash/exact-hashes.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { withEvasionDetectors } from './detectors.ts';
import { Evasion, hashesOf } from './experiment.ts';
import { EvasionMetrics } from './metrics.ts';
import { type EvasionRow, evasionRows } from './rows.ts';
import { evasionMetrics } from './score.ts';

/** Files whose kind is 'evasion'. */
export const evasion: Kind<Evasion, EvasionRow, EvasionMetrics> = {
  name: 'evasion',
  experiment: Evasion,
  rows: evasionRows,
  metrics: EvasionMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 69_000 },
  check: checkEvasion,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record: { dataset, notes = [] } }) =>
    evasionMetrics(await everyRow(rows), { experiment, dataset, notes, label: labelOf(experiment) }),
  report: async () => (await import('./report.ts')).evasionParts,
  run: async () => (await import('./run.ts')).runEvasion,
  async extent(given) {
    const experiment = await withEvasionDetectors(given);
    const { kind, evasion: attacked, collision, classifier } = experiment;
    const attempts =
      attacked.pictures * attacked.targets.length * (attacked.attacks.length + 1) +
      (collision ? collision.pairs * collision.targets.length * collision.attacks.length : 0) +
      (classifier ? classifier.pictures * classifier.attacks.length : 0);
    const hashes = hashesOf(experiment);
    return {
      facts: [
        ['kind', kind],
        ['hashes', `${hashes.length}: ${hashes.join(', ')}`],
        ['classifier', classifier?.name ?? 'none'],
        ['attempts', `at most ${attempts}, on working copies of ${experiment.side} pixels`],
      ],
      json: { kind, hashes, classifier: classifier?.name ?? null, attempts },
      hashes: hashes.length,
      edits: 0,
      strategies: 0,
    };
  },
};

/** Place of the attacked label among the classifier's scores; undefined where none is attacked. */
const labelOf = ({ classifier }: Evasion): number | undefined =>
  classifier && indexOfLabel(classifier.label, classifier.name);

// Checking an evasion experiment beyond its schema: every name known, budgets in order.

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkEvasion(value: unknown, what: string): Evasion {
  const experiment = check(Evasion, value, what);
  const { l2, quoted, evasion, collision, classifier } = experiment;
  if (l2.some((each, i) => i > 0 && each <= l2[i - 1]!))
    throw new UserError(`${what} at /l2: expected budgets in ascending order but received ${l2.join(', ')}`);
  if (!l2.includes(quoted))
    throw new UserError(`${what} at /quoted: ${quoted} is not one of /l2 (${l2.join(', ')}); use one of them`);
  for (const [place, section] of [
    ['/evasion', evasion],
    ['/collision', collision],
  ] as const) {
    const names = (section?.targets ?? []).map(({ hash }) => hash);
    for (const name of names) checkAnyHashName(name, experiment.detectors);
    const ofBytes = place === '/collision' ? names.find(isExact) : undefined;
    if (ofBytes !== undefined)
      throw new UserError(
        `${what} at /collision/targets: ${ofBytes} says nothing about how near two pictures are, so that no search can approach an entry; name it in /evasion/targets only`,
      );
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice) throw new UserError(`${what} at ${place}/targets: '${twice}' occurs twice; keep one`);
  }
  for (const [place, section] of [
    ['/evasion', evasion],
    ['/collision', collision],
    ['/classifier', classifier],
  ] as const) {
    const names = (section?.attacks ?? []).map(({ attack }) => attack);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice) throw new UserError(`${what} at ${place}/attacks: '${twice}' occurs twice; keep one`);
  }
  if (classifier) indexOfLabel(classifier.label, classifier.name);
  return experiment;
}
