/** Landscapes: sky with 1/f clouds over ridges, and a meadow, a shore or sand in front, with perspective and haze. */
import type { Canvas, Color } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { type Brief, type Camera, cameraOf, inverse, seen } from './brief.ts';
import { blendColors, hsv, shade } from './color.ts';
import { develop, lightOf } from './develop.ts';
import { between, clamp, smooth } from './exact.ts';
import { type Noise, nearest, sample } from './noise.ts';
import { ellipse, fillPolygon, sheet } from './shape.ts';

/** Sky, ridges, ground, and sometimes a sun and trees. */
export function paintLandscape(brief: Brief): Canvas {
  const { width, height, layout, detail, shot, noise } = brief;
  const canvas = sheet(width, height, [0, 0, 0]);
  const camera = cameraOf(brief);
  const horizon = between(layout, 0.35, 0.68) * height;
  const ridges = 1 + layout.int(4);
  const evening = detail.next() < 0.35;
  const zenith = hsv(between(detail, 0.55, 0.63), between(detail, 0.25, 0.7), between(detail, 0.5, 0.9));
  const low = evening ? hsv(between(detail, 0.03, 0.12), 0.5, 0.95) : hsv(0.57, between(detail, 0.03, 0.2), 0.95);
  const earth = hsv(between(detail, 0.07, 0.4), between(detail, 0.2, 0.6), between(detail, 0.25, 0.6));
  const light = lightOf(detail);

  sky(canvas, inverse(camera), noise, horizon, zenith, low, layout, between(detail, -0.6, 0.8));
  // Always drawn, even if unused: a group's contents must not shift its family's stream.
  const noon = layout.next() < 0.2;
  const [x, y, r] = [
    between(layout, 0.1, 0.9) * width,
    between(layout, 0.1, 0.9) * horizon,
    between(layout, 0.02, 0.05) * width,
  ];
  if (evening || noon)
    for (const [grow, opacity] of [
      [3, 0.12],
      [2, 0.2],
      [1, 0.9],
    ] as const)
      fillPolygon(canvas, seen(camera, ellipse(x, y, r * grow, r * grow)), { color: [255, 246, 214], opacity });
  for (let i = 0; i < ridges; i++) {
    const near = (i + 1) / (ridges + 1);
    const base = horizon - (1 - near) * between(layout, 0.02, 0.16) * height;
    const color = blendColors(low, shade(earth, 0.8), 0.25 + near * 0.6);
    ridge(
      canvas,
      camera,
      noise,
      base,
      between(layout, 0.02, 0.14) * height,
      between(layout, 0.1, 0.5),
      layout.int(512),
      color,
    );
  }
  ground(canvas, inverse(camera), noise, horizon, earth, low, layout.int(3), layout.int(512));
  const trees = layout.next() < 0.55 ? 2 + layout.int(14) : 0;
  for (let i = 0; i < trees; i++) tree(canvas, camera, noise, layout, detail, horizon, earth);
  develop(canvas, light, noise, shot, true);
  return canvas;
}

function sky(
  canvas: Canvas,
  inv: Camera,
  noise: Noise,
  horizon: number,
  zenith: Color,
  low: Color,
  layout: Rng,
  clear: number,
): void {
  const { width, height, data } = canvas;
  const [scale, from, tile] = [between(layout, 0.3, 0.9), layout.int(512), layout.pick(noise.tiles)];
  for (let y = 0; y < height; y++)
    for (let x = 0, at = y * width * 3; x < width; x++, at += 3) {
      const [worldX, worldY] = [inv.a * x - inv.b * y + inv.e, inv.b * x + inv.a * y + inv.f];
      if (worldY > horizon + 2) continue;
      const t = clamp(worldY / horizon, 0, 1);
      // Clouds flatten towards the horizon.
      const cloud = sample(tile, worldX * scale + from, worldY * scale * (1.2 + 2 * t));
      const cover = smooth(clamp((cloud - clear) * 0.7, 0, 1)) * 0.85;
      for (let c = 0; c < 3; c++) {
        const blue = zenith[c]! + (low[c]! - zenith[c]!) * t * t;
        data[at + c] = blue + (250 - 22 * t - blue) * cover;
      }
    }
}

function ridge(
  canvas: Canvas,
  camera: Camera,
  noise: Noise,
  base: number,
  rise: number,
  scale: number,
  row: number,
  color: Color,
): void {
  const { width, height } = canvas;
  const points: number[] = [];
  for (let x = -0.1 * width; x <= 1.1 * width; x += 4)
    points.push(x, base - rise * (0.6 + 0.5 * sample(noise.tiles[0]!, x * scale, row)));
  points.push(1.1 * width, height * 1.1, -0.1 * width, height * 1.1);
  fillPolygon(
    canvas,
    seen(camera, points),
    { color, texture: { tile: noise.tiles[1]!, scale: [1.2, 1.6], amount: 0.08 } },
    2,
  );
}

/** Meadow, water or sand: noise seen at a grazing angle. */
function ground(
  canvas: Canvas,
  inv: Camera,
  noise: Noise,
  horizon: number,
  earth: Color,
  low: Color,
  kind: number,
  from: number,
): void {
  const { width, height, data } = canvas;
  const tile = noise.tiles[2]!;
  const near: Color = kind === 1 ? [40, 74, 98] : kind === 2 ? [196, 172, 132] : earth;
  for (let y = 0; y < height; y++)
    for (let x = 0, at = y * width * 3; x < width; x++, at += 3) {
      const worldY = inv.b * x + inv.a * y + inv.f;
      if (worldY <= horizon) continue;
      const worldX = inv.a * x - inv.b * y + inv.e;
      const depth = (worldY - horizon) / (height - horizon);
      const far = 1 / (depth + 0.06);
      const u = (worldX - width / 2) * far * (kind === 1 ? 0.15 : 0.5) + from;
      const grainy = nearest(tile, u, far * 90) + nearest(tile, u * 0.3, far * 20);
      const lit = 1 + grainy * (kind === 1 ? 0.12 : 0.16);
      const haze = clamp(1 - depth * 3, 0, 1) * 0.55;
      for (let c = 0; c < 3; c++) {
        const value = (near[c]! + (low[c]! - near[c]!) * haze) * lit;
        data[at + c] = value > 255 ? 255 : value < 0 ? 0 : value;
      }
    }
}

function tree(
  canvas: Canvas,
  camera: Camera,
  noise: Noise,
  layout: Rng,
  detail: Rng,
  horizon: number,
  earth: Color,
): void {
  const { width, height } = canvas;
  const depth = layout.next() * layout.next();
  const [x, foot] = [between(layout, -0.05, 1.05) * width, horizon + depth * (height - horizon) * 0.6];
  const size = (0.05 + depth * 0.5) * height;
  const color = shade(earth, between(detail, 0.45, 0.85));
  const trunk = [
    x - size * 0.03,
    foot,
    x - size * 0.02,
    foot - size * 0.6,
    x + size * 0.02,
    foot - size * 0.6,
    x + size * 0.03,
    foot,
  ];
  fillPolygon(canvas, seen(camera, trunk), { color: [58, 44, 34] });
  const blobs = 4 + layout.int(5);
  for (let i = 0; i < blobs; i++) {
    const [dx, dy] = [between(layout, -0.22, 0.22) * size, between(layout, -1, -0.45) * size];
    const r = between(layout, 0.1, 0.24) * size;
    fillPolygon(canvas, seen(camera, ellipse(x + dx, foot + dy, r, r * 0.8)), {
      color: shade(color, 1.25 + dy / size / 2),
      texture: { tile: noise.tiles[1]!, scale: [4, 4], amount: 0.25 },
      slope: [-0.25 / r, -0.35 / r],
    });
  }
}
