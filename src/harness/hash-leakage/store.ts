/** What attacks work on, in files that only an unfinished run keeps: hashes and thumbnails of pictures, a batch a file. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashLeakPart } from '../../schema/hash-leakage-rows.ts';
import { concatBytes } from '../../util/bytes.ts';
import { frame, ownLimits, unframe } from '../../util/framing.ts';

/** Pictures that were hashed, one after the other. */
export interface Hashed {
  readonly picture: readonly string[];
  readonly group: readonly string[];
  readonly topic: readonly string[];
  readonly part: readonly HashLeakPart[];
  /** Hash name → all hashes; and under `thumbnails` 1,024 bytes of luma a picture, where attacks need them. */
  readonly bytes: Readonly<Record<string, Uint8Array>>;
}

/** Name under which thumbnails lie among the hashes. */
export const thumbnails = 'thumbnail 32 × 32';

/** Writes a batch of a collection. */
export async function writeBatch(folder: string, collection: string, batch: number, hashed: Hashed): Promise<void> {
  const { bytes, ...header } = hashed;
  const path = join(folder, `${collection}.${String(batch).padStart(6, '0')}`);
  await writeFile(`${path}.part`, frame(header, bytes));
  await rename(`${path}.part`, path);
}

/** All batches of a collection in their order. */
export async function readAll(folder: string, collection: string): Promise<Hashed> {
  const files = (await readdir(folder)).filter((name) => new RegExp(`^${collection}\\.\\d{6}$`).test(name)).sort();
  const batches = await Promise.all(
    files.map(async (name) => {
      const read = unframe(await readFile(join(folder, name)), ownLimits);
      if (!read.ok) throw new Error(`${name}: ${read.reason}`);
      return { ...(read.header as Omit<Hashed, 'bytes'>), bytes: read.blobs };
    }),
  );
  const all = <T>(of: (batch: Hashed) => readonly T[]): T[] => batches.flatMap(of);
  // A batch of which every picture was refused has no bytes.
  const names = [...new Set(batches.flatMap(({ bytes }) => Object.keys(bytes)))];
  const none = new Uint8Array(0);
  return {
    picture: all(({ picture }) => picture),
    group: all(({ group }) => group),
    topic: all(({ topic }) => topic),
    part: all(({ part }) => part),
    bytes: Object.fromEntries(
      names.map((name) => [name, concatBytes(...batches.map(({ bytes }) => bytes[name] ?? none))]),
    ),
  };
}

/** The places of the pictures of one part. */
export const placesOf = ({ part }: Hashed, wanted: HashLeakPart): number[] =>
  [...part.keys()].filter((i) => part[i] === wanted);

/** Bytes of one picture under a name. */
export function bytesAt({ bytes, picture }: Hashed, name: string, i: number): Uint8Array {
  const all = bytes[name];
  if (!all) throw new Error(`No ${name} was stored`);
  const length = all.length / picture.length;
  return all.subarray(i * length, (i + 1) * length);
}
