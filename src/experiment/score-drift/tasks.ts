/** The work of a score-drift run in a worker thread: a picture after every edit, along every way, on every backend. */

import type { PictureFile } from '../../dataset/picture-file.ts';
import type { EditSetSpec } from '../../harness/edit-preset.ts';
import { inputSideOf, scorerOf } from '../../harness/scoring/scorer.ts';
import {
  attempt,
  decoded,
  type Rendering,
  renderings,
  type Scored,
  type ScoreResult,
  score,
} from '../../harness/scoring/tasks.ts';
import { decode } from '../../image/decode.ts';
import { decodeFast } from '../../image/decode-fast.ts';
import { encode } from '../../image/encode.ts';
import type { Raster } from '../../image/raster.ts';
import { resizeLanczos } from '../../image/resize.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import { withChannels } from '../../image/transform/pixels.ts';
import { wallClock } from '../../util/clock.ts';
import { seededRng } from '../../util/rng.ts';
import { decodeSet, largeExact, largeFast, largeSide } from './score.ts';

/** One picture. */
export interface DriftTask {
  readonly picture: PictureFile;
  readonly seed: number;
  readonly sets: readonly EditSetSpec[];
  readonly network: string;
  /** Backends to score the picture as stored on, beside the usual one. */
  readonly backends: readonly string[];
}

/** Does the work on one picture. One that cannot be decoded is refused; an edit that cannot be made of it costs only its own row. */
export async function scoreDrift({ picture, seed, sets, network, backends }: DriftTask): Promise<ScoreResult> {
  const start = wallClock();
  const stored = await decoded(picture);
  if ('refused' in stored) return { state: 'refused', reason: stored.refused };
  const decodeMillis = wallClock() - start;
  const scorer = await scorerOf(network);
  const scored: Scored[] = [];
  const classifyMillis: number[] = [];
  for await (const rendering of renderings(stored, sets, { seed, id: picture.id }))
    scored.push(await score(rendering, scorer, classifyMillis));
  const asStored: Rendering = { set: decodeSet, transform: 'none', made: { image: stored } };
  scored.push(await score(asStored, scorer, classifyMillis));
  for (const { name, make } of waysTo(inputSideOf(scorer.classifier))) {
    const made = await attempt(() => make(stored));
    scored.push(await score({ set: decodeSet, transform: name, made }, scorer, classifyMillis));
  }
  // Another backend takes another time, which is none of the usual one's.
  for (const backend of backends)
    scored.push(await score({ ...asStored, transform: backendWay(backend) }, await scorerOf(network, backend), []));
  return { state: 'done', scored, decodeMillis, classifyMillis };
}

// Other ways from a file to a network's input, each against the way that all other numbers come by.

/** The picture as stored, the network on another backend. */
export const backendWay = (backend: string): string => `backend ${backend}`;

/** One way, by the name that rows and reports give it. */
export interface Way {
  readonly name: string;
  make(stored: Raster): Promise<Raster>;
}

/** A phone's JPEG of the picture: enlarged, at quality 90. */
async function largeJpeg(stored: Raster): Promise<Uint8Array> {
  const longer = (largeSide * Math.max(stored.width, stored.height)) / Math.min(stored.width, stored.height);
  const fit = resolveTransform({ name: 'fit', side: Math.ceil(longer), enlarge: 1 });
  const large = await applyTransform(stored, fit, seededRng(0));
  return encode(withChannels(large, 3), { type: 'jpeg', quality: 90 });
}

/** Every way beside the usual one; the kernels are left out for a network whose input is not a square of a known side, in pixels. */
export const waysTo = (side: number | undefined): readonly Way[] => [
  ...(side === undefined
    ? []
    : [
        {
          name: 'Lanczos kernel',
          make: async (stored: Raster) => resizeLanczos(withChannels(stored, 3), side, side),
        },
        {
          name: 'bilinear kernel of nsfwjs, corners aligned',
          make: async (stored: Raster) => cornersAligned(stored, side),
        },
      ]),
  { name: largeExact, make: async (stored) => decode(await largeJpeg(stored)) },
  { name: largeFast, make: async (stored) => (await decodeFast(await largeJpeg(stored))).image },
];

/**
 * Bilinear between pixels with the corners' centres aligned, without smoothing, as the package nsfwjs scales its input
 * (tf.image.resizeBilinear with alignCorners); rounded to 8 bits.
 */
export function cornersAligned({ width, height, channels, data }: Raster, to: number): Raster {
  const out = new Uint8Array(to * to * channels);
  const axis = (from: number): { readonly low: number; readonly high: number; readonly part: number }[] =>
    Array.from({ length: to }, (_, i) => {
      const at = (i * (from - 1)) / (to - 1);
      const low = Math.floor(at);
      return { low, high: Math.min(from - 1, low + 1), part: at - low };
    });
  const [rows, columns] = [axis(height), axis(width)];
  for (const [y, row] of rows.entries())
    for (const [x, column] of columns.entries())
      for (let c = 0; c < channels; c++) {
        const pixel = (r: number, at: number): number => data[(r * width + at) * channels + c]!;
        const across = (r: number): number =>
          pixel(r, column.low) * (1 - column.part) + pixel(r, column.high) * column.part;
        out[(y * to + x) * channels + c] = Math.round(across(row.low) * (1 - row.part) + across(row.high) * row.part);
      }
  return { width: to, height: to, channels, data: out };
}
