/** Pixel loops shared by several edits. All create new rasters and do not modify their input. */
import type { Canvas } from '../letters.ts';
import type { Raster } from '../raster.ts';

/** A number rounded and clipped to a byte, 0..255. */
export const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5));

/** A raster of one shade, 0 to 255. */
export function filled(width: number, height: number, channels: 1 | 3, shade: number): Raster {
  return { width, height, channels, data: new Uint8Array(width * height * channels).fill(shade) };
}

/** Maps every byte by a curve; the curve is evaluated 256 times, not once per pixel. */
export function mapBytes(image: Raster, curve: (value: number) => number): Raster {
  const table = Uint8Array.from({ length: 256 }, (_, value) => toByte(curve(value)));
  const { width, height, channels, data } = image;
  const out = new Uint8Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = table[data[i]!]!;
  return { width, height, channels, data: out };
}

/** Writes a picture into a larger one with the same number of channels; its top left corner is at (left, top), in pixels. */
export function paste(target: Raster, picture: Raster, left: number, top: number): void {
  const row = picture.width * picture.channels;
  for (let y = 0; y < picture.height; y++)
    target.data.set(picture.data.subarray(y * row, (y + 1) * row), ((top + y) * target.width + left) * target.channels);
}

/** The rectangle of a picture with its top left corner at (left, top), in pixels. */
export function cut(image: Raster, left: number, top: number, width: number, height: number): Raster {
  const out = filled(width, height, image.channels, 0);
  const row = width * image.channels;
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * image.channels;
    out.data.set(image.data.subarray(from, from + row), y * row);
  }
  return out;
}

/** A colour copy of a picture, to draw on. */
export function toCanvas({ width, height, channels, data }: Raster): Canvas {
  if (channels === 3) return { width, height, channels, data: data.slice() };
  const out = new Uint8Array(width * height * 3);
  for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / 3)]!;
  return { width, height, channels: 3, data: out };
}

/** The picture with 1 or 3 channels; colour becomes grey by the luma weights of ITU-R BT.601. */
export function withChannels(image: Raster, channels: 1 | 3): Raster {
  if (image.channels === channels) return image;
  if (channels === 3) return toCanvas(image);
  const { width, height, data } = image;
  const out = new Uint8Array(width * height);
  for (let i = 0; i < out.length; i++)
    out[i] = Math.floor((299 * data[3 * i]! + 587 * data[3 * i + 1]! + 114 * data[3 * i + 2]! + 500) / 1000);
  return { width, height, channels: 1, data: out };
}
