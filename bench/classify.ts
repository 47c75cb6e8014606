/** Every classifier on the fastest tfjs backend here, the share of that which is preprocessing, and nsfwjs's own classify(). */
import * as nsfwjs from 'nsfwjs';
import { classifiers, loadClassifier } from '../src/classify/index.ts';
import { inputSide } from '../src/classify/nsfwjs.ts';
import { toInput } from '../src/classify/preprocess.ts';
import { loadRuntime } from '../src/classify/runtime.ts';
import type { Group, Task } from './measure.ts';
import { picture } from './picture.ts';

const peers = { 'nsfwjs-mobilenet-v2': 'MobileNetV2', 'nsfwjs-mobilenet-v2-mid': 'MobileNetV2Mid' } as const;

/** One group: networks on one picture, and preprocessing on three. */
export async function classify(): Promise<Group[]> {
  const { tf, backend } = await loadRuntime();
  const image = picture(512, 512);
  const { data, width, height } = image;
  const networks: Task[] = [];
  for (const [name, peer] of Object.entries(peers)) {
    const classifier = await loadClassifier(name);
    const model = await silently(() => nsfwjs.load(peer));
    networks.push(
      { name: `${name}: scores and features`, run: () => classifier.classify(image) },
      {
        name: `nsfwjs.classify() ${peer}: scores`,
        run: async () => {
          const pixels = tf.tensor3d(data, [height, width, 3], 'int32');
          await model.classify(pixels);
          pixels.dispose();
        },
      },
    );
  }
  const sizes = [picture(300, 225), image, picture(800, 600)];
  return [
    {
      title: `classify, 512 × 512 RGB, tfjs backend ${backend}`,
      baseline: `${Object.keys(classifiers)[0]}: scores and features`,
      tasks: [
        ...networks,
        ...sizes.map((each) => ({
          name: `preprocessing alone, ${each.width} × ${each.height}`,
          run: () => toInput(each, inputSide),
        })),
      ],
    },
  ];
}

/** Runs a load without its console lines: standard output is for the tables. */
async function silently<T>(load: () => Promise<T>): Promise<T> {
  const { info, log } = console;
  Object.assign(console, { info: () => {}, log: () => {} });
  try {
    return await load();
  } finally {
    Object.assign(console, { info, log });
  }
}
