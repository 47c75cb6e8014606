/** Inputs of a painter, including the camera: everything that a picture depends on. */
import type { Canvas } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { cosine, sine } from './exact.ts';
import type { Noise } from './noise.ts';

/** A camera: maps a world position, in pixels of the first shot, to a position in this shot. */
export interface View {
  readonly zoom: number;
  /** Rotation about the centre, in turns. */
  readonly turn: number;
  /** Shift, as a fraction of the width and height. */
  readonly shift: readonly [number, number];
}

/** Inputs of a painter. */
export interface Brief {
  readonly width: number;
  readonly height: number;
  /** Composition: pictures of one family share this stream's seed. */
  readonly layout: Rng;
  /** Contents of the composition: pictures of one group share this stream's seed. */
  readonly detail: Rng;
  /** Differences between shots: text, grain, focus. */
  readonly shot: Rng;
  readonly view: View;
  readonly noise: Noise;
}

/** Draws one picture. */
export type Painter = (brief: Brief) => Canvas;

/** A camera that does not move. */
export const still: View = { zoom: 1, turn: 0, shift: [0, 0] };

/** The affine map of a camera: x' = a x − b y + e, y' = b x + a y + f. */
export interface Camera {
  readonly a: number;
  readonly b: number;
  readonly e: number;
  readonly f: number;
}

/** From world to picture. */
export function cameraOf({ width, height, view }: Pick<Brief, 'width' | 'height' | 'view'>): Camera {
  const [a, b] = [cosine(view.turn) * view.zoom, sine(view.turn) * view.zoom];
  const [cx, cy] = [width / 2, height / 2];
  return { a, b, e: cx + view.shift[0] * width - a * cx + b * cy, f: cy + view.shift[1] * height - b * cx - a * cy };
}

/** From picture to world. */
export function inverse({ a, b, e, f }: Camera): Camera {
  const scale = a * a + b * b;
  const [c, d] = [a / scale, -b / scale];
  return { a: c, b: d, e: -(c * e - d * f), f: -(d * e + c * f) };
}

/** Projects a polygon through a camera. */
export function seen({ a, b, e, f }: Camera, points: readonly number[]): number[] {
  const out = new Array<number>(points.length);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    out[i] = a * x - b * y + e;
    out[i + 1] = b * x + a * y + f;
  }
  return out;
}
