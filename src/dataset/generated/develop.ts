/** What a camera does to light: blur, uneven light, grain. Integer and IEEE-exact arithmetic only. */
import type { Canvas } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { between } from './exact.ts';
import type { Noise } from './noise.ts';

/** Box blur of a radius in pixels, rows then columns, edges repeated; running sums make it as fast for any radius. */
export function boxBlur(canvas: Canvas, radius: number): void {
  const { width, height, data } = canvas;
  const line = new Uint8Array(Math.max(width, height) + 2 * radius + 1);
  const pass = (start: number, step: number, length: number): void => {
    const first = data[start]!;
    const last = data[start + (length - 1) * step]!;
    for (let i = 0; i < radius; i++) line[i] = first;
    for (let i = 0, at = start; i < length; i++, at += step) line[radius + i] = data[at]!;
    for (let i = 0; i <= radius; i++) line[radius + length + i] = last;
    const size = 2 * radius + 1;
    let sum = size >> 1;
    for (let i = 0; i < size; i++) sum += line[i]!;
    for (let i = 0, at = start; i < length; i++, at += step) {
      data[at] = sum / size;
      sum += line[i + size]! - line[i]!;
    }
  };
  for (let y = 0; y < height; y++) for (let c = 0; c < 3; c++) pass(y * width * 3 + c, 3, width);
  for (let x = 0; x < width * 3; x++) pass(x, width * 3, height);
}

/** How a photograph was lit and taken; shared by the shots of one group. */
export interface Light {
  /** Change of brightness from edge to edge, right and down, as a share. */
  readonly slope: readonly [number, number];
  /** Loss of brightness in the corners, as a share. */
  readonly vignette: number;
  /** Red and blue against green. */
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

/** Lights a canvas and adds grain from a random place in the table. */
export function develop(canvas: Canvas, light: Light, noise: Noise, shot: Rng): void {
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
    for (let x = 0; x < width; x++, at += 3, from += 3) {
      const u = x * dx - 0.5;
      const gain = row + exposure * (light.slope[0] - 2 * light.vignette * u) * u;
      // Grain is partly shared by the channels, as a demosaiced sensor's is.
      const shared = grain[(from + 40000) & 0xffff]! * strength;
      const r = data[at]! * gain * red + shared + grain[from & 0xffff]! * strength * 0.5 + 0.5;
      const g = data[at + 1]! * gain + shared + grain[(from + 1) & 0xffff]! * strength * 0.5 + 0.5;
      const b = data[at + 2]! * gain * blue + shared + grain[(from + 2) & 0xffff]! * strength * 0.5 + 0.5;
      data[at] = r < 0 ? 0 : r > 255 ? 255 : r;
      data[at + 1] = g < 0 ? 0 : g > 255 ? 255 : g;
      data[at + 2] = b < 0 ? 0 : b > 255 ? 255 : b;
    }
  }
}
