/** Reads the additional files of a model: shards of tfjs, external data of ONNX. A model's statements about them are not trusted. */
import { open } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { isAbsent, systemCode, UserError } from '../util/errors.ts';

/** Maximum bytes of all parts together: the largest networks for pictures have about one gigabyte. */
const mostBytes = 2 ** 31;
/** Maximum number of parts: tfjs' converter makes them 4 MiB each, so these exceed `mostBytes`. */
const mostParts = 1024;

/**
 * Reads the files that a model names, all in or below its own folder; `what` describes them. Throws a UserError if one is missing or
 * elsewhere.
 */
export async function readParts(model: string, names: readonly string[], what: string): Promise<Uint8Array[]> {
  if (names.length > mostParts) throw new UserError(`it names ${names.length} ${what}s, limit ${mostParts}`);
  const folder = dirname(resolve(model));
  const parts: Uint8Array[] = [];
  let total = 0;
  // One by one: reading all together would take one file handle each.
  for (const name of names) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep))
      throw new UserError(`its ${what} ${name} is outside the folder of ${basenameOf(model)}`);
    const part = await readPart(path, `its ${what} ${name}`, mostBytes - total);
    total += part.length;
    parts.push(part);
  }
  return parts;
}

const basenameOf = (path: string): string => resolve(path).slice(dirname(resolve(path)).length + 1);

async function readPart(path: string, what: string, most: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new UserError(`${what} is not a file`);
      if (status.size > most) throw new UserError(`${what} is too large: all of its files may have ${mostBytes} bytes`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isAbsent(error)) throw new UserError(`${what} cannot be read: there is no such file`);
    if (['EACCES', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(systemCode(error) ?? ''))
      throw new UserError(`${what} cannot be read (${systemCode(error)})`);
    throw error;
  }
}
