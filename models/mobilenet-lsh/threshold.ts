/**
 * Chooses the threshold of mobilenet-lsh on calibration pictures and measures it on photographs, then writes both into card.json.
 * Calibration: the generated corpus under another seed than the mean's, one picture a group. Evaluation: photographs, where there are any.
 * `node --import tsx models/mobilenet-lsh/threshold.ts`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadClassifier } from '../../src/classify/index.ts';
import { mobilenetLshBits } from '../../src/classify/mobilenet-lsh.ts';
import type { Dataset, Picture } from '../../src/dataset/dataset.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { decodeFile } from '../../src/dataset/picture-file.ts';
import { distanceBits } from '../../src/hash/hamming.ts';
import { applyTransform, resolveTransform } from '../../src/image/transform/index.ts';
import { histogramOf, meanDistance, minDistance, sdDistance } from '../../src/metric/distance-histogram.ts';
import { effectiveBits } from '../../src/metric/effective-bits.ts';
import type { Proportion } from '../../src/metric/interval.ts';
import { type NodePair, pairRate } from '../../src/metric/node-bootstrap.ts';
import { wilson } from '../../src/metric/proportion.ts';
import { largestDistance, rocOfDistances } from '../../src/metric/roc.ts';
import { MissingError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';

const bits = 96;
/** Share of unrelated pairs of the calibration that the threshold may match. */
const targetFpr = 0.001;
const edits = [
  { name: 'jpeg', quality: 30 },
  { name: 'resize', factor: 0.5 },
  { name: 'crop', fraction: 0.05 },
  { name: 'rotate', degrees: 4 },
  { name: 'flip' },
].map(resolveTransform);

const network = await loadClassifier('nsfwjs-mobilenet-v2');

/** Distances of unrelated pictures, and of each picture to its edits. */
interface Distances {
  readonly pictures: number;
  readonly unrelated: readonly { readonly pair: NodePair; readonly distance: number }[];
  /** By edit; the distance of picture i at i. */
  readonly edited: ReadonlyMap<string, readonly number[]>;
}

async function measure(pictures: readonly Picture[]): Promise<Distances> {
  const originals: Uint8Array[] = [];
  const edited = new Map<string, number[]>(edits.map(({ label }) => [label, []]));
  for (const picture of pictures) {
    const image = await decodeFile(picture);
    const hash = mobilenetLshBits((await network.classify(image)).embedding);
    originals.push(hash);
    for (const edit of edits) {
      const copy = await applyTransform(image, edit, seededRng(1, picture.id));
      const other = mobilenetLshBits((await network.classify(copy)).embedding);
      edited.get(edit.label)!.push(distanceBits(hash, other));
    }
  }
  const unrelated = originals.flatMap((a, i) =>
    originals.slice(0, i).map((b, j) => ({ pair: [j, i] as const, distance: distanceBits(a, b) })),
  );
  return { pictures: pictures.length, unrelated, edited };
}

const rounded = (value: number): number => Number(value.toFixed(4));
const shown = ({ k, n, low, high }: Proportion) => ({ k, n, low: rounded(low), high: rounded(high) });

/** Everything that the card says of one set of pictures at a threshold. */
function scores({ pictures, unrelated, edited }: Distances, threshold: number) {
  const negatives = unrelated.map(({ distance }) => distance);
  const positives = [...edited.values()].flat();
  const roc = rocOfDistances(positives, negatives, bits, {
    positives: [...edited.values()].flatMap((each) => each.map((_, i) => `${i}`)),
    negatives: unrelated.map(({ pair }) => `${pair[1]}`),
  });
  // The corner where the larger of the two error rates is smallest.
  const eer = Math.min(...roc.points.map(({ tpr, fpr }) => Math.max(1 - tpr, fpr)));
  const histogram = histogramOf(negatives, bits);
  const matched = unrelated.filter(({ distance }) => distance <= threshold).map(({ pair }) => pair);
  const fpr = pairRate(matched, pictures, seededRng(1, 'pairs'));
  const recall = (list: readonly number[]) =>
    shown(wilson(list.filter((each) => each <= threshold).length, list.length));
  console.log(`\nROC of ${pictures} pictures: threshold, TPR, FPR`);
  for (const { threshold: at, tpr, fpr: rate } of roc.points)
    if (at >= 0) console.log(`${at}\t${tpr.toFixed(4)}\t${rate.toFixed(6)}`);
  return {
    pictures,
    unrelatedPairs: {
      n: negatives.length,
      meanBits: rounded(meanDistance(histogram) * bits),
      sdBits: rounded(sdDistance(histogram) * bits),
      effectiveBits: rounded(effectiveBits(histogram).bits),
      nearestBits: minDistance(histogram),
    },
    auc: roc.auc && {
      estimate: rounded(roc.auc.estimate),
      low: rounded(roc.auc.low),
      high: rounded(roc.auc.high),
      // Clusters cannot overlap, but the pairs of two pictures do.
      method: `${roc.auc.method}; a pair counts for its later picture only, so the interval is too narrow`,
    },
    equalErrorRate: rounded(eer),
    falsePositives: { ...shown({ ...fpr, low: fpr.nodeLow, high: fpr.nodeHigh }), method: fpr.method },
    recall: Object.fromEntries([...edited].map(([label, list]) => [label, recall(list)])),
    recallMethod: 'Wilson 95 %',
  };
}

/** One picture a group, `limit` of them, drawn at random. */
function draw(pictures: readonly Picture[], limit: number): Picture[] {
  const groups = new Set<string>();
  return seededRng(1, 'pictures')
    .shuffle(pictures)
    .filter(({ group }) => !groups.has(group) && groups.add(group))
    .slice(0, limit);
}

const calibration = { seed: 2020, pictures: 400 };
const corpus = await openDataset('generated', calibration);
const chosenOn = await measure(draw(corpus.pictures, 300));
const threshold = largestDistance(
  chosenOn.unrelated.map(({ distance }) => distance),
  targetFpr,
  bits,
);

const photographs: Dataset | undefined = await openDataset('photographs', { seed: 1 }).catch((error: unknown) => {
  if (error instanceof MissingError) return undefined;
  throw error;
});
const photos = photographs?.pictures.filter(({ kind }) => kind === 'photos');

const path = join(import.meta.dirname, 'card.json');
const card = JSON.parse(await readFile(path, 'utf8'));
card.threshold = {
  bits: threshold,
  rule: `the largest distance at which at most ${targetFpr} of the unrelated pairs of the calibration pictures match`,
  calibration: { corpus: 'generated', ...calibration, corpusSha256: corpus.sha256, use: 'one picture a group' },
};
card.measured = {
  what: `models/mobilenet-lsh/threshold.ts; photographs: 200 of the kind photos, one a group; backend ${network.backend}`,
  calibration: scores(chosenOn, threshold),
  ...(photos
    ? { photographs: scores(await measure(draw(photos, 200)), threshold) }
    : { photographs: card.measured?.photographs }),
};
await writeFile(path, `${JSON.stringify(card, null, 2)}\n`);
console.log(`\nthreshold ${threshold} bits\n${JSON.stringify(card.measured, null, 1)}`);
