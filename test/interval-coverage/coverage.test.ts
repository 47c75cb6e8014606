/**
 * Intervals and bounds are right as often as they say: 200 simulations of each here, with room for chance; 1,000, held to 93 to 97 %, with
 * `npm run coverage`.
 */
import { describe, expect, test } from 'vitest';
import { proportion } from '../../src/metric/proportion.ts';
import { binomialVariate } from '../../src/metric/random.ts';
import { seededRng } from '../../src/util/rng.ts';
import { slow } from '../helpers/slow.ts';
import { type CoverageCase, covered, plausible } from './case.ts';
import { coverageCases } from './cases.ts';

const [simulations, resamples] = [200, 150];

/** Those that draw the matches of a whole list take a second for twenty. */
const times = ({ name }: CoverageCase): number =>
  slow || !name.startsWith('audit E5: false matches') ? simulations : 80;

describe(`${simulations} simulations`, () => {
  test.each(coverageCases)('$name: $claim', (each) => {
    const k = covered(each, times(each), resamples);
    expect(plausible(each, k, times(each)), `${k} of ${times(each)}`).toBe(true);
  });
});

describe('the check itself', () => {
  const at = (half: number, claim: CoverageCase['claim']): [CoverageCase, number] => {
    const shrunk: CoverageCase = {
      name: 'Clopper-Pearson, its half-widths changed',
      claim,
      covers: (i) => {
        const { estimate, low, high } = proportion(binomialVariate(200, 0.3, seededRng(i, 'check')), 200);
        return estimate! - half * (estimate! - low) <= 0.3 && 0.3 <= estimate! + half * (high - estimate!);
      },
    };
    return [shrunk, covered(shrunk, 400, 0)];
  };

  test('fails an interval of three quarters the width, and one of twice where it should be near 95 %', () => {
    const [narrow, few] = at(0.75, 'at least 95 %');
    expect(plausible(narrow, few, 400)).toBe(false);
    const [wide, many] = at(2, 'near 95 %');
    expect(plausible(wide, many, 400)).toBe(false);
  });

  test('passes the interval itself', () => {
    const [right, k] = at(1, 'near 95 %');
    expect(plausible(right, k, 400)).toBe(true);
  });
});
