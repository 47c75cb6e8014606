/** The exact hash of a file on disk, of any kind and size. */
import type { ExactHash } from '../hash/exact-hashes.ts';
import { readPieces } from '../image/read-picture.ts';

/** The digest of a file's bytes. Throws a RefusedError if it cannot be read or is empty. */
export async function exactHashOfFile(path: string, exact: ExactHash): Promise<Uint8Array> {
  const digest = exact.start();
  await readPieces(path, (piece) => digest.update(piece));
  return digest.digest();
}
