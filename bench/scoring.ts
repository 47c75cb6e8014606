/** Kinds of experiments that keep all rows while they score them: time and peak memory of made-up rows, each in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { baseRate } from '../src/experiment/base-rate/kind.ts';
import { falsePositiveTail } from '../src/experiment/false-positive-tail/kind.ts';
import type { Group } from './measure.ts';

/** What bench/scoring-process.ts prints. */
interface Scored {
  readonly rows: number;
  readonly diskBytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const run = promisify(execFile);
const script = join(import.meta.dirname, 'scoring-process.ts');

/** Scores `pictures` rows of each kind, by default 100,000, and a quarter of them, so that growth shows. */
export async function* scoring({
  pictures = 100_000,
}: {
  readonly pictures?: number | undefined;
}): AsyncGenerator<Group> {
  for (const { name, keepsRows } of [baseRate, falsePositiveTail]) {
    const lines: string[] = [];
    const peaks: number[] = [];
    for (const count of [Math.ceil(pictures / 4), pictures]) {
      const folder = await mkdtemp(join(tmpdir(), 'presend-scoring-'));
      try {
        const child = (task: string) =>
          run(process.execPath, ['--import', 'tsx', script, task, name, folder, String(count)]);
        await child('write');
        const { rows, diskBytes, seconds, cpuSeconds, peakBytes } = JSON.parse((await child('score')).stdout) as Scored;
        peaks.push(peakBytes);
        lines.push(
          `${rows} rows (${(diskBytes / rows).toFixed(0)} bytes a row): ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, peak memory ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    }
    const grown = (peaks[1]! - peaks[0]!) / (pictures - Math.ceil(pictures / 4));
    yield {
      title: `metrics of ${name}, once each`,
      baseline: '',
      tasks: [],
      notes: () => [
        ...lines,
        `peak memory grows by ${grown.toFixed(0)} bytes a picture; a run is refused by ${keepsRows!.bytesPerPicture}`,
      ],
    };
  }
}
