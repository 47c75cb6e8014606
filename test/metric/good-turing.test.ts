/** Missing mass: by hand, and against a distribution whose missing mass is known. */
import { describe, expect, test } from 'vitest';
import { missingMass } from '../../src/metric/good-turing.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('Good-Turing missing mass', () => {
  test('by hand', () =>
    expect(missingMass([1, 1, 3, 5])).toMatchObject({ n: 10, singletons: 2, estimate: 0.2, low: 0, high: 1 }));

  test('slack of 0.029 at 100,000 draws and 95 %', () =>
    expect(missingMass(new Array(50_000).fill(2)).high).toBeCloseTo(0.02918116, 8));

  test('nothing drawn, nothing known', () => expect(missingMass([])).toMatchObject({ n: 0, estimate: 1, high: 1 }));

  test('estimates the mass of hashes not drawn, and bounds it', () => {
    const rng = seededRng(3, 'hashes');
    const kinds = 2000;
    let error = 0;
    for (let run = 0; run < 40; run++) {
      const seen = new Map<number, number>();
      for (let i = 0; i < 2000; i++) {
        // Skewed: squared uniforms. Hash i has probability sqrt((i + 1) / kinds) - sqrt(i / kinds).
        const at = Math.floor(kinds * rng.next() ** 2);
        seen.set(at, (seen.get(at) ?? 0) + 1);
      }
      let missing = 0;
      for (let i = 0; i < kinds; i++) if (!seen.has(i)) missing += Math.sqrt((i + 1) / kinds) - Math.sqrt(i / kinds);
      const { estimate, high } = missingMass(seen.values());
      expect(high).toBeGreaterThan(missing);
      error += (estimate - missing) / 40;
    }
    expect(Math.abs(error)).toBeLessThan(0.005);
  });
});
