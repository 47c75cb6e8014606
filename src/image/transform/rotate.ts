/**
 * Rotation about the centre, bilinear by default, in plain JavaScript. The canvas keeps its size: corners outside it are lost, and new
 * corners are black.
 */
import { filled, toByte } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const rotate = defineTransform({
  name: 'rotate',
  summary: 'Turned clockwise about the centre; the size stays, the empty corners are black.',
  parameters: {
    degrees: { default: 4, min: -180, max: 180, unit: 'degrees clockwise' },
    nearest: { default: 0, min: 0, max: 1, unit: '0 = bilinear, 1 = the nearest pixel', integer: true, quiet: true },
  },
  reference:
    'rotate4 of the benchmark in github.com/thorn-oss/perception (bilinear); Pillow’s Image.rotate (nearest), as PHASER uses it',
  apply: async (image, { degrees, nearest }) => {
    const { width, height, channels, data } = image;
    const out = filled(width, height, channels, 0);
    // The last bit of sin and cos can differ between engines; this is about 10^-13 of a pixel, and bytes are rounded.
    const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const exactX = cos * (x - centreX) + sin * (y - centreY) + centreX;
        const exactY = cos * (y - centreY) - sin * (x - centreX) + centreY;
        const [fromX, fromY] = nearest ? [Math.floor(exactX + 0.5), Math.floor(exactY + 0.5)] : [exactX, exactY];
        const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
        if (left < -1 || top < -1 || left >= width || top >= height) continue;
        const [right, below] = [fromX - left, fromY - top];
        const at = (top * width + left) * channels;
        const [hasLeft, hasRight, hasTop, hasBelow] = [left >= 0, left + 1 < width, top >= 0, top + 1 < height];
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          if (hasTop && hasLeft) sum += (1 - right) * (1 - below) * data[at + c]!;
          if (hasTop && hasRight) sum += right * (1 - below) * data[at + channels + c]!;
          if (hasBelow && hasLeft) sum += (1 - right) * below * data[at + width * channels + c]!;
          if (hasBelow && hasRight) sum += right * below * data[at + (width + 1) * channels + c]!;
          out.data[(y * width + x) * channels + c] = toByte(sum);
        }
      }
    return out;
  },
});
