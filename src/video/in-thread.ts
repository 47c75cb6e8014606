/** Decodes clips that this project encoded itself, in the calling thread: they need no protection from what they hold. */
import { factsOf } from './container.ts';
import { defaultLimits, type VideoFrame } from './frame.ts';
import { libavFrames } from './libav-decoder.ts';
import { openSource } from './source.ts';

/** The frames of a file in order, as squares of `side` pixels if that is given. */
export const framesInThread = (file: Uint8Array, side?: number): AsyncIterable<VideoFrame> => {
  const source = openSource(file, defaultLimits.bytes);
  const size = side === undefined ? {} : { size: { width: side, height: side } };
  return libavFrames(source, factsOf(source), { limits: defaultLimits, ...size });
};

/** All frames of a short clip. */
export async function everyFrame(frames: AsyncIterable<VideoFrame>): Promise<VideoFrame[]> {
  const found: VideoFrame[] = [];
  for await (const frame of frames) found.push(frame);
  return found;
}
