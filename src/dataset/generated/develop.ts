/** Simulates a camera: blur, uneven light, grain. Integer and IEEE-exact arithmetic only. */
import type { Canvas } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { between } from './exact.ts';
import type { Noise } from './noise.ts';

// Reused between pictures: a new megabyte per blur would burden the garbage collector.
let scratch = new Uint8Array();

/** Box blur of a radius in pixels, rows then columns, edges repeated. Running sums make its speed independent of the radius. */
export function boxBlur(canvas: Canvas, radius: number): void {
  const { width, height, data } = canvas;
  const size = 2 * radius + 1;
  // Integer division by the size: exact for sums of up to 255 x 15.
  const inverse = Math.floor(65536 / size) + 1;
  const row = width * 3;
  const from = new Uint8Array(row + 6 * radius + 3);
  for (let y = 0; y < height; y++) {
    const start = y * row;
    from.set(data.subarray(start, start + row), 3 * radius);
    for (let i = 0; i < 3 * radius; i++) from[i] = data[start + (i % 3)]!;
    for (let i = 0; i < 3 * radius + 3; i++) from[3 * radius + row + i] = data[start + row - 3 + (i % 3)]!;
    let [r, g, b] = [1, 1, 1];
    for (let i = 0; i < 3 * size; i += 3) {
      r += from[i]!;
      g += from[i + 1]!;
      b += from[i + 2]!;
    }
    for (let i = 0, at = start, next = 3 * size; i < row; i += 3, at += 3, next += 3) {
      data[at] = (r * inverse) >> 16;
      data[at + 1] = (g * inverse) >> 16;
      data[at + 2] = (b * inverse) >> 16;
      r += from[next]! - from[i]!;
      g += from[next + 1]! - from[i + 1]!;
      b += from[next + 2]! - from[i + 2]!;
    }
  }
  // Columns: one running sum each. All move down row by row, so that memory is read in order.
  if (scratch.length < data.length) scratch = new Uint8Array(data.length);
  const before = scratch;
  before.set(data);
  const sums = new Int32Array(row).fill(1);
  const line = (y: number): number => Math.min(height - 1, Math.max(0, y)) * row;
  for (let k = -radius; k <= radius; k++) for (let x = 0, at = line(k); x < row; x++) sums[x]! += before[at + x]!;
  for (let y = 0; y < height; y++) {
    const [leaving, entering, at] = [line(y - radius), line(y + radius + 1), y * row];
    for (let x = 0; x < row; x++) {
      const sum = sums[x]!;
      data[at + x] = (sum * inverse) >> 16;
      sums[x] = sum + before[entering + x]! - before[leaving + x]!;
    }
  }
}

/** Light and camera of a photograph; the shots of one group share it. */
export interface Light {
  /** Relative change of brightness from edge to edge, right and down. */
  readonly slope: readonly [number, number];
  /** Relative loss of brightness in the corners. */
  readonly vignette: number;
  /** Red and blue relative to green. */
  readonly warmth: number;
  readonly exposure: number;
  /** Standard deviation of the grain, in grey levels. */
  readonly grain: number;
}

/** Draws the light of a photograph. */
export const lightOf = (rng: Rng): Light => ({
  slope: [between(rng, -0.35, 0.35), between(rng, -0.3, 0.3)],
  vignette: between(rng, 0, 0.35),
  warmth: between(rng, -0.1, 0.14),
  exposure: between(rng, 0.85, 1.15),
  grain: between(rng, 1.5, 7),
});

/**
 * Applies light to a canvas, and adds grain from a random position in the table. `soft` first averages each pixel with its right and lower
 * neighbours, as a lens does. It does so in the same pass, because a separate blur takes longer than everything else.
 */
export function develop(canvas: Canvas, light: Light, noise: Noise, shot: Rng, soft = false): void {
  const { width, height, data } = canvas;
  const { grain } = noise;
  const strength = light.grain / 32;
  const exposure = light.exposure * between(shot, 0.97, 1.03);
  const [red, blue] = [1 + light.warmth, 1 - light.warmth];
  const [dx, dy] = [1 / width, 1 / height];
  for (let y = 0; y < height; y++) {
    const v = y * dy - 0.5;
    const row = exposure * (1 + light.slope[1] * v - 2 * light.vignette * v * v);
    let at = y * width * 3;
    let from = shot.uint32() & 0x7fff;
    const below = soft && y + 1 < height ? width * 3 : 0;
    for (let x = 0; x < width; x++, at += 3, from += 3) {
      const u = x * dx - 0.5;
      const right = soft && x + 1 < width ? 3 : 0;
      const gain = (row + exposure * (light.slope[0] - 2 * light.vignette * u) * u) / 4;
      // The channels share part of the grain, as in a demosaiced sensor.
      const shared = grain[(from + 40000) & 0xffff]! * strength;
      const r =
        (data[at]! + data[at + right]! + data[at + below]! + data[at + below + right]!) * gain * red +
        shared +
        grain[from & 0xffff]! * strength * 0.5 +
        0.5;
      const g =
        (data[at + 1]! + data[at + right + 1]! + data[at + below + 1]! + data[at + below + right + 1]!) * gain +
        shared +
        grain[(from + 1) & 0xffff]! * strength * 0.5 +
        0.5;
      const b =
        (data[at + 2]! + data[at + right + 2]! + data[at + below + 2]! + data[at + below + right + 2]!) * gain * blue +
        shared +
        grain[(from + 2) & 0xffff]! * strength * 0.5 +
        0.5;
      data[at] = r < 0 ? 0 : r > 255 ? 255 : r;
      data[at + 1] = g < 0 ? 0 : g > 255 ? 255 : g;
      data[at + 2] = b < 0 ? 0 : b > 255 ? 255 : b;
    }
  }
}
