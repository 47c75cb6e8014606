/** Experiments on power: what keys, lists, orders and updates get out of every strategy. */
import type { PowerExperiment } from '../../schema/power.ts';
import type { PowerMetrics } from '../../schema/power-metrics.ts';
import { PowerName } from '../../schema/power-rows.ts';
import type { Kind } from '../kind.ts';
import { powerMetrics } from '../score/power.ts';
import { checkPower } from './check.ts';
import { runPowers } from './run.ts';

/** Files whose kind is 'power'. */
export const power: Kind<PowerExperiment, PowerMetrics> = {
  onPictures: true,
  deploys: true,
  check: checkPower,
  run: runPowers,
  metrics: (rows, { experiment, record }) => powerMetrics(rows, experiment, record.dataset),
  extent({ kind, strategies, gossip, audit }) {
    const cells = {
      powers: PowerName.enum.length * strategies.length,
      gossip: gossip.shares.length * gossip.stale.length * gossip.clients.length,
      audits: audit.lists.length,
    };
    return {
      facts: [
        ['kind', kind],
        ['powers', `${PowerName.enum.length} on ${strategies.length} strategies`],
        ['gossip', `${cells.gossip} settings of ${gossip.trials} trials`],
        ['audits', `${cells.audits} lists of ${audit.trials} trials`],
      ],
      json: { kind, cells },
      hashes: 0,
      edits: 0,
      strategies: strategies.length,
    };
  },
};
