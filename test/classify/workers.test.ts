/** On every backend that the command line offers, the same bits with one worker thread and with two, and the second time. */
import { describe, expect, test } from 'vitest';
import { backends, offered } from '../../src/classify/backend.ts';
import { mobilenetV2 } from '../../src/classify/nsfwjs.ts';
import { loadOnnxRuntime } from '../../src/classify/onnx.ts';
import { loadRuntime } from '../../src/classify/runtime.ts';
import { startPool } from '../../src/harness/pool.ts';
import { reasonOf } from '../../src/util/errors.ts';
import type { Answer, Ask } from './classify-worker.ts';

const module = new URL('./classify-worker.ts', import.meta.url);
const asks = Array.from({ length: 3 }, (_, seed): Ask => ({ network: mobilenetV2.name, seed }));

/** The answers of so many workers, in the order of the questions. */
async function answersOf(threads: number, backend: (typeof offered)[number]): Promise<Answer[]> {
  const pool = startPool(threads, module, { backend });
  try {
    return await Promise.all(asks.map((ask) => pool.run<Answer>('answer', ask)));
  } finally {
    await pool.close();
  }
}

describe.each(offered)('the backend %s', async (backend) => {
  const loading: Promise<unknown> = backend === 'onnx' ? loadOnnxRuntime() : loadRuntime(backend);
  const refused = await loading.then(() => undefined, reasonOf);
  test.skipIf(refused)(
    `does not depend on workers${refused ? ` (skipped: ${refused})` : ''}`,
    async () => {
      const one = await answersOf(1, backend);
      expect(await answersOf(2, backend)).toEqual(one);
      expect(await answersOf(1, backend)).toEqual(one);
      // As many answers as pictures: this compares more than one constant.
      expect(new Set(one.map(({ bits }) => bits)).size).toBe(asks.length);
      const { id } = backends[backend];
      expect(one[0]!.backend).toEqual(backend === 'onnx' ? expect.stringMatching(/^onnxruntime-(node|web)$/) : id);
    },
    240_000,
  );
});
