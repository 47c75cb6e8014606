/** Values that others published, to stand beside ours; each with its source. */

/**
 * Thorn, docs/examples/benchmarking.rst of github.com/thorn-oss/perception: recall at a precision of at least 99.99 %, 16 × 16-bit hashes.
 * `overall`: 3,854 paintings and photographs, 11 transforms, 42,394 rows. `photographs`: 1,650 of them, each transform by itself, with
 * the threshold in bits that was chosen for it.
 */
export const thorn = {
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
export const imagededup: {
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
export const phaser: {
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
