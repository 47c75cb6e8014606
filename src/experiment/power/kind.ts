/** Experiments on capabilities: what keys, lists, court orders and app updates get out of every strategy. */

import type { Kind } from '../../harness/kind.ts';
import { metadataFindings } from '../../harness/metadata-findings.ts';
import { checkScenario } from '../../harness/scenario/check.ts';
import { withMessageDetectors } from '../../harness/scenario/detectors.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { PowerExperiment } from './experiment.ts';
import { PowerMetrics } from './metrics.ts';
import { type AnyPowerRow, CapabilityName, powerRows } from './rows.ts';
import { powerMetrics } from './score.ts';

/** Files whose kind is 'power'. */
export const power: Kind<PowerExperiment, AnyPowerRow, PowerMetrics> = {
  name: 'power',
  experiment: PowerExperiment,
  rows: powerRows,
  metrics: PowerMetrics,
  onPictures: true,
  keepsRows: { bytesPerPicture: 31_000 },
  deploys: true,
  check: checkPower,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  score: async (rows, { experiment, record }) => powerMetrics(await everyRow(rows), experiment, record.dataset),
  async report() {
    const { powerParts } = await import('./report.ts');
    const findings = metadataFindings();
    return (metrics) => powerParts(metrics, findings);
  },
  run: async () => (await import('./run.ts')).runCapabilities,
  async extent(experiment) {
    const { kind, strategies, gossip, audit } = await withMessageDetectors(experiment);
    const cells = {
      powers: CapabilityName.enum.length * strategies.length,
      gossip: gossip.shares.length * gossip.stale.length * gossip.clients.length,
      audits: audit.lists.length,
    };
    return {
      facts: [
        ['kind', kind],
        ['powers', `${CapabilityName.enum.length} on ${strategies.length} strategies`],
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

// Checking a power experiment beyond its schema.

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkPower(value: unknown, what: string): PowerExperiment {
  const experiment = check(PowerExperiment, value, what);
  checkScenario(experiment, what);
  if (experiment.messages.accounts < 3)
    throw new UserError(
      `${what} at /messages/accounts: two accounts send the hidden targets; a third account is needed`,
    );
  for (const [i, { entries, planted, audited }] of experiment.audit.lists.entries())
    if (planted > entries || audited > entries)
      throw new UserError(
        `${what} at /audit/lists/${i}: ${planted} planted and ${audited} audited entries are more than ${entries}`,
      );
  return experiment;
}
