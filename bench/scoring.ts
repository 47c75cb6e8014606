/** Kinds of experiments that keep all rows while they score them: time and peak memory of made-up rows, each in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { baseRate } from '../src/experiment/base-rate/kind.ts';
import { falsePositiveTail } from '../src/experiment/false-positive-tail/kind.ts';
import { ownBytes } from '../src/harness/memory-check.ts';
import type { Group } from './measure.ts';

/** What bench/scoring-process.ts prints. */
interface Scored {
  readonly rows: number;
  readonly diskBytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

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
        const child = (task: string, ...flags: readonly string[]) =>
          run(process.execPath, [...flags, '--import', 'tsx', script, task, name, folder, String(count)]);
        const scored = async (...flags: readonly string[]) =>
          JSON.parse((await child('score', ...flags)).stdout) as Scored;
        const line = ({ rows, diskBytes, seconds, cpuSeconds, peakBytes }: Scored): string =>
          `${rows} rows (${(diskBytes / rows).toFixed(0)} bytes a row): ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, peak memory ${mebibytes(peakBytes)} MiB`;
        await child('write');
        const freely = await scored();
        peaks.push(freely.peakBytes);
        lines.push(line(freely));
        // What a run needs at least, by what it says before it starts: with less it is refused.
        const heap = mebibytes(ownBytes + count * keepsRows!.bytesPerPicture);
        lines.push(`in a heap of ${heap} MiB, ${line(await scored(`--max-old-space-size=${heap}`))}`);
      } finally {
        await rm(folder, { recursive: true });
      }
    }
    const grown = (peaks[1]! - peaks[0]!) / (pictures - Math.ceil(pictures / 4));
    yield {
      title: `metrics of ${name}, once each`,
      baseline: '',
      tasks: [],
      notes: () => [...lines, `peak memory grows by ${grown.toFixed(0)} bytes a picture where the heap is not limited`],
    };
  }
}
