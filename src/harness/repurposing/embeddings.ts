/** Embeddings that heads are trained on wait in files of their own, a picture each, until the run is finished. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { idOf } from '../../util/digest.ts';

const fileOf = (folder: string, picture: string): string => join(folder, 'embeddings', `${idOf(picture)}.f32`);

/** Writes a picture's embedding; a kill leaves the whole file or none. */
export async function writeEmbedding(folder: string, picture: string, embedding: Float32Array): Promise<void> {
  const path = fileOf(folder, picture);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, new Uint8Array(embedding.slice().buffer));
  await rename(`${path}.part`, path);
}

/** The embedding that was written for a picture. */
export async function readEmbedding(folder: string, picture: string): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(fileOf(folder, picture))).buffer);
}
