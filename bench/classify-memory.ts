/**
 * Measures memory and tensors over many classifications, in a separate process so that nothing else counts. Prints one line of JSON; its
 * argument is the number of classifications.
 */
import { loadClassifier } from '../src/classify/index.ts';
import { loadRuntime } from '../src/classify/runtime.ts';
import { median } from '../src/metric/quantile.ts';
import { network } from './classify-work.ts';
import { picture } from './picture.ts';

const count = Number(process.argv[2]);
const samples = 100;
const classifier = await loadClassifier(network);
const { tf } = await loadRuntime();
// Varying sizes, so that no buffer fits twice in a row by chance.
const images = Array.from({ length: 7 }, (_, i) => picture(300 + 60 * i, 500 - 40 * i));
const rss: number[] = [];
const tensors: number[] = [];
for (let i = 0; i < count; i++) {
  await classifier.classify(images[i % images.length]!);
  if ((i + 1) % Math.ceil(count / samples) > 0) continue;
  globalThis.gc?.();
  rss.push(process.memoryUsage().rss);
  tensors.push(tf.memory().numTensors);
}
const tenth = Math.max(1, Math.floor(rss.length / 10));
process.stdout.write(
  `${JSON.stringify({
    count,
    backend: classifier.backend,
    // The second tenth: compiler and buffers have settled by then.
    early: median(rss.slice(tenth, 2 * tenth)),
    late: median(rss.slice(-tenth)),
    peak: process.resourceUsage().maxRSS * 1024,
    tensors: [tensors[0], tensors.at(-1)],
  })}\n`,
);
