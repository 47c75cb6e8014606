/** A plain border: around the picture or over its edge, on four sides or as the two bars of a letterbox. */
import { cut, filled, paste } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const border = defineTransform({
  name: 'border',
  summary: 'A border of one shade, added around the picture or drawn over its edge.',
  parameters: {
    fraction: { default: 0.05, min: 0, max: 0.5, unit: 'of the shorter side (of the height, as a letterbox)' },
    shade: { default: 255, min: 0, max: 255, unit: '0 = black, 255 = white', integer: true },
    inside: { default: 0, min: 0, max: 1, unit: '0 = the picture grows, 1 = its edge is covered', integer: true },
    letterbox: { default: 0, min: 0, max: 1, unit: '0 = four sides, 1 = top and bottom', integer: true },
    pixels: { default: 0, min: 0, max: 512, unit: 'px, on top of the fraction', integer: true, quiet: true },
  },
  reference:
    'letterbox: pad0.2 of the benchmark in github.com/thorn-oss/perception; inside: borders of McKeown et al., PHASER (2024)',
  apply: async (image, { fraction, shade, inside, letterbox, pixels }) => {
    const { width, height, channels } = image;
    const bar = Math.floor((letterbox ? height : Math.min(width, height)) * fraction + 0.5) + pixels;
    const side = letterbox ? 0 : bar;
    if (!inside) {
      const out = filled(width + 2 * side, height + 2 * bar, channels, shade);
      paste(out, image, side, bar);
      return out;
    }
    const out = filled(width, height, channels, shade);
    const [innerWidth, innerHeight] = [width - 2 * side, height - 2 * bar];
    if (innerWidth > 0 && innerHeight > 0) paste(out, cut(image, side, bar, innerWidth, innerHeight), side, bar);
    return out;
  },
});
