/** Small clips drawn by a formula, for tests of everything that reads videos. */
import type { Raster } from '../../src/image/raster.ts';
import { encodeWebm } from '../../src/video/encode.ts';
import { ffmpegDecoder } from '../../src/video/ffmpeg.ts';
import type { VideoFrame } from '../../src/video/frame.ts';

/** Shapes on a slope that move from frame to frame; enough structure for PDQ. */
export function movingPicture(index: number, width = 96, height = 72): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const disc = (cx: number, cy: number, r: number): boolean => (x - cx) ** 2 + (y - cy) ** 2 < r * r;
      const value = disc(20 + 3 * index, 30, 15)
        ? 230
        : disc(70 - 2 * index, 50, 12)
          ? 20
          : 60 + x + ((y >> 3) & 1) * 40;
      data[at++] = value;
      data[at++] = 255 - value;
      data[at++] = (value + 2 * y) & 255;
    }
  return { width, height, channels: 3, data };
}

/** Frames of the same at a rate. */
export const movingFrames = (count: number, framesPerSecond = 10, first = 0): VideoFrame[] =>
  Array.from({ length: count }, (_, i) => ({ timeSeconds: i / framesPerSecond, image: movingPicture(first + i) }));

/** 12 frames in 1.2 s as VP9 in WebM. */
export const movingClip = (): Promise<Uint8Array> => encodeWebm(movingFrames(12), { bitRate: 200_000 });

/** Reason to skip a test that needs the installed ffmpeg; false if it is there. */
export const withoutFfmpeg = ffmpegDecoder() ? false : 'no ffmpeg';

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
