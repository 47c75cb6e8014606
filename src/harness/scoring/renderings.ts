/** A picture in all the forms that are to be scored: for each set as it is prepared, then after each edit. */
import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import { seededRng } from '../../util/rng.ts';
import type { EditSetSpec } from '../benchmark/tasks.ts';
import { applyAll } from '../edit-preset.ts';

/** One form of a picture, or why there is none. */
export interface Rendering {
  readonly set: string;
  /** Label of the edit; 'none' for the picture as the set prepares it. */
  readonly transform: string;
  readonly made: { readonly image: Raster } | Unmade;
}

/** A rendering that cannot be made of its picture. */
export interface Unmade {
  readonly state: 'refused';
  readonly reason: string;
}

/** The pixels of a file, or the sentence that refuses it. */
export async function decoded(picture: PictureFile): Promise<Raster | { readonly refused: string }> {
  try {
    return await decodeFile(picture);
  } catch (error) {
    if (error instanceof RefusedError) return { refused: error.message };
    throw error;
  }
}

/** Makes one form after the other; an edit that cannot be made costs only itself. The same seed and id give the same pixels as in copy detection. */
export async function* renderings(
  original: Raster,
  sets: readonly EditSetSpec[],
  { seed, id }: { readonly seed: number; readonly id: string },
): AsyncGenerator<Rendering> {
  for (const { name: set, prepare, finish, edits } of sets) {
    const start = await attempt(() => applyAll(original, prepare, seededRng(seed, `prepare/${set}/${id}`)));
    yield { set, transform: 'none', made: start };
    if (!('image' in start)) continue;
    for (const spec of edits) {
      const edit = resolveTransform(spec);
      const rng = seededRng(seed, `edit/${edit.label}/${id}`);
      const made = await attempt(async () => applyAll(await applyTransform(start.image, edit, rng), finish, rng));
      yield { set, transform: edit.label, made };
    }
  }
}

/** What is made, or the picture's refusal; whatever else goes wrong is thrown. */
export async function attempt(make: () => Promise<Raster>): Promise<Rendering['made']> {
  try {
    return { image: await make() };
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', reason: error.message };
    throw error;
  }
}
