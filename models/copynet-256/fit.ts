/**
 * Makes weights.json: linear discriminants of pictures against their edits, the leading ones turned at random, and the median of the
 * pictures on each. Features are computed on the backend that PRESEND_BACKEND names, else on the usual one.
 * `node --import tsx models/copynet-256/fit.ts`
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCopynetFeatures } from '../../src/classify/copynet-256.ts';
import { mobilenetV2Mid } from '../../src/classify/nsfwjs.ts';
import { bits, fitted } from './discriminate.ts';
import { editsEach, fitPictures, fitRenderings } from './pictures.ts';

const pictures = await fitPictures();
const features = await loadCopynetFeatures();
const sets: Float64Array[][] = [];
for (const picture of pictures) {
  const set: Float64Array[] = [];
  for await (const raster of fitRenderings(picture)) set.push(await features.describe(raster));
  sets.push(set);
  if (sets.length % 100 === 0) console.log(`${sets.length} of ${pictures.length} pictures`);
}
const made = `models/copynet-256/fit.ts: ${pictures.length} pictures with ${editsEach} random edits each; ${features.inference.runtime}, ${features.inference.kernels}`;
const weights = { made, network: mobilenetV2Mid.sha256, bits, ...fitted(sets) };
await writeFile(join(import.meta.dirname, 'weights.json'), `${JSON.stringify(weights)}\n`);
