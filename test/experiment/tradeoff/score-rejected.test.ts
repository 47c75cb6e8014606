/** What roles turned away is counted from the deployment to the metrics. */
import { expect, test } from 'vitest';
import { StrategyMetrics } from '../../../src/experiment/tradeoff/metrics.ts';
import { withModel } from '../../../src/experiment/tradeoff/score.ts';
import { strategyMetrics } from '../../../src/experiment/tradeoff/score-strategy.ts';
import { fits } from '../../../src/schema/check.ts';
import { DeploymentRow } from '../../../src/schema/observation.ts';
import { tiny } from '../../harness/tiny.ts';
import { counted } from './counted.ts';

const context = { experiment: tiny, operatingPoint: 'a sentence', listBytes: 0, listEntries: 0, plainBytes: null };
const row: DeploymentRow = { row: 'deployment', cell: 'cell', strategy: 'psi', deviceBytes: 96, rejected: 3 };

test('a deployment’s count is the strategy’s, and runs that did not count say nothing', () => {
  const measured = strategyMetrics(counted([row]), 'psi', context);
  expect(measured.rejected).toBe(3);
  const experiment = { ...tiny, grid: { ...tiny.grid, strategy: ['psi'] } };
  const more = { thresholds: { near: 31, second: 10 }, listEntries: 0, measured: () => measured };
  const [scored] = withModel(counted([row]).messagesOf, experiment, more);
  expect(scored!.rejected).toBe(3);
  expect([fits(DeploymentRow, row), fits(StrategyMetrics, scored)]).toEqual([true, true]);
  const { rejected: _, ...older } = row;
  expect(fits(DeploymentRow, older)).toBe(true);
  expect(strategyMetrics(counted([older]), 'psi', context)).not.toHaveProperty('rejected');
  expect(strategyMetrics(counted([{ ...row, strategy: 'e2ee' }]), 'psi', context)).not.toHaveProperty('rejected');
});
