/** Edits of each frame of a clip, by the edits of pictures; a random one is the same in all frames. */
import { applyTransform, resolveTransform, transformLabel } from '../../image/transform/index.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import type { ClipEdit } from './edit.ts';

/** An edit that applies an edit of pictures to each frame. */
export function eachFrame(
  name: string,
  summary: string,
  spec: TransformSpec & Readonly<Record<string, unknown>>,
  reference?: string,
): ClipEdit {
  const resolved = resolveTransform(spec);
  return {
    name,
    summary: `${summary} Each frame: ${transformLabel(resolved.transform, resolved.parameters)}.`,
    ...(reference === undefined ? {} : { reference }),
    async apply({ frames, ...rest }, rng) {
      const edited = [];
      for (const { image, timeSeconds } of frames)
        edited.push({ timeSeconds, image: await applyTransform(image, resolved, rng()) });
      return { ...rest, frames: edited };
    },
  };
}
