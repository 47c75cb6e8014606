/** A queue of reviews: with rates that are known well, its medians are those of the arithmetic. */
import { expect, test } from 'vitest';
import { type Flagged, type Queue, reviewQueue } from '../../src/metric/review-queue.ts';
import { seededRng } from '../../src/util/rng.ts';

const many = 1e9;
const flagged: Flagged = {
  listed: { k: 0.9 * many, n: many },
  fresh: { k: 0.1 * many, n: many },
  innocent: { k: 0.001 * many, n: many },
  reviewed: true,
};
const queue: Queue = {
  prevalence: 0.0001,
  listedShare: 0.5,
  secondsPerReview: 36,
  hoursPerMillion: 100,
  sensitivity: [0.9, 0.9],
  specificity: [0.95, 0.95],
  draws: 200,
};
const of = (changes: Partial<Queue> = {}, other: Partial<Flagged> = {}) =>
  reviewQueue({ ...flagged, ...other }, { ...queue, ...changes }, seededRng(1, 'queue'));

test('counts what is confirmed and dropped, rightly and wrongly', () => {
  // 100 targets, of which 50 × 0.9 + 50 × 0.1 = 50 are found; 1,000 innocent pictures of a million are flagged.
  const { flagged: all, hours, waiting, reported, wronglyConfirmed, wronglyDropped } = of();
  expect(all.estimate).toBeCloseTo(1049.9, 0);
  expect(hours.estimate).toBeCloseTo(10.499, 2);
  expect(waiting.estimate).toBe(0);
  expect(wronglyConfirmed.estimate).toBeCloseTo(50, 0);
  expect(wronglyDropped.estimate).toBeCloseTo(5, 1);
  expect(reported.estimate).toBeCloseTo(95, 0);
});

test('beyond the capacity, flagged pictures wait, and everything else shrinks with it', () => {
  const { hours, waiting, reported } = of({ hoursPerMillion: 5.2495 });
  expect(hours.estimate).toBeCloseTo(10.499, 2);
  expect(waiting.estimate).toBeCloseTo(525, 0);
  expect(reported.estimate).toBeCloseTo(47.5, 0);
});

test('where nobody can look, everything that is flagged is reported', () => {
  const { hours, reported, wronglyConfirmed, wronglyDropped } = of({}, { reviewed: false });
  expect([hours.estimate, wronglyDropped.estimate]).toEqual([0, 0]);
  expect(reported.estimate).toBeCloseTo(1049.9, 0);
  expect(wronglyConfirmed.estimate).toBeCloseTo(999.9, 0);
});

test('intervals are as wide as the counts leave them', () => {
  const { wronglyConfirmed } = of({ hoursPerMillion: 1e6 }, { innocent: { k: 0, n: 100 } });
  expect(wronglyConfirmed.low).toBeLessThan(wronglyConfirmed.estimate);
  // Of the posterior of 0 of 100, 97.5 % lies below 2.5 %.
  expect(wronglyConfirmed.high / 0.05).toBeGreaterThan(15_000);
  expect(wronglyConfirmed.high / 0.05).toBeLessThan(40_000);
});
