/**
 * Dead-leaves scenes: opaque shapes falling on one another, radius density r^-3, which gives the scale invariance and the edges of natural
 * images. Lee, Mumford & Huang, "Occlusion models for natural images" (IJCV 41, 2001). Lit, shaded, blurred and grained like a photograph.
 */
import type { Canvas } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { type Brief, type Camera, cameraOf, seen } from './brief.ts';
import { earthy, natural } from './color.ts';
import { boxBlur, develop, lightOf } from './develop.ts';
import { between, chance, cosine, sine } from './exact.ts';
import { ellipse, fillPolygon, type Ink, sheet } from './shape.ts';

interface Leaf {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly points: number[];
}

/** A heap of objects: far ones out of focus, near ones sharp. */
export function paintScene(brief: Brief): Canvas {
  const { width, height, layout, detail, shot, noise } = brief;
  const canvas = sheet(width, height, [0, 0, 0]);
  const camera = cameraOf(brief);
  const hues = [earthy(layout), earthy(layout), layout.next()];
  const shape = layout.int(5);
  // Near heaps have few large objects, far ones many small ones.
  const smallest = between(layout, 9, 24);
  const spread = between(layout, 0.008, 0.05);
  const light = lightOf(detail);
  const sun: readonly [number, number] = [between(detail, -1, 1), between(detail, -1, 0.2)];
  const recolour = between(detail, 0, 0.5);
  const tiles = noise.tiles;

  const ground = natural(layout, layout.pick(hues), 0.03);
  fillPolygon(canvas, [0, 0, width, 0, width, height, 0, height], {
    color: ground,
    texture: { tile: tiles[0]!, scale: [0.7, 0.7], amount: 0.16 },
  });
  const count = Math.floor((width * height) / (smallest * smallest * 7));
  for (let i = 0; i < count; i++) {
    const leaf = drawLeaf(layout, width, height, shape, smallest, i / count);
    let color = natural(layout, hues[Math.min(layout.int(3), layout.int(3))]!, spread);
    // Other contents in the same composition: a family's groups differ here.
    if (chance(detail, recolour)) color = natural(detail, detail.pick(hues), spread);
    const ink: Ink = {
      color,
      slope: [(-sun[0] * between(layout, 0, 0.5)) / leaf.radius, (-sun[1] * between(layout, 0, 0.5)) / leaf.radius],
      texture: {
        tile: layout.pick(tiles),
        scale: [between(layout, 0.4, 3), between(layout, 0.4, 3)],
        amount: between(layout, 0.08, 0.3),
      },
    };
    place(canvas, camera, leaf, ink, sun);
    if (i === Math.floor(count * 0.55)) boxBlur(canvas, 3 + shot.int(3));
  }
  develop(canvas, light, noise, shot, true);
  return canvas;
}

/** Radii by the inverse of the distribution function of r^-3 between the smallest and the largest. */
function drawLeaf(layout: Rng, width: number, height: number, shape: number, smallest: number, age: number): Leaf {
  const largest = 0.32 * Math.max(width, height);
  const ratio = smallest / largest;
  const drawn = smallest / Math.sqrt(1 - layout.next() * (1 - ratio * ratio));
  // Late leaves stay small; otherwise the last large one would hide the picture.
  const radius = Math.min(drawn, largest * (1.15 - age));
  const [x, y] = [between(layout, -0.1, 1.1) * width, between(layout, -0.1, 1.1) * height];
  return { x, y, radius, points: outline(layout, x, y, radius, shape) };
}

function outline(layout: Rng, x: number, y: number, radius: number, shape: number): number[] {
  const turn = layout.next();
  const flat = between(layout, 0.35, 1);
  if (shape === 0 || chance(layout, 0.25)) return ellipse(x, y, radius, radius * flat, turn);
  if (shape === 1) {
    const [c, s] = [cosine(turn) * radius, sine(turn) * radius];
    const [d, e] = [-s * flat, c * flat];
    return [x + c + d, y + s + e, x - c + d, y - s + e, x - c - d, y - s - e, x + c - d, y + s - e];
  }
  const [second, third, phase] = [between(layout, 0, 0.25), between(layout, 0, 0.18), layout.next()];
  const sides = Math.max(10, Math.min(48, Math.floor(Math.sqrt(radius) * 5)));
  const [c, s] = [cosine(turn), sine(turn)];
  const out: number[] = [];
  for (let i = 0; i < sides; i++) {
    const t = i / sides;
    // Pointed leaves, pebbles, or blobs.
    const bend = shape === 2 ? flat * Math.abs(sine(t)) * 0.8 : flat;
    const r = radius * (1 + second * sine(2 * t + phase) + third * sine(3 * t - phase));
    const [u, v] = [cosine(t) * r, sine(t) * r * bend];
    out.push(x + u * c - v * s, y + u * s + v * c);
  }
  return out;
}

function place(canvas: Canvas, camera: Camera, leaf: Leaf, ink: Ink, sun: readonly [number, number]): void {
  const points = seen(camera, leaf.points);
  if (leaf.radius > 22) {
    const far = Math.min(9, leaf.radius * 0.08);
    const shadow = points.map((each, i) => each - sun[i & 1]! * far + far * 0.4);
    fillPolygon(canvas, shadow, { color: [12, 12, 18], opacity: 0.3 }, 1);
  }
  fillPolygon(canvas, points, ink, 2);
}
