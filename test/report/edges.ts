/** The fixture's ugly sisters: hostile names, nothing measured, nothing found. */
import type { Metrics } from '../../src/experiment/tradeoff/metrics.ts';
import type { RunRecord } from '../../src/schema/run-record.ts';
import { fixture } from './fixture.ts';
import { clustered, rate } from './fixture-rates.ts';
import { run } from './fixture-run.ts';

export const hostileNames = [
  `<script>alert('1')</script>.jpg`,
  `"><img src=x onerror="alert(1)">.png`,
  `=cmd|' /C calc'!A0\n| a | [x](javascript:alert(1)) \`b\` & &lt;`,
];

/** Names that try to break out of HTML, Markdown, CSV and the terminal, wherever a stranger's text is shown. */
export function hostile(): Metrics {
  const metrics = fixture();
  metrics.experiment = '<b>x</b>';
  metrics.question = `Does <script>alert('2')</script> | survive "quotes"?\u001b[31m`;
  metrics.dataset.name = '=HYPERLINK("x")';
  metrics.dataset.refused = hostileNames.map((picture) => ({ picture, reason: `-1+1 ${picture}` }));
  metrics.strategies[0]!.name = '=cmd,"<script>"';
  metrics.strategies[0]!.summary = `"><script>alert(3)</script>`;
  metrics.strategies[1]!.name = 'a-strategy-with-a-name-that-goes-on-and-on-and-never-seems-to-reach-its-end';
  metrics.strategies[2]!.leakage[0]!.channel = '+sizes</td>|';
  metrics.strategies[3]!.declared[0]!.holds = false;
  metrics.strategies[3]!.threshold = { matches: 4, syntheticShare: 0.02, syntheticBudget: 8, pictures: 147.5 };
  metrics.strategies[4]!.threshold = { matches: 30, syntheticShare: 0, syntheticBudget: 8, pictures: 3 };
  metrics.strategies[5]!.latent!.becomes = '<script>alert(9)</script>';
  metrics.strategies[6]!.capacity.note = '"><script>alert(10)</script>';
  metrics.strategies[7]!.traffic[0]!.packet = '</text><script>alert(11)</script>';
  metrics.hashes[0]!.name = '@pdq<svg onload=alert(4)>';
  metrics.hashes[1]!.recall[0]!.transform = `"none" & </text><script>alert(5)</script>`;
  metrics.equalityGap!.equality.hash = '=phash</th><script>alert(12)</script>';
  metrics.equalityGap!.listed[1]!.transform = '| `resize` <b>\u001b[31m';
  metrics.limits = ['</ul><script>alert(6)</script>', '=1+1'];
  return metrics;
}

export const hostileRun: RunRecord = {
  ...run,
  command: `presend run '</code><script>alert(7)</script>'`,
  commit: null,
  dirty: null,
  models: [],
  experimentResolved: { name: '</pre><script>alert(8)</script>' },
};

/** Every rate 0/0, no attack, no declaration, no model, no classifier: what a run looks like that measured nothing. */
export function nothing(): Metrics {
  const metrics = fixture();
  const none = clustered(0, 0);
  for (const strategy of metrics.strategies) {
    strategy.detection = { asSent: none, byEdit: [], allEdits: none, newContent: none, near: none };
    strategy.falsePositives = { all: none, byTopic: [] };
    strategy.delivered = rate(0, 0);
    strategy.leakage = [];
    strategy.declared = [];
    strategy.traffic = [];
    strategy.capacity = { kind: 'slots', note: '' };
    delete strategy.latent;
    strategy.recovered = [];
  }
  for (const hash of metrics.hashes)
    Object.assign(hash, { roc: [], recall: [], tprAtFpr: [], positives: 0, negatives: 0 });
  return {
    ...metrics,
    equalityGap: null,
    classifier: null,
    limits: [],
    dataset: { ...metrics.dataset, refused: [], content: {} },
  };
}

/** A run in which nothing was tried that the model hangs on: every such number is missing, none is 0. */
export function unmeasured(): Metrics {
  const metrics = nothing();
  for (const strategy of metrics.strategies) {
    Object.assign(strategy, {
      recovered: [12e6, 16.8e6].map((of) => ({ of, reports: null })),
      innocentAccounts: null,
      reviewHours: null,
      exposed: { innocent: rate(0, 0), perBillion: null },
      evidence: {
        against: 'not measured',
        newContent: { k: 0, n: 0 },
        falsePositive: { k: 0, n: 0 },
        listEntries: 0,
        rule: null,
        scanner: 'device',
        reviewed: true,
        exposes: 0,
      },
    });
    Object.assign(strategy.cost, { sentBytesMedian: null, overheadBytesMedian: null, receivedBytesMedian: null });
    if (strategy.threshold) strategy.threshold.pictures = null;
  }
  for (const hash of metrics.hashes)
    Object.assign(hash, {
      auc: null,
      threshold: {
        bits: -1,
        calibrationFpr: rate(0, 0),
        rule: 'no calibration negatives, so no threshold is justified and nothing matches',
      },
    });
  const { classifier } = fixture();
  return {
    ...metrics,
    notes: ['No innocent group is in the calibration split.'],
    classifier: classifier && { ...classifier, auc: null, roc: [], positives: 0, negatives: 0 },
  };
}

/** No strategy and no hash at all. */
export const empty = (): Metrics => ({ ...nothing(), strategies: [], hashes: [] });

/** Strategies that never find, never flag and never beat chance: every dot lies on one point. */
export function zeros(): Metrics {
  const metrics = fixture();
  const e2ee = metrics.strategies[1]!;
  const leakage = e2ee.leakage.map((each) => ({
    ...each,
    success: rate(0, 350),
    lowerBound: 0,
    lift: 0,
    aboveChance: false,
  }));
  const strategies = metrics.strategies.map(({ id }) => ({ ...structuredClone(e2ee), id, leakage }));
  return { ...metrics, strategies, classifier: null };
}
