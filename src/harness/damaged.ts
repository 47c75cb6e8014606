/** One sentence for each file of a run that is missing or was altered. */
import { UserError } from '../util/errors.ts';

/** The version of `run.json` that is read and written. */
export const recordVersion = 1;

/** The error that names the file of the run, and what is wrong with it. */
export const damage = (folder: string, file: string, why: string): UserError =>
  new UserError(`The run in ${folder} is damaged: ${file}: ${why}; run the experiment again`);

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

/** The version that a record says it is of, where it says one. */
export function versionOf(value: unknown): number | undefined {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  return typeof version === 'number' ? version : undefined;
}
