/**
 * Bright and dark regions of a small grey picture, in the order of ImageHash 4.3.2's `_find_all_segments`: all bright ones by their
 * first pixel (row by row), then the dark ones. Steinebach, Liu & Yannikos, "Efficient Cropping-Resistant Robust Image Hashing"
 * (ARES 2014), https://doi.org/10.1109/ARES.2014.85.
 */

/** A region of connected pixels: their number, and their bounding rectangle (including the last row and column). */
export interface Segment {
  readonly pixels: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Settings of the search. */
interface SegmentOptions {
  /** Pixels above this value, 0 to 255, are bright. */
  readonly threshold: number;
  /** Regions of at most this many pixels are omitted. */
  readonly minPixels: number;
}

/** The regions of a square grey picture with more than `minPixels` pixels, connected at their sides. */
export function findSegments(grey: Uint8Array, side: number, { threshold, minPixels }: SegmentOptions): Segment[] {
  // With a frame of a pixel, which is neither bright nor dark, so that every pixel has four neighbours.
  const stride = side + 2;
  const kinds = new Uint8Array(stride * stride);
  for (let y = 0, at = 0; y < side; y++)
    for (let x = 0, to = (y + 1) * stride + 1; x < side; x++, at++, to++)
      kinds[to] = grey[at]! > threshold ? bright : dark;
  const found = new Int32Array(grey.length);
  const segments: Segment[] = [];
  // ImageHash stops when it has counted as many pixels as the picture has, but counts a frame of pixels around the picture from the start,
  // so it omits the last dark regions. It never counts regions of one pixel. Both are reproduced to agree bit by bit.
  let seen = 4 * side;
  for (const wanted of [bright, dark])
    for (let start = stride; start < kinds.length - stride; start++) {
      if (wanted === dark && seen >= grey.length) break;
      if (kinds[start] !== wanted) continue;
      const segment = takeRegion(start, kinds, stride, found);
      if (segment.pixels > 1) seen += segment.pixels;
      if (segment.pixels > minPixels) segments.push(segment);
    }
  return segments;
}

/** Kinds of pixels. Those of regions that have been found, and the frame, have none. */
const none = 0;
const dark = 1;
const bright = 2;

/** The region of a pixel in a framed picture; its pixels have no kind afterwards. `found` has space for them. */
function takeRegion(start: number, kinds: Uint8Array, stride: number, found: Int32Array): Segment {
  const wanted = kinds[start]!;
  const steps = [-stride, stride, -1, 1] as const;
  found[0] = start;
  kinds[start] = none;
  let pixels = 1;
  let [top, left, bottom, right] = [stride, stride, 0, 0];
  for (let i = 0; i < pixels; i++) {
    const at = found[i]!;
    const y = Math.floor(at / stride);
    const x = at - y * stride;
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    left = Math.min(left, x);
    right = Math.max(right, x);
    for (const step of steps) {
      const next = at + step;
      if (kinds[next] !== wanted) continue;
      kinds[next] = none;
      found[pixels++] = next;
    }
  }
  return { pixels, top: top - 1, left: left - 1, bottom: bottom - 1, right: right - 1 };
}
