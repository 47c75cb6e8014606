/** Published numbers that other kinds of experiment measure: what a hash gives away, false alarms of a network, places put on a list. */

import { type PictureFile, readPictureBytes } from '../dataset/picture-file.ts';
import type { BaseRateMetrics } from '../experiment/base-rate/metrics.ts';
import type { HashLeakageMetrics } from '../experiment/hash-leakage/metrics.ts';
import type { RepurposingMetrics } from '../experiment/repurposing/metrics.ts';
import { hammingDistance } from '../hash/hamming.ts';
import { pdq, pdqOf } from '../hash/pdq.ts';
import { decode, RefusedError } from '../image/decode.ts';
import { decodeFast } from '../image/decode-fast.ts';
import type { Raster } from '../image/raster.ts';
import { proportion } from '../metric/proportion.ts';
import type { ClusteredRate } from '../schema/rate.ts';
import type { Measure, MeasureContext, Measured } from './analytic.ts';
import { hashMeasures } from './hash-measures.ts';

const metricsOf = async <M>(context: MeasureContext, experiment: string): Promise<M> =>
  (await context.run(experiment)).metrics as M;

/** A clustered rate with the wider bounds. */
const rated = ({ estimate, low, high, n, clusterLow, clusterHigh }: ClusteredRate): Measured => ({
  value: estimate ?? Number.NaN,
  low: Math.min(low, clusterLow),
  high: Math.max(high, clusterHigh),
  n,
});

export const kindMeasures = {
  'topic-from-hash': async (context) => {
    const { topics, dataset } = await metricsOf<HashLeakageMetrics>(context, 'hash-leakage');
    const own = topics.filter(
      ({ control, source, lift }) => control === 'none' && source === 'dataset' && lift !== null,
    );
    const best = own.toSorted(
      (a, b) => b.lowerBound / b.first.chance.commonest - a.lowerBound / a.first.chance.commonest,
    )[0];
    if (!best?.lift) return { values: {} };
    const { hash, attacker, lowerBound, first, lift, topics: classes } = best;
    return {
      values: {
        'success over chance, lower bound': { value: lowerBound / first.chance.commonest, n: first.success.n },
      },
      on: `${dataset.sources.find(({ source }) => source === 'dataset')?.pictures.test ?? 0} test photographs of ${classes} topics (${await context.sizes()})`,
      notes: [
        `Best of ${own.length} hashes: ${hash} by ${attacker}, ${first.success.k} of ${first.success.n}; ${lift.estimate.toFixed(1)} times the commonest topic [${lift.low.toFixed(1)}, ${lift.high.toFixed(1)}].`,
      ],
    };
  },
  'nsfwjs-benign': async (context) => {
    const { classifiers, thresholds, dataset } = await metricsOf<BaseRateMetrics>(context, 'base-rate');
    const { scorer, alarms } = classifiers[0]!;
    const { alarm, fpr } = alarms[0]!;
    return {
      values: { 'false-positive rate at 0.5': rated(fpr[thresholds.indexOf(0.5)]!) },
      on: `${dataset.pictures} photographs in ${dataset.groups} groups (${await context.sizes()})`,
      notes: [`${scorer.network}; flagged: ${alarm.labels.join(' + ')}.`],
    };
  },
  'scene-surveillance': async (context) => {
    const { hashes, locations } = await metricsOf<RepurposingMetrics>(context, 'repurposing');
    const pdq = hashes.find(({ name }) => name === 'pdq');
    const at = pdq?.thresholds.find(({ reasons }) => reasons.includes('authors'));
    const cell = at?.cells.find(({ share, choice }) => Math.abs(share - 0.05) < 1e-9 && choice === 'random');
    if (!pdq || !at || !cell) return { values: {} };
    return {
      values: { 'share matched at 5 %': rated(cell.hit) },
      on: `${locations.heldOut} held-out photographs of ${locations.evaluation} places`,
      notes: [`PDQ at ${at.bits} bits, ${cell.inserted} photographs of the place on the list.`],
    };
  },
} as const satisfies Record<string, Measure>;

// Published numbers about single pictures, measured on the photographs themselves.

/** Photographs that are mirrored: more would say no more. */
const mirrored = 300;

/** Quality from which Meta's rule of ten bits holds. */
const ruleQuality = 80;

/** The picture with left and right exchanged. */
function mirror({ width, height, channels, data, ...rest }: Raster): Raster {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        out[(y * width + x) * channels + c] = data[(y * width + (width - 1 - x)) * channels + c]!;
  return { ...rest, width, height, channels, data: out };
}

/** What `read` makes of a photograph, or undefined for a file that is no picture. */
async function open<T>(file: PictureFile, read: (bytes: Uint8Array) => Promise<T>): Promise<T | undefined> {
  try {
    return await read(await readPictureBytes(file));
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}

const rate = (k: number, n: number): Measured => {
  const { estimate, low, high } = proportion(k, n);
  return { value: estimate ?? Number.NaN, low, high, n };
};

export const pictureMeasures = {
  'decoder-drift': async ({ photographs }) => {
    const files = await photographs();
    const drifts: number[] = [];
    for (const file of files) {
      const pair = await open(file, async (bytes) => {
        const fast = await decodeFast(bytes);
        return fast.reduced ? { fast: fast.image, exact: await decode(bytes) } : undefined;
      });
      if (!pair) continue;
      const exact = pdq.hash(pair.exact);
      if (exact.quality < ruleQuality) continue;
      drifts.push(hammingDistance(exact.hash, pdqOf(pair.fast, { reduced: true }).own.hash));
    }
    return {
      values:
        drifts.length === 0
          ? {}
          : { 'most bits': { value: drifts.reduce((most, each) => Math.max(most, each), 0), n: drifts.length } },
      on: `${drifts.length} of ${files.length} photographs: JPEGs of at least 1,000 pixels a side and that quality, which alone the fast decoder treats otherwise`,
    };
  },
  mirror: async ({ photographs }) => {
    const files = await photographs();
    let [plain, dihedral, n] = [0, 0, 0];
    for (const file of files) {
      if (n >= mirrored) break;
      const image = await open(file, decode);
      if (!image) continue;
      const original = pdqOf(image, { dihedral: true });
      if (original.own.quality < pdq.minQuality) continue;
      const { hash } = pdq.hash(mirror(image));
      const near = (other: Uint8Array): boolean => hammingDistance(hash, other) <= pdq.threshold;
      n++;
      if (near(original.own.hash)) plain++;
      if (original.dihedral.some((each) => near(each.hash))) dihedral++;
    }
    return {
      values: { 'recall, dihedral': rate(dihedral, n), 'recall, plain': rate(plain, n) },
      on: `the first ${n} photographs of at least the authors’ quality`,
    };
  },
} as const satisfies Record<string, Measure>;

// Published numbers that take photographs, by the name that targets give the measurement.

export const empirical: Readonly<Record<string, Measure>> = { ...hashMeasures, ...pictureMeasures, ...kindMeasures };
