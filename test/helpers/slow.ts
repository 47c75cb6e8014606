/**
 * Tests that take a quarter of a minute or more and show, for one kind of experiment or signal more, what a faster test shows for another. They are skipped
 * unless PRESEND_SLOW_TESTS is set: `npm run test:slow` runs the whole suite with them.
 */
import { test } from 'vitest';

export const slowTest = test.skipIf(process.env.PRESEND_SLOW_TESTS === undefined);
