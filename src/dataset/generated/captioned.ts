/** Captioned pictures, as shared in chats: a scene, texture or landscape with white outlined words, or with a band of text. */
import { type Canvas, type Color, drawText, measureText } from '../../image/letters.ts';
import type { Brief } from './brief.ts';
import { between, chance } from './exact.ts';
import { paintLandscape } from './landscape.ts';
import { paintScene } from './scene.ts';
import { box, fillPolygon } from './shape.ts';
import { paintTexture } from './texture.ts';
import { caption, wrap } from './words.ts';

/** The pictures of a group share the picture below the text; the words differ between shots. */
export function paintCaptioned(brief: Brief): Canvas {
  const { width, height, layout, shot } = brief;
  const paint = layout.pick([paintScene, paintLandscape, paintTexture]);
  const [style, both] = [layout.int(3), chance(layout, 0.6)];
  const size = Math.floor(width / between(layout, 13, 19));
  const canvas = paint(brief);
  const top = wrap(caption(shot), width * 0.9, (line) => measureText(line, size, true));
  const bottom = wrap(caption(shot), width * 0.9, (line) => measureText(line, size, true));
  if (style === 0) {
    fillPolygon(canvas, box(0, 0, width, size * (0.9 + top.length * 1.25)), { color: [255, 255, 255] });
    write(canvas, top, size * 1.3, size, [20, 20, 20]);
  } else write(canvas, top, size * 1.3, size, [255, 255, 255], [0, 0, 0]);
  if (both) {
    const from = height - size * (bottom.length - 1) * 1.25 - size * 0.5;
    if (style === 2) {
      const band = box(0, from - size * 1.2, width, height);
      fillPolygon(canvas, band, { color: [0, 0, 0], opacity: 0.75 });
    }
    write(canvas, bottom, from, size, [255, 255, 255], style === 2 ? undefined : [0, 0, 0]);
  }
  return canvas;
}

function write(canvas: Canvas, lines: readonly string[], y: number, size: number, color: Color, edge?: Color): void {
  for (const line of lines) {
    const x = (canvas.width - measureText(line, size, true)) / 2;
    const out = Math.max(1, Math.floor(size / 14));
    if (edge)
      for (const [dx, dy] of [
        [-1, -1],
        [0, -1],
        [1, -1],
        [-1, 0],
        [1, 0],
        [-1, 1],
        [0, 1],
        [1, 1],
      ] as const)
        drawText(canvas, line, { x: x + dx * out, y: y + dy * out, size, color: edge, bold: true });
    drawText(canvas, line, { x, y, size, color, bold: true });
    y += size * 1.25;
  }
}
