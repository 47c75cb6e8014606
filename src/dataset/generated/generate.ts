/** The generated corpus: drawn on first use into a cache, checked later, and drawn again if the cached one is corrupt. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Piscina } from 'piscina';
import { locked } from '../../disk/lock.ts';
import { readIfThere, statIfThere } from '../../disk/read.ts';
import { MissingError, UserError, unexpected } from '../../util/errors.ts';
import { resultOf, type WorkerTask, workerEntry } from '../../util/worker-entry.ts';
import { moduleBeside, workerExecArgv } from '../../util/worker-loader.ts';
import { type Dataset, digestOf } from '../dataset.ts';
import { manifestColumns, readManifest } from '../manifest.ts';
import { type Planned, planOf, topics } from './plan.ts';
import type { Drawn, Task } from './worker.ts';

/** Increases whenever any byte of any picture changes; part of the cache's name. */
export const generatorVersion = 1;

/** What to generate, and where. */
interface GenerateOptions {
  readonly seed: number;
  /** Number of pictures. */
  readonly pictures: number;
  /** Folder of the cache; each corpus has its own folder in it. */
  readonly directory: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** Receives a sentence if another process is drawing the same corpus and this one waits. */
  readonly onWait?: (sentence: string) => void;
}

/** The corpus of a seed and size: from the cache if it is intact, otherwise newly drawn. */
export async function generate({ seed, pictures, directory, onProgress, onWait }: GenerateOptions): Promise<Dataset> {
  if (!Number.isSafeInteger(seed) || seed < 0) throw unexpected('seed', 'a whole number from 0', seed);
  if (!Number.isSafeInteger(pictures) || pictures < 1) throw unexpected('pictures', 'a whole number from 1', pictures);
  const root = join(directory, `generated-${seed}-${pictures}-${generatorVersion}`);
  const cached = await check(root, seed, pictures);
  if (cached) return cached;

  // Processes that need the same corpus simultaneously wait for it, and none deletes it while another reads it.
  const alone = async (): Promise<Dataset> => {
    const drawn = await check(root, seed, pictures);
    if (drawn) return drawn;
    await draw(root, { seed, pictures, ...(onProgress ? { onProgress } : {}) });
    return read(root, seed);
  };
  return await locked(`${root}.lock`, alone, onWait);
}

/** Draws into a temporary folder and then renames it: an interrupted run leaves no incomplete corpus under its name. Call it under the lock. */
async function draw(root: string, { seed, pictures, onProgress }: Omit<GenerateOptions, 'directory'>): Promise<void> {
  const part = `${root}.part-${process.pid}`;
  try {
    await removeLeftovers(root);
    for (const topic of topics) await mkdir(join(part, topic), { recursive: true });
    const plan = planOf(seed, pictures);
    const drawn = await drawAll(seed, plan, part, onProgress);
    await writeFile(join(part, 'manifest.csv'), manifest(plan, drawn));
    const { sha256 } = await read(part, seed);
    await writeFile(join(part, 'sha256'), `${sha256}\n`);
    await rm(root, { recursive: true, force: true });
    await rename(part, root);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Temporary folders of killed processes: no other process draws while this one has the lock. */
async function removeLeftovers(root: string): Promise<void> {
  for (const entry of await readdir(dirname(root)))
    if (entry.startsWith(`${basename(root)}.part-`))
      await rm(join(dirname(root), entry), { recursive: true, force: true });
}

const read = async (root: string, seed: number): Promise<Dataset> => {
  const dataset = await readManifest(join(root, 'manifest.csv'), 'generated');
  const card = {
    source: `presend's generator, version ${generatorVersion}, seed ${seed}`,
    licence: 'CC0-1.0',
    notes: 'Drawn by a program: dead leaves, 1/f noise, documents, charts, captions and cartoons. Not photographs.',
  };
  return { ...dataset, card };
};

/** The cached corpus, if every file matches the manifest and the manifest is unchanged since it was written. */
async function check(root: string, seed: number, pictures: number): Promise<Dataset | undefined> {
  const expected = await readIfThere(join(root, 'sha256'));
  if (expected === undefined) return undefined;
  const dataset = await readUnlessBroken(root, seed);
  if (!dataset || dataset.refused.length > 0 || dataset.pictures.length !== pictures) return undefined;
  return digestOf(dataset.pictures) === expected.trim() ? dataset : undefined;
}

/** The cached corpus; undefined if its manifest is missing or malformed. */
async function readUnlessBroken(root: string, seed: number): Promise<Dataset | undefined> {
  if (!(await statIfThere(join(root, 'manifest.csv')))) return undefined;
  try {
    return await read(root, seed);
  } catch (error) {
    // An unreadable manifest says nothing about the corpus.
    if (error instanceof UserError && !(error instanceof MissingError)) return undefined;
    throw error;
  }
}

async function drawAll(
  seed: number,
  plan: readonly Planned[],
  directory: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Drawn[]> {
  const module = moduleBeside(import.meta.url, './worker.ts').href;
  const pool = new Piscina({
    filename: workerEntry.href,
    execArgv: workerExecArgv(),
    // More threads would wait for memory, and each has its own copy of fonts and noise.
    maxThreads: Math.min(availableParallelism(), plan.length, 8),
  });
  try {
    let done = 0;
    return await Promise.all(
      plan.map(async (planned): Promise<Drawn> => {
        const task: Task = { seed, planned, directory };
        const drawn = resultOf<Drawn>(await pool.run({ module, name: 'default', task } satisfies WorkerTask));
        onProgress?.(++done, plan.length);
        return drawn;
      }),
    );
  } finally {
    await pool.destroy();
  }
}

/** The manifest's text; no cell of it needs quotes. */
function manifest(plan: readonly Planned[], drawn: readonly Drawn[]): string {
  const rows = plan.map((planned, i) => {
    const { path, sha256, width, height } = drawn[i]!;
    const cells: Record<(typeof manifestColumns)[number], string | number> = {
      path,
      kind: planned.kind,
      label: planned.topic,
      group: planned.group,
      source_repo: 'presend',
      licence: 'CC0-1.0',
      sha256,
      width,
      height,
      notes: planned.family ?? '',
    };
    return manifestColumns.map((column) => cells[column]).join(',');
  });
  return `${manifestColumns.join(',')}\n${rows.join('\n')}\n`;
}
