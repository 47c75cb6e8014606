/** Experiments on adversarial robustness: attacks on pictures of a dataset, within a budget. */
import type { Evasion } from '../../schema/evasion.ts';
import type { EvasionMetrics } from '../../schema/evasion-metrics.ts';
import type { Kind } from '../kind.ts';
import { evasionMetrics } from '../score/evasion.ts';
import { checkEvasion } from './check.ts';
import { hashesOf, runEvasion } from './run.ts';

/** Files whose kind is 'evasion'. */
export const evasion: Kind<Evasion, EvasionMetrics> = {
  onPictures: true,
  check: checkEvasion,
  run: runEvasion,
  metrics: (rows, { experiment, record: { dataset, notes = [] } }) =>
    evasionMetrics(rows, { experiment, dataset, notes }),
  extent(experiment) {
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
