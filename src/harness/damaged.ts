/** Reading the files of a finished run, with one sentence for each that is missing or was altered. */
import { join } from 'node:path';
import { bytesIfThere } from '../disk/read.ts';
import { check } from '../schema/check.ts';
import { RunRecord } from '../schema/run-record.ts';
import { UserError } from '../util/errors.ts';

/** The version of `run.json` that is read and written. */
export const recordVersion = 1;

/** The error that names the file of the run, and what is wrong with it. */
export const damage = (folder: string, file: string, why: string): UserError =>
  new UserError(`The run in ${folder} is damaged: ${file}: ${why}; run the experiment again`);

/** The bytes of one file of a run. A UserError where there is none. */
export async function readBytes(folder: string, file: string): Promise<Uint8Array> {
  const bytes = await bytesIfThere(join(folder, file));
  if (!bytes) throw damage(folder, file, 'it is missing');
  return bytes;
}

/** What `read` makes of a file, or the error that says which file of the run is damaged. */
export function undamaged<T>(folder: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) throw damage(folder, file, 'it is not valid JSON');
    if (error instanceof UserError) throw damage(folder, file, error.message);
    throw error;
  }
}

/** The record of a run, from the text of its `run.json`. One of another version of presend is not called damaged. */
export function recordFrom(text: string, folder: string, file: string): RunRecord {
  const value: unknown = undamaged(folder, file, () => JSON.parse(text));
  const version = versionOf(value);
  if (version !== undefined && version !== recordVersion)
    throw new UserError(
      `The run in ${folder} was made by another version of presend: ${file} says schemaVersion ${version}, and this version reads ${recordVersion}; use that version, or run the experiment again`,
    );
  return undamaged(folder, file, () => check(RunRecord, value, 'its content'));
}

/** The version that a record says it is of, where it says one. */
export function versionOf(value: unknown): number | undefined {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  return typeof version === 'number' ? version : undefined;
}
