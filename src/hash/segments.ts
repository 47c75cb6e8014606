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
  const bright = Uint8Array.from(grey, (value) => (value > threshold ? 1 : 0));
  const taken = new Uint8Array(grey.length);
  const segments: Segment[] = [];
  // ImageHash stops when it has counted as many pixels as the picture has, but counts a frame of pixels around the picture from the start,
  // so it omits the last dark regions. It never counts regions of one pixel. Both are reproduced to agree bit by bit.
  let seen = 4 * side;
  for (const wanted of [1, 0])
    for (let start = 0; start < grey.length; start++) {
      if (wanted === 0 && seen >= grey.length) break;
      if (taken[start] === 1 || bright[start] !== wanted) continue;
      const segment = regionAt(start, bright, taken, side);
      if (segment.pixels > 1) seen += segment.pixels;
      if (segment.pixels > minPixels) segments.push(segment);
    }
  return segments;
}

/** The region of a pixel; marks its pixels as used. */
function regionAt(start: number, bright: Uint8Array, taken: Uint8Array, side: number): Segment {
  const wanted = bright[start];
  const found = [start];
  taken[start] = 1;
  let [top, left, bottom, right] = [side, side, 0, 0];
  const visit = (at: number): void => {
    if (taken[at] === 1 || bright[at] !== wanted) return;
    taken[at] = 1;
    found.push(at);
  };
  for (let i = 0; i < found.length; i++) {
    const at = found[i]!;
    const y = Math.floor(at / side);
    const x = at - y * side;
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    left = Math.min(left, x);
    right = Math.max(right, x);
    if (y > 0) visit(at - side);
    if (y < side - 1) visit(at + side);
    if (x > 0) visit(at - 1);
    if (x < side - 1) visit(at + 1);
  }
  return { pixels: found.length, top, left, bottom, right };
}
