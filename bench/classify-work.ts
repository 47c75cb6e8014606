/** Classifies the benchmark's picture a number of times, in a worker or (`classify-process.ts`) in a process. */
import { loadClassifier } from '../src/classify/index.ts';
import { picture } from './picture.ts';

/** The network that is timed. */
export const network = 'nsfwjs-mobilenet-v2';

const image = picture(512, 512);

/** A number of classifications, one after the other. */
export async function classifySome(count: number): Promise<number> {
  const classifier = await loadClassifier(network);
  for (let i = 0; i < count; i++) await classifier.classify(image);
  return count;
}
