/** The pictures that models are fitted to and measured on, after their edits. */
import type { Picture } from '../src/dataset/dataset.ts';
import { decodeFile } from '../src/dataset/picture-file.ts';
import type { Raster } from '../src/image/raster.ts';
import { applyTransform, type resolveTransform } from '../src/image/transform/index.ts';
import { messenger } from '../src/image/transform/messenger.ts';
import { seededRng } from '../src/util/rng.ts';

/** A function that gives a picture as the curator lists it, and then as a messenger sends it after each of some edits. */
export const renderingsAfter = (edits: readonly ReturnType<typeof resolveTransform>[]) =>
  async function* renderings(picture: Picture): AsyncGenerator<Raster> {
    const original = await decodeFile(picture);
    yield original;
    for (const edit of edits) {
      const edited = await applyTransform(original, edit, seededRng(2019, `edit/${edit.label}/${picture.id}`));
      yield messenger.apply(edited, {}, seededRng(0));
    }
  };
