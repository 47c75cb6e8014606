/** Special functions against values computed to 30 digits with mpmath. */
import { describe, expect, test } from 'vitest';
import {
  incompleteBeta,
  inverseIncompleteBeta,
  logGamma,
  logIncompleteBeta,
  normalCdf,
  probit,
  studentQuantile,
} from '../../src/metric/special.ts';

/** Largest relative error allowed. */
const near = (actual: number, expected: number, relative = 1e-12): void =>
  expect(Math.abs(actual / expected - 1), `${actual} against ${expected}`).toBeLessThan(relative);

describe('special functions', () => {
  // scipy.stats.t.ppf
  test.each([
    [0.975, 1, 12.7062047361747],
    [0.975, 10, 2.22813885198627],
    [0.975, 59, 2.00099537808836],
    [0.95, 1000, 1.64637881728576],
  ])('t quantile %d at %d degrees of freedom', (p, degrees, expected) =>
    near(studentQuantile(p, degrees), expected, 1e-10),
  );

  test.each([
    [0.5, 0.5723649429247],
    [3.7, 1.42807232666538],
    [100.5, 361.435540467777],
  ])('log Γ(%d)', (x, expected) => near(logGamma(x), expected));

  test.each([
    [0.3, 2, 5, 0.579825],
    [0.001, 0.5, 0.5, 0.0201350416333774],
    [0.9, 30, 4, 0.576943664125692],
    [0.5, 12.5, 80.25, 0.999999999999961],
    [1e-6, 5, 999_996, 0.00365982383490227],
  ])('I_%d(%d, %d)', (x, a, b, expected) => near(incompleteBeta(x, a, b), expected));

  test('the incomplete beta is 0 and 1 at the ends, and symmetric', () => {
    expect(incompleteBeta(0, 2, 3)).toBe(0);
    expect(incompleteBeta(1, 2, 3)).toBe(1);
    near(incompleteBeta(0.2, 7, 3.5), 1 - incompleteBeta(0.8, 3.5, 7), 1e-10);
  });

  test('its logarithm goes where doubles end', () => near(logIncompleteBeta(1e-5, 100, 1), 100 * Math.log(1e-5)));

  test('quantiles invert it, for shapes from ½ to 10^8', () => {
    for (const [a, b] of [
      [0.5, 0.5],
      [0.5, 1e6],
      [3, 99_999_998],
      [5e7, 5e7],
      [951, 50],
      [40, 1],
    ] as const)
      for (const p of [1e-6, 0.025, 0.5, 0.975, 0.999])
        near(incompleteBeta(inverseIncompleteBeta(p, a, b), a, b), p, 1e-9);
  });

  test.each([
    [-8, 6.22096057427178e-16],
    [-2.5, 0.00620966532577613],
    [-1, 0.158655253931457],
    [0, 0.5],
    [1.3, 0.903199515414389],
    [-37.0471, 9.99862811737222e-301],
  ])('Φ(%d)', (z, expected) => near(normalCdf(z), expected));

  test.each([
    [0.975, 1.95996398454005],
    [0.001, -3.09023230616781],
    [1e-12, -7.03448382530113],
  ])('probit(%d)', (p, expected) => near(probit(p), expected, 1e-14));

  test('probit at and outside the ends', () => {
    expect([probit(0), probit(1), probit(-1), probit(2)]).toEqual([-Infinity, Infinity, Number.NaN, Number.NaN]);
    expect(probit(0.5)).toBeCloseTo(0, 15);
  });

  test('worked example: two unit Gaussians two apart, Bayes risk 0.158655', () =>
    expect(normalCdf(-1)).toBeCloseTo(0.158655, 6));

  test.each([
    [256, 31, 8.28e-38],
    [100, 12, 9.56e-16],
    [64, 7, 3.82e-11],
    [50, 6, 1.62e-8],
    [40, 4, 9.29e-8],
    [30, 3, 4.22e-6],
  ])('worked example: %d effective bits, at most %d differ by accident', (bits, differ, expected) =>
    near(incompleteBeta(0.5, bits - differ, differ + 1), expected, 2e-3),
  );
});
