/** The files of a model beside its first one: shards of tfjs, external data of ONNX. A model names them, and is not taken at its word. */
import { open } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { isAbsent, systemCode, UserError } from '../util/errors.ts';

/** Most bytes of all parts together: the largest networks for pictures have about one gigabyte. */
const mostBytes = 2 ** 31;
/** Most parts: tfjs' converter makes them of 4 MiB, so that these hold more than `mostBytes`. */
const mostParts = 1024;

/**
 * Reads the files that a model names, all in its own folder or below; `what` is what they are called. A UserError about any that is not
 * there or lies elsewhere.
 */
export async function readParts(model: string, names: readonly string[], what: string): Promise<Uint8Array[]> {
  if (names.length > mostParts) throw new UserError(`it names ${names.length} ${what}s, limit ${mostParts}`);
  const folder = dirname(resolve(model));
  const parts: Uint8Array[] = [];
  let total = 0;
  // One after the other: all at once would take a file handle each.
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
