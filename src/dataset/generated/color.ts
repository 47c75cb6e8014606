/** Colours of the generated corpus. */
import type { Color } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { bell, between, clamp, mix } from './exact.ts';

/** RGB, 0 to 255, of hue (turns), saturation and value (0 to 1). Smith, "Color gamut transform pairs" (1978). */
export function hsv(hue: number, saturation: number, value: number): Color {
  const sector = (hue - Math.floor(hue)) * 6;
  const channel = (n: number): number => {
    const k = (n + sector) % 6;
    return Math.floor(255 * (value - value * saturation * clamp(Math.min(k, 4 - k), 0, 1)) + 0.5);
  };
  return [channel(5), channel(3), channel(1)];
}

/** The mixture of two colours. */
export const blendColors = (a: Color, b: Color, t: number): Color => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];

/** A colour made darker (below 1) or lighter (above 1). */
export const shade = (color: Color, factor: number): Color => [
  clamp(color[0] * factor, 0, 255),
  clamp(color[1] * factor, 0, 255),
  clamp(color[2] * factor, 0, 255),
];

/** A muted colour, as in photographs, around a hue. */
export const natural = (rng: Rng, hue: number, spread: number): Color =>
  hsv(hue + bell(rng) * spread, clamp(0.26 + bell(rng) * 0.13, 0.02, 0.65), clamp(0.48 + bell(rng) * 0.2, 0.08, 0.97));

/** A hue that is common in outdoor photographs: earth and wood, leaves, or stone and water. */
export function earthy(rng: Rng): number {
  const draw = rng.next();
  if (draw < 0.5) return between(rng, 0.05, 0.16);
  return draw < 0.8 ? between(rng, 0.18, 0.34) : between(rng, 0.5, 0.64);
}

/** A pale colour for paper and sky. */
export const pale = (rng: Rng): Color => hsv(rng.next(), between(rng, 0.12, 0.5), between(rng, 0.85, 1));

/** A bright flat colour, as in cartoons. */
export const vivid = (rng: Rng): Color => hsv(rng.next(), between(rng, 0.45, 0.9), between(rng, 0.75, 1));
