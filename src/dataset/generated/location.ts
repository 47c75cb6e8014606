/**
 * Photographs of one generated place: the same scene or landscape from a few standpoints. Each photograph differs slightly in position,
 * time of day and loose objects. No people. It has its own random streams; the corpus is unaffected.
 */
import type { Canvas } from '../../image/letters.ts';
import type { Raster } from '../../image/raster.ts';
import { cut } from '../../image/transform/pixels.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import { type Brief, cameraOf, seen, type View } from './brief.ts';
import { vivid } from './color.ts';
import { develop, type Light } from './develop.ts';
import { between, chance } from './exact.ts';
import { figures } from './figures.ts';
import { paintLandscape } from './landscape.ts';
import { noiseOf } from './noise.ts';
import { paintScene } from './scene.ts';
import { fillPolygon, stroke } from './shape.ts';

/** Increases whenever any byte of any photograph changes; part of the photographs' names. */
export const locationVersion = 1;

/** Longer side of the picture before cropping, in pixels: hashes use less, and drawing takes time. */
const longSide = 480;

/** One photograph of a place. */
interface LocationShot {
  readonly seed: number;
  /** Number of the place, from 0; even ones are heaps of objects, odd ones landscapes. */
  readonly location: number;
  /** Number of the photograph, from 0. */
  readonly shot: number;
  /** Number of standpoints, at least 1. */
  readonly standpoints: number;
}

/** The pixels of a photograph. */
export function photographLocation({ seed, location, shot, standpoints }: LocationShot): Raster {
  const name = `location/${location}`;
  const size = seededRng(seed, `${name}/size`);
  const ratio = size.pick([3 / 4, 3 / 4, 9 / 16]);
  const [width, height] = [longSide, Math.floor(longSide * ratio)];
  const own = seededRng(seed, `${name}/shot/${shot}`);
  // Some standpoints are more popular: the smaller of two draws.
  const standpoint = Math.min(own.int(standpoints), own.int(standpoints));
  const brief: Brief = {
    width,
    height,
    layout: seededRng(seed, `${name}/layout`),
    detail: seededRng(seed, `${name}/detail`),
    shot: own,
    view: nearby(own, viewFrom(seededRng(seed, `${name}/standpoint/${standpoint}`))),
    noise: noiseOf(seed),
  };
  const canvas = (location % 2 === 0 ? paintScene : paintLandscape)(brief);
  putThings(canvas, brief, own);
  develop(canvas, timeOfDay(own), brief.noise, own);
  return cropped(canvas, own);
}

/** A standpoint: distance and direction of the camera. */
function viewFrom(rng: Rng): View {
  const zoom = between(rng, 1, 1.7);
  const slack = (zoom - 1) / 2 + 0.06;
  return {
    zoom,
    turn: between(rng, -0.012, 0.012),
    shift: [between(rng, -slack, slack), between(rng, -slack, slack)],
  };
}

/** Variation of a handheld camera: no two photographs have exactly the same position. */
const nearby = (rng: Rng, { zoom, turn, shift }: View): View => ({
  zoom: zoom * between(rng, 0.96, 1.04),
  turn: turn + between(rng, -0.004, 0.004),
  shift: [shift[0] + between(rng, -0.025, 0.025), shift[1] + between(rng, -0.025, 0.025)],
});

/** Up to three objects whose positions differ between photographs. */
function putThings(canvas: Canvas, brief: Brief, rng: Rng): void {
  const camera = cameraOf(brief);
  const pen = {
    part: (points: readonly number[], color: readonly [number, number, number]) =>
      fillPolygon(canvas, seen(camera, points), { color }),
    line: (points: readonly number[]) => stroke(canvas, seen(camera, points), 2, [30, 26, 28]),
  };
  for (let left = rng.int(4); left > 0; left--) {
    const [x, y] = [rng.next() * brief.width, between(rng, 0.4, 1) * brief.height];
    const colors = [vivid(rng), vivid(rng), vivid(rng)] as const;
    rng.pick(figures)(pen, x, y, between(rng, 0.06, 0.18) * brief.height, colors);
  }
}

/** Morning, noon, a lamp: in addition to the light of the place. */
const timeOfDay = (rng: Rng): Light => ({
  slope: [between(rng, -0.25, 0.25), between(rng, -0.25, 0.25)],
  vignette: between(rng, 0, 0.25),
  warmth: between(rng, -0.12, 0.16),
  exposure: between(rng, 0.6, 1.25),
  grain: between(rng, 1, 5),
});

/** One photograph in five is cropped to a square, as in some apps. */
function cropped(canvas: Canvas, rng: Rng): Raster {
  if (!chance(rng, 0.2)) return canvas;
  const { width, height } = canvas;
  return cut(canvas, Math.floor((width - height) * rng.next()), 0, height, height);
}
