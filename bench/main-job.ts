/** The main job, `npm start`: wall and CPU time of each phase, beside what they were before. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Group } from './measure.ts';

/** CPU seconds of the phases at commit 1201317, in one run of 640 pictures with one worker on a machine that had other work. */
const before: Readonly<Record<string, number>> = {
  pictures: 109.7,
  'training the head': 1.1,
  strategies: 103.5,
  metrics: 14.4,
};

/** What bench/main-process.ts prints. */
interface Spent {
  readonly phases: readonly { readonly phase: string; readonly wall: number; readonly cpu: number }[];
  readonly classifyMillis: number | null;
}

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** Runs the trade-off once on the generated corpus, from the build. `pictures`: at most so many. */
export async function mainJob({ pictures }: { readonly pictures?: number | undefined }): Promise<Group[]> {
  await run(process.execPath, [join(root, 'scripts', 'presend.mjs'), '--build']);
  const folder = await mkdtemp(join(tmpdir(), 'presend-main-'));
  try {
    const script = join(import.meta.dirname, 'main-process.ts');
    const limit = pictures === undefined ? [] : [String(pictures)];
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', script, 'tradeoff', join(folder, 'run'), ...limit],
      { env: { ...process.env, PRESEND_BUILD: 'dist' }, maxBuffer: 2 ** 24 },
    );
    const { phases, classifyMillis } = JSON.parse(stdout) as Spent;
    const total = (of: 'wall' | 'cpu'): number => phases.reduce((sum, each) => sum + each[of], 0);
    const line = (name: string, wall: number, cpu: number, was?: number): string =>
      `${name}: ${wall.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU${was === undefined || pictures !== undefined ? '' : ` (before: ${was.toFixed(1)})`}`;
    return [
      {
        title: `main job, ${pictures === undefined ? '640' : `at most ${pictures}`} pictures, once`,
        baseline: '',
        tasks: [],
        notes: () => [
          ...phases.map(({ phase, wall, cpu }) => line(phase, wall, cpu, before[phase])),
          line('all', total('wall'), total('cpu')),
          `one classification, in its worker: ${classifyMillis?.toFixed(1) ?? 'not measured'} ms in the median`,
        ],
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
