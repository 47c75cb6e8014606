/** Where networks are computed is asked for, recorded, and the same when a run goes on. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { cpuFeatures } from '../../src/classify/cpu-features.ts';
import { miniature } from '../../src/dataset/generated/miniature.ts';
import { baseRate } from '../../src/experiment/base-rate/kind.ts';
import { mustInferAlike, type RunInference } from '../../src/harness/inference.ts';
import { runKind } from '../../src/harness/kind.ts';
import type { RunOptions } from '../../src/harness/run-options.ts';
import { encode } from '../../src/image/encode.ts';
import type { RunRecord } from '../../src/schema/run-record.ts';
import { InterruptedError, UserError } from '../../src/util/errors.ts';
import { smallBaseRate } from './scoring/rows.ts';
import { runTheSteps, stepOptions } from './steps.ts';
import { testFolder } from './tiny.ts';

async function pictures(): Promise<string> {
  const folder = await testFolder();
  for (const [i, label] of ['drawing', 'drawing', 'scene', 'scene'].entries()) {
    await mkdir(join(folder, label), { recursive: true });
    await writeFile(join(folder, label, `${i}.png`), await encode(miniature(3, i).raster, { type: 'png' }));
  }
  return folder;
}

const recordOf = async (out: string): Promise<RunRecord> => JSON.parse(await readFile(join(out, 'run.json'), 'utf8'));

describe('a run with a network', () => {
  test('records backend, versions and processor from its start, and goes on with the same backend only', async () => {
    const experiment = { ...smallBaseRate, dataset: { name: await pictures() } };
    const out = join(await testFolder(), 'run');
    await mkdir(out);
    const controller = new AbortController();
    const options: RunOptions<typeof experiment> = {
      experiment,
      asPassed: '',
      out,
      resume: false,
      threads: 1,
      command: 'presend run small-base-rate',
      created: '2019-10-04T12:00:00.000Z',
      onProgress: (phase) => phase === 'scoring' && controller.abort(),
      signal: controller.signal,
    };
    await expect(runKind(baseRate, options)).rejects.toThrow(InterruptedError);
    const { inference } = await recordOf(out);
    expect(inference).toEqual({
      backend: 'tfjs-wasm',
      runtimes: [expect.stringMatching(/^tfjs \d+\.\d+\.\d+, fused layers, wasm simd$/)],
      cpuFeatures: await cpuFeatures(),
    });
    const goOn = { ...options, resume: true, onProgress: () => undefined, signal: new AbortController().signal };
    await expect(runKind(baseRate, { ...goOn, backend: 'onnx' })).rejects.toThrow(
      `The run in ${out} was started with --backend tfjs-wasm, and this is --backend onnx; resume it with the same backend`,
    );
    vi.stubEnv('PRESEND_BACKEND', 'tfjs-cpu');
    await expect(runKind(baseRate, goOn)).rejects.toThrow('this is --backend tfjs-cpu');
    const { record } = await runKind(baseRate, { ...goOn, backend: 'tfjs-wasm' });
    vi.unstubAllEnvs();
    expect(record).toMatchObject({ resumed: true, classifierBackend: 'wasm', inference });
  }, 120_000);

  test('refuses a backend that is unknown', async () => {
    vi.stubEnv('PRESEND_BACKEND', 'metal');
    await expect(runTheSteps(stepOptions(join(await testFolder(), 'run')))).rejects.toThrow("Unknown backend 'metal'");
    vi.unstubAllEnvs();
  });
});

test('a run without networks records no backend, and refuses one that is asked for', async () => {
  const out = join(await testFolder(), 'run');
  await expect(runTheSteps(stepOptions(out, { backend: 'tfjs-cpu' }))).rejects.toThrow(UserError);
  expect((await runTheSteps(stepOptions(out))).record).not.toHaveProperty('inference');
});

describe('going on elsewhere', () => {
  const run = (change: Partial<RunInference> = {}): RunInference => ({
    backend: 'onnx',
    runtimes: ['onnxruntime-node 1.30.0, native'],
    cpuFeatures: ['avx2', 'fma'],
    ...change,
  });

  test('is refused with other versions, and with another processor where kernels are picked by it', () => {
    expect(() => mustInferAlike(run(), run({ runtimes: ['onnxruntime-web 1.30.0, wasm simd'] }), 'x')).toThrow(
      /^The run in x was started with onnxruntime-node 1\.30\.0, native .*, and this is onnxruntime-web 1\.30\.0/,
    );
    expect(() => mustInferAlike(run(), run({ cpuFeatures: ['avx2', 'avx512f', 'fma'] }), 'x')).toThrow(
      'avx2 avx512f fma',
    );
    expect(() => mustInferAlike(run(), run(), 'x')).not.toThrow();
  });

  test('is possible with WebAssembly on every processor', () => {
    const wasm = { backend: 'tfjs-wasm', runtimes: ['tfjs 4.22.0, fused layers, wasm simd'] };
    expect(() => mustInferAlike(run(wasm), run({ ...wasm, cpuFeatures: ['neon'] }), 'x')).not.toThrow();
  });
});

test('extensions of the processor are read where Linux lists them; elsewhere its name stands for them', async () => {
  const list = join(await testFolder(), 'cpuinfo');
  await writeFile(
    list,
    'processor : 0\nflags\t\t: fpu sse4_1 avx2 rdrand avx512f smep fma avx2\n\nprocessor : 1\nflags : fpu\n',
  );
  expect(await cpuFeatures(list)).toEqual(['avx2', 'avx512f', 'fma', 'sse4_1']);
  expect(await cpuFeatures(`${list}-not-there`)).toHaveLength(1);
});
