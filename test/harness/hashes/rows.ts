/** Hashed rows made by hand: hashes whose distances are known. */

import type { CopyDetection } from '../../../src/experiment/copy-detection/experiment.ts';
import { checkCopyDetection } from '../../../src/experiment/copy-detection/kind.ts';
import type { CopyDetectionMetrics } from '../../../src/experiment/copy-detection/metrics.ts';
import { copyDetectionMetrics } from '../../../src/experiment/copy-detection/score.ts';
import type { FalsePositiveTail } from '../../../src/experiment/false-positive-tail/experiment.ts';
import { checkFalsePositiveTail } from '../../../src/experiment/false-positive-tail/kind.ts';
import type { FalsePositiveTailMetrics } from '../../../src/experiment/false-positive-tail/metrics.ts';
import { falsePositiveTailMetrics } from '../../../src/experiment/false-positive-tail/score.ts';
import { setFacts } from '../../../src/harness/edit-preset.ts';
import type { HashedRow } from '../../../src/schema/hashed.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';

/** A small copy-detection experiment. */
export const copies = checkCopyDetection(
  {
    version: 1,
    kind: 'copy-detection',
    name: 'copies',
    question: 'Which copy is whose?',
    seed: 7,
    dataset: { name: 'generated', pictures: 60 },
    hashes: ['dhash', 'pdq'],
    quality: 'any',
    sets: [
      {
        name: 'small',
        prepare: [{ name: 'fit', side: 128 }],
        edits: [{ name: 'jpeg', quality: 30, as: 'jpeg30' }, { name: 'flip' }],
      },
    ],
    calibrationShare: 0.5,
    precision: 0.99,
    pairFprs: [0.01],
  },
  'Test experiment',
);

/** A small false-positive-tail experiment. */
export const tail = checkFalsePositiveTail(
  {
    version: 1,
    kind: 'false-positive-tail',
    name: 'tail',
    question: 'How often?',
    seed: 7,
    dataset: { name: 'miniatures', pictures: 600 },
    hashes: ['dhash', 'pdq'],
    quality: 'any',
    queryShare: 0.25,
    thresholds: { dhash: [12] },
  },
  'Test experiment',
);

/** `bits` bits, the first `ones` of them set after `from`. */
export function hexOf(bits: number, from: number, ones: number): string {
  const bytes = new Uint8Array(bits / 8);
  for (let i = from; i < from + ones; i++) bytes[i >> 3]! |= 0x80 >> (i & 7);
  return toHex(bytes);
}

/** A row of one hash. */
export const row = (
  picture: string,
  part: HashedRow['part'],
  transform: string,
  hex: string | undefined,
  more: Partial<HashedRow> & { readonly hash?: string; readonly quality?: number } = {},
): HashedRow => {
  const { hash = 'dhash', quality = 100, ...fields } = more;
  return {
    row: 'hashed',
    picture,
    group: picture,
    topic: 'thing',
    kind: 'photos',
    part,
    set: 'small',
    transform,
    outcome:
      hex === undefined
        ? { state: 'refused', reason: 'no reason' }
        : { state: 'hashed', hashes: { [hash]: { hex, quality } } },
    ...fields,
  };
};

/** Random hashes of every name for so many pictures, each with its edits a few bits away. */
export function randomRows(experiment: CopyDetection | FalsePositiveTail, pictures: number): HashedRow[] {
  const rng = seededRng(1, 'rows');
  const widths = { dhash: 8, pdq: 32 };
  const part = (i: number): HashedRow['part'] =>
    experiment.kind === 'copy-detection' ? (i % 2 ? 'calibration' : 'evaluation') : i % 4 ? 'list' : 'query';
  return Array.from({ length: pictures }, (_, i) => {
    const own = Object.entries(widths).map(([name, bytes]): [string, Uint8Array] => [name, rng.bytes(bytes)]);
    const rendering = (transform: string, flips: number): HashedRow => ({
      ...row(`p${String(i).padStart(4, '0')}`, part(i), transform, '00'),
      ...(experiment.kind === 'copy-detection' ? {} : { set: 'none' }),
      outcome: {
        state: 'hashed',
        hashes: Object.fromEntries(
          own.map(([name, bytes]) => {
            const moved = bytes.slice();
            for (let flip = 0; flip < flips; flip++) moved[rng.int(moved.length)]! ^= 1 << rng.int(8);
            return [name, { hex: toHex(moved), quality: 100 }];
          }),
        ),
      },
    });
    if (experiment.kind === 'false-positive-tail') return [rendering('none', 0)];
    return [rendering('none', 0), rendering('jpeg(quality=30)', 3), rendering('flip(axis=0)', 40)];
  }).flat();
}

const dataset = { name: 'made up', sha256: '0'.repeat(64) };

/** The metrics of rows that were made by hand. */
export const copyMetricsOf = (rows: readonly HashedRow[], experiment: CopyDetection): CopyDetectionMetrics =>
  copyDetectionMetrics(rows, { experiment, dataset, notes: [], sets: setFacts(experiment) });
export const tailMetricsOf = (
  rows: readonly HashedRow[],
  experiment: FalsePositiveTail,
  { notes = [], of = dataset }: { readonly notes?: readonly string[]; readonly of?: typeof dataset } = {},
): FalsePositiveTailMetrics => falsePositiveTailMetrics(rows, { experiment, dataset: of, notes });
