/** What happens to accounts: opened or not, as the rule says or not, and the population that the rule is applied to. */
import { describe, expect, test } from 'vitest';
import type { Experiment } from '../../../src/experiment/tradeoff/experiment.ts';
import { populationMetrics, sampleAccounts } from '../../../src/experiment/tradeoff/score-accounts.ts';
import { strategyMetrics } from '../../../src/experiment/tradeoff/score-strategy.ts';
import type { Evidence } from '../../../src/metric/tradeoff/evidence.ts';
import { modelInputs } from '../../../src/metric/tradeoff/inputs.ts';
import type { MessageRow } from '../../../src/schema/observation.ts';
import { message, subjects } from '../../harness/scenario/rows.ts';
import { tiny } from '../../harness/tiny.ts';
import { counted } from './counted.ts';

const inputs = modelInputs({ ...tiny, inputs: tiny.model });
const experiment: Experiment = {
  ...tiny,
  grid: { ...tiny.grid, strategy: ['psi', 'threshold-psi', 'threshold-psi-synthetic'] },
  messages: {
    ...tiny.messages,
    offendingAccounts: 2,
    protocols: { ...tiny.messages.protocols, matchThreshold: 3 },
  },
};
const found = { scanned: 'match', detected: true, flagged: true, exposed: true, tipped: true } as const;
const silent = { scanned: 'match', detected: false, flagged: true } as const;

/** Two accounts with target content, of which one reaches three matches; two innocent ones. */
function history(strategy: string, single: boolean, opensToo: string[] = []): MessageRow[] {
  const listed = subjects('listed', 'evaluation', 5);
  const innocent = subjects('innocent', 'evaluation', 4);
  const sent = [
    ...listed.map((each, i) => ({ each, sender: i < 3 ? 'account-001' : 'account-002' })),
    ...innocent.map((each, i) => ({ each, sender: i < 2 ? 'account-003' : 'account-004' })),
  ];
  return sent.map(({ each, sender }) => {
    const isListed = each.content === 'listed';
    const opened = sender === 'account-001' || opensToo.includes(sender);
    const outcome = !isListed ? (opened ? { exposed: true } : {}) : single || opened ? found : silent;
    return message(each, strategy, outcome, { sender });
  });
}

describe('the accounts of a run', () => {
  const rows = [
    ...history('psi', true),
    ...history('threshold-psi', false),
    ...history('threshold-psi-synthetic', false),
  ];

  test('offending and innocent ones that are opened, of those that sent anything', () => {
    expect(sampleAccounts(counted(rows).messagesOf, 'psi', experiment)).toMatchObject({
      offending: { k: 2, n: 2 },
      innocent: { k: 0, n: 2 },
      agreement: null,
    });
    expect(sampleAccounts(counted(rows).messagesOf, 'threshold-psi', experiment)).toMatchObject({
      offending: { k: 1, n: 2 },
      innocent: { k: 0, n: 2 },
      agreement: { k: 4, n: 4 },
    });
  });

  test('an account that opens below the threshold is none that the rule opens', () => {
    const wrong = [...history('psi', true), ...history('threshold-psi', false, ['account-002', 'account-004'])];
    expect(sampleAccounts(counted(wrong).messagesOf, 'threshold-psi', experiment)).toMatchObject({
      innocent: { k: 1, n: 2 },
      agreement: { k: 2, n: 4 },
    });
  });

  test('where matches are lost on purpose, or nothing counts them, nothing is compared', () => {
    expect(sampleAccounts(counted(rows).messagesOf, 'threshold-psi-synthetic', experiment)?.agreement).toBeNull();
    const alone = { ...experiment, grid: { ...experiment.grid, strategy: ['threshold-psi'] } };
    expect(sampleAccounts(counted(rows).messagesOf, 'threshold-psi', alone)?.agreement).toBeNull();
  });

  test('without innocent accounts there is nothing to say', () => {
    expect(sampleAccounts(counted(rows).messagesOf, 'psi', tiny)).toBeUndefined();
  });

  test('audit E4: what an account decides has its interval by account, and what a message decides by picture', () => {
    const context = { experiment, operatingPoint: '', listBytes: 0, listEntries: 5, plainBytes: null };
    const byAccount = strategyMetrics(counted(rows), 'threshold-psi', context).detection.asSent;
    expect(byAccount).toMatchObject({ k: 3, n: 5, clusters: 2 });
    expect(strategyMetrics(counted(rows), 'psi', context).detection.asSent).toMatchObject({ k: 5, n: 5, clusters: 5 });
    // One account of two was opened, so nearly anything is possible.
    expect(byAccount.clusterHigh - byAccount.clusterLow).toBeGreaterThan(0.8);
  });
});

describe('the population', () => {
  const source = 'assumed: for a test';
  const population: NonNullable<Experiment['population']> = {
    accounts: { value: 1_000_000, source },
    offendingShare: { value: 0.001, source },
    thresholds: [1, 30],
    bursts: { count: 2, size: 30, source },
  };
  const evidence: Evidence = {
    against: { asSent: { k: 9, n: 10 }, edits: [{ edit: 'flip', k: 0, n: 10 }], pictures: [[0, 1]] },
    newContent: { k: 0, n: 1 },
    falsePositive: { k: 0, n: 100 },
    listEntries: 50,
    rule: { name: 'lda-hash =', subset: false },
    scanner: 'device',
    reviewed: true,
    exposes: 'flagged',
    threshold: true,
  };
  const offenders: Experiment['offenders'] = [{ name: 'five', shape: 'geometric', mean: 5, source }];
  const of = (more: Partial<Evidence> = {}, settings: Partial<Experiment> = {}) =>
    populationMetrics({ name: 'threshold-psi', evidence: { ...evidence, ...more } }, inputs, {
      seed: 1,
      population,
      offenders,
      ...settings,
    });

  test('has one offending account in a thousand, opened by the rule; innocents between bounds that grow with the list', () => {
    const metrics = of()!;
    expect(metrics).toMatchObject({ accounts: 1_000_000, offending: 1000 });
    expect(metrics.offenders[0]!.points.map(({ accounts }) => accounts.n)).toEqual([1000, 1000]);
    const [run, model] = metrics.innocents;
    expect([run!.listEntries, model!.listEntries]).toEqual([50, 1_000_000]);
    // 0 of 100 leave 3 % of the pictures: an account of 243 pictures has a match nearly surely. No lower bound.
    expect(run!.opened[0]).toMatchObject({ threshold: 1, low: 0 });
    expect(run!.opened[0]!.high).toBeGreaterThan(990_000);
    expect(model!.opened[1]!.high).toBeCloseTo(999_000, 3);
  });

  test('is not there where the strategy has no threshold, nothing was counted, or the experiment describes none', () => {
    expect(of({ threshold: false })).toBeUndefined();
    expect(of({ against: 'not measured' })).toBeUndefined();
    expect(populationMetrics({ name: 'threshold-psi', evidence }, inputs, { seed: 1, offenders })).toBeUndefined();
  });
});
