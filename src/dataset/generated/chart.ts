/** Charts: bars, lines, points, pies and heat maps, with title, axes and legend. */
import { type Canvas, type Color, drawText, measureText } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import type { Brief } from './brief.ts';
import { blendColors, hsv } from './color.ts';
import { bell, between, chance, clamp, cosine, sine } from './exact.ts';
import { box, ellipse, fillPolygon, sheet, stroke } from './shape.ts';
import { month, twoThings } from './words.ts';

interface Plot {
  readonly canvas: Canvas;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly colors: readonly Color[];
  readonly ink: Color;
  readonly size: number;
}

/** The family determines the form and the group determines the numbers, which vary slightly between shots. */
export function paintChart({ width, height, layout, detail, shot }: Brief): Canvas {
  const dark = chance(layout, 0.25);
  const canvas = sheet(
    width,
    height,
    dark
      ? [24, 27, 34]
      : layout.pick([
          [255, 255, 255],
          [250, 248, 242],
          [240, 244, 250],
        ] as const),
  );
  const ink: Color = dark ? [210, 214, 222] : [60, 60, 66];
  const hue = layout.next();
  const colors = [0, 1, 2, 3, 4, 5].map((i) =>
    hsv(hue + i * between(layout, 0.1, 0.18), between(layout, 0.4, 0.8), between(layout, 0.6, 0.95)),
  );
  const size = Math.max(12, Math.floor(Math.min(width, height) / 34));
  const [left, top] = [size * 4, size * 4.5];
  const plot: Plot = {
    canvas,
    left,
    top,
    width: width - left - size * 2,
    height: height - top - size * 3.5,
    colors,
    ink,
    size,
  };
  const heading = twoThings(detail);
  drawText(canvas, heading, { x: left, y: size * 2.6, size: size * 1.6, color: ink, bold: true });
  layout.pick([bars, lines, points, pie, cells])(plot, layout, detail, shot);
  return canvas;
}

function axes({ canvas, left, top, width, height, ink, size }: Plot, ticks: number): void {
  for (let i = 0; i <= 4; i++) {
    const y = top + (height * i) / 4;
    fillPolygon(canvas, box(left, y, width, 1), { color: ink, opacity: i === 4 ? 1 : 0.25 });
    const label = String((4 - i) * 25);
    drawText(canvas, label, { x: left - measureText(label, size) - size * 0.5, y: y + size * 0.35, size, color: ink });
  }
  for (let i = 0; i < ticks; i++) {
    const x = left + ((i + 0.5) * width) / ticks - size;
    drawText(canvas, month(i), { x, y: top + height + size * 1.6, size, color: ink });
  }
}

/** A number of the group, varied slightly by the shot, in [0.04, 0.98]. */
const level = (detail: Rng, shot: Rng): number => clamp(detail.next() + bell(shot) * 0.015, 0.04, 0.98);

function bars(plot: Plot, layout: Rng, detail: Rng, shot: Rng): void {
  const { canvas, left, top, width, height, colors } = plot;
  const [count, series] = [4 + layout.int(9), 1 + layout.int(3)];
  axes(plot, Math.min(count, 12));
  for (let i = 0; i < count; i++)
    for (let k = 0; k < series; k++) {
      const tall = level(detail, shot) * height;
      const step = width / count;
      const wide = (step * 0.75) / series;
      fillPolygon(canvas, box(left + i * step + step * 0.12 + k * wide, top + height - tall, wide * 0.94, tall), {
        color: colors[k]!,
      });
    }
}

function lines(plot: Plot, layout: Rng, detail: Rng, shot: Rng): void {
  const { canvas, left, top, width, height, colors } = plot;
  const [count, series, filled] = [8 + layout.int(30), 1 + layout.int(4), chance(layout, 0.35)];
  axes(plot, 8);
  for (let k = 0; k < series; k++) {
    let value = between(detail, 0.2, 0.8);
    const path: number[] = [];
    for (let i = 0; i < count; i++) {
      value = clamp(value + bell(detail) * 0.09 + bell(shot) * 0.004, 0.03, 0.97);
      path.push(left + (i * width) / (count - 1), top + height * (1 - value));
    }
    if (filled)
      fillPolygon(canvas, [...path, left + width, top + height, left, top + height], {
        color: colors[k]!,
        opacity: 0.4,
      });
    stroke(canvas, path, Math.max(2.5, width / 240), colors[k]!);
  }
}

function points(plot: Plot, layout: Rng, detail: Rng, shot: Rng): void {
  const { canvas, left, top, width, height, colors } = plot;
  axes(plot, 6);
  const clouds = 1 + layout.int(4);
  for (let k = 0; k < clouds; k++) {
    const [x, y, spread] = [between(layout, 0.2, 0.8), between(layout, 0.2, 0.8), between(layout, 0.04, 0.16)];
    const lean = between(layout, -1, 1);
    for (let i = 0; i < 60; i++) {
      const [u, v] = [bell(detail) * spread, bell(detail) * spread];
      const at = [clamp(x + u + bell(shot) * 0.002, 0.01, 0.99), clamp(y + v + u * lean, 0.01, 0.99)] as const;
      fillPolygon(canvas, ellipse(left + at[0] * width, top + at[1] * height, width / 110, width / 110), {
        color: colors[k]!,
        opacity: 0.8,
      });
    }
  }
}

function pie({ canvas, left, top, width, height, colors, ink, size }: Plot, layout: Rng, detail: Rng, shot: Rng): void {
  const [cx, cy, radius] = [left + width * 0.38, top + height / 2, Math.min(width * 0.38, height * 0.5)];
  const parts = Array.from({ length: 3 + layout.int(4) }, () => 0.1 + level(detail, shot));
  const total = parts.reduce((sum, part) => sum + part, 0);
  let from = layout.next();
  parts.forEach((part, i) => {
    const share = part / total;
    const wedge = [cx, cy];
    for (let k = 0; k <= 24; k++) {
      const turn = from + (share * k) / 24;
      wedge.push(cx + cosine(turn) * radius, cy + sine(turn) * radius);
    }
    fillPolygon(canvas, wedge, { color: colors[i]! });
    from += share;
    const y = top + size * 2 + i * size * 2;
    fillPolygon(canvas, box(left + width * 0.82, y - size, size, size), { color: colors[i]! });
    drawText(canvas, month(i), { x: left + width * 0.82 + size * 1.5, y, size, color: ink });
  });
  if (chance(layout, 0.4))
    fillPolygon(canvas, ellipse(cx, cy, radius * 0.55, radius * 0.55), { color: [250, 250, 250] });
}

function cells(plot: Plot, layout: Rng, detail: Rng, shot: Rng): void {
  const { canvas, left, top, width, height, colors, ink } = plot;
  const [columns, rows] = [4 + layout.int(8), 3 + layout.int(7)];
  axes(plot, Math.min(columns, 10));
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const color = blendColors([255, 255, 255], colors[0]!, level(detail, shot));
      const cell = box(
        left + (column * width) / columns,
        top + (row * height) / rows,
        width / columns - 2,
        height / rows - 2,
      );
      fillPolygon(canvas, cell, { color });
    }
  fillPolygon(canvas, box(left, top + height, width, 1), { color: ink });
}
