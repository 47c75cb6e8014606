/**
 * The append-only record of a run. Work is written down task by task, in the order of the tasks, whatever order workers finish in; a
 * side file notes how far each task reaches, so that a killed run is cut back to whole tasks and goes on to the same bytes.
 */
import { appendFile, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Observation } from '../schema/observation.ts';

/** A task whose rows are all on disk. */
export interface DoneTask {
  readonly task: string;
  /** Length of observations.jsonl after it, in bytes. */
  readonly end: number;
  /** What later phases need of it, besides its rows: timings and results that are not observations. */
  readonly memo: unknown;
}

export const observationsFile = 'observations.jsonl';
const progressFile = 'progress.jsonl';

export class RunLog {
  readonly #folder: string;
  readonly #partial: string;
  readonly #done: DoneTask[];
  #end: number;

  private constructor(folder: string, partial: string, done: DoneTask[], end: number) {
    this.#folder = folder;
    this.#partial = partial;
    this.#done = done;
    this.#end = end;
  }

  /** Opens the log of a run; what a killed run left of an unfinished task is cut off. */
  static async open(folder: string, partial: string): Promise<RunLog> {
    const path = join(folder, observationsFile);
    const length = await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
    const done: DoneTask[] = [];
    for (const line of await linesOf(join(partial, progressFile))) {
      const task = parse(line);
      if (!task || task.end > length) break;
      done.push(task);
    }
    const end = done.at(-1)?.end ?? 0;
    await (length === 0 ? writeFile(path, '') : truncate(path, end));
    await writeFile(join(partial, progressFile), done.map((task) => `${JSON.stringify(task)}\n`).join(''));
    return new RunLog(folder, partial, done, end);
  }

  /** Tasks that are on disk, in order. */
  get done(): readonly DoneTask[] {
    return this.#done;
  }

  /** Writes a task's rows, then that it is done. Call it in the order of the tasks. */
  async append(task: string, rows: readonly Observation[], memo: unknown): Promise<void> {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    await appendFile(join(this.#folder, observationsFile), text);
    this.#end += Buffer.byteLength(text);
    const done: DoneTask = { task, end: this.#end, memo };
    await appendFile(join(this.#partial, progressFile), `${JSON.stringify(done)}\n`);
    this.#done.push(done);
  }

  /** Makes sure that the rows are on disk, and drops what only an unfinished run needs. */
  async close(): Promise<void> {
    const file = await open(join(this.#folder, observationsFile), 'r+');
    await file.sync();
    await file.close();
    await rm(this.#partial, { recursive: true, force: true });
  }
}

/** Every observation of a run, in order. */
export async function readObservations(folder: string): Promise<Observation[]> {
  return (await linesOf(join(folder, observationsFile))).map((line) => JSON.parse(line) as Observation);
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** A progress line, or undefined for one that a kill cut short. */
function parse(line: string): DoneTask | undefined {
  try {
    return JSON.parse(line) as DoneTask;
  } catch {
    return undefined;
  }
}
