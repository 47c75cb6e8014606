/** A made-up but plausible run: nine strategies, five hashes, 17 edits. Invented numbers; only for tests of how reports look. */
import type { Metrics } from '../../src/experiment/tradeoff/metrics.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { classifier, equalityGap, hashes } from './fixture-hashes.ts';
import { sketches } from './fixture-sketches.ts';
import { strategyOf } from './fixture-strategies.ts';

/** A full, plausible Metrics. A fresh object at each call, so that tests may change it. */
export const fixture = (): Metrics => ({
  schemaVersion: 1,
  experiment: 'tradeoff',
  question:
    'How many of the 12 million reports would each design bring back, and what would the provider learn from everybody’s messages?',
  seed: 7,
  dataset: {
    name: 'generated',
    sha256: sha256Hex('generated'),
    pictures: 1000,
    groups: 820,
    refused: [{ picture: 'IMG_0042.jpg', reason: 'truncated JPEG: premature end of data' }],
    content: {
      listed: { calibration: 60, evaluation: 140 },
      near: { calibration: 40, evaluation: 90 },
      new: { calibration: 50, evaluation: 120 },
      innocent: { calibration: 150, evaluation: 350 },
    },
    listEntries: 1400,
  },
  strategies: sketches.map(strategyOf),
  equalityGap: equalityGap(),
  hashes: hashes(),
  classifier: classifier(),
  limits: [
    'The pictures are generated; photographs behave differently.',
    'The attacker is the best of those tried, so leakage is a lower bound.',
    'Prevalence and sharing behaviour are priors, not measurements.',
  ],
});
