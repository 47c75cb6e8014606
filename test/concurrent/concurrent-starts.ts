/** Runs that are started at one moment: into one folder, and each into the one that it gets by itself. No row may be lost or there twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { thresholdRows } from '../../src/experiment/threshold/rows.ts';
import { exitCodes } from '../../src/util/errors.ts';
import { smallThreshold } from '../experiment/threshold/rows.ts';
import { readObservations } from '../harness/finished-rows.ts';
import { nodeWords } from '../helpers/program.ts';

/** What became of the starts. */
export interface StartsReport {
  readonly starts: number;
  /** Into one folder: how many ran, and how many were refused with the sentence that says who is at work there, or was. */
  readonly shared: { readonly ran: number; readonly refused: number; readonly other: readonly string[] };
  /** Without --out: how many ran, into how many folders. */
  readonly own: { readonly ran: number; readonly folders: number; readonly other: readonly string[] };
  /** Rows of all folders beside those of a run by itself. */
  readonly lost: number;
  readonly doubled: number;
}

const file = 'small.yaml';
const experiment = stringify({
  ...smallThreshold,
  protocol: { ...smallThreshold.protocol, thresholds: [2], vouchers: 1 },
});

/** Starts so many runs at once, twice. */
export async function concurrentStarts(starts: number): Promise<StartsReport> {
  const folder = await mkdtemp(join(tmpdir(), 'presend-starts-'));
  try {
    await writeFile(join(folder, file), experiment);
    const [alone] = await startAtOnce(1, folder, ['--out', 'alone']);
    if (alone?.code !== exitCodes.done) throw new Error(`A run by itself fails: ${alone?.err}`);
    const expected = await rowsIn(join(folder, 'alone'));

    const together = await startAtOnce(starts, folder, ['--out', 'shared']);
    const isRefusal = ({ code, err }: Ended) =>
      code === exitCodes.input &&
      /^presend: ((Process \d+|Another process) is working in shared;|shared already holds a run;) /.test(err);
    const apart = await startAtOnce(starts, folder, []);
    const folders = await readdir(join(folder, 'runs'));
    const counts = await Promise.all(
      [join(folder, 'shared'), ...folders.map((each) => join(folder, 'runs', each))].map(async (each) =>
        compared(expected, await rowsIn(each)),
      ),
    );
    const ran = (all: readonly Ended[]) => all.filter(({ code }) => code === exitCodes.done);
    const other = (all: readonly Ended[], fine: (each: Ended) => boolean) =>
      all
        .filter((each) => each.code !== exitCodes.done && !fine(each))
        .map(({ code, err }) => `${code}: ${err.trim()}`);
    return {
      starts,
      shared: {
        ran: ran(together).length,
        refused: together.filter(isRefusal).length,
        other: other(together, isRefusal),
      },
      own: { ran: ran(apart).length, folders: folders.length, other: other(apart, () => false) },
      lost: counts.reduce((sum, { lost }) => sum + lost, 0),
      doubled: counts.reduce((sum, { doubled }) => sum + doubled, 0),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ended {
  readonly code: number | null;
  readonly err: string;
}

/** Loads all processes, then lets them go together. */
async function startAtOnce(count: number, cwd: string, options: readonly string[]): Promise<Ended[]> {
  const processes = Array.from({ length: count }, () => loaded(cwd, ['run', file, ...options, '--threads', '1']));
  try {
    const children = await Promise.all(processes.map(({ ready }) => ready));
    for (const child of children) child.stdin?.write('go\n');
    return await Promise.all(processes.map(({ ended }) => ended));
  } finally {
    for (const { child } of processes) child.kill('SIGKILL');
  }
}

function loaded(cwd: string, words: readonly string[]) {
  const script = join(import.meta.dirname, 'starter.ts');
  const child = spawn(process.execPath, [...nodeWords(script), ...words], { cwd });
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, err })));
  const ready = new Promise<ChildProcess>((resolve, reject) => {
    child.stdout.once('data', () => resolve(child));
    void ended.then(() => reject(new Error(`A process did not start: ${err}`)));
  });
  return { child, ready, ended };
}

/** A run's rows as text; none where there is no finished run. */
async function rowsIn(run: string): Promise<string[]> {
  if (!(await readdir(run)).includes('rows')) return [];
  return (await readObservations(run, thresholdRows)).map((row) => JSON.stringify(row));
}

/** How many of the expected rows are not there, and how many others are. */
function compared(expected: readonly string[], found: readonly string[]): { lost: number; doubled: number } {
  const left = new Map<string, number>();
  for (const row of found) left.set(row, (left.get(row) ?? 0) + 1);
  let lost = 0;
  for (const row of expected) {
    const count = left.get(row) ?? 0;
    if (count === 0) lost++;
    else left.set(row, count - 1);
  }
  return { lost, doubled: [...left.values()].reduce((sum, count) => sum + count, 0) };
}
