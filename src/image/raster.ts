/** Decoded pixels: the input of every hash, transform and classifier. */

/** 8-bit pixels, row by row from the top left, channels interleaved. */
export interface Raster {
  /** Width in pixels, at least 1. */
  readonly width: number;
  /** Height in pixels, at least 1. */
  readonly height: number;
  /** 1 = grey, 3 = RGB. */
  readonly channels: 1 | 3;
  /** width × height × channels bytes. */
  readonly data: Uint8Array;
}
