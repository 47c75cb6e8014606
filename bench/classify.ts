/**
 * Classification: every network compared with nsfwjs's own classify(), the share of preprocessing, every tfjs backend, batch sizes, and the
 * gain of a second worker. With --memory it measures memory over many classifications instead.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as nsfwjs from 'nsfwjs';
import { backends as allBackends, type BackendName, defaultBackend } from '../src/classify/backend.ts';
import type { Classifier } from '../src/classify/classifier.ts';
import { type ClassifierName, loadClassifier } from '../src/classify/index.ts';
import { loadNetwork, mobilenetV2 } from '../src/classify/nsfwjs.ts';
import { onnxPackages } from '../src/classify/onnx.ts';
import { toInput } from '../src/classify/preprocess.ts';
import { loadRuntime } from '../src/classify/runtime.ts';
import { startPool } from '../src/harness/pool.ts';
import { median } from '../src/metric/quantile.ts';
import { wallClock } from '../src/util/clock.ts';
import { MissingError } from '../src/util/errors.ts';
import { network } from './classify-work.ts';
import { gainGroup } from './gain.ts';
import { lineProcess } from './line-process.ts';
import type { Group, Task } from './measure.ts';
import { picture } from './picture.ts';

const peers = {
  'nsfwjs-mobilenet-v2': 'MobileNetV2',
  'nsfwjs-mobilenet-v2-mid': 'MobileNetV2Mid',
  'nsfwjs-inception-v3': 'InceptionV3',
} as const satisfies Record<ClassifierName, nsfwjs.ModelName>;

/** Target: the largest share of preprocessing in a classification. */
const mostPreprocessing = 0.15;
/** Ratio of late to early memory below which memory counts as constant. */
const flat = 1.05;
const batches = [1, 2, 4, 8, 16];
/** Classifications per task of a worker or process, and in total per call. */
const [portion, portions] = [4, 8];

/** Every group, one after the other. */
export async function* classify(options: { readonly memory: boolean; readonly count: number }): AsyncIterable<Group> {
  if (options.memory) return yield await memory(options.count);
  yield await networks();
  yield await backends();
  yield await batchSizes();
  const { group, done } = twoWorkers();
  yield group;
  await done();
}

async function networks(): Promise<Group> {
  const { tf, backend } = await loadRuntime();
  const image = picture(512, 512);
  const { data, width, height } = image;
  const tasks: Task[] = [];
  for (const [name, peer] of Object.entries(peers)) {
    const classifier = await loadClassifier(name);
    const model = await silently(() => nsfwjs.load(peer));
    tasks.push(
      { name: `${name}: scores and features`, items: 1, run: () => classifier.classify(image) },
      {
        name: `nsfwjs.classify() ${peer}: scores`,
        items: 1,
        run: async () => {
          const pixels = tf.tensor3d(data, [height, width, 3], 'int32');
          await model.classify(pixels);
          pixels.dispose();
        },
      },
    );
  }
  const { inputSide } = mobilenetV2;
  const sizes = [picture(300, 225), image, picture(800, 600)];
  const shares = sizes.map((each) => ({ each, share: preprocessingShare(each) }));
  const classifier = await loadClassifier(network);
  return {
    title: `classify, 512 × 512 RGB, tfjs backend ${backend}`,
    baseline: `${network}: scores and features`,
    tasks: [
      ...tasks,
      ...shares.map(({ each, share }) => ({
        name: `${network} and preprocessing again, ${each.width} × ${each.height}`,
        run: () => share.time(() => classifier.classify(each)),
      })),
      ...sizes.map((each) => ({
        name: `preprocessing alone, ${each.width} × ${each.height}`,
        run: () => toInput(each, inputSide),
      })),
    ],
    notes: () =>
      shares.map(
        ({ each, share }) =>
          `preprocessing takes ${(100 * share.median()).toFixed(1)} % of a classification of ${each.width} × ${each.height} (target: at most ${100 * mostPreprocessing} %)`,
      ),
  };
}

/** Share of preprocessing in the classification of the same picture; both are timed alternately. */
function preprocessingShare(image: ReturnType<typeof picture>) {
  const shares: number[] = [];
  return {
    async time(whole: () => Promise<unknown>): Promise<void> {
      const start = wallClock();
      toInput(image, mobilenetV2.inputSide);
      const between = wallClock();
      await whole();
      shares.push((between - start) / (wallClock() - between));
    },
    median: () => median(shares),
  };
}

/** One core, every available backend. */
/** Every backend that works here, on the same picture; CPU time of all threads counts, so the rate is that of one core. */
async function backends(): Promise<Group> {
  const image = picture(224, 224);
  const meters: { readonly name: string; readonly meter: CpuMeter }[] = [];
  const missing: string[] = [];
  const add = async (name: string, loading: Promise<Pick<Classifier, 'classify'>>): Promise<void> => {
    try {
      const { classify: look } = await loading;
      meters.push({ name, meter: cpuMeter(() => look(image)) });
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      missing.push(error.message);
    }
  };
  for (const backend of Object.keys(allBackends) as BackendName[])
    if (backend !== 'onnx') await add(backend, loadClassifier(network, { backend }));
  for (const name of onnxPackages) await add(`onnx by ${name}`, loadNetwork(mobilenetV2, 'onnx', [name]));
  const baseline = defaultBackend;
  return {
    title: `${network} by backend, ${portion} pictures of 224 × 224, preprocessing included`,
    baseline,
    tasks: meters.map(({ name, meter }) => ({ name, items: portion, run: meter.run })),
    notes() {
      const usual = meters.find(({ name }) => name === baseline)!.meter.millis();
      const rates = meters.map(({ name, meter }) => {
        const millis = meter.millis();
        return `${name}: ${millis.toFixed(1)} ms of CPU a picture, ${(1000 / millis).toFixed(1)} pictures a second a core, ${(usual / millis).toFixed(2)} × ${baseline}`;
      });
      return [...rates, ...missing];
    },
  };
}

/** Measures the CPU time of this process while it works. */
interface CpuMeter {
  readonly run: () => Promise<void>;
  /** Median CPU time of one piece of work, in milliseconds. */
  millis(): number;
}

/** Does the work `portion` times in a call: caches and compiled code are as warm as in a run. */
function cpuMeter(work: () => Promise<unknown>): CpuMeter {
  const samples: number[] = [];
  return {
    async run() {
      const before = process.cpuUsage();
      for (let i = 0; i < portion; i++) await work();
      const { user, system } = process.cpuUsage(before);
      samples.push((user + system) / 1000 / portion);
    },
    millis: () => median(samples),
  };
}

/** Sixteen pictures in batches; times are for all sixteen. */
async function batchSizes(): Promise<Group> {
  const classifier = await loadClassifier(network);
  const images = Array.from({ length: Math.max(...batches) }, () => picture(224, 224));
  return {
    title: `${network} by batch size, ${images.length} pictures of 224 × 224, tfjs backend ${classifier.backend}`,
    baseline: 'batches of 1',
    tasks: batches.map((size) => ({
      name: `batches of ${size}`,
      items: images.length,
      run: () => classifier.classifyMany(images, size),
    })),
  };
}

/** The group; `done` ends its workers. */
function twoWorkers(): { group: Group; done(): Promise<void> } {
  const module = new URL('./classify-work.ts', import.meta.url);
  const pools = [startPool(1, module), startPool(2, module)];
  const processes = [0, 1].map(() =>
    lineProcess(process.execPath, ['--import', 'tsx', new URL('./classify-process.ts', import.meta.url).pathname]),
  );
  const parts = Array.from({ length: portions }, () => portion);
  const group = gainGroup({
    title: `two workers, ${portion * portions} classifications of 512 × 512 by ${network}`,
    items: portion * portions,
    workers: (count) => Promise.all(parts.map((part) => pools[count - 1]!.run('classifySome', part))),
    processes: (count) =>
      Promise.all(processes.slice(0, count).map((ask) => ask(String((portion * portions) / count)))),
  });
  return { group, done: async () => void (await Promise.all(pools.map((pool) => pool.close()))) };
}

/** Memory over many classifications, in a separate process. */
async function memory(count: number): Promise<Group> {
  const script = new URL('./classify-memory.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--import',
    'tsx',
    script,
    String(count),
  ]);
  const found = JSON.parse(stdout) as {
    backend: string;
    early: number;
    late: number;
    peak: number;
    tensors: [number, number];
  };
  const { early, late, peak, tensors } = found;
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  return {
    title: `memory over ${count.toLocaleString('en-GB')} classifications, tfjs backend ${found.backend}`,
    baseline: '',
    tasks: [],
    notes: () => [
      `resident: ${mib(early)} MiB in the second tenth, ${mib(late)} MiB in the last: ratio ${(late / early).toFixed(3)} (target: at most ${flat}); peak ${mib(peak)} MiB`,
      `tensors: ${tensors[0]} early, ${tensors[1]} at the end (target: as many)`,
    ],
  };
}

/** Runs a load without its console output: stdout is for the tables. */
async function silently<T>(load: () => Promise<T>): Promise<T> {
  const { info, log } = console;
  Object.assign(console, { info: () => {}, log: () => {} });
  try {
    return await load();
  } finally {
    Object.assign(console, { info, log });
  }
}
