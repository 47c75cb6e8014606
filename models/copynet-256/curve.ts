/**
 * The learning curve of copynet-256: hyperplanes from the first pictures of the fit, and what they find of the calibration photographs, at the
 * threshold that 10⁻⁴ of the unrelated pairs among these are within. Writes it into card.json.
 * `node --import tsx models/copynet-256/curve.ts`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copynetBits, copynetHyperplanes } from '../../src/classify/copynet-256.ts';
import { distanceBits } from '../../src/hash/hamming.ts';
import { clusteredProportion } from '../../src/metric/bootstrap.ts';
import { largestDistance } from '../../src/metric/roc.ts';
import { seededRng } from '../../src/util/rng.ts';
import { bits, fitted } from './discriminate.ts';
import { featuresOf } from './features.ts';
import { fitPictures, fitRenderings, measuredPictures, renderings } from './pictures.ts';

const pictures = await fitPictures();
const { sets } = await featuresOf(pictures, fitRenderings);
const heldOut = await featuresOf((await measuredPictures()).photographs.calibration, renderings);
const rounded = (value: number): number => Number(value.toPrecision(3));

const curve = [120, 480, sets.length].map((count) => {
  const planes = copynetHyperplanes({ bits, ...fitted(sets.slice(0, count)) });
  const hashes = heldOut.sets.map((set) => set.map((features) => copynetBits(planes, features)));
  const unrelated = hashes.flatMap((set, i) =>
    hashes.flatMap(([other], j) => (i === j ? [] : set.slice(1).map((hash) => distanceBits(hash, other!)))),
  );
  const threshold = largestDistance(unrelated, 1e-4, bits);
  const trials = hashes.flatMap(([original, ...edited], i) =>
    edited.map((hash) => ({ cluster: `${i}`, success: distanceBits(original!, hash) <= threshold })),
  );
  const { k, n, clusterLow, clusterHigh } = clusteredProportion(trials, seededRng(1, 'curve'));
  console.log(`${count} pictures: ≤ ${threshold}, ${k} of ${n}`);
  return { pictures: count, threshold, recall: { k, n, low: rounded(clusterLow), high: rounded(clusterHigh) } };
});

const path = join(import.meta.dirname, 'card.json');
const card = JSON.parse(await readFile(path, 'utf8'));
card.learningCurve = {
  what: `models/copynet-256/curve.ts: recall over all edits of ${heldOut.sets.length} calibration photographs, at 1e-4 of their unrelated pairs; ${heldOut.software}`,
  curve,
};
await writeFile(path, `${JSON.stringify(card, null, 2)}\n`);
