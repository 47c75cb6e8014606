/**
 * Frames at a constant rate: some are repeated, some are left out. It follows the rule of ffmpeg's option -r, with which TMK's reference
 * reads its clips, so that both see the same frames: the first frames of a faster clip all come through, until the output is a frame ahead.
 */
import type { VideoFrame } from './frame.ts';

/** How many frames the output may be ahead of, or behind, its input before one is left out or repeated. */
const play = 1.1;
/** A gap of more than `play` is filled with the frame before it, except this share of a frame. */
const rounding = 0.6;

/** The frames at a rate, each as often as it is shown. Times are those of the input. */
export async function* atConstantRate(frames: AsyncIterable<VideoFrame>, rate: number): AsyncGenerator<VideoFrame> {
  let written = 0;
  let before: VideoFrame | undefined;
  for await (const { frame, seconds } of withDurations(frames)) {
    const time = frame.timeSeconds * rate;
    const ahead = time - written;
    const end = ahead + seconds * rate;
    const count = end < -play ? 0 : end > play ? roundHalfEven(end) : 1;
    const gap = end > play && ahead > play ? Math.round(ahead - rounding) : 0;
    for (let i = 0; i < count; i++) yield i < gap && before ? before : frame;
    written += count;
    before = frame;
  }
}

/** Frames with the time until the next one, in seconds; the last is shown as long as the one before it. */
async function* withDurations(
  frames: AsyncIterable<VideoFrame>,
): AsyncGenerator<{ readonly frame: VideoFrame; readonly seconds: number }> {
  let last: VideoFrame | undefined;
  let seconds = 0;
  for await (const frame of frames) {
    if (last) {
      seconds = frame.timeSeconds - last.timeSeconds;
      yield { frame: last, seconds };
    }
    last = frame;
  }
  if (last) yield { frame: last, seconds };
}

/** Rounds to the nearest integer, halves to the even one, as C does. */
function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
