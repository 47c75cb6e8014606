/** Drawings: compositions of outlined figures, shaded with a pencil or crayons, coloured flatly as in cartoons, or left as lines. */
import type { Canvas, Color } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { type Brief, cameraOf, seen } from './brief.ts';
import { blendColors, hsv, pale, shade, vivid } from './color.ts';
import { between, chance, sine } from './exact.ts';
import type { Figure, FigurePen } from './figure.ts';
import { figures } from './figures.ts';
import { box, ellipse, fillPolygon, sheet, stroke } from './shape.ts';

/** Style of a drawing: grey pencil, crayons, flat cartoon, or lines only. */
const styles = [
  'pencil',
  'pencil',
  'pencil',
  'pencil',
  'pencil',
  'crayon',
  'crayon',
  'crayon',
  'cartoon',
  'lines',
] as const;
/** Colour saturation of each style. */
const saturation = { pencil: 0, crayon: 0.45, cartoon: 1, lines: 0 } as const;

/** A background and six to eleven figures. */
export function paintDrawing(brief: Brief): Canvas {
  const { width, height, layout, detail, shot, noise } = brief;
  const style = layout.pick(styles);
  const blank: Color = [252, 251, 248];
  const paper: Color = style === 'lines' ? blank : pale(layout);
  const canvas = sheet(width, height, paper);
  const camera = cameraOf(brief);
  const side = Math.min(width, height);
  const thickness = side * between(layout, 0.005, 0.012);
  // Pencil strokes: 1/f noise stretched along one direction.
  const [along, across] = [between(layout, 0.16, 0.26), between(layout, 2.2, 3)];
  const texture = {
    tile: layout.pick(noise.tiles),
    scale: [across, along] as const,
    amount: between(layout, 0.13, 0.2),
  };
  const toned = (color: Color): Color => {
    if (style === 'lines') return blank;
    const grey = color[0] * 0.3 + color[1] * 0.59 + color[2] * 0.11;
    return blendColors([grey, grey, grey], color, saturation[style]);
  };
  const ink: Color = chance(layout, 0.7) ? [22, 18, 24] : shade(paper, 0.3);
  const pen: FigurePen = {
    part(points, color) {
      const placed = seen(camera, points);
      fillPolygon(canvas, placed, style === 'cartoon' ? { color } : { color: toned(color), texture });
      stroke(canvas, placed, thickness, ink, true);
    },
    line(points) {
      stroke(canvas, seen(camera, points), thickness, ink);
    },
  };
  background(pen, layout, width, height);
  const count = 6 + layout.int(6);
  // Far figures first: they are higher and smaller.
  const places = Array.from({ length: count }, () => [layout.next(), between(layout, 0.35, 0.92)] as const).sort(
    (a, b) => a[1] - b[1],
  );
  for (const [right, down] of places) {
    let figure: Figure = layout.pick(figures);
    const colors = [vivid(layout), vivid(layout), vivid(layout)] as const;
    const own = [vivid(detail), vivid(detail), vivid(detail)] as const;
    const [swap, recolour] = [chance(detail, 0.25), chance(detail, 0.5)];
    const other = detail.pick(figures);
    if (swap) figure = other;
    const size = side * between(layout, 0.2, 0.34) * (0.5 + down);
    figure(pen, right * width, down * height, size, recolour ? own : colors);
  }
  // Hand-drawn lines always vary.
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
