/** ROC, area and operating points against counting by hand. */
import { describe, expect, test } from 'vitest';
import { chooseDistanceThreshold, chooseScoreThreshold, isAttainable } from '../../src/metric/operating-point.ts';
import { normalVariate } from '../../src/metric/random.ts';
import { auc, justAbove, largestDistance, rocOfDistances, rocOfScores } from '../../src/metric/roc.ts';
import { normalCdf } from '../../src/metric/special.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('ROC', () => {
  test('of distances: every corner, nothing else', () => {
    const { points } = rocOfDistances([0, 0, 2, 9], [2, 5, 8, 8], 10);
    expect(points).toEqual([
      { threshold: -1, tpr: 0, fpr: 0 },
      { threshold: 0, tpr: 0.5, fpr: 0 },
      { threshold: 2, tpr: 0.75, fpr: 0.25 },
      { threshold: 8, tpr: 0.75, fpr: 1 },
      { threshold: 9, tpr: 1, fpr: 1 },
    ]);
  });

  test('of scores is the mirror image', () => {
    const { points, auc: area } = rocOfScores([1, 1, 0.8, 0.1], [0.8, 0.5, 0.2, 0.2]);
    expect(points.map(({ tpr, fpr }) => [tpr, fpr])).toEqual([
      [0, 0],
      [0.5, 0],
      [0.75, 0.25],
      [0.75, 1],
      [1, 1],
    ]);
    expect(points[0]!.threshold).toBe(justAbove(1));
    expect(area!.estimate).toBe(rocOfDistances([0, 0, 2, 9], [2, 5, 8, 8], 10).auc!.estimate);
  });

  test('trapezoids under the corners give the Mann-Whitney area', () => {
    const rng = seededRng(1, 'roc');
    const positives = Array.from({ length: 300 }, () => rng.int(40));
    const negatives = Array.from({ length: 200 }, () => 10 + rng.int(50));
    const { points, auc: area } = rocOfDistances(positives, negatives, 64);
    let sum = 0;
    for (let i = 1; i < points.length; i++)
      sum += ((points[i]!.fpr - points[i - 1]!.fpr) * (points[i]!.tpr + points[i - 1]!.tpr)) / 2;
    expect(area!.estimate).toBeCloseTo(sum, 12);
  });

  test('runs A3: with nothing to compare there is no area and no point, not 0.5 and a line at 0', () => {
    for (const roc of [
      rocOfDistances([], [1], 8),
      rocOfDistances([1], [], 8),
      rocOfScores([], [0.5]),
      rocOfScores([0.5], []),
      rocOfScores([], []),
    ])
      expect(roc).toEqual({ points: [], auc: null });
  });
});

describe('area under the ROC', () => {
  test('by hand: 4 positives, 4 negatives, one tie', () =>
    expect(auc([4, 4, 2, 1], [2, 0, 0, 3])!.estimate).toBe((4 + 4 + 2.5 + 2) / 16));

  test('DeLong by hand', () => {
    // Placements .75, 1 of positives and .5, 1, 1, 1 of negatives: variance = var(.75, 1)/2 + var(.5, 1, 1, 1)/4.
    const { estimate, low, high } = auc([2, 4], [3, 0, 0, 1])!;
    const sd = Math.sqrt(0.03125 / 2 + 0.0625 / 4);
    const half = (1.959964 * sd) / (0.875 * 0.125);
    expect(estimate).toBe(0.875);
    expect(Math.log(high / (1 - high)) - Math.log(low / (1 - low))).toBeCloseTo(2 * half, 5);
  });

  test('two normal populations: area Φ(d/√2), covered in 93 to 99 % of simulations', () => {
    const truth = normalCdf(1 / Math.SQRT2);
    let covered = 0;
    for (let seed = 0; seed < 500; seed++) {
      const rng = seededRng(seed, 'normal');
      const area = auc(
        Array.from({ length: 60 }, () => normalVariate(rng) + 1),
        Array.from({ length: 80 }, () => normalVariate(rng)),
      )!;
      if (area.low <= truth && truth <= area.high) covered++;
    }
    expect(covered / 500).toBeGreaterThan(0.93);
    expect(covered / 500).toBeLessThan(0.99);
  });

  test('ten edits of one picture: by cluster it is covered, as if independent it is not', () => {
    let [byCluster, naive] = [0, 0];
    const truth = normalCdf(1 / 2);
    for (let seed = 0; seed < 300; seed++) {
      const rng = seededRng(seed, 'edits');
      const side = (shift: number): { values: number[]; names: string[] } => {
        const names: string[] = [];
        const values: number[] = [];
        for (let picture = 0; picture < 40; picture++) {
          const own = normalVariate(rng);
          for (let edit = 0; edit < 10; edit++) {
            names.push(`${shift} ${picture}`);
            values.push(shift + own + normalVariate(rng));
          }
        }
        return { values, names };
      };
      const [p, n] = [side(1), side(0)];
      const inside = (area: { low: number; high: number }): number => (area.low <= truth && truth <= area.high ? 1 : 0);
      byCluster += inside(auc(p.values, n.values, { positives: p.names, negatives: n.names })!);
      naive += inside(auc(p.values, n.values)!);
    }
    expect(byCluster / 300).toBeGreaterThan(0.92);
    expect(naive / 300).toBeLessThan(0.8);
  });

  test('perfect separation: the interval is one-sided and not empty', () => {
    const { estimate, low, high, method } = auc([5, 6, 7], [1, 2])!;
    expect([estimate, high]).toEqual([1, 1]);
    expect(low).toBeCloseTo(0.025 ** 0.5, 12);
    expect(method).toContain('disjoint pairs');
  });
});

describe('operating points', () => {
  const negatives = Array.from({ length: 1000 }, (_, i) => 20 + Math.floor(i / 10));

  test('the largest distance that keeps the target, and not one bit more', () => {
    expect(largestDistance(negatives, 0.01, 256)).toBe(20);
    expect(largestDistance(negatives, 0.0099, 256)).toBe(19);
    expect(largestDistance(negatives, 1, 256)).toBe(256);
  });

  test("never past the authors' threshold, unless asked", () => {
    expect(chooseDistanceThreshold(negatives, 0.2, 31)).toMatchObject({
      bits: 31,
      calibrationFpr: { k: 120, n: 1000 },
    });
    expect(chooseDistanceThreshold(negatives, 0.2, 31, { cap: false, maxBits: 256 }).bits).toBe(39);
    expect(chooseDistanceThreshold(negatives, 0.05, 31).bits).toBe(24);
  });

  test('1 of 1,000 meets a target of 0.001', () =>
    expect(chooseDistanceThreshold([3, ...Array(999).fill(50)], 0.001, 31).bits).toBe(31));

  test('a target that so few negatives cannot show is called by what it is', () => {
    const rule = (n: number) => chooseDistanceThreshold(Array(n).fill(50), 0.001, 31).rule;
    expect(rule(233)).toContain('31 bits (0 of 233 negatives, so FPR < 0.43 %)');
    expect(rule(1000)).toContain('31 bits (0 of 1000 negatives)');
    expect(chooseScoreThreshold(Array(233).fill(0.5), 0.001).rule).toContain('(0 of 233 negatives, so FPR < 0.43 %)');
    expect(isAttainable(0.001, 1000)).toBe(true);
    expect(isAttainable(0.001, 999)).toBe(false);
    expect(isAttainable(0.1, 0)).toBe(false);
  });

  test('-1 when even distance 0 exceeds the target, and without negatives', () => {
    const chosen = chooseDistanceThreshold([0, 0, 40], 0.1, 31);
    expect(chosen).toMatchObject({ bits: -1, calibrationFpr: { k: 0, n: 3 } });
    expect(chosen.rule).toContain('even distance 0 exceeds it');
    expect(chooseDistanceThreshold([], 0.1, 31)).toMatchObject({ bits: -1, calibrationFpr: { n: 0 } });
  });

  test('the smallest score that keeps the target; ties fall together', () => {
    const scores = [0.9, 0.5, 0.5, 0.5, ...Array(96).fill(0.1)];
    expect(chooseScoreThreshold(scores, 0.01)).toMatchObject({
      score: justAbove(0.5),
      calibrationFpr: { k: 1, n: 100 },
    });
    expect(chooseScoreThreshold(scores, 0.03).score).toBe(justAbove(0.5));
    expect(chooseScoreThreshold(scores, 0.04).score).toBe(justAbove(0.1));
    expect(chooseScoreThreshold(scores, 0.001)).toMatchObject({ score: justAbove(0.9), calibrationFpr: { k: 0 } });
  });

  test('the score is finite even if all scores are 1, and without scores', () => {
    const chosen = chooseScoreThreshold([1, 1, 1], 0.1);
    expect(Number.isFinite(chosen.score)).toBe(true);
    expect(chosen.score).toBeGreaterThan(1);
    expect(chosen.calibrationFpr.k).toBe(0);
    expect(chooseScoreThreshold([], 0.1).score).toBeGreaterThan(1);
    expect(JSON.parse(JSON.stringify(chosen.score))).toBe(chosen.score);
  });

  test('the next double above, on both sides of 0', () => {
    expect([justAbove(1), justAbove(0), justAbove(-1)]).toEqual([1 + Number.EPSILON, 5e-324, -1 + Number.EPSILON / 2]);
  });
});
