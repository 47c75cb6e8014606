/** A worker thread of the generator: draws and writes one planned picture, and returns its row of the manifest. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { file } from './paint.ts';
import type { Planned } from './plan.ts';

/** A worker's task. */
export interface Task {
  readonly seed: number;
  readonly planned: Planned;
  /** Folder with one subfolder per topic. */
  readonly directory: string;
}

/** A worker's result. */
export interface Drawn {
  readonly path: string;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

export default async function draw({ seed, planned, directory }: Task): Promise<Drawn> {
  const { bytes, extension, width, height } = await file(seed, planned);
  const path = `${planned.topic}/${String(planned.index).padStart(6, '0')}.${extension}`;
  await writeFile(join(directory, path), bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), width, height };
}
