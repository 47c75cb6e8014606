/** The folder of a run: its files, which process may work in it, and all functions that read it. */
import { realpath, rmdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { type Lock, locked, takeLock } from '../disk/lock.ts';
import { bytesOf, statIfThere, textOf } from '../disk/read.ts';
import { makeFolders } from '../disk/write.ts';
import { check } from '../schema/check.ts';
import type { Row, RowSource, RowType } from '../schema/row.ts';
import { RunRecord, Timings } from '../schema/run-record.ts';
import { sha256Hex } from '../util/digest.ts';
import { isAbsent, MissingError, systemCode, UserError } from '../util/errors.ts';
import { damage, recordVersion, undamaged, versionOf } from './damaged.ts';
import { type Observations, rowsOf } from './run-rows.ts';

/** Files of a run. */
export const runFiles = {
  record: 'run.json',
  metrics: 'metrics.json',
  timings: 'timings.json',
  list: 'list.presend',
  equalityList: 'equality-list.presend',
  secondList: 'second-list.presend',
} as const;

/** The file that a process working in the folder has locked. */
export const lockFile = 'lock';
export const partialName = 'partial';

/** Subfolder for files that only an unfinished run needs. */
export const partialFolder = (out: string): string => join(out, partialName);

/** A file of a run. */
interface FoundFile {
  /** Real path. */
  readonly path: string;
  readonly bytes: number;
  /** Time of the last change, in milliseconds since 1970. */
  readonly changed: number;
}

/** Maximum size of run.json, in bytes: it contains the experiment file twice. */
const largestRecord = 16e6;
/** Maximum size of other JSON files, in bytes: ten times the metrics of any experiment that comes with presend. */
const largestJson = 100e6;

/** A run's folder. All code that reads a run uses this class. */
export class RunFolder {
  readonly path: string;
  /** Name of the run in sentences. */
  readonly name: string;
  readonly #root: string | undefined;

  /** `root`: a folder that links must not leave, for readers who do not own it; nothing outside it is found. */
  constructor(path: string, { name = path, root }: { readonly name?: string; readonly root?: string } = {}) {
    this.path = path;
    this.name = name;
    this.#root = root;
  }

  /** A run in a folder of runs, which links must not leave. */
  static among(root: string, name: string): RunFolder {
    return new RunFolder(join(root, name), { name, root });
  }

  /** Folder for files that only an unfinished run needs. */
  get partial(): string {
    return partialFolder(this.path);
  }

  /** Whether it contains a run, finished or not. */
  async hasRun(): Promise<boolean> {
    return (await statIfThere(join(this.path, runFiles.record))) !== undefined;
  }

  /** Whether the run is unfinished. */
  async isUnfinished(): Promise<boolean> {
    return (await statIfThere(this.partial)) !== undefined;
  }

  /** Whether it contains an unfinished run. */
  async canGoOn(): Promise<boolean> {
    return (await this.isUnfinished()) && (await this.hasRun());
  }

  /**
   * Does some work while no other process can work in the folder. Creates the folder unless it must exist, as for `resume`; removes it
   * again if it stays empty. Throws a UserError that names another process at work there.
   */
  async alone<T>(work: () => Promise<T>, resume = false): Promise<T> {
    if (resume && !(await statIfThere(this.path))) throw nothingToResume(this.path);
    const { lock, isNew } = await lockedFolder(this.path);
    try {
      return await work();
    } finally {
      await lock.release();
      if (isNew) await removeEmpty(this.path);
    }
  }

  /** The same for a short piece of work, for which other processes wait their turn. Creates the folder. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    await makeFolders(this.path);
    return locked(join(this.path, lockFile), work);
  }

  /** A file of the run; undefined if it does not exist. With a root, also undefined if it is unreadable, not a file, or outside. */
  async find(file: string): Promise<FoundFile | undefined> {
    try {
      const root = this.#root && (await realpath(this.#root));
      const path = root ? await realpath(join(root, this.name, file)) : join(this.path, file);
      const found = await stat(path);
      if (root && !(path.startsWith(`${root}${sep}`) && found.isFile())) return undefined;
      return { path, bytes: found.size, changed: found.mtimeMs };
    } catch (error) {
      if (isAbsent(error) || (this.#root !== undefined && isOutOfReach(error))) return undefined;
      throw error;
    }
  }

  /** The bytes of a file. Throws a UserError if it does not exist. */
  async bytes(file: string): Promise<Uint8Array> {
    const found = await this.find(file);
    if (!found) throw this.damage(file, 'it is missing');
    return bytesOf(found.path);
  }

  /** The record. Throws a MissingError if it does not exist, a UserError if it is corrupt or of another version of presend. */
  async record(): Promise<RunRecord> {
    const record = await this.recordIfThere();
    if (!record)
      throw new MissingError(
        `No run in ${this.name}: it has no ${runFiles.record}; 'presend run tradeoff' creates a run`,
      );
    return record;
  }

  /** The record; undefined if it does not exist. */
  async recordIfThere(): Promise<RunRecord | undefined> {
    const text = await this.#text(runFiles.record, largestRecord);
    if (text === undefined) return undefined;
    const value: unknown = this.undamaged(runFiles.record, () => JSON.parse(text));
    const version = versionOf(value);
    // A record of another version of presend is not called damaged.
    if (version !== undefined && version !== recordVersion)
      throw new OtherVersionError(
        `The run in ${this.name} was made by another version of presend: ${runFiles.record} says schemaVersion ${version}, and this version reads ${recordVersion}; use that version, or run the experiment again`,
      );
    return this.undamaged(runFiles.record, () => check(RunRecord, value, 'its content'));
  }

  /** The value of a JSON file; undefined if it does not exist. */
  async json(file: string): Promise<unknown> {
    const text = await this.#text(file, largestJson);
    return text === undefined ? undefined : this.undamaged(file, () => JSON.parse(text) as unknown);
  }

  /** The rows of a finished run, as its record counts them. Throws a UserError, while they are read, if they are not those that the run left. */
  rows<R extends Row>(
    types: readonly RowType<R>[],
    observations: Observations,
    { checked }: { readonly checked?: boolean } = {},
  ): RowSource<R> {
    return rowsOf(types, {
      observations,
      folder: this.path,
      mayRead: async (file) => this.#root === undefined || (await this.find(file)) !== undefined,
      wrong: (file, why) => this.damage(file, why),
      checked,
    });
  }

  /** Metrics that fit a schema; undefined if they do not exist. Throws a UserError if they are not those computed from the rows. */
  async metrics<S extends TSchema>(schema: S, { metrics }: RunRecord): Promise<Static<S> | undefined> {
    const text = await this.#text(runFiles.metrics, largestJson);
    if (text === undefined) return undefined;
    const what = `${runFiles.metrics} of run ${this.name}`;
    if (metrics && sha256Hex(text) !== metrics.sha256)
      throw new UserError(
        `${what} was changed: it is not what the rows give; compute it again with: presend report ${this.name}`,
      );
    const value: unknown = this.undamaged(runFiles.metrics, () => JSON.parse(text));
    return check(schema, value, what);
  }

  /** The timings. Throws a UserError if they do not exist. */
  async timings(): Promise<Timings> {
    const timings = await this.timingsIfThere();
    if (!timings) throw this.damage(runFiles.timings, 'it is missing');
    return timings;
  }

  /** The timings; undefined if they do not exist. */
  async timingsIfThere(): Promise<Timings | undefined> {
    const value = await this.json(runFiles.timings);
    return value === undefined
      ? undefined
      : this.undamaged(runFiles.timings, () => check(Timings, value, 'its content'));
  }

  /** The error that names a file of the run, and its fault. */
  damage(file: string, why: string): UserError {
    return damage(this.name, file, why);
  }

  /** The result of `read`, or an error that names the corrupt file of the run. */
  undamaged<T>(file: string, read: () => T): T {
    return undamaged(this.name, file, read);
  }

  async #text(file: string, most: number): Promise<string | undefined> {
    const found = await this.find(file);
    if (!found) return undefined;
    if (found.bytes > most) throw this.damage(file, `it has ${found.bytes} bytes, which is more than the limit`);
    return textOf(found.path);
  }
}

/** A run of another version of presend. */
export class OtherVersionError extends UserError {}

/** Whether nothing that this process may read exists at a path. */
export const isOutOfReach = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '');

async function lockedFolder(out: string): Promise<{ lock: Lock; isNew: boolean }> {
  for (;;) {
    const made = await makeFolders(out);
    try {
      return { lock: await takeLock(join(out, lockFile), out), isNew: made !== undefined };
    } catch (error) {
      // Another process that created the folder has just removed it.
      if (!isAbsent(error)) throw error;
    }
  }
}

/** Removes an empty folder. */
export async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** The error if a folder has no run to resume. */
export const nothingToResume = (out: string): MissingError =>
  new MissingError(`No run in ${out} to resume; start one there without --resume`);

/** SHA-256 of the file with these metrics. */
export const metricsDigest = (metrics: unknown): string => sha256Hex(`${JSON.stringify(metrics, null, 2)}\n`);
