/** What a benign edit is: something an honest person or app does to a picture, from decoded pixels to decoded pixels. */
import type { Rng } from '../../util/rng.ts';
import type { Raster } from '../raster.ts';

/** A number that an edit takes. */
export interface Parameter {
  readonly default: number;
  /** Smallest value taken. */
  readonly min: number;
  /** Largest value taken. */
  readonly max: number;
  readonly unit: string;
  /** Whether only whole numbers make sense. */
  readonly integer?: boolean;
  /** Whether labels leave it out at its default: for numbers that came later, so that older results keep their labels. */
  readonly quiet?: boolean;
}

/**
 * A benign edit. The picture is decoded once: only edits that are codecs (jpeg, webp, avif, messenger) compress, once,
 * and return decoded pixels, with as many channels as they were given.
 */
export interface Transform {
  /** Name in experiment files, results and charts; also its key in the registry and its file. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Every number it takes, in the order that labels show. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Source whose definition it follows. */
  readonly reference?: string;
  /** The edited picture, at least 1×1; the same parameters and random stream always give the same pixels. */
  apply(image: Raster, parameters: Readonly<Record<string, number>>, rng: Rng): Promise<Raster>;
}

/** A transform whose `apply` knows its own parameters by name; `apply` expects all of them. */
export const defineTransform = <K extends string>(
  transform: Omit<Transform, 'parameters' | 'apply'> & {
    readonly parameters: Readonly<Record<K, Parameter>>;
    apply(image: Raster, parameters: Readonly<Record<K, number>>, rng: Rng): Promise<Raster>;
  },
): Transform & { readonly parameters: Readonly<Record<K, Parameter>> } => transform;
