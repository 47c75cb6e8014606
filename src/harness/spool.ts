/**
 * The rows of an unfinished run, step by step. Every process that works on the run appends to a log of its own and reads the logs of the others, so
 * that shards on several machines need nothing but a shared folder. A log is two files: the deflated rows of its steps, and one line for each
 * finished step with the end and the digest of its rows. After a kill or power loss, a log is truncated to whole steps, and the run continues to
 * the same rows.
 */
import { createHash } from 'node:crypto';
import { appendFile, type FileHandle, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { type Static, Type } from 'typebox';
import { linesOf, statIfThere } from '../disk/read.ts';
import { syncFolder } from '../disk/write.ts';
import { fits } from '../schema/check.ts';
import type { Row, RowSource } from '../schema/row.ts';
import { wallClock } from '../util/clock.ts';
import { isAbsent, UserError } from '../util/errors.ts';

const deflated = promisify(deflateRaw);
const inflated = promisify(inflateRaw);

/** A step whose rows are all on disk. */
const DoneStep = Type.Object({
  step: Type.String(),
  end: Type.Integer({ minimum: 0, description: 'length of the log after it, in bytes' }),
  rows: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ description: 'of its rows, deflated' }),
  memo: Type.Unknown({
    description: 'what later phases need of it, besides its rows: times, and results that are no observations',
  }),
});
type DoneStep = Static<typeof DoneStep>;

/** Name of the log of a process that works on the whole run. */
export const wholeRun = 'run';

const rowsEnding = '.steps';
const progressEnding = '.progress.jsonl';

/** Maximum time in milliseconds before rows are synced to disk, while others follow. */
const syncEvery = 1000;

/** Where the rows of a finished step are. */
interface Place {
  readonly log: string;
  readonly start: number;
  readonly end: number;
  readonly rows: number;
  readonly sha256: string;
}

/** The rows of a step, as a log keeps them. */
interface Frame {
  /** Number of rows. */
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** Rows in the form of the spool: JSON Lines, deflated; nothing without a row. */
export async function frameOf(rows: readonly Row[]): Promise<Uint8Array> {
  // The type comes first: by it lines are told apart without parsing them.
  const text = rows.map((row) => `${JSON.stringify(Object.assign({ row: row.row }, row))}\n`).join('');
  return text === '' ? new Uint8Array(0) : deflated(text, { level: 3 });
}

/** R: the rows of the run. */
export class Spool<R extends Row = Row> {
  readonly #folder: string;
  readonly #own: string;
  readonly #places: Map<string, Place>;
  /** Finished steps that were read of each log of another process. */
  readonly #read = new Map<string, number>();
  #end: number;
  #synced = wallClock();

  private constructor(folder: string, own: string, noted: readonly Noted[]) {
    this.#folder = folder;
    this.#own = own;
    this.#places = new Map();
    this.#end = 0;
    for (const { step } of noted) this.#add(own, step);
  }

  /** Opens the logs in a folder for a process that writes none. */
  static async reading<R extends Row>(folder: string): Promise<Spool<R>> {
    const spool = new Spool<R>(folder, '', []);
    await spool.refresh();
    return spool;
  }

  /** Opens the logs in a folder; removes rows of an unfinished step from the own one. Throws a UserError if a log is corrupt. */
  static async open<R extends Row>(folder: string, own: string = wholeRun): Promise<Spool<R>> {
    const [path, progress] = [join(folder, own + rowsEnding), join(folder, own + progressEnding)];
    const noted = await readProgress(progress);
    const done = noted.slice(0, await wholeSteps(path, noted));
    await cut(path, done.at(-1)?.step.end ?? 0);
    await cut(progress, done.at(-1)?.progressEnd ?? 0);
    if (done.at(-1)?.lacksBreak) await appendFile(progress, '\n');
    const spool = new Spool<R>(folder, own, done);
    await spool.refresh();
    return spool;
  }

  /** Whether a step is finished, in any log. */
  has(step: string): boolean {
    return this.#places.has(step);
  }

  /** Number of finished steps. */
  get size(): number {
    return this.#places.size;
  }

  /** Reads what other processes have finished since. A step that two processes finished has the same rows in both. */
  async refresh(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(progressEnding)).sort();
    for (const name of names) {
      const log = basename(name, progressEnding);
      if (log === this.#own) continue;
      // The last line of a log that is being written may be cut.
      const noted = (await readProgress(join(this.#folder, name))).filter(({ lacksBreak }) => !lacksBreak);
      const before = Math.min(this.#read.get(log) ?? 0, noted.length);
      // Rows that a crash of its machine took, or that this machine does not see yet, are not finished.
      const whole = await wholeSteps(join(this.#folder, log + rowsEnding), noted, before);
      let start = noted[before - 1]?.step.end ?? 0;
      for (const { step } of noted.slice(before, whole)) {
        if (!this.#places.has(step.step)) this.#places.set(step.step, placeOf(log, start, step));
        start = step.end;
      }
      this.#read.set(log, whole);
    }
  }

  /** Writes a step's rows, then marks it as finished. */
  async append(step: string, rows: readonly R[], memo: unknown): Promise<void> {
    await this.appendFrame(step, { rows: rows.length, bytes: await frameOf(rows) }, memo);
  }

  /** The same with rows that are already in the form of the spool. */
  async appendFrame(step: string, { rows, bytes }: Frame, memo: unknown): Promise<void> {
    const flush = wallClock() - this.#synced >= syncEvery;
    await appendFile(join(this.#folder, this.#own + rowsEnding), bytes, { flush });
    const done: DoneStep = { step, end: this.#end + bytes.length, rows, sha256: digestOf(bytes), memo };
    await appendFile(join(this.#folder, this.#own + progressEnding), `${JSON.stringify(done)}\n`, { flush });
    if (flush) this.#synced = wallClock();
    this.#add(this.#own, done);
  }

  /** The rows of some finished steps, in their order. Throws a UserError if the rows of one differ from those that were written. */
  source(steps: readonly string[]): RowSource<R> {
    const batches = (types: readonly string[]) => this.#batches(steps, types);
    return {
      of: <T extends R['row']>(...types: readonly T[]) =>
        batches(types) as AsyncGenerator<readonly Extract<R, { row: T }>[]>,
    };
  }

  /** What some finished steps left besides their rows, in their order. */
  async memos(steps: readonly string[]): Promise<unknown[]> {
    const wanted = new Map(steps.map((step, i) => [step, i]));
    const found: unknown[] = new Array(steps.length);
    const logs = new Set(steps.map((step) => this.#placeOf(step).log));
    for (const log of logs)
      for await (const { step } of notedSteps(join(this.#folder, log + progressEnding))) {
        const at = wanted.get(step.step);
        if (at !== undefined && this.#placeOf(step.step).log === log) found[at] = step.memo;
      }
    return found.filter((memo) => memo !== null && memo !== undefined);
  }

  /** Ensures that the steps of the own log are on disk. */
  async sync(): Promise<void> {
    for (const ending of [rowsEnding, progressEnding]) {
      const file = await open(join(this.#folder, this.#own + ending), 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    }
  }

  /** Removes the folder with all logs: the run is finished. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await syncFolder(dirname(this.#folder));
  }

  #add(log: string, step: DoneStep): void {
    this.#places.set(step.step, placeOf(log, this.#end, step));
    this.#end = step.end;
  }

  #placeOf(step: string): Place {
    const place = this.#places.get(step);
    if (!place) throw new Error(`The step ${step} is not finished`);
    return place;
  }

  async *#batches(steps: readonly string[], types: readonly string[]): AsyncGenerator<R[]> {
    const starts = types.map((type) => `{"row":${JSON.stringify(type)}`);
    const files = new Map<string, FileHandle>();
    try {
      for (const step of steps) {
        const place = this.#placeOf(step);
        if (place.rows === 0) continue;
        const path = join(this.#folder, place.log + rowsEnding);
        const file = files.get(place.log) ?? (await openLog(path));
        files.set(place.log, file);
        const bytes = await bytesAt(file, place.start, place.end - place.start);
        if (digestOf(bytes) !== place.sha256)
          throw damaged(path, `the rows of the step '${step}' are not those that were written`);
        const lines = (await inflated(bytes)).toString('utf8').split('\n');
        const rows = lines
          .slice(0, -1)
          .filter((line) => starts.length === 0 || starts.some((start) => line.startsWith(start)));
        if (rows.length > 0) yield rows.map((line) => JSON.parse(line) as R);
      }
    } finally {
      for (const file of files.values()) await file.close();
    }
  }
}

const placeOf = (log: string, start: number, { end, rows, sha256 }: DoneStep): Place => ({
  log,
  start,
  end,
  rows,
  sha256,
});

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const damaged = (path: string, why: string): UserError =>
  new UserError(`The unfinished run is damaged: ${path}: ${why}; start again in another folder`);

async function openLog(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    if (isAbsent(error)) throw damaged(path, 'it is missing');
    throw error;
  }
}

/** A recorded step, and the end of its line. */
interface Noted {
  readonly step: DoneStep;
  readonly progressEnd: number;
  readonly lacksBreak: boolean;
}

/** The recorded steps, without their memos. A truncated last line is ignored; any other malformed line is an error. */
async function readProgress(path: string): Promise<Noted[]> {
  const noted: Noted[] = [];
  // Memos are larger than all the rest, and only needed once.
  for await (const { step, ...place } of notedSteps(path)) noted.push({ ...place, step: { ...step, memo: null } });
  return noted;
}

/** The recorded steps one by one, with their memos. */
async function* notedSteps(path: string): AsyncGenerator<Noted> {
  let [count, before] = [0, 0];
  try {
    for await (const { text, end, whole } of linesOf(path)) {
      const step = parse(text);
      if (fits(DoneStep, step) && step.end >= before) {
        count++;
        before = step.end;
        yield { step, progressEnd: end, lacksBreak: !whole };
      } else if (whole) throw damaged(path, `line ${count + 1} is not what a run writes`);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** Number of steps, from the first, that have all their rows in the file; those before `from` are known to. */
async function wholeSteps(path: string, noted: readonly Noted[], from = 0): Promise<number> {
  if (noted.length === from || !(await statIfThere(path))) return from;
  const file = await open(path, 'r');
  try {
    let start = noted[from - 1]?.step.end ?? 0;
    for (const [i, { step }] of noted.slice(from).entries()) {
      if (digestOf(await bytesAt(file, start, step.end - start)) !== step.sha256) return from + i;
      start = step.end;
    }
    return noted.length;
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
