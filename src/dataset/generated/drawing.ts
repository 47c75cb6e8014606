/** Drawings: cartoon compositions of outlined, flatly coloured figures, line drawings, and flat art without outlines. */
import type { Canvas, Color } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { type Brief, cameraOf, seen } from './brief.ts';
import { hsv, pale, shade, vivid } from './color.ts';
import { between, chance, sine } from './exact.ts';
import { type Figure, type FigurePen, figures } from './figures.ts';
import { box, ellipse, fillPolygon, sheet, stroke } from './shape.ts';

/** A background and six to eleven figures. */
export function paintDrawing(brief: Brief): Canvas {
  const { width, height, layout, detail, shot } = brief;
  const style = layout.pick(['cartoon', 'cartoon', 'cartoon', 'cartoon', 'flat', 'lines'] as const);
  const paper: Color = style === 'lines' ? [255, 255, 255] : pale(layout);
  const canvas = sheet(width, height, style === 'lines' ? [252, 251, 248] : (process.env.X ?? '').includes('W') ? [225, 225, 222] : paper);
  const camera = cameraOf(brief);
  const side = Math.min(width, height);
  const thickness = style === 'flat' ? 0 : side * between(layout, 0.005, 0.012);
  const ink: Color = chance(layout, 0.7) ? [22, 18, 24] : shade(paper, 0.3);
  const pen: FigurePen = {
    part(points, color) {
      const placed = seen(camera, points);
      const X = process.env.X ?? '';
      const ink2: any = { color: style === 'lines' ? [252, 251, 248] : color };
      if (style !== 'lines') {
        const m = ink2.color[0] * 0.3 + ink2.color[1] * 0.59 + ink2.color[2] * 0.11;
        const keep = X.includes('G') ? 0 : X.includes('M') ? 0.45 : 1;
        const tint = X.includes('S') ? [1.05, 0.95, 0.8] : [1, 1, 1];
        const dark = X.includes('K') ? 0.6 : 1;
        ink2.color = ink2.color.map((v: number, i: number) => Math.min(255, (m + (v - m) * keep) * tint[i]! * dark));
      }
      let lo = 1e9, hi = -1e9;
      for (let i = 1; i < placed.length; i += 2) { lo = Math.min(lo, placed[i]!); hi = Math.max(hi, placed[i]!); }
      if (X.includes('B')) ink2.slope = [-0.1 / (hi - lo), -0.45 / (hi - lo)];
      if (X.includes('P')) ink2.texture = { tile: brief.noise.tiles[0]!, scale: [2.5, 0.2], amount: 0.16 };
      if (X.includes('D')) ink2.texture = { tile: brief.noise.tiles[0]!, scale: [0.8, 0.8], amount: 0.05 };
      fillPolygon(canvas, placed, ink2);
      if (thickness > 0) stroke(canvas, placed, thickness, ink, true);
    },
    line(points) {
      stroke(canvas, seen(camera, points), thickness || side * 0.006, ink);
    },
  };
  background(pen, layout, width, height);
  const A = (process.env.X ?? '').includes('A'); const F = (process.env.X ?? '').includes('F'); const count = F ? 3 + layout.int(5) : A ? 1 + layout.int(3) : 6 + layout.int(6);
  // Far figures first: higher up and smaller.
  const places = Array.from({ length: count }, () => [layout.next(), between(layout, 0.35, 0.92)] as const).sort(
    (a, b) => a[1] - b[1],
  );
  for (const [across, down] of places) {
    let figure: Figure = layout.pick(figures);
    const colors = [vivid(layout), vivid(layout), vivid(layout)] as const;
    const own = [vivid(detail), vivid(detail), vivid(detail)] as const;
    const [swap, recolour] = [chance(detail, 0.25), chance(detail, 0.5)];
    const other = detail.pick(figures);
    if (swap) figure = other;
    const size = side * (F ? between(layout, 0.14, 0.26) : A ? between(layout, 0.5, 0.9) : between(layout, 0.2, 0.34)) * (0.5 + down);
    figure(pen, across * width, down * height, size, recolour ? own : colors);
  }
  // A hand never draws the same line twice.
  if (shot.next() < 0.5) pen.line([0.02 * width, 0.985 * height, between(shot, 0.05, 0.3) * width, 0.985 * height]);
  return canvas;
}

function background(pen: FigurePen, layout: Rng, width: number, height: number): void {
  const kind = layout.int(4);
  const far = (points: number[], color: Color): void => pen.part(points, color);
  const horizon = between(layout, 0.4, 0.7) * height;
  const wave = (y: number, rise: number, waves: number): number[] => {
    const phase = layout.next();
    const out: number[] = [];
    for (let i = 0; i <= 40; i++) {
      const x = (-0.1 + (1.2 * i) / 40) * width;
      out.push(x, y + rise * sine((waves * i) / 40 + phase));
    }
    return [...out, 1.1 * width, 1.2 * height, -0.1 * width, 1.2 * height];
  };
  if (kind === 0) {
    far(wave(horizon, height * 0.07, 1.5), hsv(between(layout, 0.2, 0.45), 0.6, 0.8));
    far(wave(horizon + height * 0.14, height * 0.05, 1), hsv(between(layout, 0.2, 0.4), 0.7, 0.65));
  } else if (kind === 1) {
    for (let i = 0; i < 4; i++)
      far(wave(horizon + i * height * 0.11, height * 0.02, 4), hsv(0.55 + i * 0.02, 0.5 + i * 0.1, 0.9 - i * 0.12));
  } else if (kind === 2) {
    far(box(-0.1 * width, horizon, 1.2 * width, height), vivid(layout));
    const [x, y, w, h] = [between(layout, 0.1, 0.6) * width, height * 0.08, width * 0.28, horizon * 0.6];
    far(box(x, y, w, h), [205, 232, 250]);
    pen.line([x + w / 2, y, x + w / 2, y + h]);
    pen.line([x, y + h / 2, x + w, y + h / 2]);
  } else {
    const color = vivid(layout);
    const rays = 8 + layout.int(10);
    for (let i = 0; i < rays; i += 2) {
      const [from, to] = [(i / rays) * 2 * width - width / 2, ((i + 1) / rays) * 2 * width - width / 2];
      far([width / 2, height * 0.45, from, -0.1 * height, to, -0.1 * height], shade(color, 0.92));
      far([width / 2, height * 0.45, from, 1.1 * height, to, 1.1 * height], shade(color, 0.92));
    }
    far(ellipse(width / 2, height * 0.45, width * 0.2, width * 0.2), color);
  }
}
