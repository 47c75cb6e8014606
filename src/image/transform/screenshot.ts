/**
 * A screenshot of a picture viewer: the picture scaled to the screen, a status bar above it, a navigation bar below. Screenshots are
 * lossless PNG files, so no codec is applied.
 */
import { blankCanvas, type Canvas, drawText } from '../letters.ts';
import { paste, withChannels } from './pixels.ts';
import { resample, scaled } from './resize.ts';
import { defineTransform } from './transform.ts';

const background = [24, 24, 28] as const;
const ink = [225, 225, 230] as const;

function drawBox(canvas: Canvas, left: number, top: number, width: number, height: number): void {
  const box = blankCanvas(Math.max(1, Math.floor(width)), Math.max(1, Math.floor(height)), ink);
  paste(canvas, box, Math.floor(left), Math.floor(top));
}

export const screenshot = defineTransform({
  name: 'screenshot',
  summary: 'The picture scaled and shown on a dark screen with a status bar, a navigation bar and a margin.',
  parameters: {
    scale: { default: 0.75, min: 0.05, max: 2, unit: 'of the side' },
    bar: { default: 0.06, min: 0, max: 0.5, unit: 'of the scaled height, above and below' },
    margin: { default: 0.02, min: 0, max: 0.5, unit: 'of the scaled width, left and right' },
  },
  apply: async (image, { scale, bar, margin }, rng) => {
    const clock = `${10 + rng.int(14)}:${10 + rng.int(50)}`;
    const charge = 0.2 + 0.8 * rng.next();
    const picture = await resample(image, scaled(image.width, scale), scaled(image.height, scale));
    const barHeight = Math.floor(picture.height * bar + 0.5);
    const side = Math.floor(picture.width * margin + 0.5);
    const canvas = blankCanvas(picture.width + 2 * side, picture.height + 2 * barHeight, background);
    paste(canvas, withChannels(picture, 3), side, barHeight);
    // Smaller text would be unreadable.
    if (barHeight >= 8 && canvas.width >= 8 * barHeight) {
      const size = barHeight * 0.6;
      drawText(canvas, clock, { x: barHeight / 2, y: barHeight / 2 + 0.36 * size, size, color: ink });
      const percent = `${Math.floor(100 * charge)} %`;
      drawText(canvas, percent, { x: canvas.width - 3.2 * size, y: barHeight / 2 + 0.36 * size, size, color: ink });
      drawBox(canvas, canvas.width * 0.35, canvas.height - barHeight * 0.55, canvas.width * 0.3, barHeight * 0.12);
    }
    return withChannels(canvas, image.channels);
  },
});
