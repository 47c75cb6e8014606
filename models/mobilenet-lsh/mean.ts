/**
 * Makes mean.json: the mean embedding of the bundled network over pictures of the generated corpus, which anyone can draw again.
 * `node --import tsx models/mobilenet-lsh/mean.ts`
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadClassifier } from '../../src/classify/index.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { decodeFile } from '../../src/dataset/picture-file.ts';

const seed = 2019;
const pictures = 400;

const corpus = await openDataset('generated', { seed, pictures });
const network = await loadClassifier('nsfwjs-mobilenet-v2');
const sum = new Float64Array(network.embeddingLength);
for (const picture of corpus.pictures) {
  const { embedding } = await network.classify(await decodeFile(picture));
  embedding.forEach((value, i) => {
    sum[i]! += value;
  });
}
// Rounded, so that backends that differ in the last bits of a float give the same file but for rare ties.
const values = Array.from(sum, (total) => Number((total / corpus.pictures.length).toFixed(5)));
const origin = { corpus: 'generated', seed, pictures, corpusSha256: corpus.sha256, network: network.sha256 };
const text = JSON.stringify({ ...origin, values }, null, 1).replace(/,\n {2}/g, ', ');
await writeFile(join(import.meta.dirname, 'mean.json'), `${text}\n`);
