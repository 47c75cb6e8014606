/** Thefts of a device, of escrow keys and of the court's hidden device, under a static channel and under a double ratchet, on real deployments. */
import { beforeAll, describe, expect, test } from 'vitest';
import { baselineRun } from '../../../src/experiment/power/capabilities.ts';
import { verified, withStolenSessions } from '../../../src/experiment/power/keys.ts';
import type { WindowRow } from '../../../src/experiment/power/rows.ts';
import { compromiseWindows } from '../../../src/experiment/power/windows.ts';
import { smallSetup } from './setup.ts';

const rows = new Map<string, WindowRow[]>();
const row = (strategy: string, session: WindowRow['session'], secret: WindowRow['secret']): WindowRow =>
  rows.get(strategy)!.find((each) => each.session === session && each.secret === secret)!;

beforeAll(async () => {
  for (const name of ['server-scan', 'e2ee', 'escrow', 'split-escrow', 'ghost', 'client-list']) {
    const setup = smallSetup(name);
    rows.set(name, await compromiseWindows(setup, await baselineRun(setup)));
  }
}, 60_000);

describe('a stolen device', () => {
  test.each(['e2ee', 'escrow', 'split-escrow', 'ghost', 'client-list'])(
    '%s: opens everything of its account in a static channel; with a ratchet nothing of before, and after it until the next fresh key',
    (name) => {
      const [still, turning] = [row(name, 'static', 'device'), row(name, 'ratchet', 'device')];
      expect([still.before.k, still.after.k, still.closed.k]).toEqual([still.before.n, still.after.n, 0]);
      expect(still.before.n > 0 && still.after.n > 0).toBe(true);
      expect([turning.before, turning.after.n]).toEqual([{ k: 0, n: still.before.n }, still.after.n]);
      expect(turning.after.k).toBeLessThan(still.after.k);
      expect(turning.closed.k).toBeGreaterThan(0);
      expect(turning.window).toBeLessThanOrEqual(still.window);
      expect([still.outside, turning.outside]).toEqual([0, 0]);
    },
  );

  test('nothing is sealed under server-scan, so nothing can be stolen', () => {
    expect(rows.get('server-scan')).toEqual([]);
  });

  test('stolen after the last message it opens nothing; the control, one with its old secrets, does', async () => {
    const run = await baselineRun({ ...smallSetup('e2ee'), session: 'ratchet' });
    const { target } = run.setup.task.timeline;
    const late = run.deployment.secrets.sessions.get(target)!;
    expect(withStolenSessions(run, target, late).size).toBe(0);
    // Secrets from before the first message, of a device that deletes nothing, would open what it received.
    const first = await baselineRun({ ...smallSetup('e2ee'), session: 'ratchet' });
    const early = first.stolen.sessions.get(target)!;
    expect(verified(withStolenSessions(first, target, early), first.setup.messages).size).toBeGreaterThan(0);
  });
});

describe('one of two devices', () => {
  const withTwo = (strategy: string) => {
    const setup = smallSetup(strategy);
    const { scenario } = setup.task;
    const messages = { ...scenario.messages, devices: 2 };
    return { ...setup, task: { ...setup.task, scenario: { ...scenario, messages } } };
  };
  let found: readonly WindowRow[] = [];
  beforeAll(async () => {
    const setup = withTwo('e2ee');
    found = await compromiseWindows(setup, await baselineRun(setup));
  }, 60_000);

  test('static: either device opens all of its account, because each has a copy of everything', () => {
    for (const secret of ['device', 'second device'] as const) {
      const { before, after } = found.find((each) => each.secret === secret && each.session === 'static')!;
      expect([before.k, after.k]).toEqual([before.n, after.n]);
      expect(before.n).toBe(row('e2ee', 'static', 'device').before.n);
    }
  });

  test('ratchet: neither opens anything of before; both read on for longer than the thief of an only device', () => {
    const only = row('e2ee', 'ratchet', 'device');
    for (const secret of ['device', 'second device'] as const) {
      const { before, after, outside } = found.find((each) => each.secret === secret && each.session === 'ratchet')!;
      expect([before.k, outside]).toEqual([0, 0]);
      expect(after.k).toBeGreaterThanOrEqual(only.after.k);
      expect(after.n).toBe(only.after.n);
    }
  });
});

describe('what a ratchet does not close', () => {
  test.each(['escrow', 'split-escrow'])('%s: the key opens every message, before and after, under both', (name) => {
    for (const session of ['static', 'ratchet'] as const) {
      const { before, after } = row(name, session, 'escrow');
      expect([before.k, after.k]).toEqual([before.n, after.n]);
      expect(before.n + after.n).toBe(smallSetup(name).messages.length);
    }
  });

  test('ghost: a hidden device with a ratchet deletes what it read; a static one holds it for its thief', () => {
    const [still, turning] = [row('ghost', 'static', 'hidden device'), row('ghost', 'ratchet', 'hidden device')];
    expect(still.before.k).toBe(still.before.n);
    expect(still.before.n).toBeGreaterThan(0);
    expect(turning.before).toEqual({ k: 0, n: still.before.n });
  });
});
