/** A threshold experiment small enough for tests, with everything that a real one has. */
import { checkThreshold } from '../../../src/experiment/threshold/score-cells.ts';

const source = 'prior: made up for a test';

/** Few accounts, thresholds up to 8. */
export const smallThreshold = checkThreshold(
  {
    version: 1,
    kind: 'threshold',
    name: 'threshold-small',
    question: 'Does a threshold do what it says?',
    seed: 7,
    mostMatches: 8,
    offenders: {
      accounts: 2000,
      held: [
        { name: 'geometric', shape: 'geometric', mean: 3, source },
        { name: 'zipf', shape: 'zipf', exponent: 2, most: 200, source },
      ],
      detection: [
        { name: 'independent', rate: 0.8, correlation: 0, source },
        { name: 'correlated', rate: 0.8, counts: { k: 80, n: 100 }, correlation: 0.4, source },
      ],
    },
    innocents: {
      accounts: 2000,
      outOf: { value: 1_000_000, source },
      pictures: { value: 1000, source },
      falseMatch: [{ name: 'one in a thousand', rate: 1e-3, counts: { k: 10, n: 10_000 }, source }],
      spreads: [0, 2],
      bursts: { count: 5, size: 6, source },
      risk: 1e-6,
    },
    knowledge: {
      accounts: 2000,
      settings: [{ pictures: 200, syntheticShare: 0.05 }],
      matches: [1, 5],
      syntheticBudget: 12,
    },
    protocol: {
      thresholds: [2, 3],
      vouchers: 20,
      listEntries: 8,
      otherPictures: 2,
      syntheticShare: 0.2,
      syntheticBudget: 8,
    },
  },
  'the small experiment',
);
