/** Membership inference at few false positives: against normal scores, whose rates are known, and the rule of 30. */
import { expect, test } from 'vitest';
import { logPoissonTail } from '../../src/metric/binomial.ts';
import { membershipRoc, nonMembersFor } from '../../src/metric/membership-roc.ts';
import { normalCdf, probit } from '../../src/metric/special.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

const scores = (n: number, mean: number, name: string): number[] => {
  const rng = seededRng(1, name);
  return Array.from({ length: n }, () => mean + normalVariate(rng));
};
const attack = (mean: number, n: number) =>
  membershipRoc({
    members: scores(2000, mean, 'in'),
    calibration: scores(n, 0, 'out 1'),
    nonMembers: scores(n, 0, 'out 2'),
  });

test('the rule of 30: 30,000 non-members for 0.1 %, and then within 30 % nine times in ten', () => {
  expect([0.001, 0.01, 0.3].map(nonMembersFor)).toEqual([30_000, 3_000, 100]);
  const within = Math.exp(logPoissonTail(21, 30)) - Math.exp(logPoissonTail(40, 30));
  expect(within).toBeGreaterThan(0.9);
  expect(within).toBeLessThan(0.93);
});

test('scores two deviations apart: the rates of the normal distribution', () => {
  const { at, auc } = attack(2, 30_000);
  at.forEach(({ fpr, tpr, measuredFpr, advantage, enough }, i) => {
    expect(fpr).toBe([0.001, 0.01][i]);
    const expected = 1 - normalCdf(probit(1 - fpr) - 2);
    // 30 % of the false positives, from the choice of the threshold, and the interval of 2,000 members.
    const slack = 1 - normalCdf(probit(1 - fpr * 1.3) - 2) - expected;
    expect(tpr.low).toBeLessThan(expected + slack);
    expect(tpr.high).toBeGreaterThan(expected - slack);
    expect(measuredFpr.low).toBeLessThan(fpr * 1.3);
    expect(measuredFpr.high).toBeGreaterThan(fpr * 0.7);
    expect(advantage.low).toBeGreaterThan(0);
    expect(enough).toBe(true);
  });
  expect(auc.low).toBeLessThan(normalCdf(Math.SQRT2));
  expect(auc.high).toBeGreaterThan(normalCdf(Math.SQRT2));
});

test('members like others: the advantage’s interval holds 0', () => {
  const { at, auc } = attack(0, 3_000);
  for (const { advantage, fpr, tpr } of at) {
    expect(advantage.low).toBeLessThan(0);
    expect(advantage.high).toBeGreaterThan(0);
    expect(tpr.low).toBeLessThan(fpr);
  }
  expect(at.map(({ enough }) => enough)).toEqual([false, true]);
  expect(auc.low).toBeLessThan(0.5);
});

test('an attack that is sure of a few: an average tells nothing, the left end of the curve all', () => {
  const rng = seededRng(2);
  const members = Array.from({ length: 2000 }, () => (rng.next() < 0.1 ? 9 : normalVariate(rng)));
  const { at, auc } = membershipRoc({ members, calibration: scores(3000, 0, 'a'), nonMembers: scores(3000, 0, 'b') });
  expect(auc.estimate).toBeLessThan(0.58);
  expect(at[0]!.tpr.low).toBeGreaterThan(0.08);
  expect(at[0]!.tpr.estimate! / at[0]!.fpr).toBeGreaterThan(80);
});

test('a list in the clear: all members, no others; the curve stands at half a count of nothing', () => {
  const certain = membershipRoc({ members: [1, 1, 1], calibration: [0, 0], nonMembers: [0, 0, 0, 0] });
  expect(certain.at[1]!.tpr).toMatchObject({ k: 3, n: 3 });
  expect(certain.at[1]!.measuredFpr).toMatchObject({ k: 0, n: 4 });
  expect(certain.points).toEqual([
    { threshold: 1, tpr: 1, fpr: 1 / 8 },
    { threshold: 0, tpr: 1, fpr: 1 },
  ]);
});

test('the curve rises, is thinned, and stays above 0 on both axes', () => {
  const { points } = attack(1, 30_000);
  expect(points.length).toBeGreaterThan(40);
  expect(points.length).toBeLessThan(100);
  points.forEach((point, i) => {
    expect(point.fpr).toBeGreaterThan(0);
    expect(point.tpr).toBeGreaterThan(0);
    if (i > 0) expect(point.fpr).toBeGreaterThan(points[i - 1]!.fpr);
    if (i > 0) expect(point.tpr).toBeGreaterThanOrEqual(points[i - 1]!.tpr);
  });
});

test('one sentence where nothing can be said', () => {
  expect(() => membershipRoc({ members: [1], calibration: [], nonMembers: [0] })).toThrow(
    'Expected at least one score of calibration but received none.',
  );
});
