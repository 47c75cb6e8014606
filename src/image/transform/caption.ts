/** A caption, as on memes: a white bar with a line of text above the unchanged picture. */
import { blankCanvas, drawText, measureText } from '../letters.ts';
import { underBar } from './bar.ts';
import { withChannels } from './pixels.ts';
import { defineTransform } from './transform.ts';

const lines = [
  'When the bread finally rises',
  'Monday morning, again',
  'Nobody: … Absolutely nobody:',
  'Me after one cup of coffee',
  'Found this in the old album',
  'Guess where we went on Sunday',
  'My plants when I come home',
  'Five more minutes, please',
  'Weather report for tomorrow',
  'Happy birthday, Grandma!',
] as const;

export const caption = defineTransform({
  name: 'caption',
  summary: 'A white bar with a random line of text added above the picture.',
  parameters: { bar: { default: 0.15, min: 0, max: 1, unit: 'of the height' } },
  apply: async (image, { bar }, rng) => {
    const text = rng.pick(lines);
    return underBar(image, bar, (width, height) => {
      const strip = blankCanvas(width, height);
      const size = Math.min(0.6 * height, (0.92 * width) / measureText(text, 1, true));
      const x = (width - measureText(text, size, true)) / 2;
      // Half a capital's height below the middle.
      drawText(strip, text, { x, y: height / 2 + 0.36 * size, size, color: [0, 0, 0], bold: true });
      return withChannels(strip, image.channels);
    });
  },
});
