/**
 * Miniatures: grey pictures of 64 × 64 pixels drawn in a fraction of a millisecond, for lists of 10^5 and more. Dead leaves (Lee, Mumford &
 * Huang 2001) over 1/f noise in a few compositions; plain backgrounds with one central object are included deliberately, because pictures
 * that only share their composition cause a hash's false positives.
 */
import type { Raster } from '../../image/raster.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import { between, cosine, sine, smooth } from './exact.ts';

/** Increases whenever any pixel of any miniature changes. */
export const miniatureVersion = 1;

/** Side of a miniature in pixels: PDQ's minimum. */
export const miniatureSide = 64;

/** Compositions, weighted by how often they occur in this list. */
export const compositions = [
  ...Array<'leaves'>(7).fill('leaves'),
  ...Array<'thing'>(5).fill('thing'),
  ...Array<'landscape'>(5).fill('landscape'),
  ...Array<'texture'>(3).fill('texture'),
] as const;
/** Composition of a miniature, and its topic. */
type Composition = (typeof compositions)[number];

/** A miniature and its composition. */
interface Miniature {
  readonly composition: Composition;
  readonly raster: Raster;
}

const side = miniatureSide;

/** The miniature of that number: a pure function of seed and number. */
export function miniature(seed: number, index: number): Miniature {
  const rng = seededRng(seed, `miniature/${index}`);
  const composition = rng.pick(compositions);
  const canvas = new Float32Array(side * side);
  const grain = noise(rng);
  ground(canvas, composition, rng);
  const count = { leaves: 20 + rng.int(160), thing: 1 + rng.int(12), landscape: rng.int(30), texture: 0 }[composition];
  for (let i = 0; i < count; i++) leaf(canvas, composition, i / count, rng);
  light(canvas, grain, composition === 'texture' ? 1.4 : between(rng, 0.1, 0.5), rng);
  return { composition, raster: { width: side, height: side, channels: 1, data: developed(canvas, rng) } };
}

/** Value noise whose octaves halve in amplitude as they double in frequency, about zero. */
function noise(rng: Rng): Float32Array {
  const out = new Float32Array(side * side);
  const turned = rng.int(2) === 1;
  for (let cells = 2, amplitude = 1; cells <= 32; cells *= 2, amplitude /= 2) {
    // Stretched in one direction, like cloth, water and grass.
    const across = turned ? Math.max(2, cells >> 1) : cells;
    const lattice = Float32Array.from({ length: (across + 1) * (cells + 1) }, () => (rng.next() - 0.5) * amplitude);
    const [stepX, stepY] = [side / across, side / cells];
    for (let y = 0; y < side; y++) {
      const row = Math.floor(y / stepY);
      const wy = smooth((y % stepY) / stepY);
      for (let x = 0; x < side; x++) {
        const column = Math.floor(x / stepX);
        const wx = smooth((x % stepX) / stepX);
        const at = row * (across + 1) + column;
        const top = lattice[at]! + (lattice[at + 1]! - lattice[at]!) * wx;
        const below = at + across + 1;
        const bottom = lattice[below]! + (lattice[below + 1]! - lattice[below]!) * wx;
        out[y * side + x]! += top + (bottom - top) * wy;
      }
    }
  }
  return out;
}

/** The background: one shade, or a sky over ground. */
function ground(canvas: Float32Array, composition: Composition, rng: Rng): void {
  const shade = between(rng, 0.1, 0.9);
  if (composition !== 'landscape') {
    canvas.fill(composition === 'thing' && rng.next() < 0.5 ? between(rng, 0.85, 1) : shade);
    return;
  }
  const horizon = between(rng, 0.25, 0.75) * side;
  const tilt = between(rng, -0.15, 0.15);
  const [sky, slope, earth] = [between(rng, 0.5, 1), between(rng, -0.4, 0.2), between(rng, 0.05, 0.6)];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      canvas[y * side + x] = y < horizon + (x - side / 2) * tilt ? sky + (slope * y) / side : earth;
}

/** One opaque shape: an ellipse or a box. Its radius has density r^-3, and its shade varies linearly across it. */
function leaf(canvas: Float32Array, composition: Composition, age: number, rng: Rng): void {
  const middle = composition === 'thing';
  const [smallest, largest] = middle && age === 0 ? [10, 26] : [2, middle ? 14 : 24];
  const ratio = smallest / largest;
  // Late leaves stay small; otherwise the last large one would hide the picture.
  const radius = Math.min(smallest / Math.sqrt(1 - rng.next() * (1 - ratio * ratio)), largest * (1.15 - age));
  const low = composition === 'landscape' ? 0.4 : -0.05;
  const x = (middle ? 0.5 + between(rng, -0.25, 0.25) : between(rng, -0.05, 1.05)) * side;
  const y = (middle ? 0.5 + between(rng, -0.25, 0.25) : between(rng, low, 1.05)) * side;
  const turn = rng.next();
  const [cos, sin] = [cosine(turn) / radius, sine(turn) / radius];
  const flat = between(rng, 1, 3);
  const box = rng.int(3) === 0;
  const [shade, slope] = [between(rng, 0, 1), between(rng, -0.25, 0.25)];
  for (let row = Math.max(0, Math.floor(y - radius * 1.5)); row < Math.min(side, y + radius * 1.5); row++)
    for (let column = Math.max(0, Math.floor(x - radius * 1.5)); column < Math.min(side, x + radius * 1.5); column++) {
      const u = (column - x) * cos + (row - y) * sin;
      const v = ((row - y) * cos - (column - x) * sin) * flat;
      if (box ? Math.max(Math.abs(u), Math.abs(v)) <= 1 : u * u + v * v <= 1)
        canvas[row * side + column] = shade + slope * u;
    }
}

/** Texture, speckle, and light that falls from one side. */
function light(canvas: Float32Array, grain: Float32Array, amount: number, rng: Rng): void {
  const [across, down] = [between(rng, -0.15, 0.15), between(rng, -0.15, 0.15)];
  const speckle = between(rng, 0.02, 0.12);
  for (let y = 0, at = 0; y < side; y++)
    for (let x = 0; x < side; x++, at++)
      canvas[at]! +=
        grain[at]! * amount + (across * (x - side / 2) + down * (y - side / 2)) / side + (rng.next() - 0.5) * speckle;
}

/** Grey levels, stretched to a random contrast, as by exposure. */
function developed(canvas: Float32Array, rng: Rng): Uint8Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of canvas) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const scale = between(rng, 150, 280) / Math.max(1e-6, high - low);
  const offset = between(rng, -10, 255 - 150);
  return Uint8Array.from(canvas, (value) => Math.max(0, Math.min(255, Math.floor((value - low) * scale + offset))));
}
