/** Every benign edit, and its specification in an experiment file. */

import type { TransformSpec } from '../../schema/edit-preset.ts';
import { UserError, unexpected } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import type { Rng } from '../../util/rng.ts';
import type { Raster } from '../raster.ts';
import { aspect } from './aspect.ts';
import { avif } from './avif.ts';
import { blur } from './blur.ts';
import { border } from './border.ts';
import { brightness } from './brightness.ts';
import { caption } from './caption.ts';
import { contrast } from './contrast.ts';
import { crop } from './crop.ts';
import { cropArea } from './crop-area.ts';
import { fit } from './fit.ts';
import { flip } from './flip.ts';
import { gamma } from './gamma.ts';
import { jpeg } from './jpeg.ts';
import { messenger } from './messenger.ts';
import { noise } from './noise.ts';
import { none } from './none.ts';
import { randomCrop } from './random-crop.ts';
import { repost } from './repost.ts';
import { resize } from './resize.ts';
import { rotate } from './rotate.ts';
import { screenshot } from './screenshot.ts';
import { stamp } from './stamp.ts';
import type { Transform } from './transform.ts';
import { vignette } from './vignette.ts';
import { watermark } from './watermark.ts';
import { webp } from './webp.ts';

/** Every benign edit, in the order of charts and tables. */
export const transforms = {
  none,
  jpeg,
  resize,
  fit,
  aspect,
  crop,
  'crop-area': cropArea,
  'random-crop': randomCrop,
  rotate,
  flip,
  blur,
  noise,
  gamma,
  brightness,
  contrast,
  vignette,
  border,
  caption,
  watermark,
  stamp,
  webp,
  avif,
  screenshot,
  messenger,
  repost,
} as const satisfies Record<string, Transform>;

/** Name of a benign edit in experiment files. */
export type TransformName = keyof typeof transforms;

/** A benign edit with all its parameters. */
export interface ResolvedTransform {
  readonly transform: Transform;
  /** Complete, in the transform's own order. */
  readonly parameters: Record<string, number>;
  /** E.g. `none` or `jpeg(quality=30)`: equal edits have equal labels. */
  readonly label: string;
}

/** The edit that a spec of an experiment file names; omitted parameters have their defaults. */
export function resolveTransform(spec: TransformSpec & Readonly<Record<string, unknown>>): ResolvedTransform {
  const { name, ...given } = spec;
  const transform = lookUp<Transform>(transforms, 'transform', name);
  for (const key of Object.keys(given)) {
    if (Object.keys(transform.parameters).length === 0)
      throw new UserError(`Transform ${name} takes no parameters but received '${key}'.`);
    lookUp(transform.parameters, `parameter of transform ${name}`, key);
  }
  const parameters: Record<string, number> = {};
  for (const [key, { default: fallback, min, max, integer }] of Object.entries(transform.parameters)) {
    const value = given[key] ?? fallback;
    const fits = typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value));
    if (!fits)
      throw unexpected(
        `${key} of transform ${name}`,
        `a ${integer ? 'whole ' : ''}number from ${min} to ${max}`,
        value,
      );
    parameters[key] = value;
  }
  return { transform, parameters, label: transformLabel(transform, parameters) };
}

/** The label of an edit in results and charts, with its parameters in declared order: `jpeg(quality=30)`. */
export function transformLabel(transform: Transform, parameters: Readonly<Record<string, number>>): string {
  const shown = Object.entries(transform.parameters)
    .map(([key, { default: fallback, quiet = false }]) => ({
      key,
      value: parameters[key] ?? fallback,
      fallback,
      quiet,
    }))
    .filter(({ value, fallback, quiet }) => !quiet || value !== fallback)
    .map(({ key, value }) => `${key}=${value}`);
  return shown.length === 0 ? transform.name : `${transform.name}(${shown.join(', ')})`;
}

/** The edited picture. Random edits draw from `rng`. */
export const applyTransform = (image: Raster, resolved: ResolvedTransform, rng: Rng): Promise<Raster> =>
  resolved.transform.apply(image, resolved.parameters, rng);
