/** Non-interference between accounts; `npm run interleavings` plays more seeds, also on a PostgreSQL server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlays, type Plays } from './interleaving.ts';

let plays: Plays;
beforeAll(async () => {
  plays = await openPlays();
});
afterAll(() => plays.close());

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'audit: hostile accounts change nothing that honest ones get, seed %i',
  { timeout: 60_000 },
  async (seed) => {
    expect(await plays.differences(seed)).toEqual([]);
  },
);
