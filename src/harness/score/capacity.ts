/** What a strategy could be turned to: room for hidden targets, and what a threshold hides. */
import { hideable } from '../../metric/audit.ts';
import type { Experiment } from '../../schema/experiment.ts';
import type { Capacity, Threshold } from '../../schema/metrics.ts';
import type { DeploymentRow, MessageRow } from '../../schema/observation.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { countsOf } from '../../util/counts.ts';
import { medianOrNull } from '../timings.ts';

/** Share of a readable list whose originals an auditor checks: an assumption, said wherever the number is shown. */
export const auditedShare = 0.1;

/**
 * Room for hidden targets. What the deployment counted goes first; of a list that can be read, it is what the audit would miss with a
 * probability above 5 %; no number where nothing bounds it.
 */
export function capacityOf(
  { capacity: { kind, note } }: Strategy,
  deployed: DeploymentRow | undefined,
  listEntries: number,
): Capacity {
  const counted = deployed?.hiddenCapacity;
  if (counted !== undefined) return { kind, entries: counted, note };
  if (kind === 'none') return { kind, entries: 0, note };
  if (kind !== 'auditable') return { kind, note };
  return { kind, entries: hideable(listEntries, Math.ceil(auditedShare * listEntries)), note };
}

/** The settings of a threshold strategy, with the pictures that an account sent; undefined of any other. */
export function thresholdOf(
  { threshold, synthetic }: Strategy,
  { messages: { protocols } }: Experiment,
  rows: readonly MessageRow[],
): Threshold | undefined {
  if (!threshold) return undefined;
  return {
    matches: protocols.matchThreshold,
    syntheticShare: synthetic ? protocols.syntheticShare : 0,
    syntheticBudget: protocols.syntheticBudget,
    pictures: medianOrNull([...countsOf(rows.map(({ sender }) => sender)).values()]),
  };
}
