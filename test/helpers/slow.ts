/**
 * Tests that take a quarter of a minute or more and show, for one kind of experiment or signal more, what a faster test shows for another. They are skipped
 * unless PRESEND_SLOW_TESTS is set: `npm run test:slow` runs the whole suite with them.
 */
import { test } from 'vitest';

/** Whether they run: also for a test that takes more cases then. */
export const slow: boolean = process.env.PRESEND_SLOW_TESTS !== undefined;

export const slowTest = test.skipIf(!slow);

/** So many cases of a property, whose seed is fixed: a third of them, unless slow tests run. */
export const cases = (many: number): number => (slow ? many : Math.ceil(many / 3));

/** Strategies whose messages take ten times as long as those of the strategy that each is a variant of, or has the protocol of. */
const costly = ['private-membership', 'threshold-psi-synthetic', 'certified-threshold-psi', 'split-escrow'];

/** Names of strategies for tests that do the same with each: without the costly ones, unless slow tests run. */
export const quickStrategies = (names: readonly string[]): string[] =>
  names.filter((name) => slow || !costly.includes(name));
