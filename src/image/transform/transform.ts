/** The interface of a benign edit: something that an honest person or app does to a picture, from decoded pixels to decoded pixels. */
import type { Rng } from '../../util/rng.ts';
import type { Raster } from '../raster.ts';

/** A numeric parameter of an edit. */
export interface Parameter {
  readonly default: number;
  /** Smallest accepted value. */
  readonly min: number;
  /** Largest accepted value. */
  readonly max: number;
  readonly unit: string;
  /** Whether the value must be a whole number. */
  readonly integer?: boolean;
  /** Whether labels omit it at its default. For parameters that were added later, so that older results keep their labels. */
  readonly quiet?: boolean;
}

/**
 * A benign edit. The picture is decoded once. Only edits that are codecs (jpeg, webp, avif, messenger) compress, once, and return decoded
 * pixels with the same number of channels.
 */
export interface Transform {
  /** Name in experiment files, results and charts; also its key in the registry and its file. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Every parameter, in the order of labels. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Source whose definition it follows. */
  readonly reference?: string;
  /** The edited picture, at least 1×1; the same parameters and random stream always give the same pixels. */
  apply(image: Raster, parameters: Readonly<Record<string, number>>, rng: Rng): Promise<Raster>;
}

/** A transform whose `apply` has types for its own parameters; `apply` expects all of them. */
export const defineTransform = <K extends string>(
  transform: Omit<Transform, 'parameters' | 'apply'> & {
    readonly parameters: Readonly<Record<K, Parameter>>;
    apply(image: Raster, parameters: Readonly<Record<K, number>>, rng: Rng): Promise<Raster>;
  },
): Transform & { readonly parameters: Readonly<Record<K, Parameter>> } => transform;
