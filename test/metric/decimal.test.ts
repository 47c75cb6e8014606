/** Thresholds as they are published decide as they did when they were chosen. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounded } from '../../src/harness/score/rounded.ts';
import { justAbove, notAbove, toDecimal } from '../../src/metric/decimal.ts';
import { chooseScoreThreshold } from '../../src/metric/operating-point.ts';
import { rocOfScores } from '../../src/metric/roc.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });

describe('audit E9: rounding does not move a threshold', () => {
  test.each([0.833902, 1, 0.1 + 0.2, 0.9999999999, 0.99999999999, 123456.7891, -0.5, 1e-9, 9.9999999999e-5])(
    'above and not above %d',
    (value) => {
      expect(justAbove(value)).toBeGreaterThan(value);
      expect(notAbove(value)).toBeLessThanOrEqual(value);
      for (const each of [justAbove(value), notAbove(value)]) expect(toDecimal(each)).toBe(each);
    },
  );

  test('for any number', () =>
    fc.assert(
      fc.property(finite, (value) => {
        expect(justAbove(value)).toBeGreaterThan(value);
        expect(notAbove(value)).toBeLessThanOrEqual(value);
        expect(rounded({ at: justAbove(value) }).at).toBe(justAbove(value));
        expect(rounded({ at: notAbove(value) }).at).toBe(notAbove(value));
      }),
      { seed: 1, numRuns: 500 },
    ));

  test('the published threshold of a classifier flags no calibration negative where the rule says 0', () => {
    const negatives = [0.833902, ...Array.from({ length: 232 }, (_, i) => i / 300)];
    const chosen = chooseScoreThreshold(negatives, 0.001);
    const published = rounded(chosen);
    expect(chosen.calibrationFpr).toMatchObject({ k: 0, n: 233 });
    expect(negatives.filter((each) => each >= published.score)).toHaveLength(0);
    expect(chosen.rule).toContain(String(published.score));
  });

  test('scores of any digits are flagged alike by a chosen and by a published threshold, and along a curve', () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (scores, target) => {
          const { score, calibrationFpr } = chooseScoreThreshold(scores, target);
          expect(scores.filter((each) => each >= rounded(score)).length).toBe(calibrationFpr.k);
          for (const point of rocOfScores(scores, scores).points)
            expect(scores.filter((each) => each >= rounded(point).threshold).length / scores.length).toBe(point.tpr);
        },
      ),
      { seed: 1, numRuns: 300 },
    ));
});
