/**
 * Photographs of one generated place: the same scene or landscape seen from a few standpoints, each photograph a little off, at another
 * time of day, with other things standing about. Nobody is in them. It has random streams of its own; the corpus is not touched.
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

/** Changes whenever any byte of any photograph does; part of what names them. */
export const locationVersion = 1;

/** Longer side of the picture before it is cropped, in pixels: hashes look at less, and drawing takes time. */
const longSide = 480;

/** One photograph of a place. */
interface LocationShot {
  readonly seed: number;
  /** Number of the place, from 0; even ones are heaps of things, odd ones landscapes. */
  readonly location: number;
  /** Number of the photograph, from 0. */
  readonly shot: number;
  /** From how many standpoints people photograph it, at least 1. */
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

/** A standpoint: how near, and where the camera points. */
function viewFrom(rng: Rng): View {
  const zoom = between(rng, 1, 1.7);
  const slack = (zoom - 1) / 2 + 0.06;
  return {
    zoom,
    turn: between(rng, -0.012, 0.012),
    shift: [between(rng, -slack, slack), between(rng, -slack, slack)],
  };
}

/** What a hand makes of it: nobody stands twice in the same spot. */
const nearby = (rng: Rng, { zoom, turn, shift }: View): View => ({
  zoom: zoom * between(rng, 0.96, 1.04),
  turn: turn + between(rng, -0.004, 0.004),
  shift: [shift[0] + between(rng, -0.025, 0.025), shift[1] + between(rng, -0.025, 0.025)],
});

/** Up to three things that stand elsewhere in the next photograph. */
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

/** Morning, noon, a lamp: on top of the light that the place has. */
const timeOfDay = (rng: Rng): Light => ({
  slope: [between(rng, -0.25, 0.25), between(rng, -0.25, 0.25)],
  vignette: between(rng, 0, 0.25),
  warmth: between(rng, -0.12, 0.16),
  exposure: between(rng, 0.6, 1.25),
  grain: between(rng, 1, 5),
});

/** One photograph in five is cut to a square, as some apps do. */
function cropped(canvas: Canvas, rng: Rng): Raster {
  if (!chance(rng, 0.2)) return canvas;
  const { width, height } = canvas;
  return cut(canvas, Math.floor((width - height) * rng.next()), 0, height, height);
}
