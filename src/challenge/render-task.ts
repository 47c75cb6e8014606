/** The work of an export in a worker thread: decodes one picture, and writes its renderings as files without metadata. */
import { createHash } from 'node:crypto';
import { decodeFile, type PictureFile } from '../dataset/picture-file.ts';
import { writeScratch } from '../disk/write.ts';
import { type RenderTask, renderings } from '../harness/hashes/renderings.ts';
import { RefusedError } from '../image/decode.ts';
import { encode, type ImageFormat } from '../image/encode.ts';
import type { Raster } from '../image/raster.ts';

/** A picture to render. */
export interface ExportTask extends RenderTask {
  readonly picture: PictureFile;
  /** Path for each wanted edit, by its label; 'none' for the prepared original. */
  readonly paths: Readonly<Record<string, string>>;
  readonly format: 'png' | 'jpeg';
}

/** The files that were written, and the edits that were not possible. */
export type Exported =
  | { readonly state: 'unreadable'; readonly reason: string }
  | {
      readonly state: 'done';
      readonly files: readonly { readonly edit: string; readonly sha256: string }[];
      readonly refused: readonly { readonly edit: string; readonly reason: string }[];
    };

/** JPEG at 4:4:4 and a quality that leaves the edits as they are. PNG keeps every pixel. */
const formats: Readonly<Record<ExportTask['format'], ImageFormat>> = {
  png: { type: 'png' },
  jpeg: { type: 'jpeg', quality: 95, chroma: '4:4:4' },
};

/** Renders a picture. A picture that cannot be decoded is a result; an impossible edit costs only its own file. */
export async function exportPicture({ picture, paths, format, ...task }: ExportTask): Promise<Exported> {
  let raster: Raster;
  try {
    raster = await decodeFile(picture);
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'unreadable', reason: error.message };
    throw error;
  }
  const files: { edit: string; sha256: string }[] = [];
  const refused: { edit: string; reason: string }[] = [];
  for await (const made of renderings(raster, { ...task, picture })) {
    const { transform: edit } = made;
    const path = paths[edit];
    if (path === undefined) continue;
    if (made.state === 'refused') {
      refused.push({ edit, reason: made.reason });
      continue;
    }
    const bytes = await encode(made.raster, formats[format]);
    await writeScratch(path, bytes);
    files.push({ edit, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return { state: 'done', files, refused };
}
