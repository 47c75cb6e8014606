/** Times of phases: a phase inside another counts once, and one that is done in parts adds up. */
import { expect, test, vi } from 'vitest';
import { phaseTimer } from '../../src/harness/phases.ts';

const clock = vi.hoisted(() => ({ now: 0 }));
vi.mock('../../src/util/clock.ts', () => ({ wallClock: () => clock.now }));

test('the time of a phase inside another is its own; parts of one phase add up; phases stand in the order in which they began', async () => {
  const { phases, timed } = phaseTimer();
  const takes = async (millis: number): Promise<void> => {
    clock.now += millis;
  };
  await timed('dataset', async () => {
    await takes(5);
    expect(await timed('list', () => takes(30).then(() => 'built'))).toBe('built');
    await takes(2);
  });
  await timed('list', () => takes(4));
  expect(Object.entries(phases)).toEqual([
    ['dataset', 7],
    ['list', 34],
  ]);
});
