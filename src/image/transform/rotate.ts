/**
 * Rotation about the centre, bilinear by default, in plain JavaScript. The canvas keeps its size: corners outside it are lost, and new
 * corners are black.
 */
import { filled, toByte } from './pixels.ts';
import { defineTransform } from './transform.ts';

/** Math.floor of positions in a picture: as an integer of 32 bits, with which the rest is several times faster. */
function floor(value: number): number {
  const whole = value | 0;
  return whole > value ? whole - 1 : whole;
}

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
    const { data: to } = out;
    for (let y = 0; y < height; y++) {
      const [sinY, cosY] = [sin * (y - centreY), cos * (y - centreY)];
      for (let x = 0; x < width; x++) {
        const exactX = cos * (x - centreX) + sinY + centreX;
        const exactY = cosY - sin * (x - centreX) + centreY;
        const [fromX, fromY] = nearest ? [Math.floor(exactX + 0.5), Math.floor(exactY + 0.5)] : [exactX, exactY];
        const [left, top] = [floor(fromX), floor(fromY)];
        if (left < -1 || top < -1 || left >= width || top >= height) continue;
        const [right, below] = [fromX - left, fromY - top];
        const at = (top * width + left) * channels;
        const next = at + width * channels;
        const target = (y * width + x) * channels;
        const [topLeft, topRight] = [(1 - right) * (1 - below), right * (1 - below)];
        const [belowLeft, belowRight] = [(1 - right) * below, right * below];
        if (left >= 0 && top >= 0 && left + 1 < width && top + 1 < height) {
          // Most pixels: four neighbours, whose mean is a byte already but for its fraction.
          for (let c = 0; c < channels; c++)
            to[target + c] =
              topLeft * data[at + c]! +
              topRight * data[at + channels + c]! +
              belowLeft * data[next + c]! +
              belowRight * data[next + channels + c]! +
              0.5;
          continue;
        }
        const [hasLeft, hasRight, hasTop, hasBelow] = [left >= 0, left + 1 < width, top >= 0, top + 1 < height];
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          if (hasTop && hasLeft) sum += topLeft * data[at + c]!;
          if (hasTop && hasRight) sum += topRight * data[at + channels + c]!;
          if (hasBelow && hasLeft) sum += belowLeft * data[next + c]!;
          if (hasBelow && hasRight) sum += belowRight * data[next + channels + c]!;
          to[target + c] = toByte(sum);
        }
      }
    }
    return out;
  },
});
