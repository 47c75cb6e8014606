/** The interface of a benign edit of a clip: something that an honest person or app does to a video, from frames to frames. */
import type { Rng } from '../../util/rng.ts';
import type { VideoFrame } from '../frame.ts';

/** A short clip in memory, and how it will be encoded. */
export interface ClipInMemory {
  /** At least one; all of the same size. */
  readonly frames: readonly VideoFrame[];
  /** Bits per second. */
  readonly bitRate: number;
}

/** An edit. Its result is encoded once, like that of every other. */
export interface ClipEdit {
  /** Name in experiment files, results and charts; also its key in the registry. */
  readonly name: string;
  /** What it does, in one sentence, with its amount. */
  readonly summary: string;
  /** Source whose definition it follows. */
  readonly reference?: string;
  /** The edited clip; `rng()` is a new random stream, the same at each call, so that all frames of a clip get the same. */
  apply(clip: ClipInMemory, rng: () => Rng): ClipInMemory | Promise<ClipInMemory>;
}
