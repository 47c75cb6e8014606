/** The extrapolated tail of scores against one that is known. */
import { expect, test } from 'vitest';
import { fitScoreTail } from '../../src/metric/score-tail.ts';
import { UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';

/** Scores whose logits are logistic: the share that reaches a score s is 1 − s. */
const uniform = (n: number, seed: number): number[] => {
  const rng = seededRng(seed, 'scores');
  return Array.from({ length: n }, () => rng.next());
};

test('of uniform scores the share above s is 1 − s, as far as two decades beyond the data', () => {
  const fit = fitScoreTail(uniform(2000, 1), seededRng(1, 'tail'));
  expect(fit.share).toBeGreaterThan(0.04);
  const last = fit.points.at(-1)!;
  expect(last.rate.estimate).toBeGreaterThanOrEqual(0.01 / 2000);
  expect(last.rate.estimate).toBeLessThan(0.1 / 2000);
  for (const { score, rate } of fit.points) {
    const truth = 1 - score;
    if (truth < 1e-5) continue;
    expect(rate.estimate / truth, `at ${score}`).toBeGreaterThan(0.1);
    expect(rate.estimate / truth, `at ${score}`).toBeLessThan(10);
    expect(rate.low).toBeLessThanOrEqual(rate.estimate);
    expect(rate.high).toBeGreaterThanOrEqual(rate.estimate);
  }
});

test('within the data the interval holds the true share in most samples', () => {
  let held = 0;
  for (let seed = 0; seed < 20; seed++) {
    const { points } = fitScoreTail(uniform(1000, seed), seededRng(seed, 'tail'), 60);
    const at = points.find(({ score }) => score > 0.99)!;
    if (at.rate.low <= 1 - at.score && at.rate.high >= 1 - at.score) held++;
  }
  expect(held).toBeGreaterThanOrEqual(16);
});

test('too few scores, or scores all alike, are refused', () => {
  expect(() => fitScoreTail(uniform(199, 1), seededRng(1))).toThrow('at least 200 scores');
  expect(() => fitScoreTail(new Array(400).fill(0), seededRng(1))).toThrow(UserError);
});

test('rates never rise with the score, and the same seed gives the same numbers', () => {
  const make = () => fitScoreTail(uniform(500, 3), seededRng(3, 'tail'));
  const { points } = make();
  for (let i = 1; i < points.length; i++) {
    expect(points[i]!.score).toBeGreaterThan(points[i - 1]!.score);
    expect(points[i]!.rate.estimate).toBeLessThanOrEqual(points[i - 1]!.rate.estimate);
  }
  expect(make()).toEqual(make());
});
