/**
 * In a process of its own, so that nothing else counts: memory and tensors over many classifications. Prints one line of JSON; the number
 * of classifications is the argument.
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
// Sizes as they come, so that no buffer fits twice in a row by luck.
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
    // The second tenth: by then compiler and buffers have settled.
    early: median(rss.slice(tenth, 2 * tenth)),
    late: median(rss.slice(-tenth)),
    peak: process.resourceUsage().maxRSS * 1024,
    tensors: [tensors[0], tensors.at(-1)],
  })}\n`,
);
