/** Experiments on what perceptual hashes give away. */
import type { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import type { Kind } from '../kind.ts';
import { hashLeakageMetrics } from '../score/hash-leakage.ts';
import { checkHashLeakage } from './check.ts';
import { runHashLeakage } from './run.ts';

/** Files whose kind is 'hash-leakage'. */
export const hashLeakage: Kind<HashLeakageExperiment, HashLeakageMetrics> = {
  onPictures: true,
  deploys: true,
  check: checkHashLeakage,
  run: runHashLeakage,
  metrics: (rows, { experiment, record: { dataset, notes = [] } }) =>
    hashLeakageMetrics(rows, { experiment, dataset, notes }),
  extent({ kind, topics, inversion, membership, miniatures }) {
    const hashes = [...topics.hashes, ...(topics.deep ? [topics.deep.hash] : [])];
    const { training, validation, test } = miniatures;
    const drawn = training + validation + test + membership.listed + membership.known + membership.others;
    return {
      facts: [
        ['kind', kind],
        ['topic from hash', `${hashes.length}: ${hashes.join(', ')}`],
        ['picture from hash', `${inversion.hashes.length}: ${inversion.hashes.join(', ')}`],
        ['list membership', `${membership.strategies.length}: ${membership.strategies.join(', ')}`],
        ['miniatures', drawn],
      ],
      json: { kind, topics: hashes, inversion: inversion.hashes, membership: membership.strategies, miniatures: drawn },
      hashes: new Set([...hashes, ...inversion.hashes]).size,
      edits: 0,
      strategies: membership.strategies.length,
    };
  },
};
