/** What the hashes do to every pixel of a picture. There is a kernel in WebAssembly, and one in JavaScript for where there is none. */
import type { Weights } from './filter.ts';
import type { Raster } from './raster.ts';

/** Both kernels give the same bytes. */
export interface PixelKernel {
  /**
   * The picture filtered across and then down, rounded and clipped to bytes after each. An axis without weights is not filtered; a picture
   * without any has its own bytes, not a copy.
   */
  resize(image: Raster, across: Weights | undefined, down: Weights | undefined): Raster;
  /** The luma of RGB pixels, a byte each: ITU-R 601-2 weights in 16-bit fixed point, rounded to the nearest. */
  luma(rgb: Uint8Array): Uint8Array;
}
