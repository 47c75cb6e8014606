/** Reading the files of a finished run, with one sentence for each that is missing or was altered. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, UserError } from '../util/errors.ts';

/** The error that names the file of the run, and what is wrong with it. */
export const damage = (folder: string, file: string, why: string): UserError =>
  new UserError(`The run in ${folder} is damaged: ${file}: ${why}; run the experiment again`);

/** The bytes of one file of a run. A UserError where there is none. */
export async function readBytes(folder: string, file: string): Promise<Uint8Array> {
  return readFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
    throw damage(folder, file, error.code === 'ENOENT' ? 'it is missing' : reasonOf(error));
  });
}

/** What `read` makes of a file, or the error that says which file of the run is damaged. */
export function undamaged<T>(folder: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) throw damage(folder, file, 'it is no JSON');
    if (error instanceof UserError) throw damage(folder, file, error.message);
    throw error;
  }
}
