/** Edits by another coding: a low bit rate, and a way through an animated GIF. */

import type { Raster } from '../../image/raster.ts';
import { sharp } from '../../image/sharp.ts';
import type { ClipEdit } from './edit.ts';
import { atMost } from './time.ts';

export const lowBitRate: ClipEdit = {
  name: 'bit-rate',
  summary: '30 kbit/s, a fifth of the original.',
  apply: ({ frames }) => ({ frames, bitRate: 30_000 }),
};

export const gif: ClipEdit = {
  name: 'gif',
  summary: 'Through a GIF of 10 frames per second and 64 colours a frame.',
  reference: 'gif of the video benchmark of github.com/thorn-oss/perception',
  async apply({ frames, ...rest }) {
    const through = [];
    for (const { image, timeSeconds } of atMost(frames, 10)) through.push({ timeSeconds, image: await palette(image) });
    return { ...rest, frames: through };
  },
};

/** A frame as a GIF stores it. */
async function palette({ data, width, height, channels }: Raster): Promise<Raster> {
  const file = await sharp(data, { raw: { width, height, channels } }).gif({ colours: 64 }).toBuffer();
  const out = await sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer();
  return { width, height, channels: 3, data: new Uint8Array(out) };
}
