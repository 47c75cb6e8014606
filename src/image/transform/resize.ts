/** Resizes both directions by one factor, with a three-lobed Lanczos kernel that widens when shrinking. */
import type { Raster } from '../raster.ts';
import { throughSharp } from './through.ts';
import { defineTransform } from './transform.ts';

/** The picture at another size in pixels; its aspect ratio can change. */
export async function resample(image: Raster, width: number, height: number): Promise<Raster> {
  if (width === image.width && height === image.height) return image;
  return throughSharp(image, (input) => input.resize({ width, height, fit: 'fill', kernel: 'lanczos3' }));
}

/** A length in pixels times a factor: rounded, and at least 1. */
export const scaled = (pixels: number, factor: number): number => Math.max(1, Math.floor(pixels * factor + 0.5));

export const resize = defineTransform({
  name: 'resize',
  summary: 'Width and height times a factor (Lanczos).',
  parameters: { factor: { default: 0.5, min: 0.01, max: 4, unit: 'of the side' } },
  reference: 'Duchon, "Lanczos filtering in one and two dimensions", J. Appl. Meteorology 18 (1979)',
  apply: (image, { factor }) => resample(image, scaled(image.width, factor), scaled(image.height, factor)),
});
