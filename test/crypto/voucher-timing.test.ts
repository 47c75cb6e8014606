/**
 * T6 and pitfall 10: how long a voucher takes must not tell what it is for. Times are compared within pairs, in an order of chance, and in
 * multiplications counted in the same rounds: a busy machine slows all of them alike.
 */
import { describe, expect, test } from 'vitest';
import { multiply, randomScalar } from '../../src/crypto/group.ts';
import { mcnemarExact } from '../../src/metric/paired-difference.ts';
import { seededRng } from '../../src/util/rng.ts';
import { tpsiWorld } from './tpsi-world.ts';

describe('T6: making a voucher takes as long whatever the picture', () => {
  const world = tpsiWorld('timing', { entries: 100 });
  const rng = seededRng(1, 'timing');
  const millis = (work: () => void): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const scalar = randomScalar(world.random);
  const multiplication = (): void => void multiply(scalar, world.table.key);

  /** Paired differences, in multiplications counted in the same rounds, each round in an order of its own. */
  const compared = (name: string, first: (i: number) => void, second: (i: number) => void): number => {
    const [differences, units]: [number[], number[]] = [[], []];
    for (let i = 0; i < 150; i++) {
      const times = [0, 0, 0];
      for (const which of rng.shuffle([0, 1, 2]))
        times[which] = millis([() => first(i), () => second(i), multiplication][which]!);
      // The first rounds run before the engine has compiled anything.
      if (i < 20) continue;
      differences.push(times[0]! - times[1]!);
      units.push(times[2]!);
    }
    const longer = differences.filter((each) => each > 0).length;
    const inUnits = median(differences) / median(units);
    console.log(
      `T6: ${name}: median paired difference ${inUnits.toFixed(3)} multiplications, ` +
        `longer in ${longer} of ${differences.length}, sign test p = ${mcnemarExact(longer, differences.length - longer).toFixed(3)}`,
    );
    return inUnits;
  };
  const match = (i: number): void => void world.voucher(`m${i}`, world.listed[i % 100]!);
  const other = (i: number): void => void world.voucher(`o${i}`, world.stranger());
  const synthetic = (i: number): void => void world.voucher(`s${i}`, world.stranger(), { synthetic: true });

  // A branch on the picture would save or cost a multiplication at least; a voucher needs eight.
  test('matches, others and synthetic ones, paired: less than half a multiplication apart', () => {
    expect(Math.abs(compared('match against other', match, other))).toBeLessThan(0.5);
    expect(Math.abs(compared('synthetic against other', synthetic, other))).toBeLessThan(0.5);
  });

  test('one multiplication more for matches is seen', () => {
    const careless = (i: number): void => {
      match(i);
      multiplication();
    };
    expect(compared('match with one multiplication more against other', careless, other)).toBeGreaterThan(0.5);
  });
});
