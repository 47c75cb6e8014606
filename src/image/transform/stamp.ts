/**
 * Writes a word into a lower corner, with strokes of constant width: the letters of Hershey's Simplex Roman, as in OpenCV's `putText`. A.
 * V. Hershey, "Calligraphy for computers", U.S. Naval Weapons Laboratory (1967).
 */
import { filled, toByte } from './pixels.ts';
import { defineTransform } from './transform.ts';

type Point = readonly [x: number, y: number];
/** Advance, and strokes as points. A capital letter is 21 units high; y increases upwards from the baseline. */
interface Letter {
  readonly advance: number;
  readonly strokes: readonly (readonly Point[])[];
}

// biome-ignore format: one letter a paragraph
const letters = {
  T: { advance: 16, strokes: [[[8, 21], [8, 0]], [[1, 21], [15, 21]]] },
  E: { advance: 19, strokes: [[[4, 21], [4, 0]], [[4, 21], [17, 21]], [[4, 11], [12, 11]], [[4, 0], [17, 0]]] },
  S: { advance: 20, strokes: [[[17, 18], [15, 20], [12, 21], [8, 21], [5, 20], [3, 18], [3, 16], [4, 14], [5, 13], [7, 12],
    [13, 10], [15, 9], [16, 8], [17, 6], [17, 3], [15, 1], [12, 0], [8, 0], [5, 1], [3, 3]]] },
} as const satisfies Record<string, Letter>;

/** The word in Thorn's benchmark. The benchmark uses strokes of 5 px and 5 px per unit, so the word is 360 px wide and 108 px high. */
const word = ['T', 'E', 'S', 'T'] as const;
const measured = { width: 360, height: 108, unit: 5 } as const;

/** Every stroke of the word as line segments; the origin is the left end of the baseline. */
const segments = (() => {
  const found: (readonly [Point, Point])[] = [];
  let pen = 0;
  for (const name of word) {
    const { advance, strokes }: Letter = letters[name];
    const moved = strokes.map((stroke) => stroke.map(([x, y]): Point => [x + pen, y]));
    for (const stroke of moved) for (let i = 1; i < stroke.length; i++) found.push([stroke[i - 1]!, stroke[i]!]);
    pen += advance;
  }
  return found;
})();

export const stamp = defineTransform({
  name: 'stamp',
  summary: 'The word TEST in a lower corner, semi-transparent, in strokes of constant width.',
  parameters: {
    width: { default: 0.2, min: 0.01, max: 1, unit: 'of the width' },
    stroke: { default: 5, min: 1, max: 100, unit: 'px' },
    shade: { default: 0, min: 0, max: 255, unit: '0 = black, 255 = white', integer: true },
    opacity: { default: 0.8, min: 0, max: 1, unit: 'of the word' },
    right: { default: 0, min: 0, max: 1, unit: '0 = lower left, 1 = lower right corner', integer: true },
  },
  reference: 'watermark of the benchmark in github.com/thorn-oss/perception',
  apply: async (image, { width: share, stroke, shade, opacity, right }) => {
    const { width, height, channels } = image;
    const out = filled(width, height, channels, 0);
    out.data.set(image.data);
    const scale = (share * width) / measured.width;
    const margin = measured.height * scale;
    const left = Math.trunc(right ? width - margin - share * width : margin);
    const baseline = Math.trunc(height - margin);
    const unit = measured.unit * scale;
    const lines = segments.map(([a, b]) => [place(a), place(b)] as const);
    function place([x, y]: Point): Point {
      return [left + x * unit, baseline - y * unit];
    }
    const reach = stroke / 2;
    for (let y = Math.max(0, Math.floor(baseline - 21 * unit - reach)); y < height; y++)
      for (let x = 0; x < width; x++)
        if (lines.some(([a, b]) => isNear(x, y, a, b, reach)))
          for (let c = 0, at = (y * width + x) * channels; c < channels; c++, at++)
            out.data[at] = toByte(out.data[at]! * (1 - opacity) + shade * opacity);
    return out;
  },
});

/** Whether a point is within `reach` of a line segment, with round ends. */
function isNear(x: number, y: number, [fromX, fromY]: Point, [toX, toY]: Point, reach: number): boolean {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const length = alongX * alongX + alongY * alongY;
  const share = length === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / length;
  const nearest = Math.min(1, Math.max(0, share));
  return (x - fromX - nearest * alongX) ** 2 + (y - fromY - nearest * alongY) ** 2 <= reach * reach;
}
