/** A small re-purposing experiment, and rows of it that are made up, so that every rate is known beforehand. */

import type { RepurposingExperiment } from '../../../src/experiment/repurposing/experiment.ts';
import { checkRepurposing } from '../../../src/experiment/repurposing/kind.ts';
import type { HiddenHeadRow, ScannedRow } from '../../../src/experiment/repurposing/rows.ts';

/** What the tests run: everything in as few pictures as the schema bears. */
export const smallRepurposing: RepurposingExperiment = checkRepurposing(
  {
    version: 1,
    kind: 'repurposing',
    name: 'repurposing-small',
    question: 'Is a place seen?',
    seed: 5,
    dataset: { name: 'generated', pictures: 60 },
    hashes: ['dhash', 'mobilenet-lsh'],
    thresholds: { dhash: [4] },
    operatorFpr: 0.1,
    list: { entries: 20, bystanders: 28, poisoned: [0.05, 0.2], reference: 0.2 },
    locations: {
      calibrationShare: 0.25,
      heldOutShare: 0.4,
      drawn: { locations: 5, photographs: 6, standpoints: [1, 2] },
      labelled: { leastPhotographs: 6 },
    },
    visit: 2,
    robustness: { pictures: 10, edits: [{ name: 'jpeg', quality: 30 }] },
    classifier: {
      declared: ['drawing'],
      leastPictures: 5,
      mostLabels: 1,
      mostLocations: 2,
      poisoned: [0.05, 0.1],
      training: 24,
      repeats: 1,
      ridge: 1e-4,
      falsePositives: 0.1,
      reference: 0.1,
      benchmarkShares: [0, 1],
    },
  },
  'Small experiment',
);

/** A hash of 64 bits: the top 32 name what it shows, of the others the lowest `noise` are set. */
const hex = (what: number, noise: number): string =>
  what.toString(16).padStart(8, '0') + (2 ** noise - 1).toString(16).padStart(8, '0');

const scanned = (picture: string, what: number, noise: number, more: Partial<ScannedRow>): ScannedRow => ({
  row: 'scanned',
  picture,
  group: picture,
  use: 'listed',
  split: 'evaluation',
  edit: 'none',
  outcome: { state: 'hashed', hashes: { dhash: { hex: hex(what, noise), quality: 100 } } },
  ...more,
});

/** Numbers whose bits differ widely from each other. */
const unlike = (i: number): number => Math.imul(i + 1, 0x9e3779b1) >>> 0;

/**
 * Rows under dhash alone: 20 listed, 20 bystanders a split (the first evaluation bystander is a copy of the first listed), and locations
 * whose photographs are 0, 2, 4, … bits from the first.
 */
export const listRows = ({ locations = 5 } = {}): ScannedRow[] => [
  ...Array.from({ length: 20 }, (_, i) => scanned(`listed-${i}`, unlike(i), 0, {})),
  scanned('listed-0', unlike(0), 3, { edit: 'jpeg(quality=30)' }),
  scanned('listed-1', unlike(1), 30, { edit: 'jpeg(quality=30)' }),
  ...(['calibration', 'evaluation'] as const).flatMap((split, s) =>
    Array.from({ length: 20 }, (_, i) =>
      scanned(`${split}-${i}`, split === 'evaluation' && i === 0 ? unlike(0) : unlike(100 + 50 * s + i), 0, {
        use: 'bystander',
        split,
      }),
    ),
  ),
  ...Array.from({ length: locations }, (_, l) =>
    Array.from({ length: 8 }, (__, i) =>
      scanned(`location-${l}/${i}`, unlike(1000 + l), 2 * i, {
        location: `location-${l}`,
        standpoints: 1,
        split: l === 0 ? 'calibration' : 'evaluation',
        use: i < 5 ? 'insertable' : 'held-out',
      }),
    ),
  ).flat(),
];

/** A head that fires on `fires` of 10 hidden pictures and errs on `wrong` of 100 others, the first ones. */
export const headRow = (target: string, poisoned: number, fires: number, wrong: number): HiddenHeadRow => {
  const scores = (n: number, high: number): number[] => Array.from({ length: n }, (_, i) => (i < high ? 0.9 : 0.1));
  return {
    row: 'hidden-head',
    target,
    targetKind: 'label',
    repeat: 0,
    poisoned,
    training: { declared: 10, others: 30, hidden: Math.round(poisoned * 40), iterations: 7 },
    scores: {
      calibration: scores(100, 5),
      declared: scores(50, 50),
      others: scores(100, wrong),
      hidden: scores(10, fires),
      trained: scores(Math.round(poisoned * 40), 100),
      elsewhere: scores(10, 0),
    },
  };
};
