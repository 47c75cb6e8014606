/**
 * 1/f noise, made once per seed: tiles of value noise (Perlin 1985's lattice, without gradients) whose octaves halve in amplitude as they
 * double in frequency, as the amplitude spectra of natural images do (Field, JOSA A 4, 1987), and a table of sensor grain.
 */
import { type Rng, seededRng } from '../../util/rng.ts';
import { bell, smooth } from './exact.ts';

/** Side of a tile, in pixels; tiles repeat without a seam. */
export const tileSide = 512;
const mask = tileSide - 1;
const grainLength = 1 << 16;

/** Noise that every picture of a seed samples from. */
export interface Noise {
  /** Tiles of side `tileSide`, about zero, standard deviation 256. */
  readonly tiles: readonly Int16Array[];
  /** Sensor grain, about zero, standard deviation 32. */
  readonly grain: Int8Array;
}

const made = new Map<number, Noise>();

/** The noise of a seed; cached, because it takes longer than a picture. */
export function noiseOf(seed: number): Noise {
  const known = made.get(seed);
  if (known) return known;
  const tiles = [0, 1, 2].map((i) => tile(seededRng(seed, `noise/${i}`)));
  const rng = seededRng(seed, 'grain');
  const grain = Int8Array.from({ length: grainLength }, () => Math.floor(bell(rng) * 32 + 0.5));
  const noise = { tiles, grain };
  made.clear();
  made.set(seed, noise);
  return noise;
}

function tile(rng: Rng): Int16Array {
  const out = new Float32Array(tileSide * tileSide);
  for (let cells = 4, amplitude = 1; cells <= 256; cells *= 2, amplitude /= 2) {
    const lattice = Float32Array.from({ length: cells * cells }, () => (rng.next() - 0.5) * amplitude);
    const step = tileSide / cells;
    const weights = Float64Array.from({ length: step }, (_, i) => smooth(i / step));
    for (let y = 0; y < tileSide; y++) {
      const row = Math.floor(y / step);
      const below = ((row + 1) % cells) * cells;
      const wy = weights[y % step]!;
      for (let cell = 0; cell < cells; cell++) {
        const next = (cell + 1) % cells;
        const left = lattice[row * cells + cell]! * (1 - wy) + lattice[below + cell]! * wy;
        const right = lattice[row * cells + next]! * (1 - wy) + lattice[below + next]! * wy;
        for (let i = 0; i < step; i++) out[y * tileSide + cell * step + i]! += left + (right - left) * weights[i]!;
      }
    }
  }
  let sum = 0;
  let squares = 0;
  for (const value of out) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / out.length;
  const deviation = Math.sqrt(squares / out.length - mean * mean);
  return Int16Array.from(out, (value) => Math.floor(((value - mean) / deviation) * 256 + 0.5));
}

/** The tile's value nearest to a position, in standard deviations; tiles repeat, so any position is valid. */
export const nearest = (tile: Int16Array, x: number, y: number): number =>
  tile[((Math.floor(y) & mask) << 9) | (Math.floor(x) & mask)]! / 256;

/** The tile's value at a position, bilinear, in standard deviations. */
export function sample(tile: Int16Array, x: number, y: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const [top, bottom] = [(y0 & mask) << 9, ((y0 + 1) & mask) << 9];
  const [left, right] = [x0 & mask, (x0 + 1) & mask];
  const a = tile[top | left]! + (tile[top | right]! - tile[top | left]!) * fx;
  const b = tile[bottom | left]! + (tile[bottom | right]! - tile[bottom | left]!) * fx;
  return (a + (b - a) * fy) / 256;
}
