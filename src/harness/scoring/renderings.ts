import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import { reasonOf } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { EditSetSpec } from '../benchmark/tasks.ts';
import { applyAll } from '../edit-preset.ts';
import { decodeFile, type PictureFile } from '../picture-file.ts';

/** One form of a picture, or why there is none. */
export interface Rendering {
  readonly set: string;
  /** Label of the edit; 'none' for the picture as the set prepares it. */
  readonly transform: string;
  readonly made: { readonly image: Raster } | Unmade;
}

/** A rendering that could not be made or scored. */
export type Unmade =
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'failed'; readonly error: string };

/** What an error says of a rendering: the picture's fault, or ours. */
export const unmade = (error: unknown): Unmade =>
  error instanceof RefusedError
    ? { state: 'refused', reason: error.message }
    : { state: 'failed', error: reasonOf(error) };

/** The pixels of a file, or the sentence that refuses it. */
export async function decoded(picture: PictureFile): Promise<Raster | { readonly refused: string }> {
  try {
    return await decodeFile(picture);
  } catch (error) {
    if (error instanceof RefusedError) return { refused: error.message };
    throw error;
  }
}

/** Makes one form after the other; an edit that fails costs only itself. The same seed and id give the same pixels as in copy detection. */
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

async function attempt(make: () => Promise<Raster>): Promise<Rendering['made']> {
  try {
    return { image: await make() };
  } catch (error) {
    return unmade(error);
  }
}
