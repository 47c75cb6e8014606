/**
 * Fills polygons with antialiased edges. Coverage by signed area, accumulated per row (the method of font-rs, Levien 2016): exact along a
 * sub-scanline, no sorting. Outlines must not intersect themselves.
 */
import type { Canvas, Color } from '../../image/letters.ts';
import { cosine, sine } from './exact.ts';
import { tileSide } from './noise.ts';

/** Fill style of a shape. */
export interface Ink {
  readonly color: Color;
  /** 0 = invisible, 1 = opaque (default). */
  readonly opacity?: number;
  /** Change of brightness per pixel to the right and down, relative to the shape's centre; 0.01 = 1 % of the colour. */
  readonly slope?: readonly [number, number];
  /** 1/f texture: brightness changes by `amount` per standard deviation; `scale` texels per pixel. */
  readonly texture?: {
    readonly tile: Int16Array;
    readonly scale: readonly [number, number];
    readonly amount: number;
  };
}

const mask = tileSide - 1;
/** What changes from pixel to pixel in the coverage of a row; all 0 between rows. */
const cover = new Float64Array(4096);
/** The first and the last place of `cover` that the row at hand has changed. */
let [first, last] = [cover.length, -1];

/** A canvas of one colour. */
export function sheet(width: number, height: number, color: Color): Canvas {
  const data = new Uint8Array(width * height * 3);
  for (let c = 0; c < 3; c++) data[c] = color[c]!;
  for (let filled = 3; filled < data.length; filled *= 2) data.copyWithin(filled, 0, filled);
  return { width, height, channels: 3, data };
}

/** Fills the polygon x0, y0, x1, y1, … in pixels. */
export function fillPolygon(canvas: Canvas, points: readonly number[], ink: Ink, rows = 4): void {
  const { width, height } = canvas;
  let [minX, maxX, minY, maxY] = [points[0]!, points[0]!, points[1]!, points[1]!];
  for (let i = 2; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  const [left, right] = [Math.max(0, Math.floor(minX)), Math.min(width, Math.floor(maxX) + 1)];
  const [top, bottom] = [Math.max(0, Math.floor(minY)), Math.min(height, Math.floor(maxY) + 1)];
  if (left >= right || top >= bottom) return;
  const [centreX, centreY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  for (let y = top; y < bottom; y++) {
    const count = edgesNear(points, y);
    for (let row = 0; row < rows; row++) crossings(points, count, y + (row + 0.5) / rows, left, right, 1 / rows);
    // Nothing is covered before the first crossing and after the last one.
    if (first < right) fillRow(canvas, y, left, first, Math.min(right, last + 1), ink, centreX, centreY);
    cover.fill(0, first, last + 1);
    [first, last] = [cover.length, -1];
  }
}

/** Where in the points the edges near a row of pixels end, in the order of the outline. */
const near: number[] = [];

/** Puts the edges that a row of pixels can cross into `near`; returns how many there are. */
function edgesNear(points: readonly number[], y: number): number {
  let count = 0;
  let y0 = points[points.length - 1]!;
  for (let i = 1; i < points.length; i += 2) {
    const y1 = points[i]!;
    if (y0 < y1 ? y0 <= y + 1 && y1 >= y : y1 <= y + 1 && y0 >= y) near[count++] = i - 1;
    y0 = y1;
  }
  return count;
}

/** Adds what one sub-scanline covers. The edges are the first `count` of `near`: in another order the sums would differ in their last bits. */
function crossings(
  points: readonly number[],
  count: number,
  y: number,
  left: number,
  right: number,
  weight: number,
): void {
  for (let k = 0; k < count; k++) {
    const i = near[k]!;
    const before = i === 0 ? points.length - 2 : i - 2;
    const y0 = points[before + 1]!;
    const y1 = points[i + 1]!;
    if (y0 <= y === y1 <= y) continue;
    const x0 = points[before]!;
    let x = x0 + ((y - y0) / (y1 - y0)) * (points[i]! - x0);
    x = x < left ? left : x > right ? right : x;
    const whole = Math.floor(x);
    const signed = y0 < y1 ? weight : -weight;
    const part = (x - whole) * signed;
    cover[whole]! += signed - part;
    cover[whole + 1]! += part;
    if (whole < first) first = whole;
    if (whole >= last) last = whole + 1;
  }
}

/**
 * Fills the pixels from `start` to before `end` of a row of a shape whose first one is `left`. Light is in 1/65536 of the colour, texture steps in 1/65536 of a
 * texel: integers are several times faster here.
 */
function fillRow(
  canvas: Canvas,
  y: number,
  left: number,
  start: number,
  end: number,
  ink: Ink,
  cx: number,
  cy: number,
): void {
  const { data, width } = canvas;
  const { color, opacity = 1, slope, texture } = ink;
  const [red, green, blue] = [Math.floor(color[0]), Math.floor(color[1]), Math.floor(color[2])];
  const full = opacity === 1;
  const [slopeX, slopeY] = slope ?? [0, 0];
  const brighter = Math.floor(slopeX * 65536);
  let lit = Math.floor((1 + slopeX * (left - cx) + slopeY * (y - cy)) * 65536) + brighter * (start - left);
  const tile = texture?.tile;
  const row = texture ? (Math.floor((y - cy) * texture.scale[1]) & mask) << 9 : 0;
  const amount = texture ? Math.floor(texture.amount * 256) : 0;
  const step = texture ? Math.floor(texture.scale[0] * 65536) : 0;
  let texel = texture ? (Math.floor((left - cx) * texture.scale[0] * 65536) + step * (start - left)) | 0 : 0;
  let sum = 0;
  /** Of 256: what is covered of the pixels from the last change on; 256 needs no mixing, and -1 is nothing. */
  let alpha = -1;
  for (
    let x = start, at = (y * width + start) * 3;
    x < end;
    x++, at += 3, lit += brighter, texel = (texel + step) | 0
  ) {
    const change = cover[x]!;
    if (change !== 0) {
      sum += change;
      const covered = sum < 0 ? -sum : sum;
      if (covered < 0.004) alpha = -1;
      else if (full && covered >= 0.996) alpha = 256;
      else alpha = Math.floor((covered > 0.996 ? opacity : covered * opacity) * 256);
    }
    if (alpha < 0) continue;
    let light = lit;
    if (tile) light += amount * tile[row | ((texel >> 16) & mask)]!;
    light = light < 0 ? 0 : light > 524288 ? 524288 : light;
    let r = (red * light + 32768) >> 16;
    let g = (green * light + 32768) >> 16;
    let b = (blue * light + 32768) >> 16;
    if (alpha < 256) {
      r = (data[at]! * (256 - alpha) + r * alpha + 128) >> 8;
      g = (data[at + 1]! * (256 - alpha) + g * alpha + 128) >> 8;
      b = (data[at + 2]! * (256 - alpha) + b * alpha + 128) >> 8;
    }
    data[at] = r > 255 ? 255 : r;
    data[at + 1] = g > 255 ? 255 : g;
    data[at + 2] = b > 255 ? 255 : b;
  }
}

/** An ellipse as a polygon; `turn` rotates it, in turns. */
export function ellipse(cx: number, cy: number, rx: number, ry: number, turn = 0): number[] {
  const sides = Math.max(8, Math.min(56, Math.floor(Math.sqrt(Math.max(rx, ry)) * 5)));
  const [c, s] = [cosine(turn), sine(turn)];
  const out: number[] = [];
  for (let i = 0; i < sides; i++) {
    const [x, y] = [cosine(i / sides) * rx, sine(i / sides) * ry];
    out.push(cx + x * c - y * s, cy + x * s + y * c);
  }
  return out;
}

/** An axis-aligned rectangle as a polygon. */
export const box = (x: number, y: number, width: number, height: number): number[] => [
  x,
  y,
  x + width,
  y,
  x + width,
  y + height,
  x,
  y + height,
];

/** A rectangle with round corners. */
export function roundBox(x: number, y: number, width: number, height: number, radius: number): number[] {
  const out: number[] = [];
  const corners = [
    [x + width - radius, y + radius, 0.75],
    [x + width - radius, y + height - radius, 0],
    [x + radius, y + height - radius, 0.25],
    [x + radius, y + radius, 0.5],
  ] as const;
  for (const [cx, cy, from] of corners)
    for (let i = 0; i <= 6; i++) out.push(cx + cosine(from + i / 24) * radius, cy + sine(from + i / 24) * radius);
  return out;
}

/** Draws a line through points with round joints; `closed` joins the last to the first. */
export function stroke(
  canvas: Canvas,
  points: readonly number[],
  thickness: number,
  color: Color,
  closed = false,
): void {
  const half = thickness / 2;
  const count = points.length / 2;
  for (let i = 0; i < count - (closed ? 0 : 1); i++) {
    const j = (i + 1) % count;
    const [x0, y0, x1, y1] = [points[2 * i]!, points[2 * i + 1]!, points[2 * j]!, points[2 * j + 1]!];
    const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
    if (length === 0) continue;
    const [nx, ny] = [(-(y1 - y0) / length) * half, ((x1 - x0) / length) * half];
    fillPolygon(canvas, [x0 + nx, y0 + ny, x1 + nx, y1 + ny, x1 - nx, y1 - ny, x0 - nx, y0 - ny], { color });
    // Thin lines need no joints: the gap is smaller than a pixel.
    if (thickness > 2) fillPolygon(canvas, ellipse(x1, y1, half, half), { color });
  }
}
