/** A watermark as used by picture agencies: one text repeated over the whole picture, each row shifted against the previous one. */
import { drawText, measureText } from '../letters.ts';
import { toCanvas, withChannels } from './pixels.ts';
import { defineTransform } from './transform.ts';

const texts = ['PREVIEW', 'SAMPLE', 'example.org', '© Summer Album', 'DRAFT COPY', 'Photo Club'] as const;

export const watermark = defineTransform({
  name: 'watermark',
  summary: 'A random text repeated over the picture in white with a dark shadow.',
  parameters: { opacity: { default: 0.4, min: 0, max: 1, unit: 'of the text' } },
  apply: async (image, { opacity }, rng) => {
    const text = rng.pick(texts);
    const canvas = toCanvas(image);
    const size = Math.max(6, Math.min(image.width, image.height) / 12);
    const shadow = Math.max(1, size / 16);
    const step = measureText(text, size, true) + 2 * size;
    let shift = rng.next() * step;
    for (let y = size; y < image.height + size; y += 2.5 * size) {
      for (let x = shift - step; x < image.width; x += step) {
        const style = { size, opacity, bold: true };
        drawText(canvas, text, { ...style, x: x + shadow, y: y + shadow, color: [0, 0, 0] });
        drawText(canvas, text, { ...style, x, y, color: [255, 255, 255] });
      }
      shift += step * 0.4;
      if (shift >= step) shift -= step;
    }
    return withChannels(canvas, image.channels);
  },
});
