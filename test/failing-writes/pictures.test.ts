/** A disk that fails while workers are at the pictures of a run: the run ends with one sentence, and goes on to the bytes of an unbroken one. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tradeoff } from '../../src/experiment/tradeoff/kind.ts';
import { encode } from '../../src/image/encode.ts';
import { waves } from '../classify/picture.ts';
import { bytesOf, readObservations } from '../harness/finished-rows.ts';
import { tiny } from '../harness/tiny.ts';
import { slow } from '../helpers/slow.ts';
import { type Done, StepProcess } from './step-process.ts';
import type { Ended } from './steps.ts';

// The injector finds the path of an open file under /proc.
const linux = process.platform === 'linux';

describe.skipIf(!linux)('a run whose workers cannot write', () => {
  const steps = new StepProcess();
  let base: string;
  let experiment: string;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'presend-pictures-'));
    const pictures = join(base, 'pictures');
    for (const [label, from] of [
      ['drawing', 0],
      ['other', 100],
    ] as const) {
      mkdirSync(join(pictures, label), { recursive: true });
      for (let i = 0; i < 8; i++)
        writeFileSync(
          join(pictures, label, `${i}.png`),
          await encode(waves(90, 70, from + i, i % 4 === 3 ? 1 : 3), { type: 'png' }),
        );
    }
    experiment = join(base, 'small.json');
    writeFileSync(
      experiment,
      JSON.stringify({
        ...tiny,
        grid: { ...tiny.grid, strategy: ['e2ee', 'client-list'] },
        dataset: { name: pictures },
      }),
    );
  }, 60_000);
  afterAll(async () => {
    await steps.close();
    await rm(base, { recursive: true, force: true });
  });

  const run = async (out: string, failure?: Parameters<StepProcess['do']>[2], ...more: string[]): Promise<Ended> => {
    const done: Done = await steps.do(
      { kind: 'command', args: ['run', experiment, '--out', out, '--threads', '2', ...more] },
      120_000,
      failure,
    );
    if (done === 'hangs') throw new Error('The run does not end');
    return done;
  };
  test('cases A9, runs A2, audit H2: no row of it, exit code 2, and --resume gives the unbroken bytes', async () => {
    const unbroken = join(base, 'unbroken');
    expect(await run(unbroken)).toMatchObject({ code: 0 });
    const expected = await bytesOf(unbroken);
    expect(JSON.stringify(await readObservations(unbroken, tradeoff.rows))).not.toContain('"failed"');
    const byWorkers: string[] = [];
    for (const [at, code] of slow
      ? ([
          [9, 'ENOSPC'],
          [24, 'EIO'],
        ] as const)
      : ([[24, 'ENOSPC']] as const)) {
      const out = join(base, `out-${at}`);
      // Only what workers leave for later phases, and the log of what is done, is counted.
      const failure = { under: join(out, 'partial'), at, code, counter: `${out}.counter`, trace: `${out}.trace` };
      for (const path of [failure.counter, failure.trace]) writeFileSync(path, '');
      const broken = await run(out, failure);
      byWorkers.push(readFileSync(failure.trace, 'utf8'));
      expect(broken, `${code} ${at}`).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(code === 'ENOSPC' ? /presend: The disk is full; / : /presend: The disk failed /),
      });
      expect(broken.stderr).toMatch(/Partial results are kept; .*--resume/);
      expect(existsSync(join(out, 'metrics.json'))).toBe(false);
      expect(await run(out, undefined, '--resume'), `${code} ${at}`).toMatchObject({ code: 0 });
      expect(await bytesOf(out), `${code} ${at}`).toEqual(expected);
    }
    expect(byWorkers.some((trace) => trace.includes('.messages'))).toBe(true);
  }, 200_000);
});
