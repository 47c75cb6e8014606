/** Sentences about clips that several parts of the reader need; the same for every decoder. */
import { RefusedError } from '../util/errors.ts';
import type { VideoLimits } from './frame.ts';

export const noFrames = (): RefusedError => new RefusedError('no frame of it can be decoded');

export const damaged = (): RefusedError => new RefusedError('damaged: its decoder failed');

export const tooManyFrames = ({ frames }: VideoLimits): RefusedError =>
  new RefusedError(`more than ${frames} frames: cut it into parts, or raise the limit`);

export const tooSlow = ({ millis }: VideoLimits): RefusedError =>
  new RefusedError(`its decoding takes longer than ${millis / 1000} s: cut it into parts, or raise the limit`);

/** Throws a RefusedError if a frame is larger than the limit; `size` is its width and height if they are known. */
export function mustFitFrame(pixels: number, { pixels: most }: VideoLimits, size = `${pixels}`): void {
  if (pixels > most) throw new RefusedError(`its frames have ${size} pixels: at most ${most} are decoded`);
}

/** What is said of a clip of which some coded frames were lost. */
export const notAllDecoded = (lost: number, all: number): string =>
  `damaged: ${lost} of its ${all} coded frames could not be decoded and were not looked at`;
