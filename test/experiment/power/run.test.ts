/** Powers executed on every strategy: what each must open, and what none may; and a whole run, twice. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sodium } from '../../../src/crypto/sodium.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { baselineRun, executeCapabilities, type Outcome } from '../../../src/experiment/power/capabilities.ts';
import { type Found, hiddenCapacityOf } from '../../../src/experiment/power/capacity.ts';
import type { PowerExperiment } from '../../../src/experiment/power/experiment.ts';
import { forgedReports } from '../../../src/experiment/power/keys.ts';
import { checkPower, power } from '../../../src/experiment/power/kind.ts';
import { PowerMetrics } from '../../../src/experiment/power/metrics.ts';
import type { CapabilityName, CapabilityTally } from '../../../src/experiment/power/rows.ts';
import type { ExecutedRun } from '../../../src/experiment/power/setup.ts';
import { orderOf } from '../../../src/experiment/power/timeline.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { covers } from '../../../src/role/court.ts';
import { check } from '../../../src/schema/check.ts';
import { strategies } from '../../../src/strategy/index.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { scratch } from '../../harness/tiny.ts';
import { smallPower, smallSetup } from './setup.ts';

type Executed = Exclude<Outcome, { why: string }>;
interface ExecutedStrategy {
  readonly baseline: ExecutedRun;
  readonly outcomes: Record<CapabilityName, Outcome>;
  readonly capacity: Found & { counted: number | null; entries: number };
}
const names = [
  ...Object.keys(strategies),
  ...['client-filter', 'oprf-lookup', 'prefix-lookup', 'similarity-bucket', 'psi', 'client-classifier', 'hybrid'].map(
    (name) => `${name}:warn`,
  ),
];
const executed = new Map<string, ExecutedStrategy>();
const of = (name: string, power: CapabilityName): Executed => {
  const outcome = executed.get(name)!.outcomes[power];
  if ('why' in outcome) throw new Error(`${name} has no ${power}: ${outcome.why}`);
  return outcome;
};
const both = ({ before, after }: Executed, key: keyof CapabilityTally): number => before[key] + after[key];

beforeAll(async () => {
  await sodium.ready;
  for (const name of names) {
    const setup = smallSetup(name);
    const baseline = await baselineRun(setup);
    executed.set(name, {
      baseline,
      outcomes: await executeCapabilities(setup, baseline),
      capacity: await hiddenCapacityOf(baseline),
    });
  }
}, 240_000);

describe('the timeline', () => {
  test('everybody gets what was sent, and nobody honest turns anything away', () => {
    for (const [name, { baseline }] of executed) {
      expect([name, baseline.deployment.rejected]).toEqual([name, []]);
      for (const { planned } of baseline.setup.messages)
        expect([name, baseline.deployment.outcome(planned.id).delivered]).toEqual([name, true]);
    }
  });

  test('hidden targets are sent by two accounts in both halves, everything else once', () => {
    const { messages, task } = executed.get('e2ee')!.baseline.setup;
    const hidden = messages.filter((each) => each.hidden);
    expect(hidden).toHaveLength(4 * task.hidden.length);
    expect(new Set(hidden.map(({ planned }) => planned.sender)).size).toBe(2);
    expect(hidden.filter(({ planned }) => planned.sentAt < task.timeline.compromisedAt)).toHaveLength(
      2 * task.hidden.length,
    );
    expect(messages).toHaveLength(hidden.length + 16 - task.hidden.length);
  });
});

describe('S1: end-to-end encryption yields nothing', () => {
  test('to anybody but the thief of a device', () => {
    const { outcomes } = executed.get('e2ee')!;
    for (const [power, outcome] of Object.entries(outcomes)) {
      if ('why' in outcome || power === 'device-key') continue;
      expect([power, both(outcome, 'opened'), both(outcome, 'named')]).toEqual([power, 0, 0]);
    }
    const device = of('e2ee', 'device-key');
    expect(both(device, 'opened')).toBe(both(device, 'messages'));
    expect([device.before.opened > 0, device.after.opened > 0, device.outside]).toEqual([true, true, 0]);
    expect(both(device, 'messages')).toBeLessThan(executed.get('e2ee')!.baseline.setup.messages.length);
  });
});

describe('S2: escrow', () => {
  test('S2a: the key opens all, from before it was stolen as well', () => {
    const key = of('escrow', 'escrow-key');
    expect([key.before.opened, key.after.opened]).toEqual([key.before.messages, key.after.messages]);
    expect(both(key, 'messages')).toBe(executed.get('escrow')!.baseline.setup.messages.length);
    expect(key.accounts).toBe(4);
  });

  test('S2b: one share less than a quorum opens nothing, a quorum all', () => {
    expect(both(of('split-escrow', 'below-quorum'), 'opened')).toBe(0);
    const quorum = of('split-escrow', 'escrow-key');
    expect(both(quorum, 'opened')).toBe(both(quorum, 'messages'));
  });

  test('S2a and S2b: an order opens its account and period, on both sides of the moment, and nothing else', () => {
    for (const name of ['escrow', 'split-escrow']) {
      const order = of(name, 'order');
      expect([order.before.opened, order.after.opened, order.outside]).toEqual([
        order.before.messages,
        order.after.messages,
        0,
      ]);
      expect([order.before.opened > 0, order.after.opened > 0, order.accounts]).toEqual([true, true, 1]);
    }
  });

  test('S2c: an order opens what is sent after it, of that account only, and the device is told a key', () => {
    const order = of('ghost', 'order');
    expect([order.before.opened, order.after.opened, order.outside]).toEqual([0, order.after.messages, 0]);
    expect(order.notice.shown).toBe(true);
    const { baseline } = executed.get('ghost')!;
    const served = orderOf(baseline.setup.task.timeline);
    const late = baseline.setup.messages.filter(
      ({ planned }) => covers(served, planned) && planned.sentAt >= baseline.setup.task.timeline.compromisedAt,
    );
    expect([...baseline.opened.court.keys()].sort()).toEqual(late.map(({ planned }) => planned.id).sort());
    // What the court's keys open is what the order opened.
    expect(both(of('ghost', 'escrow-key'), 'opened')).toBe(late.length);
  });
});

describe('S3: user reports', () => {
  test('a stolen franking key opens nothing new; it accuses anybody, and a guessed one nobody', () => {
    const key = of('user-report', 'franking-key');
    expect([both(key, 'opened'), both(key, 'named')]).toEqual([0, 0]);
    const { baseline } = executed.get('user-report')!;
    expect(key.forged).toEqual({ k: baseline.setup.messages.length, n: baseline.setup.messages.length });
    expect(forgedReports(baseline, new Uint8Array(32)).forged?.k).toBe(0);
  });

  test('no list, provider or order gets more than what recipients report', () => {
    for (const power of ['new-list', 'own-list', 'retroactive'] as const)
      expect([power, both(of('user-report', power), 'opened')]).toEqual([power, 0]);
    const reported = new Set(
      executed
        .get('user-report')!
        .baseline.deployment.views.provider.entries.filter(({ type }) => type === 'user-report')
        .map(({ message }) => message),
    );
    expect(both(of('user-report', 'order'), 'opened')).toBeLessThanOrEqual(reported.size);
  });
});

describe('what was kept', () => {
  test('S6: every stored hash is matched with another list, from before; no picture is opened', () => {
    const stored = of('hash-upload', 'stored');
    expect(stored.before).toMatchObject({ opened: 0, named: stored.before.hidden, namedRight: stored.before.hidden });
    const later = of('hash-upload', 'retroactive');
    expect([later.before.namedRight, later.after.namedRight]).toEqual([later.before.hidden, later.after.hidden]);
  });

  test('S0: everything is there, also of what nobody looked for', () => {
    const stored = of('server-scan', 'stored');
    expect([stored.before.opened, stored.before.openedHidden]).toEqual([stored.before.messages, stored.before.hidden]);
  });

  test.each([
    'client-filter',
    'oprf-lookup',
    'psi',
    'threshold-psi',
    'threshold-psi-synthetic',
    'certified-threshold-psi',
  ])('%s: another list, or another table, gets nothing out of messages that were sent before', (name) => {
    const later = of(name, 'retroactive');
    expect([both(later, 'opened'), both(later, 'named')]).toEqual([0, 0]);
  });

  test('S7a: a prefix names the hidden targets, and others with them or not', () => {
    const later = of('prefix-lookup', 'retroactive');
    expect(both(later, 'namedRight')).toBe(both(later, 'hidden'));
    expect(both(later, 'opened')).toBe(0);
  });
});

describe('keys of a scan', () => {
  test('S9a: α opens listed matches of accounts with enough of them, and never a non-match', () => {
    const { baseline } = executed.get('threshold-psi')!;
    const key = of('threshold-psi', 'list-key');
    const listed = baseline.setup.messages.filter(({ content }) => content === 'listed');
    expect([both(key, 'named'), both(key, 'namedRight')]).toEqual([listed.length, listed.length]);
    // What it opens is what the provider opens with it.
    expect(both(key, 'opened')).toBe(baseline.opened.provider.size);
    expect(both(key, 'openedInnocent')).toBe(0);
    expect(both(key, 'opened')).toBeGreaterThan(0);
  });

  test.each(['oprf-lookup', 'psi', 'private-membership', 'client-filter', 'threshold-psi'])(
    '%s: the key shows every entry of the list to who has the pictures',
    (name) => {
      const { listed } = of(name, 'list-key');
      if (name === 'private-membership') expect(listed!.k).toBeGreaterThan(0);
      else expect(listed).toEqual({ k: 5, n: 5 });
    },
  );

  test.each(['oprf-lookup', 'psi'])('%s: recorded queries stay closed to it', (name) =>
    expect([both(of(name, 'list-key'), 'named'), both(of(name, 'list-key'), 'opened')]).toEqual([0, 0]),
  );

  test('S8b: it tells the matches that the provider was told', () => {
    const key = of('private-membership', 'list-key');
    expect(both(key, 'named')).toBe(both(key, 'namedRight'));
  });
});

describe('hidden targets', () => {
  const reporting = ['client-list', 'client-filter', 'oprf-lookup', 'prefix-lookup', 'psi', 'hybrid'];

  test.each(reporting)('%s: a curator gets those that are sent afterwards, all of them, and no earlier one', (name) => {
    const list = of(name, 'new-list');
    expect([list.before.opened, list.after.openedHidden, list.after.opened]).toEqual([
      0,
      list.after.hidden,
      list.after.hidden,
    ]);
    // A reviewer saw innocent pictures and stopped.
    expect(list.tipped).toBe(0);
    expect(list.first!.messages).toBeGreaterThanOrEqual(list.first!.own);
  });

  test.each(['hash-upload', 'private-membership'])('%s: nobody can look, and reports reach the curator', (name) => {
    const list = of(name, 'new-list');
    expect([list.after.opened, list.tipped! > 0, list.tipped]).toEqual([0, true, list.after.named]);
  });

  test.each(reporting)('%s: a list for one account gets that account and no other', (name) => {
    const own = of(name, 'own-list');
    expect([own.after.openedHidden, own.outside, own.accounts]).toEqual([own.after.hidden, 0, 1]);
    expect(own.notice.compared).toBe(true);
  });

  test('S9a: a threshold delays the first, which needs as many as the threshold', () => {
    const list = of('threshold-psi', 'new-list');
    expect(list.after.openedHidden).toBe(list.after.hidden);
    expect(list.first!.messages).toBeGreaterThan(of('client-filter', 'new-list').first!.messages);
    expect(of('threshold-psi', 'own-list').notice).toMatchObject({ refused: false, unlogged: true, traffic: false });
  });

  test('S9c: a provider’s own targets are refused, and nothing is scanned; the authoriser’s are not', () => {
    const own = of('certified-threshold-psi', 'own-list');
    expect([both(own, 'opened'), both(own, 'named'), own.notice.refused]).toEqual([0, 0, true]);
    const list = of('certified-threshold-psi', 'new-list');
    expect([list.notice.refused, list.after.openedHidden > 0]).toEqual([false, true]);
  });

  test('an auditor can read what was added where the list is in the clear, and only there', () => {
    const readable = names.filter((name) => of(name, 'new-list').notice.readable.k > 0);
    expect(readable.sort()).toEqual(
      ['client-list', 'client-warn', 'hybrid', 'hybrid:warn']
        .concat(['prefix-lookup', 'prefix-lookup:warn', 'similarity-bucket', 'similarity-bucket:warn'])
        .sort(),
    );
  });

  test('S11: the second opinion keeps them from reviewers until it is dropped', () => {
    const dropped = of('hybrid', 'no-second-opinion');
    expect([dropped.after.openedHidden, dropped.before.opened]).toEqual([dropped.after.hidden, 0]);
  });
});

describe('one update', () => {
  test.each(names.filter((name) => name.endsWith(':warn') || name === 'client-warn'))(
    '%s: reports the matches that follow, and nothing of before; until then nothing',
    (name) => {
      const flip = of(name, 'report-update');
      const matches = executed
        .get(name)!
        .baseline.setup.messages.filter(({ content, planned }) => planned.sentAt >= 14 && content !== 'innocent');
      expect([flip.before.opened, flip.after.usual, both(of(name, 'stored'), 'opened')]).toEqual([0, 0, 0]);
      expect(flip.after.opened).toBeGreaterThan(0);
      expect(flip.after.opened).toBeLessThanOrEqual(matches.length);
      expect([flip.after.openedInnocent, flip.notice.traffic]).toEqual([0, true]);
    },
  );

  test('S10: another network gets the hidden targets from then on, and no list changes', () => {
    const network = of('client-classifier', 'new-network');
    expect([network.before.opened, network.after.openedHidden]).toEqual([0, network.after.hidden]);
    expect([network.notice.announced, network.notice.compared, network.bystanders?.k]).toEqual([false, false, 0]);
    expect(both(of('client-classifier', 'new-list'), 'opened')).toBe(0);
  });
});

test('own traffic tells of what was got, also where innocent pictures are reported as baseline', async () => {
  const setup = smallSetup('client-classifier', [9, 10, 11]);
  const outcome = (await executeCapabilities(setup, await baselineRun(setup)))['new-network'];
  if ('why' in outcome) throw new Error(outcome.why);
  expect([outcome.after.usual > outcome.after.openedHidden / 2, outcome.notice.traffic]).toEqual([true, true]);
});

describe('capacity', () => {
  test('S9a: exactly the free slots, and one more costs an entry', () => {
    const { capacity } = executed.get('threshold-psi')!;
    expect(capacity).toMatchObject({ inserted: capacity.counted, kept: capacity.entries, next: 'impossible' });
    expect(capacity.inserted).toBeGreaterThan(0);
  });

  test.each(['client-filter', 'oprf-lookup'])('%s: as many as counted', (name) => {
    const { capacity } = executed.get(name)!;
    expect(capacity).toMatchObject({ inserted: capacity.counted!, kept: capacity.entries, next: 'impossible' });
    expect(capacity.given).toBeLessThanOrEqual(capacity.inserted);
  });

  test('S8a: none that does not show in the size; S9c: none that devices do not refuse; S1: nothing is searched for', () => {
    expect(executed.get('psi')!.capacity).toMatchObject({ inserted: 0, next: 'visible' });
    expect(executed.get('certified-threshold-psi')!.capacity).toMatchObject({ inserted: 0, next: 'refused' });
    expect(executed.get('e2ee')!.capacity).toMatchObject({ inserted: 0, next: 'impossible' });
  });

  test.each(['server-scan', 'client-list', 'hash-upload', 'private-membership'])('%s: no end', (name) =>
    expect(executed.get(name)!.capacity.next).toBe('fits'),
  );
});

describe('a run', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let unbroken: Finished<PowerMetrics>;
  const text = (out: string, name: string): Promise<string> => readFile(join(out, name), 'utf8');
  const options = (out: string, more: Partial<RunOptions<PowerExperiment>> = {}): RunOptions<PowerExperiment> => ({
    experiment: checkPower(smallPower, 'Test experiment'),
    asPassed: JSON.stringify(smallPower),
    out,
    resume: false,
    limit: 20,
    threads: 1,
    command: 'presend run power',
    created: '2019-10-04T12:00:00.000Z',
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });

  beforeAll(async () => {
    folder = await scratch();
    unbroken = await runKind(power, options(join(folder.path, 'unbroken')));
  }, 240_000);
  afterAll(() => folder.remove());

  test('leaves its files, each as its schema says, and its metrics can be derived anew', async () => {
    const { folder: out, metrics } = unbroken;
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    expect(check(PowerMetrics, JSON.parse(await text(out, 'metrics.json')), 'metrics')).toEqual(metrics);
    for (const [i, row] of (await readObservations(out, power.rows)).entries())
      check(schemas.observation, row, `Row ${i + 1}`);
    expect((await reloadRun(out)).metrics).toEqual(metrics);
    expect(metrics.powers.length + metrics.absent.length).toBe(13 * smallPower.strategies.length);
    expect([metrics.gossip.length, metrics.audits.length, metrics.rooms.length]).toEqual([4, 1, 4]);
  });

  test('interrupted among the strategies and resumed, it has the same bytes', async () => {
    const out = join(folder.path, 'broken');
    const stop = new AbortController();
    const interrupt = (phase: string, done: number): void => {
      if (phase === 'strategies' && done >= 2) stop.abort();
    };
    await expect(runKind(power, options(out, { signal: stop.signal, onProgress: interrupt }))).rejects.toThrow(
      InterruptedError,
    );
    await runKind(power, options(out, { resume: true }));
    await expectSame(out, unbroken.folder);
  }, 240_000);
});

test.each<[string, unknown, RegExp]>([
  ['two accounts', { ...smallPower, messages: { ...smallPower.messages, accounts: 2 } }, /a third account is needed/],
  [
    'more planted than entries',
    { ...smallPower, audit: { lists: [{ entries: 5, planted: 6, audited: 1 }], trials: 1 } },
    /at \/audit\/lists\/0: 6 planted/,
  ],
  ['an unknown strategy', { ...smallPower, strategies: ['e3ee'] }, /Did you mean e2ee/],
])('%s are refused in one sentence', (_, value, sentence) =>
  expect(() => checkPower(value, 'Experiment x')).toThrow(sentence),
);
