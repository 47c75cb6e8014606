/** A small evasion experiment, and rows of it made by hand: what every attack reached is known. */

import type { Evasion } from '../../../src/experiment/evasion/experiment.ts';
import { checkEvasion } from '../../../src/experiment/evasion/kind.ts';
import type {
  AttackControlRow,
  AttemptRow,
  EvasionRow,
  ScoredAlteration,
} from '../../../src/experiment/evasion/rows.ts';
import type { HashedRow } from '../../../src/schema/hashed.ts';
import { hexOf } from '../../harness/hashes/rows.ts';

const sourced = (value: number) => ({ value, source: 'test' });

/** As an experiment file has it. */
export const smallFile = {
  version: 1,
  kind: 'evasion',
  name: 'small',
  question: 'How little is enough?',
  seed: 7,
  dataset: { name: 'generated', pictures: 60 },
  calibrationShare: 0.4,
  side: 64,
  l2: [0.01, 0.04, 0.16],
  quoted: 0.04,
  evasion: {
    pictures: 4,
    targets: [{ hash: 'pdq', frequencies: 8, queries: 120 }],
    attacks: [
      { attack: 'nes', pairs: 5, probe: 4, step: 3, momentum: 0.5 },
      { attack: 'simba', step: 2 },
      { attack: 'boundary', directions: 4 },
    ],
  },
  collision: {
    pairs: 2,
    targets: [{ hash: 'phash', frequencies: 8, queries: 100 }],
    attacks: [{ attack: 'nes', pairs: 5, probe: 4, step: 3, momentum: 0.5 }],
  },
  resistance: {
    share: 0.25,
    attack: { attack: 'nes', pairs: 5, probe: 4, step: 3, momentum: 0.5 },
    listEntries: sourced(1000),
    photosPerDay: sourced(1_000_000),
  },
};

/** The small experiment. */
export const small: Evasion = checkEvasion(smallFile, 'Test experiment');

/** A scored alteration that costs so much. */
export const altered = (
  l2: number,
  measure: number,
  { queries = 10, ssim = 0.95, afterMessenger = measure } = {},
): ScoredAlteration => ({ queries, l2, measure, ssim, afterMessenger });

const about = (i: number) => ({
  goal: 'evasion' as const,
  target: 'pdq',
  picture: `p${i}`,
  group: `g${i}`,
  topic: 'thing',
  threshold: 31,
});

/** An attempt on picture i. */
export const attemptRow = (i: number, row: Partial<AttemptRow>): AttemptRow => ({
  row: 'attempt',
  ...about(i),
  attack: 'nes',
  queries: 120,
  wins: [],
  shortest: null,
  within: [null, null, null],
  ...row,
});

/** Its controls. */
export const controlRow = (i: number, row: Partial<AttackControlRow> = {}): AttackControlRow => ({
  row: 'attack-control',
  ...about(i),
  untouched: { measure: 0, afterMessenger: 2 },
  noise: [0, 4, 40],
  smoothNoise: [4, 20, 80],
  replaced: 128,
  ...row,
});

/** The working copy of picture i: PDQ hashes that are 8 bits apart from one to the next, pHash 4. */
export const hashedRow = (i: number, part: HashedRow['part'] = 'evaluation'): HashedRow => ({
  row: 'hashed',
  picture: `p${i}`,
  group: `g${i}`,
  topic: 'thing',
  kind: 'folder',
  part,
  set: 'working copy',
  transform: 'none',
  outcome: {
    state: 'hashed',
    hashes: {
      pdq: { hex: hexOf(256, 0, 8 * i), quality: 100 },
      phash: { hex: hexOf(64, 0, 4 * i), quality: 100 },
    },
  },
});

/**
 * Two pictures of pdq under two attacks. NES: p0 wins at 30 queries with L2 0.03 and at 80 with 0.008; p1 at 100 with 0.1. The
 * boundary attack: p0 wins at 5 with 0.12 and at 60 with 0.02, p1 never. Going as far as it goes, p1 comes to 44 bits.
 */
export const rows: readonly EvasionRow[] = [
  ...Array.from({ length: 6 }, (_, i) => hashedRow(i, i < 2 ? 'evaluation' : 'calibration')),
  controlRow(0),
  controlRow(1, { replaced: 20 }),
  attemptRow(0, {
    wins: [
      [30, 0.03],
      [80, 0.008],
    ],
    shortest: altered(0.008, 32, { queries: 80, ssim: 0.99, afterMessenger: 28 }),
    within: [
      altered(0.008, 32, { queries: 80, afterMessenger: 28 }),
      altered(0.035, 60, { queries: 40, afterMessenger: 50 }),
      altered(0.1, 90),
    ],
  }),
  attemptRow(1, {
    wins: [[100, 0.1]],
    shortest: altered(0.1, 34, { queries: 100, ssim: 0.8 }),
    within: [null, altered(0.04, 24), altered(0.1, 34)],
  }),
  attemptRow(0, {
    attack: 'boundary',
    wins: [
      [5, 0.12],
      [60, 0.02],
    ],
    shortest: altered(0.02, 33, { queries: 60, ssim: 0.97 }),
    within: [null, altered(0.02, 33, { queries: 60 }), altered(0.12, 99)],
  }),
  attemptRow(1, { goal: 'furthest', threshold: 256, within: [altered(0.04, 44)] }),
  attemptRow(1, { attack: 'boundary', queries: 50, within: [null, null, altered(0.15, 30)] }),
];
