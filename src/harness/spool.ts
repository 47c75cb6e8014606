/**
 * The append-only log of a run. Rows are written task by task, in the order of the tasks, regardless of the order in which workers finish.
 * A side file records the end of each task and the digest of its rows. After a kill or power loss, the log is truncated to whole tasks, and
 * the run continues to the same bytes.
 */
import { createHash, type Hash } from 'node:crypto';
import { appendFile, type FileHandle, open, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { linesOf, statIfThere } from '../disk/read.ts';
import { syncFolder } from '../disk/write.ts';
import { fits } from '../schema/check.ts';
import type { Row, RowType } from '../schema/row.ts';
import { wallClock } from '../util/clock.ts';
import { isAbsent, UserError } from '../util/errors.ts';
import { observationsFile, readObservations, type Seal } from './rows-file.ts';

/** A task whose rows are all on disk. */
const DoneTask = Type.Object({
  task: Type.String(),
  end: Type.Integer({ minimum: 0, description: 'length of observations.jsonl after it, in bytes' }),
  rows: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ description: 'of its rows' }),
  memo: Type.Unknown({
    description: 'what later phases need of it, besides its rows: timings and results that are not observations',
  }),
});
type DoneTask = Static<typeof DoneTask>;

const progressFile = 'progress.jsonl';

/** Maximum time in milliseconds before rows are synced to disk, while others follow. */
const syncEvery = 1000;

/** Location of a run's log, and the types of its rows. */
interface LogPlace<R extends Row> {
  readonly folder: string;
  /** Folder for files that only an unfinished run needs. */
  readonly partial: string;
  readonly types: readonly RowType<R>[];
}

/** R: the rows of the run. */
export class RunLog<R extends Row = Row> {
  readonly #folder: string;
  readonly #partial: string;
  readonly #types: readonly RowType<R>[];
  readonly #done: DoneTask[];
  readonly #digest: Hash;
  #end: number;
  #synced = wallClock();

  private constructor({ folder, partial, types }: LogPlace<R>, done: DoneTask[], digest: Hash) {
    this.#folder = folder;
    this.#partial = partial;
    this.#types = types;
    this.#done = done;
    this.#digest = digest;
    this.#end = done.at(-1)?.end ?? 0;
  }

  /** Opens the log of a run; removes rows of an unfinished task. Throws a UserError if it is corrupt. */
  static async open<R extends Row>(place: LogPlace<R>): Promise<RunLog<R>> {
    const { folder, partial } = place;
    const [path, progress] = [join(folder, observationsFile), join(partial, progressFile)];
    const noted = await readProgress(progress);
    const { count, digest } = await wholeTasks(path, noted);
    const done = noted.slice(0, count);
    await cut(path, done.at(-1)?.task.end ?? 0);
    await cut(progress, done.at(-1)?.progressEnd ?? 0);
    if (done.at(-1)?.lacksBreak) await appendFile(progress, '\n');
    return new RunLog(
      place,
      done.map(({ task }) => task),
      digest,
    );
  }

  /** Tasks on disk, in order. */
  get done(): readonly DoneTask[] {
    return this.#done;
  }

  /** Number and digest of the rows. */
  get seal(): Seal {
    return {
      rows: this.#done.reduce((sum, { rows }) => sum + rows, 0),
      sha256: this.#digest.copy().digest('hex'),
    };
  }

  /** Writes a task's rows, then marks it as done. Call it in the order of the tasks. */
  async append(task: string, rows: readonly R[], memo: unknown): Promise<void> {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const flush = wallClock() - this.#synced >= syncEvery;
    await appendFile(join(this.#folder, observationsFile), text, { flush });
    const sha256 = createHash('sha256').update(text).digest('hex');
    const end = this.#end + Buffer.byteLength(text);
    const done: DoneTask = { task, end, rows: rows.length, sha256, memo };
    await appendFile(join(this.#partial, progressFile), `${JSON.stringify(done)}\n`, { flush });
    if (flush) this.#synced = wallClock();
    this.#digest.update(text);
    this.#end = end;
    this.#done.push(done);
  }

  /** All rows so far, read back from disk. Throws a UserError if they differ from those that were written. */
  async readBack(): Promise<R[]> {
    return (await readObservations(this.#folder, this.#types, { seal: this.seal })) as R[];
  }

  /** Ensures that the rows are on disk. */
  async sync(): Promise<void> {
    const file = await open(join(this.#folder, observationsFile), 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Removes files that only an unfinished run needs. */
  async close(): Promise<void> {
    await rm(this.#partial, { recursive: true, force: true });
    await syncFolder(this.#folder);
  }
}

/** A recorded task, and the end of its line. */
interface Noted {
  readonly task: DoneTask;
  readonly progressEnd: number;
  readonly lacksBreak: boolean;
}

/** The recorded tasks. A truncated last line is ignored; any other malformed line is an error. */
async function readProgress(path: string): Promise<Noted[]> {
  const noted: Noted[] = [];
  try {
    for await (const { text, end, whole } of linesOf(path)) {
      const task = parse(text);
      const before = noted.at(-1)?.task.end ?? 0;
      if (fits(DoneTask, task) && task.end >= before) noted.push({ task, progressEnd: end, lacksBreak: !whole });
      else if (whole)
        throw new UserError(
          `The unfinished run is damaged: line ${noted.length + 1} of ${path} is not what a run writes; start again in another folder`,
        );
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return noted;
}

/** Number of tasks, from the first, that have all their rows in the file, and the digest of these rows. */
async function wholeTasks(path: string, noted: readonly Noted[]): Promise<{ count: number; digest: Hash }> {
  const digest = createHash('sha256');
  if (noted.length === 0 || !(await statIfThere(path))) return { count: 0, digest };
  const file = await open(path, 'r');
  try {
    let start = 0;
    for (const [count, { task }] of noted.entries()) {
      const rows = await bytesAt(file, start, task.end - start);
      if (createHash('sha256').update(rows).digest('hex') !== task.sha256) return { count, digest };
      digest.update(rows);
      start = task.end;
    }
    return { count: noted.length, digest };
  } finally {
    await file.close();
  }
}

/** Bytes of a file; fewer if it ends earlier. */
async function bytesAt(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const { size } = await file.stat();
  const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - start)));
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

/** Truncates a file to a length, or creates an empty one. */
const cut = async (path: string, length: number): Promise<void> =>
  (await statIfThere(path)) ? truncate(path, length) : writeFile(path, '');

/** The value of a line; undefined if it is invalid JSON. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
