/** The demo's plays without a browser: orders of each kind, a group with a hidden device, and what the frames of a clip say together. */
import { describe, expect, test } from 'vitest';
import { playGroup } from '../../src/client/demo/group.ts';
import { type PlayedOrder, playOrders } from '../../src/client/demo/orders.ts';
import { defaultMostFrames } from '../../src/image/frames.ts';
import { fileMatches, frameRule } from '../../src/match/frame-rule.ts';
import { clipRate, sampleTimes } from '../../src/server/web/demo/clip-source.ts';
import { clipVerdict, type FrameFinding } from '../../src/server/web/demo/clip-verdict.ts';
import { orderText, sameOrders } from '../../src/server/web/demo/scenes.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('orders', () => {
  const all = Object.values<Strategy>(strategies);
  const facts = (orders: readonly PlayedOrder[]) =>
    orders.map(({ refusal, before, after, records, outside }) =>
      refusal === undefined ? [before.k, after.k, records.k, outside] : 'refused',
    );

  test('open under each strategy what the orders experiment found: the past, the future, or records alone', async () => {
    const played: { strategy: Strategy; orders: PlayedOrder[] }[] = [];
    for (const strategy of all) played.push({ strategy, orders: await playOrders(strategy.design, true) });
    const records = [0, 0, 2, 0];
    for (const { strategy, orders } of played) {
      const { design, name } = strategy;
      const [stored, wiretap] = [design.clear || design.escrow, design.clear || design.escrow || design.ghost];
      expect([name, facts(orders)]).toEqual([
        name,
        [stored ? [3, 0, 0, 0] : 'refused', wiretap ? [0, 2, 0, 0] : 'refused', records],
      ]);
      expect(orders.map(({ before, after }) => [before.n, after.n])).toEqual([
        [3, 2],
        [3, 2],
        [3, 2],
      ]);
      for (const { bystanders, refusal, bytes } of orders) {
        expect(bystanders).toBe(refusal === undefined ? 2 : 0);
        expect(bytes).toBeGreaterThan(50);
      }
    }
    const same = sameOrders(played);
    expect(same.map(({ strategies: of }) => of.length)).toEqual([3, 16, 1]);
    expect(same[0]!.orders.map(orderText)).toEqual([
      '3 of 3 from before',
      '0 of 3 from before, 2 of 2 from then on',
      'who, to whom, when, how much: 2 of 2; no content',
    ]);
    expect(same[1]!.orders.map(orderText).slice(0, 2)).toEqual(['refused', 'refused']);
  }, 60_000);

  test('a service that keeps nothing has nothing stored to give, and what comes is produced all the same', async () => {
    const clear = all.find(({ design }) => design.clear)!;
    expect(facts(await playOrders(clear.design, false))).toEqual([
      [0, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 2, 0],
    ]);
  });
});

test('a group is sealed once; the hidden device reads until a proof is asked for, again once it is in the log, and not once it is out', async () => {
  const rng = seededRng(1, 'test');
  const picture = rng.bytes(5000);
  const steps = await playGroup(picture, (length) => rng.bytes(length));
  expect(steps.map(({ opened }) => Object.values(opened))).toEqual([
    [true, true, false],
    [true, true, true],
    [true, true, false],
    [true, true, true],
    [true, true, false],
  ]);
  expect(steps.map(({ noticed }) => noticed?.split(/[:,]/)[0])).toEqual([
    undefined,
    undefined,
    'your app',
    'your friend',
    undefined,
  ]);
  // A device that leaves makes the sender change its key for everybody.
  expect(steps.map(({ keys }) => keys)).toEqual([2, 1, 2, 1, 2]);
  for (const { bytes } of steps) expect(bytes).toBeLessThan(picture.length + 200);
});

describe('frames of a clip', () => {
  const frame = (state: FrameFinding['state']): FrameFinding => ({ state, distanceBits: 10, entry: 'e', quality: 90 });
  const frames = [frame('flat'), frame('match'), frame('clear'), frame('clear'), frame('match')];

  test.each([
    ['any', true, /2 of 4 usable frames match \(one frame is enough\): the file matches/],
    ['0.5', true, /50 % must match/],
    ['0.8', false, /does not match/],
    ['all', false, /all must match/],
  ] as const)('by the rule %s', (name, isMatch, sentence) => {
    const verdict = clipVerdict(frames, 1, frameRule(name, 'the rule'));
    expect(verdict.isMatch).toBe(isMatch);
    expect(verdict.sentence).toMatch(sentence);
    expect(verdict.sentence).toContain('Not counted: 1 too flat to be hashed, 1 that cannot be decoded.');
  });

  test('without a usable frame nothing matches, whatever the rule', () => {
    for (const name of ['any', 'all', '0.1'])
      expect(clipVerdict([frame('flat')], 0, frameRule(name, 'the rule')).isMatch).toBe(false);
    expect(fileMatches(0, 0, frameRule('any', 'x'))).toBe(false);
  });

  test('a rule that is none is refused in a sentence', () => {
    for (const name of ['0', '1.1', 'most', '']) expect(() => frameRule(name, '--frames')).toThrow(UserError);
  });

  test('are looked at at a rate, and at most so many', () => {
    expect(sampleTimes(0.1)).toEqual([0]);
    expect(sampleTimes(2)).toEqual([0, 0.5, 1, 1.5]);
    const long = sampleTimes(3600);
    expect(long.length).toBe(defaultMostFrames);
    expect([long[0], long.at(-1)! < 3600, long.at(-1)! > 3600 - 1 / clipRate - 1e-9]).toEqual([0, true, true]);
  });
});
