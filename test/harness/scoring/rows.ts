/** Rows of made-up runs on scores, with answers that can be counted by hand; and small experiments. */

import { parse } from 'yaml';
import { checkBaseRate } from '../../../src/experiment/base-rate/kind.ts';
import { checkNewContent } from '../../../src/experiment/new-content/kind.ts';
import type { HeadRow, LookedRow, NewContentRow } from '../../../src/experiment/new-content/rows.ts';
import { checkScoreDrift } from '../../../src/experiment/score-drift/kind.ts';
import { withPresets } from '../../../src/harness/edit-preset.ts';
import type { ScoredRow, ScoreRow, ScorerRow } from '../../../src/schema/scored.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';

/** The labels of the bundled networks. */
const labels = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'];

export const scorerRow = (network = 'nsfwjs-mobilenet-v2'): ScorerRow => ({
  row: 'scorer',
  network,
  sha256: 'ab'.repeat(32),
  labels,
  backend: 'wasm',
  decoder: 'sharp 0; pixels as stored',
  kernel: 'area-bilinear-1 224 px',
});

const source = 'prior: made up for a test';

/** A base-rate experiment on two alarms. */
export const smallBaseRate = checkBaseRate(
  {
    version: 1,
    kind: 'base-rate',
    name: 'small-base-rate',
    question: 'Is an alarm worth anything?',
    seed: 6,
    dataset: { name: 'generated', pictures: 20 },
    classifiers: [{ name: 'nsfwjs-mobilenet-v2' }],
    alarms: [
      { name: 'Drawing', labels: ['Drawing'], topics: ['drawing'] },
      { name: 'Porn + Sexy', labels: ['Porn', 'Sexy'] },
    ],
    thresholds: [0.5, 0.9],
    edits: [{ name: 'flip' }],
    editedPictures: 4,
    prevalences: [
      { name: 'rare', value: 3.8e-5, source },
      { name: 'half', value: 0.5, source },
    ],
    precisions: [0.5, 0.99],
    assumedTpr: { value: 0.8, source },
    accuracy: { value: 0.999, source },
    volume: {
      picturesPerDay: { value: 1e9, source },
      prevalence: { value: 3.29e-5, source },
      tpr: { value: 0.95, source },
      secondsPerReview: { value: 30, source },
      hoursPerYear: { value: 2000, source },
    },
  },
  'Test experiment',
);

/** One scored picture: Drawing and Sexy as given, the rest Neutral. */
export const scoredRow = (
  picture: string,
  scores: { readonly drawing?: number; readonly sexy?: number },
  more: Partial<ScoredRow> = {},
): ScoredRow => {
  const { drawing = 0, sexy = 0 } = scores;
  return {
    row: 'scored',
    picture,
    group: picture,
    topic: 'scene',
    kind: 'single',
    set: 'none',
    transform: 'none',
    network: 'nsfwjs-mobilenet-v2',
    outcome: { state: 'scored', scores: [drawing, 0, 1 - drawing - sexy, 0, sexy] },
    ...more,
  };
};

/** 40 innocent pictures, of which some raise an alarm, 10 drawings, four flipped. */
export const baseRateRows: ScoreRow[] = [
  scorerRow(),
  { row: 'refused', picture: 'broken.png', reason: 'empty file' },
  ...Array.from({ length: 40 }, (_, i) =>
    // Sexy: 0 of 10, 0.6 from the 10th on at two pictures, 0.95 at one. Drawing: 0.55 at one.
    scoredRow(
      `p${String(i).padStart(2, '0')}`,
      { drawing: i === 0 ? 0.55 : 0.01, sexy: i === 39 ? 0.95 - 0.01 : i >= 37 ? 0.6 : 0.001 * i },
      { topic: i < 30 ? 'scene' : 'texture' },
    ),
  ),
  ...Array.from({ length: 10 }, (_, i) => scoredRow(`d${i}`, { drawing: i < 8 ? 0.92 : 0.2 }, { topic: 'drawing' })),
  ...Array.from({ length: 4 }, (_, i) =>
    scoredRow(`p0${i}`, { sexy: i < 2 ? 0.7 : 0 }, { transform: 'flip(axis=0)', topic: 'scene' }),
  ),
];

/** A score-drift experiment with two edits. */
export const smallDrift = await withPresets(
  checkScoreDrift(
    {
      version: 1,
      kind: 'score-drift',
      name: 'small-drift',
      question: 'Does a score hold still?',
      seed: 6,
      dataset: { name: 'generated', pictures: 20 },
      sample: 5,
      classifier: 'nsfwjs-mobilenet-v2',
      alarms: [{ name: 'Sexy', labels: ['Sexy'], threshold: 0.5 }],
      sets: [
        { name: 'small', source: 'a test', edits: [{ name: 'jpeg', quality: 30, as: 'jpeg30' }, { name: 'flip' }] },
      ],
      backends: [],
      backendPictures: 0,
    },
    'Test experiment',
  ),
);

/** Two sources and innocents, each picture its own group; what hash, label and heads say is set by hand. */
export const smallNewContent = checkNewContent(
  parse(`
version: 1
kind: new-content
name: small-new-content
question: Is new content found?
seed: 6
dataset: { name: generated, pictures: 40 }
sources: { drawing: [drawing], chart: [chart] }
shares: { training: 0.3, calibration: 0.3, listed: 0.5 }
hash: dhash
secondHash: phash
classifier: nsfwjs-mobilenet-v2
label: Drawing
head: logistic
edits: [{ name: flip }]
targetFpr: 0.1
`),
  'Test experiment',
);

interface Seen {
  readonly source: string | null;
  readonly part: LookedRow['part'];
  readonly listed?: boolean;
  readonly label?: number;
  readonly transform?: string;
  /** Bits by which its hash differs from its own picture's. */
  readonly flipped?: number;
}

/** A picture whose hash is random, drawn from its name. */
export function lookedRow(picture: string, seen: Seen): LookedRow {
  const { source, part, listed = false, label = 0, transform = 'none', flipped = 0 } = seen;
  const hash = seededRng(1, picture).bytes(8);
  for (let bit = 0; bit < flipped; bit++) hash[bit >> 3]! ^= 1 << (bit & 7);
  const hex = { hex: toHex(hash), quality: 100 };
  return {
    row: 'looked',
    picture,
    group: picture,
    topic: source ?? 'scene',
    source,
    part,
    listed,
    transform,
    outcome: { state: 'scored', hashes: { dhash: hex, phash: hex }, scores: [label, 0, 1 - label, 0, 0] },
  };
}

/** What the head without `held` says: innocents by their number, known target content 0.9, the source held out 0.9 for every second one. */
const headRow = (held: string, rows: readonly LookedRow[]): HeadRow => ({
  row: 'head',
  held,
  network: 'nsfwjs-mobilenet-v2',
  training: { target: 8, innocent: 6 },
  validation: { target: 2, innocent: 2 },
  sha256: 'cd'.repeat(32),
  scores: rows
    .filter(({ part }) => part !== 'training')
    .map(({ picture, transform, source }) => {
      const number = Number(picture.slice(1));
      const target = source === null ? number / 100 : source !== held || number % 2 === 0 ? 0.9 : 0.05;
      return { picture, transform, target };
    }),
});

/** Rows in which the list finds what is on it, the label drawings, and the head all but half of the source held out. */
export const newContentRows: NewContentRow[] = (() => {
  const target = (source: 'drawing' | 'chart'): LookedRow[] =>
    Array.from({ length: 20 }, (_, i) => {
      const name = `${source[0]}${i}`;
      const part = i < 8 ? ('training' as const) : ('evaluation' as const);
      const seen: Seen = { source, part, listed: i < 14, label: source === 'drawing' ? 0.99 : 0 };
      const edited = part === 'evaluation' && seen.listed;
      return [
        lookedRow(name, seen),
        ...(edited ? [lookedRow(name, { ...seen, transform: 'flip(axis=0)', flipped: i < 11 ? 2 : 30 })] : []),
      ];
    }).flat();
  const innocent = Array.from({ length: 40 }, (_, i) =>
    lookedRow(`i${i}`, {
      source: null,
      part: i < 10 ? 'training' : i < 20 ? 'calibration' : 'evaluation',
      label: i / 1000,
    }),
  );
  const looked = [...target('drawing'), ...target('chart'), ...innocent];
  return [scorerRow(), ...looked, headRow('drawing', looked), headRow('chart', looked)];
})();
