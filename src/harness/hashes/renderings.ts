/** The renderings of one picture: for each set of edits the prepared original, then its edited copies. */
import type { PictureFile } from '../../dataset/picture-file.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import { wallClock } from '../../util/clock.ts';
import { seededRng } from '../../util/rng.ts';
import { applyAll, type EditSetSpec } from '../edit-preset.ts';

/** The edits of a picture. The seed and the picture's id decide what random edits draw. */
export interface RenderTask {
  readonly picture: Pick<PictureFile, 'id'>;
  readonly seed: number;
  readonly sets: readonly EditSetSpec[];
}

/** One rendering; an impossible edit is refused with its reason. */
export type Rendered = { readonly set: string; readonly transform: string } & (
  | { readonly state: 'rendered'; readonly raster: Raster; readonly millis: number }
  | { readonly state: 'refused'; readonly reason: string }
);

/** Renders a decoded picture. `transform` is the label of the edit, 'none' for the prepared original; without that, its set has no copies. */
export async function* renderings(raster: Raster, { picture, seed, sets }: RenderTask): AsyncGenerator<Rendered> {
  const { id } = picture;
  for (const { name: set, prepare, finish, edits } of sets) {
    const original = await tryTo({ set, transform: 'none' }, () =>
      applyAll(raster, prepare, seededRng(seed, `prepare/${set}/${id}`)),
    );
    yield original;
    if (original.state === 'refused') continue;
    for (const spec of edits) {
      const edit = resolveTransform(spec);
      const rng = seededRng(seed, `edit/${edit.label}/${id}`);
      yield await tryTo({ set, transform: edit.label }, async () =>
        applyAll(await applyTransform(original.raster, edit, rng), finish, rng),
      );
    }
  }
}

async function tryTo(
  what: { readonly set: string; readonly transform: string },
  make: () => Promise<Raster>,
): Promise<Rendered> {
  const start = wallClock();
  try {
    const raster = await make();
    return { ...what, state: 'rendered', raster, millis: wallClock() - start };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { ...what, state: 'refused', reason: error.message };
  }
}
