/**
 * Draws text into pixels without the machine's fonts: a scanline algorithm of this project (non-zero winding) fills outlines of DejaVu Sans
 * (https://dejavu-fonts.github.io, npm `dejavu-fonts-ttf`), so that every machine gives the same bytes. The outlines are processed only
 * with + - * / and Math.floor. No kerning, no ligatures, left to right.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type opentype from 'opentype.js';
import type { Raster } from './raster.ts';

/** A colour picture to draw on: a Raster whose bytes the drawing functions modify. */
export interface Canvas extends Raster {
  readonly channels: 3;
}

/** Red, green and blue, each 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** Position and style of a line of text. */
interface TextStyle {
  /** Left end of the line, in pixels; rounded to a quarter of a pixel. */
  readonly x: number;
  /** Baseline, in pixels from the top; rounded to whole pixels, so that letters are sharp. */
  readonly y: number;
  /** Em size, in pixels; capital letters are about 0.73 of it. */
  readonly size: number;
  readonly color: Color;
  /** 0 = invisible, 1 = opaque (default). */
  readonly opacity?: number;
  readonly bold?: boolean;
}

/** A canvas of one colour. */
export function blankCanvas(width: number, height: number, color: Color = [255, 255, 255]): Canvas {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = color[i % 3]!;
  return { width, height, channels: 3, data };
}

/** Width of a line of text, in pixels: the sum of its glyphs' advances. */
export function measureText(text: string, size: number, bold = false): number {
  let units = 0;
  for (const letter of text) units += glyphOf(letter, bold).advance;
  return units * size;
}

/** Draws one line of text over the picture; parts outside the canvas are dropped. */
export function drawText(canvas: Canvas, text: string, style: TextStyle): void {
  const { size, color, opacity = 1, bold = false } = style;
  const baseline = Math.floor(style.y + 0.5);
  let pen = style.x;
  for (const letter of text) {
    const glyph = glyphOf(letter, bold);
    const quarters = Math.floor(pen * 4 + 0.5);
    const left = Math.floor(quarters / 4);
    blend(canvas, maskOf(glyph, size, quarters - left * 4), left, baseline, color, opacity);
    pen += glyph.advance * size;
  }
}

/** A glyph's outline in ems, y downwards from the baseline, flattened to edges; horizontal edges are omitted. */
interface Glyph {
  readonly advance: number;
  /** x0, y0, x1, y1 of each edge. */
  readonly edges: Float64Array;
  /** Coverage masks by size, for each of four quarter-pixel phases. */
  readonly masks: readonly Map<number, Mask>[];
}

/** Coverage of each pixel by a glyph, 0 to 255; left and top are relative to the pen. */
interface Mask {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly cover: Uint8Array;
}

type Face = { readonly font: opentype.Font; readonly glyphs: Map<string, Glyph> };
const faces: { regular?: Face; bold?: Face } = {};

const require = createRequire(import.meta.url);

/** The outlines of DejaVu Sans, regular or bold. Its methods only read; nobody may change it. */
export const outlines = (bold: boolean): opentype.Font => faceOf(bold).font;

/** The library and both faces are loaded on first use: most commands draw no letter, and parsing takes longer than drawing a page. */
function faceOf(bold: boolean): Face {
  const key = bold ? 'bold' : 'regular';
  const loaded = faces[key];
  if (loaded) return loaded;
  const file = `dejavu-fonts-ttf/ttf/DejaVuSans${bold ? '-Bold' : ''}.ttf`;
  const bytes = readFileSync(require.resolve(file));
  const { parse } = require('opentype.js') as typeof opentype;
  const font = parse(new Uint8Array(bytes).buffer);
  const face = { font, glyphs: new Map<string, Glyph>() };
  faces[key] = face;
  return face;
}

function glyphOf(letter: string, bold: boolean): Glyph {
  const { font, glyphs } = faceOf(bold);
  const known = glyphs.get(letter);
  if (known) return known;
  const source = font.charToGlyph(letter);
  const glyph: Glyph = {
    advance: (source.advanceWidth ?? 0) / font.unitsPerEm,
    edges: flatten(source.path.commands, font.unitsPerEm),
    masks: [new Map(), new Map(), new Map(), new Map()],
  };
  glyphs.set(letter, glyph);
  return glyph;
}

/** Line segments per quadratic curve: at 100 px per em the error stays below a tenth of a pixel. */
const pieces = 8;

function flatten(commands: readonly opentype.PathCommand[], unitsPerEm: number): Float64Array {
  const edges: number[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const lineTo = (toX: number, toY: number): void => {
    if (y !== toY) edges.push(x / unitsPerEm, -y / unitsPerEm, toX / unitsPerEm, -toY / unitsPerEm);
    [x, y] = [toX, toY];
  };
  for (const command of commands) {
    if (command.type === 'M') [x, y, startX, startY] = [command.x, command.y, command.x, command.y];
    else if (command.type === 'L') lineTo(command.x, command.y);
    else if (command.type === 'Q') {
      const [fromX, fromY] = [x, y];
      for (let i = 1; i <= pieces; i++) {
        const [s, t] = [(pieces - i) / pieces, i / pieces];
        const on = (a: number, b: number, c: number): number => s * s * a + 2 * s * t * b + t * t * c;
        lineTo(on(fromX, command.x1, command.x), on(fromY, command.y1, command.y));
      }
    } else if (command.type === 'Z') lineTo(startX, startY);
    else throw new Error(`TrueType outlines have no '${command.type}' command`);
  }
  return Float64Array.from(edges);
}

/** Cache size at which all masks are dropped: otherwise a corpus with random sizes would cache every one. */
const maskBytesKept = 32 << 20;
let maskBytes = 0;

function maskOf(glyph: Glyph, size: number, phase: number): Mask {
  const masks = glyph.masks[phase]!;
  const known = masks.get(size);
  if (known) return known;
  const mask = fill(glyph.edges, size, phase / 4);
  maskBytes += mask.cover.length + 100;
  if (maskBytes > maskBytesKept) {
    for (const face of [faces.regular, faces.bold])
      for (const each of face?.glyphs.values() ?? []) for (const map of each.masks) map.clear();
    maskBytes = mask.cover.length + 100;
  }
  masks.set(size, mask);
  return mask;
}

/** Where an edge crosses a sub-scanline, and whether it goes down (1) or up (−1). */
interface Crossing {
  readonly x: number;
  readonly turn: number;
}

/** Sub-scanlines per pixel row; along a sub-scanline the coverage is exact. */
const rowsPerPixel = 8;

/** Coverage of an outline at a size (px per em), shifted right by a fraction of a pixel. */
function fill(edges: Float64Array, size: number, shift: number): Mask {
  if (edges.length === 0) return { left: 0, top: 0, width: 0, height: 0, cover: new Uint8Array() };
  let [minX, minY, maxX, maxY] = [0, 0, 0, 0];
  for (let i = 0; i < edges.length; i += 2) {
    const [x, y] = [edges[i]! * size + shift, edges[i + 1]! * size];
    if (i === 0 || x < minX) minX = x;
    if (i === 0 || x > maxX) maxX = x;
    if (i === 0 || y < minY) minY = y;
    if (i === 0 || y > maxY) maxY = y;
  }
  const [left, top] = [Math.floor(minX), Math.floor(minY)];
  const [width, height] = [Math.floor(maxX) + 1 - left, Math.floor(maxY) + 1 - top];

  const rows = Array.from({ length: height * rowsPerPixel }, (): Crossing[] => []);
  const middle = (row: number): number => top + (row + 0.5) / rowsPerPixel;
  for (let i = 0; i < edges.length; i += 4) {
    const [x0, y0, x1, y1] = [edges[i]! * size, edges[i + 1]! * size, edges[i + 2]! * size, edges[i + 3]! * size];
    const [high, low] = y0 < y1 ? [y0, y1] : [y1, y0];
    // One row more at the start, because the quotient is rounded; the comparison decides.
    let row = Math.max(0, Math.floor((high - top) * rowsPerPixel) - 1);
    for (; row < rows.length && middle(row) < low; row++) {
      const y = middle(row);
      if (y < high) continue;
      rows[row]!.push({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) + shift - left, turn: y0 < y1 ? 1 : -1 });
    }
  }
  const sum = new Float64Array(width * height);
  for (const [row, crossings] of rows.entries()) {
    crossings.sort((a, b) => a.x - b.x);
    const line = sum.subarray(Math.floor(row / rowsPerPixel) * width, (Math.floor(row / rowsPerPixel) + 1) * width);
    let winding = 0;
    for (let i = 0; i + 1 < crossings.length; i++) {
      winding += crossings[i]!.turn;
      if (winding !== 0) addSpan(line, crossings[i]!.x, crossings[i + 1]!.x);
    }
  }
  const cover = Uint8Array.from(sum, (covered) => Math.floor((covered / rowsPerPixel) * 255 + 0.5));
  return { left, top, width, height, cover };
}

/** Adds to each pixel of a row its overlap with the interval between two positions. */
function addSpan(line: Float64Array, from: number, to: number): void {
  const [first, last] = [Math.floor(from), Math.floor(to)];
  for (let x = first; x <= last && x < line.length; x++) {
    const begin = x === first ? from : x;
    const end = x === last ? to : x + 1;
    line[x]! += end - begin;
  }
}

function blend(canvas: Canvas, mask: Mask, penX: number, baseline: number, color: Color, opacity: number): void {
  const [left, top] = [penX + mask.left, baseline + mask.top];
  const [fromX, toX] = [Math.max(0, -left), Math.min(mask.width, canvas.width - left)];
  const [fromY, toY] = [Math.max(0, -top), Math.min(mask.height, canvas.height - top)];
  const { data } = canvas;
  for (let y = fromY; y < toY; y++)
    for (let x = fromX; x < toX; x++) {
      const cover = mask.cover[y * mask.width + x]!;
      if (cover === 0) continue;
      const alpha = (cover / 255) * opacity;
      const at = ((top + y) * canvas.width + left + x) * 3;
      for (let c = 0; c < 3; c++) data[at + c] = Math.floor(data[at + c]! + (color[c]! - data[at + c]!) * alpha + 0.5);
    }
}
