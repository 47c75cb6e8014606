/** Close-up textures with a 1/f spectrum: plaster, stone, wood, cloth, grass. */
import type { Canvas, Color } from '../../image/letters.ts';
import { type Brief, cameraOf, inverse } from './brief.ts';
import { natural, shade } from './color.ts';
import { develop, lightOf } from './develop.ts';
import { between, clamp, cosine, sine } from './exact.ts';
import { nearest, sample } from './noise.ts';
import { sheet } from './shape.ts';

const kinds = ['plaster', 'marble', 'wood', 'cloth', 'grass', 'brick'] as const;

/** One material that fills the picture. */
export function paintTexture(brief: Brief): Canvas {
  const { width, height, layout, detail, shot, noise } = brief;
  const canvas = sheet(width, height, [0, 0, 0]);
  const kind = layout.pick(kinds);
  const turn = kind === 'brick' ? between(layout, -0.02, 0.02) : layout.next();
  const scale = between(layout, 0.25, 0.9);
  const [offsetX, offsetY] = [layout.int(512), layout.int(512)];
  const [tile, other] = [layout.pick(noise.tiles), layout.pick(noise.tiles)];
  const hue = between(detail, 0.11, 0.9);
  const colors = [natural(detail, hue, 0.02), natural(detail, hue, 0.05)] as const;
  const contrast = between(detail, 0.5, 1.1);
  const light = lightOf(detail);

  const { a, b, e, f } = inverse(cameraOf(brief));
  const [c, s] = [cosine(turn) * scale, sine(turn) * scale];
  const ramp = rampOf(colors[0], colors[1], contrast);
  const value = values[kind];
  const { data } = canvas;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      const [worldX, worldY] = [a * x - b * y + e, b * x + a * y + f];
      const [u, v] = [c * worldX - s * worldY + offsetX, s * worldX + c * worldY + offsetY];
      const level = clamp(Math.floor(value(tile, other, u, v) * 40 + 128), 0, 255) * 3;
      data[at] = ramp[level]!;
      data[at + 1] = ramp[level + 1]!;
      data[at + 2] = ramp[level + 2]!;
    }
  develop(canvas, light, noise, shot, shot.next() < 0.4);
  return canvas;
}

type Value = (tile: Int16Array, other: Int16Array, u: number, v: number) => number;

/** Height of a material at a position, mean about zero, standard deviation about 1. */
const values: Record<(typeof kinds)[number], Value> = {
  plaster: (tile, other, u, v) => sample(tile, u, v) * 0.7 + nearest(other, u * 4, v * 4) * 0.6,
  // Veins lie where the noise crosses zero.
  marble: (tile, other, u, v) =>
    1.6 - 4 * Math.sqrt(Math.abs(sample(tile, u * 0.5, v * 0.5)) + 0.01) + nearest(other, u, v),
  // Rings: the fractional part of a slow gradient, bent by the noise.
  wood: (tile, other, u, v) => {
    const ring = v * 0.03 + sample(tile, u * 0.12, v * 0.5) * 0.9;
    const part = ring - Math.floor(ring);
    return part * 2 - 1 + nearest(other, u * 0.4, v * 5) * 0.45;
  },
  cloth: (tile, other, u, v) => {
    const [warp, weft] = [u * 0.3 - Math.floor(u * 0.3), v * 0.3 - Math.floor(v * 0.3)];
    const over = ((Math.floor(u * 0.3) + Math.floor(v * 0.3)) & 1) === 0;
    const thread = over ? warp * (1 - warp) : weft * (1 - weft);
    return thread * 7 - 1 + sample(tile, u * 0.4, v * 0.4) * 0.4 + nearest(other, u * 2, v * 2) * 0.3;
  },
  grass: (tile, other, u, v) => {
    const blade = nearest(tile, u * 5 + sample(other, u, v) * 5, v * 0.7);
    return blade + sample(other, u * 0.6, v * 0.6) * 0.5;
  },
  brick: (tile, other, u, v) => {
    const row = Math.floor(v / 26);
    const along = (u + (row & 1) * 36) / 72;
    const [fx, fy] = [(along - Math.floor(along)) * 72, v - row * 26];
    const joint = fx < 5 || fy < 5;
    const tint = nearest(other, Math.floor(along) * 37, row * 53);
    return (joint ? 1.8 : -0.6 + tint * 0.5) + sample(tile, u * 2, v * 2) * 0.45;
  },
};

/** 256 colours from the shade of one to the light of the other. */
function rampOf(low: Color, high: Color, contrast: number): Uint8Array {
  const out = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const t = i / 255;
    const lit = 0.5 + contrast * (t - 0.5);
    const color = shade(
      [low[0] + (high[0] - low[0]) * t, low[1] + (high[1] - low[1]) * t, low[2] + (high[2] - low[2]) * t],
      0.5 + lit,
    );
    for (let c = 0; c < 3; c++) out[i * 3 + c] = Math.floor(color[c]!);
  }
  return out;
}
