/** Gossip and audits simulated against their closed forms; each bound is of all comparisons together (Bonferroni). */
import { describe, expect, test } from 'vitest';
import { simulateAudit, simulateGossip } from '../../../src/experiment/power/tasks.ts';
import { auditPower } from '../../../src/metric/audit.ts';
import { clopperPearsonHigh, clopperPearsonLow } from '../../../src/metric/proportion.ts';
import { splitView } from '../../../src/metric/split-view.ts';

const comparisons = 24;
const holds = (exact: number, k: number, n: number): boolean => {
  const tail = 0.025 / comparisons;
  return exact >= clopperPearsonLow(k, n, tail) - 1e-12 && exact <= clopperPearsonHigh(k, n, tail) + 1e-12;
};

describe('gossip over a real log', () => {
  const trials = 600;
  test.each([
    [0.05, 1, 0],
    [0.05, 10, 0],
    [0.05, 40, 0],
    [0.05, 40, 0.5],
    [0.5, 3, 0],
    [0.5, 3, 0.5],
  ])('share %d, %d clients, %d of heads older', async (share, clients, stale) => {
    const row = await simulateGossip({ seed: 1, share, clients, stale, trials });
    const exact = splitView(share, clients, stale);
    expect([holds(exact.monitored, row.monitored, trials), holds(exact.among, row.among, trials)]).toEqual([
      true,
      true,
    ]);
    // Were older heads evidence, the simulation would not agree.
    if (stale > 0) expect(holds(splitView(share, clients).monitored, row.monitored, trials)).toBe(false);
    expect(row.comparisons).toBeGreaterThan(0);
  });

  test('a client whose head is from before the split is evidence of nothing', async () => {
    const row = await simulateGossip({ seed: 1, share: 0.9, clients: 3, stale: 0.999, trials: 50 });
    expect(row.among).toBe(0);
  });

  test('the same seed gives the same trials, another one does not', async () => {
    const task = { seed: 1, share: 0.1, clients: 8, stale: 0, trials: 200 };
    expect(await simulateGossip(task)).toEqual(await simulateGossip(task));
    expect((await simulateGossip({ ...task, seed: 2 })).monitored).not.toBe((await simulateGossip(task)).monitored);
  });
});

describe('audits', () => {
  const trials = 500;
  test.each([
    [100, 5, 10],
    [1000, 3, 400],
    [1_000_000, 1000, 3000],
    [50, 50, 1],
    [50, 0, 20],
  ])('%d entries, %d planted, %d audited', (entries, planted, audited) => {
    const { found } = simulateAudit({ seed: 1, entries, planted, audited, trials });
    expect(holds(auditPower(entries, planted, audited), found, trials)).toBe(true);
  });

  test('drawing with replacement would be noticed', () => {
    const { found } = simulateAudit({ seed: 1, entries: 10, planted: 1, audited: 7, trials });
    expect(holds(1 - 0.9 ** 7, found, trials)).toBe(false);
    expect(holds(0.7, found, trials)).toBe(true);
  });
});
