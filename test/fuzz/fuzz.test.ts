/** A small share of the fuzzing campaign (`npm run fuzz-relay`), and that it finds out servers that are worse. */
import { expect, test } from 'vitest';
import { fuzzWorld, judgedCase } from './fuzz-world.ts';

const cases = [
  ['no strategy', undefined, 1000],
  ['private-membership', 'private-membership', 300],
  ['threshold-psi', 'threshold-psi', 300],
] as const;

test.each(cases)(
  'spoilt requests are refused, and nobody reads what is another’s: %s',
  { timeout: 300_000 },
  async (_, strategy, count) => {
    const world = await fuzzWorld(strategy);
    const faults: string[] = [];
    const statuses = new Map<number | string, number>();
    for (let number = 0; number < count; number++) {
      const outcome = await judgedCase(world, number);
      if ('fault' in outcome) faults.push(`case ${number}: ${outcome.fault}`);
      else statuses.set(outcome.status, (statuses.get(outcome.status) ?? 0) + 1);
    }
    expect([...faults, ...(await world.faults())]).toEqual([]);
    // A campaign that only ever meets the first check would find nothing.
    for (const status of [200, 201, 400, 401, 403, 404, 409, 415])
      expect(statuses.get(status), `${status}`).toBeGreaterThan(0);
    await world.close();
  },
);
