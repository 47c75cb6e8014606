/** One sentence for each file of a run that is missing or was changed. */
import { UserError } from '../util/errors.ts';

/** The version of `run.json` that presend reads and writes. */
export const recordVersion = 2;

/** The error that names a file of the run, and its fault. */
export const damage = (folder: string, file: string, why: string): UserError =>
  new UserError(`The run in ${folder} is damaged: ${file}: ${why}; run the experiment again`);

/** The result of `read`, or an error that names the corrupt file of the run. */
export function undamaged<T>(folder: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) throw damage(folder, file, 'it is not valid JSON');
    if (error instanceof UserError) throw damage(folder, file, error.message);
    throw error;
  }
}

/** The version that a record states, if it states one. */
export function versionOf(value: unknown): number | undefined {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  return typeof version === 'number' ? version : undefined;
}
