/** The tables of a copy-detection run. */

import { distanceNumber, hasUnits, meanNumber, thresholdText, unitOf } from '../../report/distance.ts';
import {
  areaCell,
  type Cell,
  integer,
  millis,
  pairCell,
  percent,
  percentDigits,
  rare,
  rateCell,
} from '../../report/format.ts';
import { type Line, plain, type ReportTable } from '../../report/table.ts';
import type { ClusteredRate, Rate } from '../../schema/rate.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { CopyDetectionMetrics, SetMetrics } from './metrics.ts';

type Hash = CopyDetectionMetrics['hashes'][number];

/** One hash on one set. */
interface Row {
  readonly hash: Hash;
  readonly on: SetMetrics;
}

const none: Cell = { main: '–', small: [], plain: '–', hover: 'does not apply', tone: 'muted' };

/** Names of the sets, in the order of the experiment. */
export const setNames = ({ hashes }: CopyDetectionMetrics): string[] => hashes[0]?.sets.map(({ set }) => set) ?? [];

/** Every hash on one set. */
export const rowsOf = ({ hashes }: CopyDetectionMetrics, set: string): Row[] =>
  hashes.flatMap((hash) => hash.sets.filter((on) => on.set === set).map((on) => ({ hash, on })));

const name = ({ hash }: Row): string => (hash.deep ? `${hash.name} (deep)` : hash.name);
const bitsOf = (threshold: number, { hash }: Row): string => thresholdText(threshold, hash);

const publishedCell = (value: number | undefined, source: string, extra = ''): Cell =>
  value === undefined ? none : plain(`${percentDigits(value)} %${extra}`, source);

/** The headline: recall at a precision, tuned on itself as published and corrected, with Thorn's beside. */
export function headlineTable(metrics: CopyDetectionMetrics, set: string): ReportTable {
  const rows = rowsOf(metrics, set);
  const thorns = set === 'perception';
  const first = rows[0]?.on;
  return {
    title: `Recall at a precision of at least ${percent(metrics.precision)}: ${set}`,
    explains: `Every edited picture against ${integer(first?.originals ?? 0)} originals: its own original against the nearest other one. As published: the threshold is the best for the rows that it is scored on. Corrected: chosen on the calibration half, scored on the other half against its own ${integer(first?.corrected.originals ?? 0)} originals. Intervals by source picture.${thorns ? ` Thorn's figures: ${thorn.originals.overall} originals, paintings too; levels fall as lists grow.` : ''}`,
    head: [
      'hash',
      'as published: threshold',
      'recall',
      'corrected: threshold',
      'recall',
      'precision',
      ...(thorns ? ['Thorn, overall'] : []),
    ],
    lines: rows.map(
      (row): Line => ({
        name: name(row),
        cells: [
          plain(bitsOf(row.on.asPublished.threshold, row)),
          rateCell(row.on.asPublished.recall),
          plain(bitsOf(row.on.corrected.threshold, row), row.on.corrected.rule),
          rateCell(row.on.corrected.recall),
          rateCell(row.on.corrected.precision),
          ...(thorns ? [publishedCell(thornOverall(row.hash.name), thorn.source)] : []),
        ],
      }),
    ),
  };
}

const heated = (rate: Rate | ClusteredRate): Line['cells'][number] => ({
  ...rateCell(rate),
  ...(rate.estimate === null ? {} : { heat: rate.estimate }),
});

/** Recall after each edit at the corrected threshold, as a map. */
export const editTable = (metrics: CopyDetectionMetrics, set: string): ReportTable =>
  byEdit(metrics, set, {
    title: `Recall after each edit, one corrected threshold a hash: ${set}`,
    explains: 'On evaluation pictures. Nobody knows which edit a picture went through, so all edits share a threshold.',
    cell: ({ corrected }) => heated(corrected),
  });

/** Recall after each edit at the authors' threshold. */
export const authorsTable = (metrics: CopyDetectionMetrics, set: string): ReportTable =>
  byEdit(metrics, set, {
    title: `Recall after each edit at the authors' thresholds: ${set}`,
    explains: 'On evaluation pictures.',
    cell: ({ atAuthors }) => (atAuthors ? heated(atAuthors) : none),
  });

/** Recall after each edit with a threshold of its own, as Thorn prints it, with Thorn's photographs beside. */
export const ownThresholdTable = (metrics: CopyDetectionMetrics, set: string): ReportTable =>
  byEdit(metrics, set, {
    title: `Recall after each edit, a threshold for each, chosen on the rows that it is scored on: ${set}`,
    explains: `As Thorn's tables do; theirs (${thorn.originals.photographs} photographs) in small type below ours, with both thresholds in bits.`,
    cell: ({ asPublished, title }, { hash }) => {
      const cell = rateCell(asPublished.recall);
      const [recall, threshold] = (set === 'perception' ? thornRecall(title, hash.name) : undefined) ?? [];
      const ours = asPublished.threshold < 0 ? 'nothing matches' : `≤ ${distanceNumber(asPublished.threshold)}`;
      if (recall === undefined) return { ...cell, small: [...cell.small, ours], plain: `${cell.plain} ${ours}` };
      const theirs = `Thorn ${percentDigits(recall)} %, ≤ ${threshold}`;
      return { ...cell, small: [...cell.small, ours, theirs], plain: `${cell.plain} ${ours}; ${theirs}` };
    },
  });

/** AUC and EER of each edit against unrelated pairs, with PHASER's beside. */
export const separationTable = (metrics: CopyDetectionMetrics, set: string): ReportTable =>
  byEdit(metrics, set, {
    title: `AUC and EER of each edit against unrelated pairs: ${set}`,
    explains:
      'All copies of one edit against all pairs of unrelated originals, as PHASER does (AabyWan/PHASER); theirs in small type. The interval of the AUC assumes independent distances.',
    cell: ({ auc, eer, title }, { hash }) => {
      const area = areaCell(auc);
      const rate = eer ? `EER ${rare(eer.rate)} at ${meanNumber(eer.threshold, hash, 1)}` : 'no EER';
      const theirs = phaser.byEdit[title]?.[hash.name];
      const small = [
        ...area.small,
        rate,
        ...(theirs && set === 'phaser' ? [`PHASER ${theirs.auc.toFixed(4)}, EER ${rare(theirs.eer)}`] : []),
      ];
      if (!auc) return area;
      return { ...area, main: auc.estimate.toFixed(4), small, plain: [auc.estimate.toFixed(4), ...small].join(' ') };
    },
  });

interface ByEdit {
  readonly title: string;
  readonly explains: string;
  cell(edit: SetMetrics['edits'][number], row: Row): Line['cells'][number];
}

function byEdit(metrics: CopyDetectionMetrics, set: string, { title, explains, cell }: ByEdit): ReportTable {
  const rows = rowsOf(metrics, set);
  const edits = rows[0]?.on.edits ?? [];
  return {
    title,
    explains,
    head: ['edit', ...rows.map(name)],
    lines: edits.map(({ title: edit }, i) => ({ name: edit, cells: rows.map((row) => cell(row.on.edits[i]!, row)) })),
  };
}

/** Recall at a fixed false-positive rate over pairs. */
export function pairFprTable(metrics: CopyDetectionMetrics, set: string): ReportTable {
  const rows = rowsOf(metrics, set);
  const targets = rows[0]?.on.atPairFpr.map(({ target }) => target) ?? [];
  return {
    title: `Recall at a fixed false-positive rate over pairs: ${set}`,
    explains:
      "The threshold is the largest that keeps the rate among unrelated calibration pairs; false positives and recall are those of the evaluation half. Last: the authors' threshold. A pair rate is not a rate per picture: against a list of N entries it is about N times as large.",
    head: [
      'hash',
      ...targets.flatMap((target) => [`threshold for ${rare(target)}`, 'pairs matched', 'recall']),
      "authors' threshold",
      'pairs matched',
      'recall',
    ],
    lines: rows.map((row) => ({
      name: name(row),
      cells: [
        ...row.on.atPairFpr.flatMap(({ threshold, fpr, recall }) => [
          plain(bitsOf(threshold, row)),
          pairCell(fpr),
          rateCell(recall),
        ]),
        ...(row.on.atAuthors
          ? [
              plain(bitsOf(row.on.atAuthors.threshold, row)),
              pairCell(row.on.atAuthors.fpr),
              rateCell(row.on.atAuthors.recall),
            ]
          : [none, none, none]),
      ],
    })),
  };
}

/** The units of distances, as a sentence. */
const inUnits = ({ hashes }: CopyDetectionMetrics): string =>
  hasUnits(hashes)
    ? `In bits; ${hashes.flatMap((hash) => (hash.vector ? [`${hash.name}: ${unitOf(hash)}, in steps of ${hash.vector.step}`] : [])).join('; ')}.`
    : 'In bits.';

/** How distances between unrelated originals lie. */
export function unrelatedTable(metrics: CopyDetectionMetrics, set: string): ReportTable {
  return {
    title: `Distances between unrelated originals: ${set}`,
    explains: `${inUnits(metrics)} Effective bits (Daugman): how many independent coin tosses would have the same spread. If nearly no distance is odd, an odd threshold equals the even one below it. At 0, 10 and 32 of 64 bits imagededup counts pairs: theirs, on UKBench, in small type.`,
    head: [
      'hash',
      'pairs',
      'mean',
      'sd',
      'smallest',
      'effective bits',
      'odd',
      'pairs within 0',
      'within 10',
      'within 32',
    ],
    lines: rowsOf(metrics, set).map((row) => {
      const { pairs, meanBits, sdBits, minBits, effectiveBits, oddShare } = row.on.unrelated;
      const within = [0, 10, 32].map((threshold): Cell => {
        const found =
          row.hash.bits === 64 && !row.hash.vector
            ? row.on.tails.find((each) => each.threshold === threshold)
            : undefined;
        if (!found) return none;
        const cell = pairCell(found.rate);
        const theirs = imagededup.pairFpr[row.hash.name]?.[threshold];
        return theirs === undefined ? cell : { ...cell, small: [...cell.small, `imagededup ${rare(theirs)}`] };
      });
      return {
        name: name(row),
        cells: [
          plain(integer(pairs)),
          meanBits === null ? none : plain(meanNumber(meanBits, row.hash, 2)),
          sdBits === null ? none : plain(meanNumber(sdBits, row.hash, 2)),
          minBits === null ? none : plain(distanceNumber(minBits)),
          effectiveBits === null ? none : plain(effectiveBits.toFixed(1)),
          oddShare === null ? none : plain(percent(oddShare)),
          ...within,
        ],
      };
    }),
  };
}

/** What hashing costs; a deep hash by itself. */
export function timeTable(metrics: CopyDetectionMetrics, timings: Timings): ReportTable {
  return {
    title: 'Time of one hash',
    explains: `Median over pictures of the mean over one picture's renderings, on decoded pixels, with all workers busy. Whole run: ${Object.entries(
      timings.phases,
    )
      .map(([phase, spent]) => `${phase} ${millis(spent)}`)
      .join(', ')}.`,
    head: ['hash', 'time'],
    lines: metrics.hashes.map((hash) => ({
      name: hash.deep ? `${hash.name} (deep)` : hash.name,
      cells: [plain(timings.hashMillis[hash.name] === undefined ? '–' : millis(timings.hashMillis[hash.name]!))],
    })),
  };
}

/** What could not be used, by hash and set. */
export function lackingTable(metrics: CopyDetectionMetrics): ReportTable {
  return {
    title: 'The pictures that each hash received',
    explains: `Renderings: originals as the set prepares them, and edited ones. Quality policy of this run: ${metrics.quality === 'any' ? 'every hash is used, of any quality' : "below the authors' least quality a hash is refused and matches nothing"}.`,
    head: ['hash, set', 'originals', 'edited', 'below quality', 'refused', 'failed'],
    lines: metrics.hashes.flatMap(({ name: hash, sets }) =>
      sets.map(({ set, originals, copies, belowQuality, refused, failed }) => ({
        name: `${hash}, ${set}`,
        cells: [originals, copies, belowQuality, refused, failed].map((count) => plain(integer(count))),
      })),
    ),
  };
}

// Values that others published, to stand beside ours; each with its source.

/**
 * Thorn, docs/examples/benchmarking.rst of github.com/thorn-oss/perception: recall at a precision of at least 99.99 %, 16 × 16-bit hashes.
 * `overall`: 3,854 paintings and photographs, 11 transforms, 42,394 rows. `photographs`: 1,650 of them, each transform by itself, with
 * the threshold in bits that was chosen for it.
 */
const thorn = {
  source: 'Thorn, perception benchmark',
  originals: { overall: 3854, photographs: 1650 },
  overall: { pdq: 0.77181, 'phash-16': 0.81967, 'dhash-16': 0.51981, 'ahash-16': 0.17578 },
  photographs: {
    blur2: { pdq: [1, 78], 'phash-16': [1, 46], 'dhash-16': [0.9897, 22], 'ahash-16': [0.7673, 4] },
    jpeg95: { pdq: [0.9988, 76], 'phash-16': [0.9988, 72], 'dhash-16': [0.8418, 31], 'ahash-16': [0.2988, 3] },
    gamma2: { pdq: [1, 54], 'phash-16': [1, 60], 'dhash-16': [0.903, 26], 'ahash-16': [0.0818, 4] },
    'noise0.2': { pdq: [0.997, 76], 'phash-16': [0.9982, 78], 'dhash-16': [0.5412, 31], 'ahash-16': [0.2764, 4] },
    vignette: { pdq: [1, 30], 'phash-16': [1, 32], 'dhash-16': [0.22, 18], 'ahash-16': [0.0824, 7] },
    watermark: { pdq: [0.9982, 80], 'phash-16': [0.9976, 80], 'dhash-16': [1, 20], 'ahash-16': [0.4267, 4] },
    'resize0.5': { pdq: [0.9982, 84], 'phash-16': [1, 60], 'dhash-16': [0.9849, 23], 'ahash-16': [0.877, 4] },
    rotate4: { pdq: [0.7339, 78], 'phash-16': [0.8982, 80], 'dhash-16': [0.0297, 24], 'ahash-16': [0.0182, 7] },
    'crop0.05': { pdq: [0.3061, 78], 'phash-16': [0.637, 82], 'dhash-16': [0.0109, 25], 'ahash-16': [0.0018, 2] },
    'pad0.2': { pdq: [0.0146, 72], 'phash-16': [0.0352, 74], 'dhash-16': [0.0055, 27], 'ahash-16': [0.0006, 11] },
  },
} as const satisfies {
  source: string;
  originals: Record<string, number>;
  overall: Record<string, number>;
  photographs: Record<string, Record<string, readonly [recall: number, threshold: number]>>;
};

/**
 * idealo, mkdocs/docs/user_guide/benchmarks.md of github.com/idealo/imagededup, exact-duplicate set of UKBench: the false-positive rates
 * among 12,999,900 pairs that the printed class-1 precision and recall imply, at 0, 10 and 32 of 64 bits.
 */
const imagededup: {
  readonly source: string;
  readonly pairFpr: Readonly<Record<string, Readonly<Record<number, number>>>>;
} = {
  source: 'imagededup on UKBench, implied',
  pairFpr: {
    dhash: { 10: 6.8e-4, 32: 0.673 },
    phash: { 0: 0, 10: 4.0e-6, 32: 0.656 },
    ahash: { 0: 3.9e-7, 10: 4.3e-3, 32: 0.552 },
    'whash-haar': { 0: 4.0e-6, 10: 6.6e-3, 32: 0.583 },
  },
};

/** McKeown, Aaby & Steyven, PHASER, papers/PHASER/_03-demo-bit-analysis.ipynb: 8,091 copies against 8,128 other pairs. */
const phaser: {
  readonly source: string;
  readonly byEdit: Readonly<Record<string, Readonly<Record<string, { readonly auc: number; readonly eer: number }>>>>;
} = {
  source: 'PHASER (2024)',
  byEdit: {
    'Border 20': { pdq: { auc: 0.999999, eer: 0.000247 }, phash: { auc: 0.99926, eer: 0.011645 } },
    'Border 30': { pdq: { auc: 0.999994, eer: 0.000371 }, phash: { auc: 0.995213, eer: 0.030744 } },
    'Flip horizontal': { pdq: { auc: 0.484204, eer: 0.508737 }, phash: { auc: 0.497694, eer: 0.509215 } },
  },
};

/** Thorn's recall for a hash under one transform of photographs, where it was published. */
export const thornRecall = (edit: string, hash: string): readonly [recall: number, threshold: number] | undefined =>
  (thorn.photographs as Record<string, Record<string, readonly [number, number]>>)[edit]?.[hash];

/** Thorn's overall recall for a hash, where it was published. */
export const thornOverall = (hash: string): number | undefined => (thorn.overall as Record<string, number>)[hash];
