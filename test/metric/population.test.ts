/** Accounts of a population under a threshold: drawn ones against exact values, innocents against closed forms. */
import { describe, expect, test } from 'vitest';
import { type AccountDetection, innocentOpened, offendersOpened } from '../../src/metric/population.ts';
import { geometricHeld, zipfHeld } from '../../src/metric/threshold-model.ts';
import { seededRng } from '../../src/util/rng.ts';

const certain: AccountDetection = { asSent: 1, edits: [], byteIdentical: 1, kept: 1 };
const draw = (detection: AccountDetection, count: number, thresholds = [1, 2, 5], held = geometricHeld(5)) =>
  offendersOpened(held, detection, { count, thresholds }, seededRng(1, 'population'));

describe('offending accounts', () => {
  test('where everything is found: P(K >= t) of a geometric number of pictures is 0.8^(t - 1)', () => {
    const points = draw(certain, 20_000, [1, 2, 5, 10]);
    for (const { threshold, accounts, accountsExact } of points) {
      expect(accountsExact).toBeCloseTo(0.8 ** (threshold - 1), 10);
      expect(Math.abs(accounts.estimate! - accountsExact)).toBeLessThan(0.012);
    }
    expect(points[0]).toMatchObject({ accounts: { k: 20_000, n: 20_000 }, picturesExact: 1 });
  });

  test('where nothing is found no account is opened; the interval is by account', () => {
    const [first] = draw({ ...certain, asSent: 0 }, 1000);
    expect(first).toMatchObject({ accounts: { k: 0, n: 1000 }, accountsExact: 0, pictures: { k: 0, clusters: 1000 } });
    expect(first!.accounts.high).toBeCloseTo(0.00368, 5);
  });

  test('an account has one edit: half of them finding everything and half nothing opens half of the accounts', () => {
    const detection = { asSent: 0, edits: [1, 0], byteIdentical: 0, kept: 1 };
    const points = draw(detection, 20_000);
    for (const { threshold, accountsExact, accounts } of points) {
      expect(accountsExact).toBeCloseTo(0.8 ** (threshold - 1) / 2, 10);
      expect(Math.abs(accounts.estimate! - accountsExact)).toBeLessThan(0.012);
    }
  });

  test('matches that are lost on purpose count less, and byte-identical pictures are found as sent', () => {
    const [half] = draw({ asSent: 1, edits: [0], byteIdentical: 0.5, kept: 0.8 }, 1000, [1], zipfHeld(2, 1));
    expect(half!.accountsExact).toBeCloseTo(0.4, 12);
  });

  test('the same seed draws the same accounts', () => {
    expect(draw(certain, 500)).toEqual(draw(certain, 500));
  });
});

describe('innocent accounts', () => {
  const none = { count: 0, size: 1 };

  test('without bursts: 1 − (1 − q)^n from one match on', () => {
    for (const rate of [1e-9, 1e-4, 0.3])
      expect(innocentOpened(1, rate, { pictures: 204, bursts: none })).toBeCloseTo(
        -Math.expm1(204 * Math.log1p(-rate)),
        12,
      );
  });

  test('a burst of thirty opens an account at a threshold of 30 with the chance that one of its two series matches', () => {
    const rate = 1e-4;
    const opened = innocentOpened(30, rate, { pictures: 60, bursts: { count: 2, size: 30 } });
    expect(opened).toBeCloseTo(1 - (1 - rate) ** 2, 10);
    expect(innocentOpened(30, rate, { pictures: 60, bursts: none })).toBeLessThan(1e-90);
  });

  test('rates of 0 and of 1 are exact', () => {
    expect([0, 1].map((rate) => innocentOpened(30, rate, { pictures: 204, bursts: none }))).toEqual([0, 1]);
    expect(innocentOpened(300, 1, { pictures: 204, bursts: none })).toBe(0);
  });
});
