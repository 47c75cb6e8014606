/** Documents: typed pages, receipts on a table, and screenshots of chats. */
import { type Canvas, type Color, drawText, measureText } from '../../image/letters.ts';
import type { Rng } from '../../util/rng.ts';
import { type Brief, cameraOf, seen } from './brief.ts';
import { hsv, natural } from './color.ts';
import { develop, lightOf } from './develop.ts';
import { between, chance } from './exact.ts';
import { box, ellipse, fillPolygon, roundBox, sheet } from './shape.ts';
import { good, name, price, sentence, shop, shortLine, title, wrap } from './words.ts';

/** A page, a receipt or a chat; the words differ between shots, the form does not. */
export function paintDocument(brief: Brief): Canvas {
  if (isScreenshot(brief.layout)) return chat(brief);
  return chance(brief.layout, 0.35) ? receipt(brief) : page(brief);
}

/** Whether a document is a screenshot instead of paper: the first draw of its layout. */
export const isScreenshot = (layout: Rng): boolean => chance(layout, 0.4);

function paragraph(canvas: Canvas, rng: Rng, x: number, y: number, width: number, size: number, count: number): number {
  const text = Array.from({ length: count }, () => sentence(rng)).join(' ');
  for (const line of wrap(text, width, (each) => measureText(each, size))) {
    drawText(canvas, line, { x, y, size, color: [35, 35, 40] });
    y += size * 1.45;
  }
  return y;
}

function page({ width, height, layout, detail, shot, noise }: Brief): Canvas {
  const tint = between(layout, 240, 255);
  const canvas = sheet(width, height, [tint, tint, between(layout, 228, 255)].map(Math.floor) as unknown as Color);
  const margin = between(layout, 0.05, 0.12) * width;
  const size = Math.floor(between(layout, 13, 22));
  const accent = hsv(layout.next(), between(layout, 0.2, 0.9), 0.55);
  const [banner, columns] = [chance(layout, 0.4), width > height && chance(layout, 0.5) ? 2 : 1];
  const [table, photographed] = [chance(layout, 0.35), chance(layout, 0.4)];
  let y = margin + size;
  if (banner) {
    fillPolygon(canvas, box(0, 0, width, size * 4), { color: accent });
    drawText(canvas, title(shot), { x: margin, y: size * 2.6, size: size * 1.7, color: [255, 255, 255], bold: true });
    y = size * 6;
  } else {
    drawText(canvas, title(shot), { x: margin, y: y + size, size: size * 1.8, color: accent, bold: true });
    y += size * 3;
  }
  const column = (width - margin * (columns + 1)) / columns;
  for (let c = 0; c < columns; c++) {
    const x = margin + c * (column + margin);
    let line = y;
    if (table && c === 0) {
      const rows = 3 + layout.int(5);
      for (let row = 0; row <= rows; row++) {
        fillPolygon(canvas, box(x, line + size * 0.5, column, 1), { color: [150, 150, 150] });
        if (row < rows) {
          drawText(canvas, good(shot), { x: x + 4, y: line + size * 1.7, size, color: [40, 40, 40] });
          const amount = price(shot);
          const at = x + column - measureText(amount, size) - 4;
          drawText(canvas, amount, { x: at, y: line + size * 1.7, size, color: [40, 40, 40] });
        }
        line += size * 1.8;
      }
      line += size;
    }
    while (line < height - margin - size * 6) {
      line = paragraph(canvas, shot, x, line, column, size, 2 + layout.int(4)) + size * 0.9;
    }
  }
  if (photographed) develop(canvas, { ...lightOf(detail), exposure: between(detail, 0.75, 0.98) }, noise, shot);
  return canvas;
}

function receipt(brief: Brief): Canvas {
  const { width, height, layout, detail, shot, noise } = brief;
  const canvas = sheet(width, height, [0, 0, 0]);
  const camera = cameraOf(brief);
  fillPolygon(canvas, box(0, 0, width, height), {
    color: natural(detail, detail.next(), 0.02),
    texture: { tile: layout.pick(noise.tiles), scale: [between(layout, 0.1, 1), between(layout, 1, 4)], amount: 0.14 },
  });
  const paper = Math.min(width * 0.8, between(layout, 0.42, 0.6) * height);
  const [left, top] = [(width - paper) / 2 + between(layout, -0.04, 0.04) * width, between(layout, 0, 0.06) * height];
  const tall = height * between(layout, 0.82, 1);
  fillPolygon(canvas, seen(camera, box(left + 5, top + 7, paper, tall)), { color: [0, 0, 0], opacity: 0.35 });
  fillPolygon(canvas, seen(camera, box(left, top, paper, tall)), {
    color: [246, 245, 240],
    texture: { tile: noise.tiles[0]!, scale: [0.3, 0.3], amount: 0.015 },
  });
  const size = Math.floor(paper / between(layout, 18, 26));
  const [x, right] = [left + size * 1.5, left + paper - size * 1.5];
  const ink: Color = [48, 48, 58];
  const shopName = shop(layout);
  drawText(canvas, shopName, {
    x: left + (paper - measureText(shopName, size * 1.3, true)) / 2,
    y: top + size * 3,
    size: size * 1.3,
    color: ink,
    bold: true,
  });
  const rows = Math.floor((tall - size * 12) / (size * 1.5));
  for (let row = 0; row < rows; row++) {
    const y = top + size * 6 + row * size * 1.5;
    const amount = price(shot);
    drawText(canvas, good(shot), { x, y, size, color: ink });
    drawText(canvas, amount, { x: right - measureText(amount, size), y, size, color: ink });
  }
  const end = top + size * 6 + rows * size * 1.5;
  fillPolygon(canvas, box(x, end - size * 0.4, right - x, 2), { color: ink });
  drawText(canvas, 'TOTAL', { x, y: end + size * 1.6, size: size * 1.3, color: ink, bold: true });
  const total = price(shot);
  drawText(canvas, total, {
    x: right - measureText(total, size * 1.3, true),
    y: end + size * 1.6,
    size: size * 1.3,
    color: ink,
    bold: true,
  });
  develop(canvas, lightOf(detail), noise, shot);
  return canvas;
}

function chat({ width, height, layout, shot }: Brief): Canvas {
  const dark = chance(layout, 0.35);
  const canvas = sheet(
    width,
    height,
    dark
      ? [18, 22, 28]
      : layout.pick([
          [255, 255, 255],
          [236, 229, 221],
          [230, 238, 246],
        ] as const),
  );
  const accent = hsv(layout.next(), between(layout, 0.4, 0.85), between(layout, 0.45, 0.75));
  const size = Math.max(12, Math.floor(Math.min(width, height) / between(layout, 24, 32)));
  const [ink, theirs]: Color[] = dark
    ? [
        [232, 234, 238],
        [44, 50, 58],
      ]
    : [
        [30, 30, 34],
        [252, 252, 252],
      ];
  const mine: Color = dark
    ? [accent[0] * 0.6, accent[1] * 0.6, accent[2] * 0.6]
    : [accent[0] * 0.35 + 160, accent[1] * 0.35 + 160, accent[2] * 0.35 + 160];
  let y = size * 5.2;
  while (y < height - size * 4) {
    const lines = wrap(shortLine(shot), width * 0.62, (line) => measureText(line, size));
    const wide = Math.max(...lines.map((line) => measureText(line, size))) + size * 1.6;
    const tall = lines.length * size * 1.4 + size * 0.9;
    const own = chance(shot, 0.5);
    const x = own ? width - wide - size * 0.8 : size * 0.8;
    fillPolygon(canvas, roundBox(x, y, wide, tall, size * 0.6), { color: own ? mine : theirs! });
    lines.forEach((line, i) => {
      drawText(canvas, line, { x: x + size * 0.8, y: y + size * 1.35 + i * size * 1.4, size, color: ink! });
    });
    y += tall + size * (chance(shot, 0.3) ? 1.2 : 0.5);
  }
  fillPolygon(canvas, box(0, 0, width, size * 4.4), { color: accent });
  const time = `${8 + shot.int(12)}:${10 + shot.int(50)}`;
  drawText(canvas, time, { x: size, y: size * 1.2, size: size * 0.8, color: [255, 255, 255], bold: true });
  fillPolygon(canvas, ellipse(size * 2, size * 2.9, size * 1.1, size * 1.1), { color: [240, 240, 240] });
  drawText(canvas, name(layout), {
    x: size * 3.8,
    y: size * 3.25,
    size: size * 1.2,
    color: [255, 255, 255],
    bold: true,
  });
  fillPolygon(canvas, box(0, height - size * 3, width, size * 3), { color: dark ? [28, 33, 40] : [242, 242, 244] });
  fillPolygon(canvas, roundBox(size * 0.7, height - size * 2.4, width - size * 4.2, size * 1.8, size * 0.85), {
    color: theirs!,
  });
  fillPolygon(canvas, ellipse(width - size * 1.9, height - size * 1.5, size, size), { color: accent });
  return canvas;
}
